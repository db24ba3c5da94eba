# shellcheck shell=bash
# The command line `callimport`, asked from any folder: what it names by relative paths is the caller's.

: "${root:?set by ./dev}" "${var:?set by ./dev}" "${bin:?set by services.sh}"

# Its configuration with whole paths, unless the caller has one of his own.
choose_cli_config() {
  [[ -z ${CALLIMPORT_CONFIG:-} ]] || return 0
  local text
  text=$(<"$root/deploy/config/callimport.json")
  export CALLIMPORT_CONFIG=$var/run/callimport.json
  printf '%s\n' "${text//\"var\//"\"$var/"}" >"$CALLIMPORT_CONFIG.$$"
  mv "$CALLIMPORT_CONFIG.$$" "$CALLIMPORT_CONFIG" # others may be reading it
}

# cli ARG...: says what it builds and starts, and nothing when all is there.
cli() {
  # shellcheck disable=SC2034  # build.sh and services.sh look at it
  terse=1
  services_up
  choose_cli_config
  exec "$bin/callimport" "$@"
}
