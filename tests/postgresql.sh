# Sourced by what needs a PostgreSQL of its own: start_postgresql FOLDER starts Debian's on loopback on a free port with
# its data there and sets OB_TEST_PG, stop_postgresql FOLDER ends it.

start_postgresql() {
  local folder=$1 bin port as=()
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mkdir "$folder/pg" "$folder/pgrun"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder/pg" "$folder/pgrun"; as=(setpriv --reuid=postgres --regid=postgres --init-groups); fi
  "${as[@]}" "$bin/initdb" -D "$folder/pg" -A trust -U postgres -E UTF8 --locale=C.UTF-8 >/dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$folder/pg" -w -l "$folder/pgrun/log" \
    -o "-p $port -k $folder/pgrun -c listen_addresses=127.0.0.1 -c max_connections=200" start >/dev/null
  export OB_TEST_PG=postgresql://postgres@127.0.0.1:$port/postgres
}

stop_postgresql() {
  local folder=$1
  [ -f "$folder/pg/postmaster.pid" ] && kill -INT "$(head -1 "$folder/pg/postmaster.pid")" 2>/dev/null
  for _ in $(seq 1 50); do [ -f "$folder/pg/postmaster.pid" ] || break; sleep 0.1; done
}
