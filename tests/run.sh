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
  stop_postgresql "$work"
  rm -rf "$work"
}
trap cleanup EXIT

# shellcheck source=tests/postgresql.sh
source "$source_dir/tests/postgresql.sh"
start_postgresql "$work"

cmake -S "$source_dir" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE="${ONEBUDGET_BUILD_TYPE:-Release}" -DONEBUDGET_TESTS=ON
ninja -C "$build"
build_ui "$source_dir"
install_explorer "$source_dir" "$build" || echo "PyPI is out of reach: the interface is not explored by its description" >&2
cd "$build"
ctest --output-on-failure -j 2 --timeout 900 "$@"
