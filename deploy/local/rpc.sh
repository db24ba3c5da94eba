# shellcheck shell=bash
# One rpc from the shell, by reflection, as the person support/demo, or as whom CALLIMPORT_CALLER names: operator.

: "${root:?set by ./dev}" "${var:?set by ./dev}" "${services[*]:?set by services.sh}"

rpc() {
  [[ ${1:-} == ?*/?* ]] || die "usage: ./dev rpc SERVICE/METHOD [JSON]   (for example: ./dev rpc JobScheduler/ListImportJobs '{\"workspace_id\":\"demo\"}')"
  local method=$1 body=${2:-{\}} file package port
  local service=${method%/*} caller=${CALLIMPORT_CALLER:-support-demo}
  service=${service##*.}
  file=$(grep -rlE "^service $service \{" "$root/proto") || die "no service $service in proto/"
  package=$(sed -n 's/^package \(.*\);$/\1/p' "$file")
  port=$(port_of_package "$package") || exit
  need_node_tools
  "$root/tools/node/node_modules/.bin/buf" curl --protocol grpc \
    --cacert "$var/certs/ca.pem" --cert "$var/certs/$caller.pem" --key "$var/certs/$caller.key" \
    -d "$body" "https://localhost:$port/$package.$service/${method##*/}"
}

# port_of_package callimport.job_scheduler.v1: where that service answers, if it does.
port_of_package() {
  local port=7101 name
  for name in "${services[@]}"; do
    if [[ ${1//_/-} == callimport.$name.* ]]; then
      answers "$port" || die "$name is not running; ./dev up starts it"
      echo "$port"
      return
    fi
    port=$((port + 1))
  done
  die "no service of this suite answers for $1"
}
