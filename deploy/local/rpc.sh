# shellcheck shell=bash
# One rpc from the shell, by reflection, as the person support/demo, or as whom CALLIMPORT_CALLER names: operator.

: "${root:?set by ./dev}" "${var:?set by ./dev}"

rpc() {
  [[ $# -ge 1 ]] || die "usage: ./dev rpc SERVICE/METHOD [JSON]   (for example: ./dev rpc JobScheduler/ListImportJobs '{\"workspace_id\":\"demo\"}')"
  need_node_tools
  local method=$1 body=${2:-{\}} file package port
  local service=${method%%/*} caller=${CALLIMPORT_CALLER:-support-demo}
  service=${service##*.}
  file=$(grep -rlE "^service $service \{" "$root/proto") || die "no service $service in proto/"
  package=$(sed -n 's/^package \(.*\);$/\1/p' "$file")
  case $package in
    *credential_manager*) port=7101 ;;
    *adapter_gateway*) port=7102 ;;
    *job_scheduler*) port=7103 ;;
    *media_pipeline*) port=7104 ;;
    *status_tracker*) port=7105 ;;
  esac
  "$root/tools/node/node_modules/.bin/buf" curl --protocol grpc \
    --cacert "$var/certs/ca.pem" --cert "$var/certs/$caller.pem" --key "$var/certs/$caller.key" \
    -d "$body" "https://localhost:$port/$package.$service/${method##*/}"
}
