# shellcheck shell=bash
# Starting and stopping the five services on this machine, as separate processes.

: "${root:?set by ./dev}" "${var:?set by ./dev}"

bin=$root/build/release/bin
services=(credential-manager adapter-gateway job-scheduler media-pipeline status-tracker)
# What somebody needs who only wants to use it.
programs=("${services[@]}" media-decoder callimport)

# Everything that the configuration files of deploy/config refer to.
prepare_state() {
  need_packages run
  "$root/deploy/certs/make-dev-certs.sh" "$var/certs"
  "$root/deploy/local/make-keys.sh" "$var/keys"
  "$root/deploy/local/postgres.sh" start "$var" || die "the private PostgreSQL did not start; see $var/postgres/log"
  export PGHOST=$var/postgres/socket
}

# with_postgres FOLDER [test]: a PostgreSQL that ends when this command does, even if it is interrupted.
with_postgres() {
  # shellcheck disable=SC2064  # as it is now
  trap "$(printf '%q ' "$root/deploy/local/postgres.sh" stop "$@")" EXIT
  "$root/deploy/local/postgres.sh" start "$@" || die "the private PostgreSQL did not start; the reason is above"
}

pid_of() { cat "$var/run/$1.pid" 2>/dev/null; }

# By its command line: the program's file may have been built anew meanwhile.
is_running() {
  local pid
  pid=$(pid_of "$1") && [[ -n $pid ]] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$bin/$1 "
}

# The vault hides its memory, and this link with it, from everybody but root: then unknown.
is_outdated() {
  local program
  program=$(readlink "/proc/$(pid_of "$1")/exe" 2>/dev/null) || return 1
  [[ $program != "$bin/$1" ]]
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# start NAME PORT ARG...: runs a program of ours in the background until it answers at the port.
start() {
  local name=$1 port=$2 log=$var/log/$1.log
  shift 2
  if is_running "$name"; then
    is_outdated "$name" || return 0
    stop "$name"
  fi
  # Whoever else listens there would be taken for ours: gRPC lets two listen at one port.
  ! answers "$port" || die "port $port, which $name needs, is taken by another program (services of another folder?)"
  mkdir -p "$var/run" "$var/log"
  (cd "$root" && exec setsid nohup "$bin/$name" "$@" >>"$log" 2>&1 </dev/null) &
  local pid=$!
  echo "$pid" >"$var/run/$name.pid"
  wait_until_answering "$name" "$pid" "$port" "$log"
}

# wait_until_answering NAME PID PORT LOG
wait_until_answering() {
  local deadline=$((SECONDS + 30))
  until answers "$3"; do
    expect_alive "$@"
    [[ $SECONDS -lt $deadline ]] || die "$1 does not answer on port $3; see $4"
    sleep 0.05
  done
  expect_alive "$@"
}

expect_alive() {
  kill -0 "$2" 2>/dev/null && return
  rm -f "$var/run/$1.pid"
  die "$1 stopped at once: $(tail -n 1 "$4")"
}

# stop NAME: asks it to stop, and waits until it has.
stop() {
  local name=$1 pid
  is_running "$name" || { rm -f "$var/run/$name.pid"; return 0; }
  pid=$(pid_of "$name")
  kill -TERM "$pid"
  local deadline=$((SECONDS + 20))
  while kill -0 "$pid" 2>/dev/null; do
    [[ $SECONDS -lt $deadline ]] || { note "$name did not stop in 20 s, so it is killed"; kill -KILL "$pid"; }
    sleep 0.05
  done
  rm -f "$var/run/$name.pid"
}

# services_up [TARGET...]: builds these targets too, and starts the services. With `terse` set, it
# says nothing where there is nothing to do.
services_up() {
  build release "${programs[@]}" "$@"
  prepare_state
  [[ -n ${terse:-} ]] && all_run && return
  say "Starting the five services"
  local name port=7101
  for name in "${services[@]}"; do
    start "$name" $port "--config=deploy/config/$name.json"
    note "$name on 127.0.0.1:$port, metrics on $((port + 100)), log in var/log/$name.log"
    port=$((port + 1))
  done
}

# All run, and as they were built last.
all_run() {
  local name
  for name in "${services[@]}"; do
    is_running "$name" && ! is_outdated "$name" || return 1
  done
}

services_down() {
  local name
  for name in fake-vendors status-tracker media-pipeline job-scheduler adapter-gateway credential-manager; do
    stop "$name"
  done
  [[ ! -d $var/postgres ]] || "$root/deploy/local/postgres.sh" stop "$var"
}
