#!/usr/bin/env bash
# From a fresh Debian 12 to a running OneBudget with the demo province:
#   packaging/quickstart.sh [--port N] [--data DIR] [--detach] [--stop] [--no-demo] [--scale S]
# --port N    port on 127.0.0.1 (default 8080; 0 = a free one)
# --data DIR  where data, logs and quickstart.json go (default ~/.local/share/onebudget)
# --detach    return when the server is ready; DIR/quickstart.json tells url, pid and accounts
# --stop      end the server that --detach started with the same --data
# --no-demo   an empty system; the bootstrap secret is printed instead of logins
# --scale S   size of the demo province, 0.01 (default) … 1 = 30,000 units and 1,000,000 projects
# Exit codes: 0 done, 1 failed, 2 used wrongly. Idempotent: the second run starts what is there.
set -euo pipefail

source_dir=$(cd "$(dirname "$0")/.." && pwd)
port=8080 data=${XDG_DATA_HOME:-$HOME/.local/share}/onebudget detach=0 stop=0 demo=1 scale=0.01
usage() { sed -n '2,11p' "$0" | sed 's/^# \{0,1\}//'; }
while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?}; shift 2 ;;
    --data) data=${2:?}; shift 2 ;;
    --scale) scale=${2:?}; shift 2 ;;
    --detach) detach=1; shift ;;
    --stop) stop=1; shift ;;
    --no-demo) demo=0; shift ;;
    -h|--help) usage; exit 0 ;;
    *) echo "unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
done
[[ $port =~ ^[0-9]+$ ]] && [ "$port" -le 65535 ] || { echo "--port wants a number from 0 to 65535" >&2; exit 2; }
awk -v s="$scale" 'BEGIN { exit !(s + 0 > 0 && s + 0 <= 1) }' || { echo "--scale wants a number above 0 and up to 1" >&2; exit 2; }
mkdir -p "$data"
data=$(cd "$data" && pwd)

running_pid() {
  local pid
  [ -f "$data/onebudgetd.pid" ] || return 1
  pid=$(cat "$data/onebudgetd.pid")
  [ -n "$pid" ] && [ "$(readlink "/proc/$pid/exe" 2>/dev/null | sed 's/ (deleted)$//')" = "$build/bin/onebudgetd" ] && echo "$pid"
}

build=${ONEBUDGET_BUILD:-$source_dir/build}
if [ $stop -eq 1 ]; then
  if pid=$(running_pid); then
    kill -TERM "$pid"
    for _ in $(seq 1 150); do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
    kill -0 "$pid" 2>/dev/null && { echo "process $pid did not stop" >&2; exit 1; }
    rm -f "$data/onebudgetd.pid" "$data/quickstart.json"
    echo "stopped"
  else
    rm -f "$data/onebudgetd.pid" "$data/quickstart.json"
    echo "not running"
  fi
  exit 0
fi

# shellcheck source=packaging/packages.sh
source "$source_dir/packaging/packages.sh"
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES
install_node
cmake -S "$source_dir" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DONEBUDGET_TESTS="${ONEBUDGET_TESTS:-OFF}" >"$data/build.log" 2>&1 ||
  { tail -20 "$data/build.log" >&2; exit 1; }
echo "building (the first time takes some minutes; log in $data/build.log)"
ninja -C "$build" onebudget >>"$data/build.log" 2>&1 || { grep -m5 -A8 'error\|FAILED' "$data/build.log" >&2; exit 1; }
build_ui "$source_dir" >>"$data/build.log" 2>&1 || { tail -20 "$data/build.log" >&2; exit 1; }

if pid=$(running_pid) && [ -f "$data/quickstart.json" ]; then
  echo "already running as process $pid"
else
  rm -f "$data/port" "$data/quickstart.json"
  setsid "$build/bin/onebudgetd" --config "$source_dir/config/onebudget.properties" \
    --set "data.dir=$data" --set "storage.url=sqlite:$data/onebudget.db" --set "http.port=$port" \
    --set "plugins.dir=$build/plugins" --set "plugins.enable=standards,workflow,compilation,ledger,treasury,monitoring,performance,usage,insight" \
    --set "http.ui_dir=$source_dir/ui/dist" --set "plugins.keys=$build/plugin-keys" \
    --set "roles.file=$source_dir/config/roles.json" --set "http.port_file=$data/port" \
    </dev/null >>"$data/onebudgetd.log" 2>&1 &
  pid=$!
  echo "$pid" > "$data/onebudgetd.pid"
  for _ in $(seq 1 300); do
    kill -0 "$pid" 2>/dev/null || { echo "the server ended at start:" >&2; tail -5 "$data/onebudgetd.log" >&2; exit 1; }
    [ -s "$data/port" ] && curl -fsS -o /dev/null "http://127.0.0.1:$(cat "$data/port")/health/ready" 2>/dev/null && break
    sleep 0.2
  done
  url=http://127.0.0.1:$(cat "$data/port")
  curl -fsS -o /dev/null "$url/health/ready" || { echo "the server did not become ready" >&2; tail -5 "$data/onebudgetd.log" >&2; kill "$pid"; exit 1; }
  if [ $demo -eq 1 ]; then
    "$build/bin/onebudgetctl" --url "$url" demo load --scale "$scale" --bootstrap-file "$data/bootstrap.secret" \
      --data "$source_dir/plugins/standards/data" --vocabulary "$source_dir/config/demo/jiangsu.json" \
      --acts "$source_dir/config/demo/jiangsu_acts.json" --acts "$source_dir/config/demo/jiangsu_execution.json" \
      --acts "$source_dir/config/demo/jiangsu_books.json" --acts "$source_dir/config/demo/jiangsu_evaluations.json" --accounts "$data/accounts.json" || { kill "$pid"; exit 1; }
    accounts=$data/accounts.json
  else
    echo '[]' > "$data/accounts.json.none"
    accounts=$data/accounts.json.none
  fi
  python3 - "$data" "$url" "$pid" "$accounts" <<'PY'
import json, os, sys
data, url, pid, accounts = sys.argv[1:5]
path = os.path.join(data, "quickstart.json")
with open(path + ".new", "w", encoding="utf-8") as out:
    json.dump({"url": url, "pid": int(pid), "accounts": json.load(open(accounts, encoding="utf-8"))}, out, ensure_ascii=False, indent=1)
os.chmod(path + ".new", 0o600)
os.replace(path + ".new", path)
PY
fi

python3 - "$data" <<'PY'
import json, sys, unicodedata
info = json.load(open(sys.argv[1] + "/quickstart.json", encoding="utf-8"))
wide = lambda text: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
print(f"\nOneBudget  {info['url']}   (process {info['pid']})\n")
for account in info["accounts"]:
    print("  " + account["username"].ljust(34) + account["password"].ljust(20) + account["title"] + " " * max(1, 26 - wide(account["title"])) + account["scope"])
if not info["accounts"]:
    print(f"  empty system; create the first administrator with the secret in {sys.argv[1]}/bootstrap.secret")
PY
if [ $detach -eq 0 ]; then
  echo; echo "Ctrl+C stops it."
  trap 'kill -TERM "$(cat "$data/onebudgetd.pid")" 2>/dev/null || true' INT TERM
  pid=$(cat "$data/onebudgetd.pid")
  while kill -0 "$pid" 2>/dev/null; do sleep 0.5; done
  rm -f "$data/onebudgetd.pid" "$data/quickstart.json"
fi
