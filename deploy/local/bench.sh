# shellcheck shell=bash
# The figures of the suite, beside their targets.

: "${root:?set by ./dev}" "${var:?set by ./dev}" "${programs[*]:?set by services.sh}"

# bench [OPTION…]: as callimport-bench --help says. The PostgreSQL is a private and durable one, in a
# folder of its own, so that neither the demo's data nor its load are in the figures.
bench() {
  need_packages build run
  build release callimport-bench fake-vendors "${programs[@]}"
  local place=$var/bench program=$root/build/release/bin/callimport-bench
  if [[ " $* " == *" --help "* ]]; then
    "$program" --help
    return
  fi
  mkdir -p "$place/tmp"
  # ext4 then puts each run's files elsewhere on the disk: making files is slow where many were just deleted.
  chattr +T "$place/tmp" 2>/dev/null || true
  note_other_load
  with_postgres "$place"
  say "Measuring, on $(nproc) cores; the services and the vendor share them"
  local status=0
  CALLIMPORT_TEST_POSTGRES="host=$(realpath "$place/postgres")/socket user=postgres" TMPDIR=$place/tmp \
    "$program" "$@" || status=$?
  rm -rf "$place/tmp"
  [[ $status -eq 0 ]] || die "not everything was measured; the reasons are above"
}

# Figures of a busy machine are no figures.
note_other_load() {
  local load
  load=$(cut -d ' ' -f 1 /proc/loadavg)
  if awk -v load="$load" 'BEGIN { exit !(load > 0.5) }'; then
    note "the machine is busy (load $load): figures will be lower than it can do"
  fi
}
