# shellcheck shell=bash
# How the scripts of ./dev speak: steps on standard error, and one sentence when something fails.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# quietly LOG WHAT COMMAND...: runs a command with its output in LOG; on failure shows the end of it.
quietly() {
  local log=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    die "$what failed; the whole output is in $log"
  fi
}
