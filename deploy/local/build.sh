# shellcheck shell=bash
# Configuring and compiling.

: "${root:?set by ./dev}" "${var:?set by ./dev}"

# One cache for all folders this project is cloned to, and for the precompiled headers.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

# build PRESET [TARGET...]: compiles with a progress line on a terminal, plain progress otherwise.
build() {
  local preset=$1
  shift
  need_packages build
  local folder=$root/build/$preset
  if [[ ! -f $folder/build.ninja ]]; then
    say "Configuring ($preset)"
    (cd "$root" && quietly "$var/log/cmake.log" "cmake" cmake --preset "$preset")
  fi
  local targets=()
  [[ $# -gt 0 ]] && targets=(--target "$@")
  say "Building ($preset)"
  compile "$folder" "${targets[@]}" || die "the build failed; the errors are above"
}

compile() {
  local folder=$1
  shift
  if [[ -t 2 ]]; then
    NINJA_STATUS='    [%f/%t] ' cmake --build "$folder" "$@" >&2
    return
  fi
  # Not a terminal: every 50th step, and everything that is not a step.
  NINJA_STATUS='[%f/%t] ' cmake --build "$folder" "$@" 2>&1 |
    awk '/^\[[0-9]+\/[0-9]+\]/ { split(substr($1, 2), n, "[/\\]]"); if (n[1] % 50 == 0 || n[1] == n[2]) print "    " $0; next } { print }' >&2
  return "${PIPESTATUS[0]}"
}
