#!/usr/bin/env bash
# Walks through the interface in Chromium with the real server: tests/e2e/run.sh BUILD_DIR UI_DIST [SHOTS_DIR]
# Installs its locked packages the first time. Exit codes: 0 all is well, 1 findings, 2 used wrongly.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,3p' "$0" | sed 's/^# //' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1") ui=$(realpath "$2")
[ -x "$build/bin/onebudgetd" ] || { echo "no server in $build: build it first" >&2; exit 2; }
[ -f "$ui/index.html" ] || { echo "no interface in $ui: run \"npm run build\" in ui first" >&2; exit 2; }
if [ ! -d "$here/node_modules" ] || [ "$here/package-lock.json" -nt "$here/node_modules/.package-lock.json" ]; then
  (cd "$here" && npm install --no-save --no-audit --no-fund --loglevel=error)
fi
exec node "$here/walk.mjs" "$here/../.." "$build" "$ui" ${3:+"$(realpath -m "$3")"}
