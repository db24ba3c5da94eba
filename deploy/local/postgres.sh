#!/usr/bin/env bash
# A private PostgreSQL 15 for this machine, reached only through a socket in its own folder.
# Usage: postgres.sh start|stop|status FOLDER [test]
#
# start leaves the database `callimport` with the roles of deploy/postgres/roles.sql, in
# FOLDER/postgres (socket, log, data). With `test` it is FOLDER/postgres-test, which is quick and
# forgets in a power failure. Root runs it as the user `postgres`, as PostgreSQL refuses root.
set -euo pipefail

usage="usage: postgres.sh start|stop|status FOLDER [test]"
action=${1:?$usage}
folder=${2:?$usage}
mode=${3:-durable}
roles=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../postgres" && pwd)/roles.sql
bin=/usr/lib/postgresql/15/bin
patience=30

die() {
  printf 'postgres: %s\n' "$*" >&2
  exit 1
}

case $action in start | stop | status) ;; *) die "$usage" ;; esac
case $mode in durable) suffix= ;; test) suffix=-test ;; *) die "$usage" ;; esac
[[ -x $bin/postgres ]] || die "PostgreSQL 15 is not installed (package postgresql-15)"
mkdir -p "$folder"
home=$(realpath "$folder")/postgres$suffix
real=$(realpath -m "$home") # elsewhere, where find_reachable_place has put it

# Root acts as the owner of the data, or as `postgres` while there is none.
owner=$(id -un)
if [[ $EUID -eq 0 ]]; then
  owner=$(stat -c %U "$real/data" 2>/dev/null || echo postgres)
  [[ $owner != root ]] || die "$home/data belongs to root, whom PostgreSQL refuses: remove it"
fi
as_owner() {
  if [[ $EUID -eq 0 ]]; then
    setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups "$@"
  else
    "$@"
  fi
}

is_ready() { "$bin/pg_isready" -q -h "$home/socket" -t 1; }

# Whether a process of PostgreSQL works on this data. A killed one may leave others behind for a
# moment, and a zombie under its number for good: neither pg_ctl nor the pid file can tell.
is_in_use() {
  local link
  while read -r link; do
    [[ $(cat "${link%/cwd}/comm" 2>/dev/null) == postgres ]] && return
  done < <(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$real/data" 2>/dev/null)
  return 1
}

# Where `postgres` may not look into the folders above, such as /root, its data lives with its kin.
find_reachable_place() {
  [[ $EUID -eq 0 && ! -e $home ]] || return 0
  mkdir "$home"
  ! as_owner test -x "$home" || return 0
  local place
  place=/var/lib/postgresql/callimport-$(sha256sum <<<"$home" | head -c 12)
  # Left over from a folder that was since removed.
  if [[ -e $place/data ]]; then
    (cd / && as_owner "$bin/pg_ctl" -s -D "$place/data" -m immediate stop) 2>/dev/null || true
  fi
  rm -rf "$place"
  mkdir -p "$place"
  rmdir "$home"
  ln -s "$place" "$home"
  real=$place
  printf 'postgres: %s may not look into %s, so the data is in %s\n' "$owner" "$folder" "$place" >&2
}

# Files of the owner; the group lets root in where root is not almighty.
own() {
  [[ $EUID -ne 0 ]] || chown "$owner:root" "$@"
}

make_folders() {
  mkdir -p "$home/socket"
  chmod 770 "$home/socket"
  touch "$home/log"
  own "$home/socket" "$home/log"
  [[ $EUID -eq 0 ]] || chmod 700 "$home/socket"
}

make_cluster() {
  [[ ! -e $home/data/PG_VERSION ]] || return 0
  # Beside and then moved: a broken run leaves nothing half made.
  local new=$real/data.new sync=()
  rm -rf "$new"
  mkdir -m 700 "$new"
  own "$new"
  [[ $mode != test ]] || sync=(--no-sync)
  (cd "$real" && as_owner "$bin/initdb" "${sync[@]}" --no-instructions -D "$new" -U postgres -A trust \
    -E UTF8 --locale=C.UTF-8) >"$home/initdb.log" 2>&1 ||
    die "making the data folder failed: $(tail -n 1 "$home/initdb.log")"
  echo "include_if_exists = '../settings.conf'" >>"$new/postgresql.conf"
  rm -rf "$real/data" "$real/roles.applied"
  mv "$new" "$real/data"
}

# For many small durable commits on one machine.
write_settings() {
  {
    cat <<TEXT
# Written by deploy/local/postgres.sh at every start.
listen_addresses = ''
unix_socket_directories = '"${real//\'/\'\'}/socket"'
max_connections = 200
shared_buffers = 256MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = lz4
default_toast_compression = lz4
random_page_cost = 1.1
jit = off
autovacuum_naptime = 15s
log_line_prefix = '%m [%p] %u '
log_checkpoints = off
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
TEXT
    [[ $mode != test ]] || printf '%s\n' "fsync = off" "synchronous_commit = off" "full_page_writes = off"
  } >"$home/settings.conf"
}

# A server that was killed may need a moment to be gone; then what it left behind is in the way.
clear_leftovers() {
  local deadline=$((SECONDS + patience))
  while is_in_use; do
    if is_ready; then return; fi
    [[ $SECONDS -lt $deadline ]] || die "an earlier server on $home/data does not end"
    sleep 0.1
  done
  rm -f "$home/data/postmaster.pid" "$home"/socket/.s.PGSQL.*
}

start_server() {
  (cd "$real" && as_owner "$bin/pg_ctl" -s -w -t $patience -D "$real/data" -l "$real/log" start) 9>&- ||
    die "it did not start: $(grep -E 'FATAL|PANIC|HINT' "$home/log" | tail -n 2)"
}

query() { psql -X -q -v ON_ERROR_STOP=1 -h "$home/socket" -U postgres "$@"; }

apply_roles() {
  [[ ! $home/roles.applied -nt $roles ]] || return 0
  local exists
  exists=$(query -At -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'callimport'")
  [[ $exists == 1 ]] || query -d postgres -c "CREATE DATABASE callimport"
  query -d callimport -f "$roles"
  touch "$home/roles.applied"
}

start() {
  local path=$home/socket/.s.PGSQL.5432
  [[ ${#path} -lt 107 ]] || die "$home is too long a path for a socket; choose a shorter folder"
  if is_ready; then
    apply_roles
    return
  fi
  find_reachable_place
  make_folders
  exec 9>"$home/lock"
  flock 9 # two starts at once
  make_cluster
  clear_leftovers
  if ! is_ready; then
    write_settings
    start_server
  fi
  apply_roles
}

stop() {
  [[ -e $home/data/postmaster.pid ]] || return 0
  (cd "$real" && as_owner "$bin/pg_ctl" -s -w -t $patience -m fast -D "$real/data" stop) 2>/dev/null || ! is_in_use ||
    die "it does not stop; see $home/log"
}

status() {
  if is_ready; then
    echo "PostgreSQL is running: PGHOST=$home/socket"
  else
    echo "PostgreSQL is stopped"
    return 3
  fi
}

"$action"
