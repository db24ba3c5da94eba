#!/usr/bin/env bash
# Certificates for one machine: a CA, one certificate for each service, and some people.
# A certificate names its owner by a URI: spiffe://callimport/service/job-scheduler.
# Usage: make-dev-certs.sh FOLDER      What is already there stays.
set -euo pipefail

folder=${1:?usage: make-dev-certs.sh FOLDER}
days=825
owners=(
  credential-manager=service/credential-manager
  adapter-gateway=service/adapter-gateway
  job-scheduler=service/job-scheduler
  media-pipeline=service/media-pipeline
  status-tracker=service/status-tracker
  operator=operator/operator
  support-demo=support/demo
  auditor=auditor/auditor
  workspace-admin-acme=workspace-admin/acme/dana
)

mkdir -p "$folder"
cd "$folder"
umask 077

make_ca() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $days \
    -subj "/CN=Call Import Engine development CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout ca.key -out ca.pem.new 2>/dev/null
  mv ca.pem.new ca.pem
}

# make_leaf NAME OWNER: written beside, then moved, so that a broken run leaves nothing half made.
make_leaf() {
  local name=$1 owner=$2
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$name.key" -out "$name.csr" 2>/dev/null
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -days $days -out "$name.new" \
    -extfile <(printf '%s\n' \
      "subjectAltName=DNS:localhost,IP:127.0.0.1,URI:spiffe://callimport/$owner" \
      "extendedKeyUsage=serverAuth,clientAuth" "basicConstraints=CA:FALSE") 2>/dev/null
  rm "$name.csr"
  mv "$name.new" "$name.pem"
}

[[ -f ca.pem ]] || make_ca
for entry in "${owners[@]}"; do
  [[ -f ${entry%%=*}.pem ]] || make_leaf "${entry%%=*}" "${entry#*=}"
done
