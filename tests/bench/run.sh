#!/usr/bin/env bash
# Every figure that has a goal, beside its bare counterpart in the same run:
#   tests/bench/run.sh [--suite NAME[,NAME]] [--scale S] [--json FILE] [--page FILE] [--database sqlite|postgresql|both] [--build DIR] [--no-build]
# Builds what it needs into the one build tree, starts what it needs, prints a table and writes JSON. --scale 1 (as without
# it) is 1,000,000 rows. PostgreSQL is the one that OB_TEST_PG names, else one with temporary data on a free port.
set -euo pipefail

source_dir=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d /tmp/onebudget-bench.XXXXXX)
chmod 755 "$work"
# shellcheck source=tests/postgresql.sh
source "$source_dir/tests/postgresql.sh"
trap 'stop_postgresql "$work"; rm -rf "$work"' EXIT
case " $* " in
*" --database sqlite "*) ;;
*) [ -n "${OB_TEST_PG:-}" ] || start_postgresql "$work" ;;
esac
/usr/bin/python3 "$source_dir/tests/bench/run.py" "$@"
