# shellcheck shell=bash
# Everything that is checked without running the product.

: "${root:?set by ./dev}" "${var:?set by ./dev}"

# What is compared against, to know what changed: CI may set it to the target branch.
lint_base() {
  local base=${CALLIMPORT_LINT_BASE:-}
  [[ -n $base ]] || base=$(git -C "$root" merge-base HEAD origin/main 2>/dev/null) || true
  [[ -n $base && $base != "$(git -C "$root" rev-parse HEAD)" ]] || base=HEAD~1
  git -C "$root" rev-parse -q --verify "$base^{commit}" >/dev/null && echo "$base"
}

tracked() { git -C "$root" ls-files -- "$@"; }

check() {
  local what=$1
  shift
  say "Checking $what"
  (cd "$root" && "$@") >&2 || failures+=("$what")
}

check_format() {
  tracked '*.cc' '*.h' | xargs clang-format-19 --dry-run --Werror 2>&1 | head -n 40
  return "${PIPESTATUS[1]}"
}

check_protos() {
  local buf=tools/node/node_modules/.bin/buf
  $buf lint proto && $buf format --exit-code -d proto && $buf breaking proto --against proto/baseline.binpb
}

check_shell() {
  tracked | xargs grep -lE '^#!.*\b(ba)?sh$|^# shellcheck shell=bash' | xargs shellcheck -x
}

# clang-tidy costs seconds a file, so only what changed is read.
check_tidy() {
  local base files
  base=$(lint_base) || return 0
  mapfile -t files < <(git diff --name-only --diff-filter=d "$base" -- '*.cc')
  [[ ${#files[@]} -gt 0 ]] || return 0
  build release all >&2
  printf '%s\n' "${files[@]}" | xargs -P 2 -n 4 clang-tidy-19 -p build/release --quiet --extra-arg=-Wno-ignored-gch
}

lint() {
  local failures=()
  need_packages lint node
  need_node_tools
  check "layers" tools/check_layers.py
  check "who reads secrets" tools/check_secrets.py
  check "adapter sizes" tools/check_adapter_size.py
  check "requirements" tools/check_requirements.py
  check "alerts" tools/check_alerts.py
  check "shell scripts" check_shell
  check "protos" check_protos
  check "format" check_format
  check "clang-tidy on what changed" check_tidy
  [[ ${#failures[@]} -eq 0 ]] || die "lint found something in: $(IFS=,; echo "${failures[*]}")"
  say "Lint is clean"
}

format() {
  need_packages lint node
  need_node_tools
  (cd "$root" && tracked '*.cc' '*.h' | xargs clang-format-19 -i && tools/node/node_modules/.bin/buf format -w proto)
}
