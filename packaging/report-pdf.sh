#!/usr/bin/env bash
# Reports of the plugin performance as PDF, by Chromium in a process of its own: the server starts no programs.
#   packaging/report-pdf.sh --url URL --token-file FILE --out DIR ID…
# --url URL          the server, as http://127.0.0.1:8080
# --token-file FILE  a session's token, readable by its owner only; it never stands on a command line
# --out DIR          where ID.pdf goes
# Chromium prints what GET /performance/report/ID/html answers, without network. The dates inside the PDF are set to
# 2000-01-01, so that the same report by the same Chromium is the same file. Exit codes: 0 done, 1 failed, 2 used wrongly.
set -euo pipefail

url='' token_file='' out=''
usage() { sed -n '2,9p' "$0" | sed 's/^# \{0,1\}//'; }
while [ $# -gt 0 ]; do
  case $1 in
    --url) url=${2:?}; shift 2 ;;
    --token-file) token_file=${2:?}; shift 2 ;;
    --out) out=${2:?}; shift 2 ;;
    -*) usage >&2; exit 2 ;;
    *) break ;;
  esac
done
[ -n "$url" ] && [ -r "$token_file" ] && [ -n "$out" ] && [ $# -gt 0 ] || { usage >&2; exit 2; }
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "no Chromium is installed: apt-get install chromium, or print from the browser" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
(umask 077; printf 'header = "Authorization: Bearer %s"\n' "$(cat "$token_file")" > "$work/curl")
for id in "$@"; do
  curl --silent --show-error --fail --config "$work/curl" --output "$work/report.html" "$url/api/v1/performance/report/$id/html"
  "$browser" --headless --disable-gpu --no-sandbox --no-first-run --user-data-dir="$work/profile" \
    --host-resolver-rules='MAP * ~NOTFOUND' --no-pdf-header-footer --print-to-pdf="$work/report.pdf" \
    "file://$work/report.html" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
  LC_ALL=C sed -E "s#(/(CreationDate|ModDate) \(D:)[0-9]{14}#\120000101000000#" "$work/report.pdf" > "$out/$id.pdf"
done
