#!/usr/bin/env bash
# The keys of credential-manager on this machine. What is there stays.
# Usage: make-keys.sh FOLDER
#
# Each line of FOLDER/vault.keys is "id:base64 of 32 bytes"; the first seals, all of them open.
# Whoever loses this file loses every stored credential; whoever copies it can read them.
#
# FOLDER/audit.key signs the anchors of the audit log. Whoever copies it can forge them.
#
# FOLDER/receipts.key signs the receipts of destroyed secrets. Whoever copies it can forge those.
set -euo pipefail

folder=${1:?usage: make-keys.sh FOLDER}

umask 077
mkdir -p "$folder"
new=$(mktemp "$folder/.new.XXXXXX")
trap 'rm -f "$new"' EXIT

# keep FILE COMMAND...: what the command prints, unless the file is there.
keep() {
  local file=$folder/$1
  shift
  [[ ! -s $file ]] || return 0
  rm -f "$new"
  "$@" >"$new"
  ln "$new" "$file" 2>/dev/null || [[ -s $file ]] # the first of two runs at once wins
}

vault_key() { printf 'k%s:%s\n' "$(date -u +%Y%m%d)" "$(openssl rand -base64 32)"; }

keep vault.keys vault_key
keep audit.key openssl genpkey -algorithm ed25519
keep receipts.key openssl genpkey -algorithm ed25519
