#!/usr/bin/env bash
# Makes the witnesses of the ABI as it is now from the sources of the newest minor before: gcc, clang and rustc each build one,
# stripped, into <major>.<minor>/, signed by a key that is thrown away. Run once when a minor is closed, never again for it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sdk=$here/../../../sdk
abi=$(sed -n 's/^#define OB_ABI_MAJOR \([0-9]*\)u/\1/p' "$sdk/include/onebudget/core.h").$(sed -n 's/^#define OB_ABI_MINOR \([0-9]*\)u/\1/p' "$sdk/include/onebudget/core.h")
out=$here/$abi
source=$(find "$here" -mindepth 1 -maxdepth 1 -name "[0-9]*" | sort -V | tail -1)
[ ! -e "$out" ] || { echo "$out is there: a golden binary is never built again" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
safe="-Wl,-z,relro,-z,now -Wl,--build-id -Wl,-z,noexecstack"

package() { # package ID: the folder as a plugin is shipped
  local folder=$out/$1/1.0.0
  mkdir -p "$folder"
  cp -r "$here/package/entities" "$here/package/locales" "$folder"
  sed "s/@id@/$1/g" "$here/package/plugin.json" > "$folder/plugin.json"
  echo "$folder/lib$1.so"
}

for compiler in gcc clang; do
  library=$(package witness_$compiler)
  # shellcheck disable=SC2086
  "$(command -v $compiler || command -v $compiler-14)" -std=c99 -O2 -fPIC -fvisibility=hidden -fstack-protector-strong -Wall \
    -Wextra -Wpedantic -Werror -Wno-language-extension-token -I "$sdk/include" -DWITNESS_ID="\"witness_$compiler\"" -DWITNESS_ABI="\"$abi\"" -shared -s $safe "$source/witness.c" -o "$library"
done
library=$(package witness_rust)
rustc --edition 2021 --crate-type cdylib -C panic=abort -C opt-level=2 -C lto=fat -C strip=symbols -C link-args="$safe" "$source/witness.rs" -o "$library"

"$sdk/tools/obsdk" keygen --id golden --out "$work" > "$work/said"
for folder in "$out"/*/1.0.0; do "$sdk/tools/obsdk" sign "$folder" --key "$work/golden.key" > "$work/said"; done
cp "$work/golden.json" "$out/"
{
  echo "Built on $(. /etc/os-release && echo "$PRETTY_NAME"), $(uname -m), from the headers of ABI $abi:"
  for compiler in gcc clang rustc; do "$(command -v $compiler || command -v $compiler-14)" --version | head -1; done
} > "$out/BUILT"
cp "$source/witness.c" "$source/witness.rs" "$out/"
(cd "$out" && find . -type f ! -name SHA256SUMS | sort | xargs sha256sum > SHA256SUMS)
