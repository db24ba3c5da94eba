#!/usr/bin/env bash
# ./dev and its scripts, as far as nothing is built, installed or started for it. State is in a folder
# of its own, ports are free ones.
# Usage: dev_test.sh [TEST]
# shellcheck disable=SC2034,SC2317  # tests are called by their names, and set what ./dev's functions use
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
place=$(mktemp -d)
export root var=$place/var CALLIMPORT_VAR=$place/var
unset CALLIMPORT_CONFIG
listener=
cleanup() {
  [[ -z $listener ]] || kill "$listener" 2>/dev/null || true
  rm -rf "$place"
}
trap cleanup EXIT

failed=0
complain() {
  printf 'FAILED %s: %s\n' "${FUNCNAME[*]: -2:1}" "$*"
  failed=1
}

# refused SENTENCE COMMAND...: it fails, and this sentence alone is what it says.
refused() {
  local sentence=$1 said status
  shift
  set +e
  said=$(set -e && "$@" 2>&1)
  status=$?
  set -e
  [[ $status -ne 0 ]] || complain "it did not fail"
  [[ $said == "dev: $sentence" ]] || complain "it said: $said"
}

# load PART...: the functions of these scripts, as ./dev has them.
load() {
  local part
  for part in "$@"; do
    # shellcheck source=/dev/null
    source "$root/deploy/local/$part.sh"
  done
}

# listen: somebody else's program at a free port, which is printed.
listen() {
  python3 -c '
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
time.sleep(60)' >"$place/port" &
  listener=$!
  until [[ -s $place/port ]]; do kill -0 "$listener"; done
  port=$(<"$place/port")
}

# program NAME TEXT: one of ours, which is this Python.
program() {
  mkdir -p "$place/bin"
  printf '#!/usr/bin/env python3\n%s\n' "$2" >"$place/bin/$1"
  chmod +x "$place/bin/$1"
}

# --- what ./dev says ---

every_command_is_in_the_help() {
  local command commands help
  help=$("$root/dev" help)
  mapfile -t commands < <(sed -n '/^case /,$s/^  \([a-z]*\)[ a-z|-]*) .*/\1/p' "$root/dev")
  [[ ${#commands[@]} -ge 12 ]] || complain "only these were found: ${commands[*]}"
  for command in "${commands[@]}"; do
    grep -qE "^\./dev ([a-z]+ \| )?$command\b" <<<"$help" || complain "$command is not in ./dev help"
  done
}

an_unknown_command_is_named() {
  local said
  if said=$("$root/dev" nonsense 2>&1); then complain "it did not fail"; fi
  [[ $said == *"dev: no such command: nonsense" ]] || complain "it said: $said"
}

an_unknown_tier_is_refused_before_anything_starts() {
  refused "no such tier of tests: nonsense (unit media postgres e2e)" "$root/dev" test unit nonsense
  [[ ! -e $var ]] || complain "something was made in $var"
}

an_unknown_preset_is_refused() {
  refused "no such preset: nonsense (release, dev, asan, tsan)" "$root/dev" build nonsense
}

only_commands_that_are_there_prove_a_requirement() {
  (cd "$root" && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tools python3 -c '
from check_requirements import known_commands, proof_exists
known = known_commands()
assert {"demo", "up", "down", "format"} <= known, known
assert proof_exists("./dev bench --only quota", set(), known)
assert not proof_exists("./dev nonsense", set(), known)') || complain "see above"
}

# --- ./dev rpc ---

an_rpc_says_that_its_service_does_not_run() {
  load say services rpc
  answers() { false; }
  need_node_tools() { die "tools are installed for an rpc that cannot be"; }
  refused "job-scheduler is not running; ./dev up starts it" rpc JobScheduler/ListImportJobs
  refused "adapter-gateway is not running; ./dev up starts it" rpc callimport.adapter_gateway.v1.Connections/ListPlatforms
  refused "no service Nonsense in proto/" rpc Nonsense/Do
}

# --- starting ---

a_taken_port_is_refused() {
  load say services
  bin=$place/bin
  program job-scheduler 'raise SystemExit("it was started")'
  listen
  refused "port $port, which job-scheduler needs, is taken by another program (services of another folder?)" \
    start job-scheduler "$port"
  [[ ! -e $var/log/job-scheduler.log ]] || complain "it was started all the same"
}

a_program_that_dies_is_not_taken_for_started() {
  load say services
  bin=$place/bin
  program job-scheduler 'raise SystemExit("no such file: x.json")'
  refused "job-scheduler stopped at once: no such file: x.json" start job-scheduler 1
  [[ ! -e $var/run/job-scheduler.pid ]] || complain "its number was kept"
}

a_program_that_answers_is_started_and_stopped() {
  load say services
  bin=$place/bin
  program job-scheduler 'import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)'
  listen
  kill "$listener"
  wait "$listener" || true
  start job-scheduler "$port" "$port"
  is_running job-scheduler || complain "it does not run"
  start job-scheduler "$port" "$port" || complain "starting it twice failed"
  stop job-scheduler
  ! answers "$port" || complain "it was not stopped"
}

# --- ./dev cli ---

the_command_line_keeps_the_callers_folder_and_knows_its_certificates() {
  load say services cli
  bin=$place/bin
  program callimport 'import json, os, sys
print(os.getcwd(), json.load(open(os.environ["CALLIMPORT_CONFIG"]))["tls"]["ca_file"], *sys.argv[1:])'
  services_up() { mkdir -p "$var/run"; }
  mkdir "$place/elsewhere"
  local said
  said=$(cd "$place/elsewhere" && cli upload a.wav 2>&1)
  [[ $said == "$place/elsewhere $var/certs/ca.pem upload a.wav" ]] || complain "it said: $said"
}

the_command_line_does_not_hide_why_it_failed() {
  load say services cli
  build() { die "the build failed"; }
  refused "the build failed" cli search x
}

# --- building ---

nothing_to_build_is_nothing_to_say() {
  load say build
  local said
  said=$(printf '%s\n' '[0/2] Re-checking globbed directories...' 'ninja: no work to do.' | narrate Title 2>&1)
  [[ -z $said ]] || complain "it said: $said"
  said=$(printf '%s\n' '[1/60] one' '[50/60] fifty' 'a warning' '[60/60] last' | narrate Title 2>&1)
  [[ $said == *Title*"[50/60] fifty"*"a warning"*"[60/60] last" && $said != *one* ]] || complain "it said: $said"
}

the_presets_of_sanitizers_get_what_they_need() {
  load say packages build
  need_packages() { die "asked for: $*"; }
  refused "asked for: build sanitize" build asan
  refused "asked for: build sanitize" build tsan
  refused "asked for: build" build release
}

if [[ $# -gt 0 ]]; then
  "$1"
  exit "$failed"
fi

# Each in a process of its own: what it loads and replaces is gone after it.
mapfile -t tests < <(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0")
for test in "${tests[@]}"; do
  "$0" "$test" || { failed=1 && printf 'FAILED %s\n' "$test"; }
done
printf '%s tests of scripts\n' "${#tests[@]}"
exit "$failed"
