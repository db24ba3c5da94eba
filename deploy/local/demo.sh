# shellcheck shell=bash
# The main job on real input: from a vendor that behaves like Gong, and from your own files.

: "${bin:?set by services.sh}"

vendor=http://127.0.0.1:18080

callimport() { "$bin/callimport" --workspace "$workspace" "$@"; }

# What the reader would type; shown, then done.
show() {
  printf '\n\033[2m$ %s\033[0m\n' "$(typed ./dev cli --workspace "$workspace" "$@")"
  callimport "$@"
}

# typed WORD...: as a shell takes it.
typed() {
  local word line=
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./:=@%+-]+$ ]] || word=${word@Q}
    line+=" $word"
  done
  echo "${line# }"
}

fault() { curl -fsS -X POST "$vendor/_control/faults" -d "$1" >/dev/null; }

# call_ids INDEX...: the vendor's ids of these calls, in the order of their start, as a JSON array.
call_ids() {
  local index ids=()
  for index in "$@"; do
    ids+=("$(curl -fsS "$vendor/_control/truth?from=$index&count=1" | grep -o -m 1 '"id":"[^"]*"' | cut -d : -f 2)")
  done
  (IFS=,; echo "[${ids[*]}]")
}

demo() {
  need_packages build run
  services_up fake-vendors
  choose_cli_config
  workspace=demo-$(date +%m%d-%H%M%S)
  say "Starting a vendor that behaves like Gong, with 30 calls of generated speech"
  stop fake-vendors
  start fake-vendors 18080 --port=18080 --gong-calls=30 --media=speech --no-transcript-share=0.15 \
    --gong-per-second=3 --gong-per-day=10000 --seed="$(date +%s)"
  note "three requests a second, as Gong allows; 15 % of the calls come without a transcript"
  fault "{\"kind\": \"html\", \"match\": {\"endpoint\": \"media\", \"calls\": $(call_ids 4 13 22)}}"
  note "and for now, three recordings are an error page"

  say "Connecting: the key is checked with the vendor, then sealed"
  export GONG_KEY=fake-access-key GONG_SECRET=fake-access-key-secret
  show connect gong --secret-env access_key=GONG_KEY --secret-env access_key_secret=GONG_SECRET \
    --set base_url="$vendor"

  say "Importing"
  show preview
  local status=0
  show import || status=$?
  [[ $status -eq 3 ]] || die "the import should have ended with three failures; see var/log"
  say "The vendor has recovered: retrying what failed, and nothing else"
  curl -fsS -X DELETE "$vendor/_control/faults" >/dev/null
  show retry

  say "Searching for words that were spoken"
  show search encryption
  show search '"security review"'
  say "The services are still running. Go on with what was imported:"
  note "./dev cli --workspace $workspace search WORDS"
  note "./dev cli --workspace $workspace verify"
  note "./dev rpc JobScheduler/ListImportJobs '{\"workspace_id\": \"$workspace\"}'"
  note "./dev cli help    ./dev down"
}

import_files() {
  [[ $# -gt 0 ]] || die "usage: ./dev import FILE… (MP3, WAV, M4A, MP4, MOV or WebM)"
  local file files=()
  for file in "$@"; do
    [[ -r $file ]] || die "cannot read $file"
    files+=("$(realpath "$file")")
  done
  services_up
  choose_cli_config
  workspace=${CALLIMPORT_WORKSPACE:-demo}
  show upload "${files[@]}"
  note "Find what was said:  ./dev cli --workspace $workspace search WORDS"
}
