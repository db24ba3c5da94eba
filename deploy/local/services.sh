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

# start NAME PORT ARG...: runs a program of ours in the background until it answers at the port.
start() {
  local name=$1 port=$2 log=$var/log/$1.log
  shift 2
  if is_running "$name"; then
    is_outdated "$name" || return 0
    stop "$name"
  fi
  mkdir -p "$var/run" "$var/log"
  (cd "$root" && exec setsid nohup "$bin/$name" "$@" >>"$log" 2>&1 </dev/null) &
  echo $! >"$var/run/$name.pid"
  local deadline=$((SECONDS + 30))
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    is_running "$name" || [[ $SECONDS -lt $((deadline - 28)) ]] ||
      die "$name stopped at once: $(tail -n 1 "$log")"
    [[ $SECONDS -lt $deadline ]] || die "$name does not answer on port $port; see $log"
    sleep 0.05
  done
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

# services_up [TARGET...]: builds these targets too, and starts the services.
services_up() {
  build release "${programs[@]}" "$@"
  prepare_state
  say "Starting the five services"
  local name port=7101
  for name in "${services[@]}"; do
    start "$name" $port "--config=deploy/config/$name.json"
    note "$name on 127.0.0.1:$port, metrics on $((port + 100)), log in var/log/$name.log"
    port=$((port + 1))
  done
}

services_down() {
  local name
  for name in fake-vendors status-tracker media-pipeline job-scheduler adapter-gateway credential-manager; do
    stop "$name"
  done
  [[ ! -d $var/postgres ]] || "$root/deploy/local/postgres.sh" stop "$var"
}
