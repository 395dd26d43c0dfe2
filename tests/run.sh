#!/usr/bin/env bash
# Installs what the tests need, builds everything into one tree, and runs every suite:
#   tests/run.sh [CTEST OPTIONS]      e.g. tests/run.sh -R records
# PostgreSQL is started on loopback on a free port with temporary data, and stopped at the end. ctest's totals come last.
set -euo pipefail

source_dir=$(cd "$(dirname "$0")/.." && pwd)
build=${ONEBUDGET_BUILD:-$source_dir/build}
# shellcheck source=packaging/packages.sh
source "$source_dir/packaging/packages.sh"
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES
install_node

work=$(mktemp -d /tmp/onebudget-tests.XXXXXX)
chmod 755 "$work"
cleanup() {
  [ -f "$work/pg/postmaster.pid" ] && kill -INT "$(head -1 "$work/pg/postmaster.pid")" 2>/dev/null
  for _ in $(seq 1 50); do [ -f "$work/pg/postmaster.pid" ] || break; sleep 0.1; done
  rm -rf "$work"
}
trap cleanup EXIT

start_postgresql() {
  local bin port as=()
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mkdir "$work/pg" "$work/pgrun"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$work/pg" "$work/pgrun"; as=(setpriv --reuid=postgres --regid=postgres --init-groups); fi
  "${as[@]}" "$bin/initdb" -D "$work/pg" -A trust -U postgres -E UTF8 --locale=C.UTF-8 >/dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$work/pg" -w -l "$work/pgrun/log" \
    -o "-p $port -k $work/pgrun -c listen_addresses=127.0.0.1 -c max_connections=200" start >/dev/null
  export OB_TEST_PG=postgresql://postgres@127.0.0.1:$port/postgres
}
start_postgresql

cmake -S "$source_dir" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE="${ONEBUDGET_BUILD_TYPE:-Release}" -DONEBUDGET_TESTS=ON
ninja -C "$build"
build_ui "$source_dir"
install_explorer "$source_dir" "$build" || echo "PyPI is out of reach: the interface is not explored by its description" >&2
cd "$build"
ctest --output-on-failure -j 2 --timeout 900 "$@"
