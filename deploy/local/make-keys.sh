#!/usr/bin/env bash
# The key-encryption key of credential-manager on this machine. What is there stays.
# Usage: make-keys.sh FOLDER
#
# Each line of FOLDER/vault.keys is "id:base64 of 32 bytes"; the first seals, all of them open.
# Whoever loses this file loses every stored credential; whoever copies it can read them.
set -euo pipefail

folder=${1:?usage: make-keys.sh FOLDER}
file=$folder/vault.keys

umask 077
mkdir -p "$folder"
[[ ! -s $file ]] || exit 0
new=$(mktemp "$folder/.vault.keys.XXXXXX")
trap 'rm -f "$new"' EXIT
printf 'k%s:%s\n' "$(date -u +%Y%m%d)" "$(openssl rand -base64 32)" >"$new"
ln "$new" "$file" 2>/dev/null || [[ -s $file ]] # the first of two runs at once wins
