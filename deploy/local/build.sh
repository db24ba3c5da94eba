# shellcheck shell=bash
# Configuring and compiling.

: "${root:?set by ./dev}" "${var:?set by ./dev}"

# One cache for all folders this project is cloned to, and for the precompiled headers.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

# build PRESET [TARGET...]: compiles the programs, or the targets named, with a progress line on a terminal, plain progress otherwise.
build() {
  local preset=$1
  shift
  case $preset in
    release | dev) need_packages build ;;
    asan | tsan) need_packages build sanitize ;;
    *) die "no such preset: $preset (release, dev, asan, tsan)" ;;
  esac
  local folder=$root/build/$preset
  if [[ ! -f $folder/build.ninja ]]; then
    say "Configuring ($preset)"
    (cd "$root" && quietly "$var/log/cmake.log" "cmake" cmake --preset "$preset")
  fi
  [[ $# -gt 0 ]] || set -- "${programs[@]:?set by services.sh}"
  compile "$preset" --target "$@" || die "the build failed; the errors are above"
}

# compile PRESET ARG...
compile() {
  local preset=$1 folder=$root/build/$1
  shift
  if [[ -t 2 && -z ${terse:-} ]]; then
    say "Building ($preset)"
    NINJA_STATUS='    [%f/%t] ' cmake --build "$folder" "$@" >&2
    return
  fi
  NINJA_STATUS='[%f/%t] ' cmake --build "$folder" "$@" 2>&1 | narrate "Building ($preset)"
  return "${PIPESTATUS[0]}"
}

# narrate TITLE: of ninja's lines every 50th step and everything that is not a step, below the title;
# nothing when nothing is to be done.
narrate() {
  local line title=$1 step='^\[([0-9]+)/([0-9]+)\]'
  while IFS= read -r line; do
    [[ $line == "ninja: no work to do." || $line == "[0/"* ]] && continue
    [[ -z $title ]] || say "$title"
    title=
    if [[ ! $line =~ $step ]]; then
      printf '%s\n' "$line" >&2
    elif ((BASH_REMATCH[1] % 50 == 0 || BASH_REMATCH[1] == BASH_REMATCH[2])); then
      note "$line"
    fi
  done
}
