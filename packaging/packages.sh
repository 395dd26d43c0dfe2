# Debian 12 packages by purpose. Sourced by quickstart.sh and tests/run.sh; nothing else names a package.
BUILD_PACKAGES="g++ cmake ninja-build ccache lld pkg-config git ca-certificates python3 python3-yaml binutils curl gzip
  libpoco-dev libboost-dev libboost-filesystem-dev libboost-system-dev nlohmann-json3-dev libldap-dev prometheus-cpp-dev
  libsqlite3-dev libpq-dev unixodbc-dev libssl-dev libargon2-dev libcli11-dev libfmt-dev libxlsxwriter-dev libzip-dev
  libexpat1-dev openssl coinor-libcbc-dev"
TEST_PACKAGES="libgtest-dev libgmock-dev postgresql postgresql-client odbc-postgresql nginx-light wrk slapd ldap-utils chromium
  fonts-noto-cjk curl clang-tidy clang-format python3-venv"

# install_packages NAME…: installs those that are missing, and says so. Quick when nothing is.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing ${#missing[@]} packages: ${missing[*]}"
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# install_node: Node.js 18 or newer with npm, Debian's unless one is there.
install_node() {
  local major=0
  command -v node >/dev/null && major=$(node -p 'process.versions.node.split(".")[0]')
  if [ "$major" -lt 18 ] || ! command -v npm >/dev/null; then install_packages nodejs npm; fi
}

# install_explorer SOURCE BUILD: the property-based client that the tests explore the interface with, from PyPI into BUILD/explore.
install_explorer() {
  local wanted=$1/tests/explore/requirements.txt
  cmp -s "$wanted" "$2/explore/requirements.txt" && return 0
  /usr/bin/python3 -m venv "$2/explore" && "$2/explore/bin/pip" install --quiet --timeout 20 --retries 1 --disable-pip-version-check -r "$wanted" && cp "$wanted" "$2/explore/"
}

# build_ui SOURCE: installs the locked packages (npm install, not ci: a lock without other platforms' optional parts is fine) and builds ui/dist, only when something changed.
build_ui() {
  local ui=$1/ui stamp=$1/ui/dist/.built digest
  digest=$(cd "$ui" && find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$digest" ] && return 0
  (cd "$ui" && if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then npm install --no-save --no-audit --no-fund --loglevel=error; fi && npm run build --silent &&
    find dist -type f \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' \) -exec gzip -9 -k -f -n {} +)
  echo "$digest" > "$stamp"
}
