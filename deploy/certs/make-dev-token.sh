#!/usr/bin/env bash
# A token for trying things out, signed by the key that make-dev-certs.sh made: to standard output.
#
#   token=$(deploy/certs/make-dev-token.sh SUPPORT dana)
#   token=$(deploy/certs/make-dev-token.sh WORKSPACE_ADMIN dana acme)
#   grpcurl -cacert var/certs/ca.pem -H "authorization: Bearer $token" localhost:7103 list
#
# Roles: SUPPORT, AUDITOR, WORKSPACE_ADMIN, WORKSPACE_MEMBER, SERVICE. Those of a workspace name one
# or more. CALLIMPORT_TOKEN_SECONDS says how long it lives (3600), CALLIMPORT_CERTS where the key is.
set -euo pipefail

usage='usage: make-dev-token.sh ROLE NAME [WORKSPACE...]'
role=${1:?$usage} name=${2:?$usage}
shift 2
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
key=${CALLIMPORT_CERTS:-$root/var/certs}/token-signer.key
[[ -s $key ]] || { echo "no $key: run ./dev up once" >&2; exit 1; }
for word in "$role" "$name" "$@"; do
  [[ $word =~ ^[A-Za-z0-9_.@|+:-]+$ ]] || { echo "not a name: $word" >&2; exit 1; }
done

base64url() { base64 -w 0 | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
workspaces=
if [[ $# -gt 0 ]]; then
  workspaces=$(printf ',"%s"' "$@")
  workspaces=",\"workspaces\":[${workspaces:1}]"
fi
header=$(printf '{"alg":"EdDSA","typ":"JWT","kid":"dev"}' | base64url)
claims=$(printf '{"iss":"callimport-dev","aud":"callimport","sub":"%s","role":"%s"%s,"iat":%d,"exp":%d}' \
  "$name" "$role" "$workspaces" "$now" $((now + ${CALLIMPORT_TOKEN_SECONDS:-3600})) | base64url)

umask 077
text=$(mktemp) # openssl wants a file whose length it knows
trap 'rm -f "$text"' EXIT
printf '%s.%s' "$header" "$claims" >"$text"
signature=$(openssl pkeyutl -sign -rawin -inkey "$key" -in "$text" | base64url)
printf '%s.%s.%s\n' "$header" "$claims" "$signature"
