#!/usr/bin/env bash
# A private PostgreSQL on a unix socket, for one machine.
# Usage: postgres.sh start|stop|status FOLDER [test]
#   FOLDER/postgres        the services' own, durable      (database callimport)
#   FOLDER/postgres-test   for tests: quick, not durable   (superuser postgres)
# The socket is in the folder `socket` below that. Starting what runs, or stopping what does not, is fine.
set -euo pipefail

action=${1:?usage: postgres.sh start|stop|status FOLDER [test]}
mode=${3:-durable}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=/usr/lib/postgresql/15/bin
mkdir -p "$2"
folder=$(cd "$2" && pwd)/postgres
[[ $mode == durable ]] || folder+=-test

# PostgreSQL refuses to run as root.
as_owner=()
[[ $EUID -ne 0 ]] || as_owner=(setpriv --reuid=postgres --regid=postgres --init-groups)

settings=(-c "listen_addresses=" -c "unix_socket_directories=$folder/socket"
  -c max_connections=200 -c shared_buffers=256MB -c jit=off
  -c wal_compression=lz4 -c default_toast_compression=lz4 -c max_wal_size=4GB
  -c "log_min_messages=warning")
[[ $mode == durable ]] || settings+=(-c fsync=off -c full_page_writes=off -c synchronous_commit=off)

is_running() { "${as_owner[@]}" "$programs/pg_ctl" -s -D "$folder/data" status >/dev/null 2>&1; }

fail() {
  echo "postgres.sh: $*" >&2
  exit 1
}

make_cluster() {
  mkdir -p "$folder/socket"
  if [[ $EUID -eq 0 ]]; then
    chown -R postgres:postgres "$folder"
    "${as_owner[@]}" test -x "$folder" ||
      fail "the user postgres cannot reach $folder: make its parent folders searchable (chmod o+x), or work as an ordinary user"
  fi
  # Whoever reaches the socket is trusted, so only its owner (and root) may.
  chmod 700 "$folder/socket"
  cd "$folder"
  "${as_owner[@]}" "$programs/initdb" --no-sync --no-instructions -D "$folder/data" -U postgres \
    -A trust -E UTF8 --locale=C.UTF-8 >"$folder.initdb.log" 2>&1 || fail "initdb failed; see $folder.initdb.log"
}

make_database() {
  local psql=(psql -qX -v ON_ERROR_STOP=1 -h "$folder/socket" -U postgres)
  "${psql[@]}" -Atc "SELECT FROM pg_database WHERE datname = 'callimport'" -d postgres | grep -q '' ||
    "${psql[@]}" -d postgres -c "CREATE DATABASE callimport"
  "${psql[@]}" -d callimport -f "$here/../postgres/roles.sql"
}

start() {
  is_running && return
  [[ -f $folder/data/PG_VERSION ]] || make_cluster
  cd "$folder"
  "${as_owner[@]}" "$programs/pg_ctl" -s -w -D "$folder/data" -l "$folder/log" -o "$(printf '%q ' "${settings[@]}")" start ||
    fail "PostgreSQL did not start; see $folder/log"
  [[ $mode != durable ]] || make_database
}

stop() {
  [[ -d $folder/data ]] && is_running || return 0
  cd "$folder"
  "${as_owner[@]}" "$programs/pg_ctl" -s -w -m fast -D "$folder/data" stop
}

case $action in
  start) start ;;
  stop) stop ;;
  status) is_running ;;
  *) fail "no such action: $action" ;;
esac
