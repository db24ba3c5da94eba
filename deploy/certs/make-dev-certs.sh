#!/usr/bin/env bash
# Certificates for one machine: a CA, one certificate for each service, and some people.
# A certificate names its owner by a URI: spiffe://callimport/service/job-scheduler.
# And a key that signs tokens (token-signer.key), with the public half as services read it
# (tokens.jwks); make-dev-token.sh makes tokens with it.
# Usage: make-dev-certs.sh FOLDER      What is there and still good stays.
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
  workspace-member-acme=workspace-member/acme/max
)

umask 077
mkdir -p "$folder"
cd "$folder"
exec 9>.lock
flock 9 # two runs at once would sign with different authorities

# quietly COMMAND...: openssl's chatter is shown only when it fails.
quietly() {
  local said
  said=$("$@" 2>&1) || { echo "$said" >&2; return 1; }
}

# good_for_a_day FILE...: all exist, are signed by our CA, and do not expire before tomorrow.
good_for_a_day() {
  openssl verify -CAfile ca.pem -attime $(($(date +%s) + 86400)) "$@" >/dev/null 2>&1
}

# Files are written beside and then moved, so that a broken run leaves nothing half made.
make_ca() {
  quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $days \
    -subj "/CN=Call Import Engine development CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout ca.key -out ca.pem.new
  mv ca.pem.new ca.pem
}

# make_leaf NAME OWNER
make_leaf() {
  local name=$1 owner=$2
  quietly openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$name.key.new" -out "$name.csr"
  printf '%s\n' "subjectAltName=DNS:localhost,IP:127.0.0.1,URI:spiffe://callimport/$owner" \
    "extendedKeyUsage=serverAuth,clientAuth" "basicConstraints=CA:FALSE" >"$name.ext"
  quietly openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -days $days \
    -extfile "$name.ext" -out "$name.pem.new"
  rm "$name.csr" "$name.ext"
  mv "$name.key.new" "$name.key"
  mv "$name.pem.new" "$name.pem"
}

# The public half is the last 32 bytes of its DER form.
make_token_keys() {
  local x
  quietly openssl genpkey -algorithm ed25519 -out token-signer.key.new
  x=$(openssl pkey -in token-signer.key.new -pubout -outform DER | tail -c 32 | base64 -w 0 | tr '+/' '-_' | tr -d '=')
  printf '{"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"dev","x":"%s"}]}\n' "$x" >tokens.jwks.new
  mv token-signer.key.new token-signer.key
  mv tokens.jwks.new tokens.jwks
}

# has NAME...: each has a key and a good certificate.
has() {
  ls "${@/%/.key}" >/dev/null 2>&1 && good_for_a_day "${@/%/.pem}"
}

[[ -s token-signer.key && -s tokens.jwks ]] || make_token_keys
has ca || make_ca
has "${owners[@]/%=*/}" && exit
for entry in "${owners[@]}"; do
  has "${entry%%=*}" || make_leaf "${entry%%=*}" "${entry#*=}"
done
