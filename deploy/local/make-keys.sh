#!/usr/bin/env bash
# The key-encryption key of one machine. Usage: make-keys.sh FOLDER      What is already there stays.
set -euo pipefail

folder=${1:?usage: make-keys.sh FOLDER}
file=$folder/vault.keys
[[ -f $file ]] && exit
umask 077
mkdir -p "$folder"
echo "local-$(date +%Y%m%d):$(openssl rand -base64 32)" >"$file.new"
mv "$file.new" "$file"
