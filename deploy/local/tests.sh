# shellcheck shell=bash
# Runs the tests in order of their cost, and says the sum in one line.

: "${root:?set by ./dev}" "${var:?set by ./dev}"

# run_label LABEL LOAD: one tier of ctest; its results go to var/test-results as JUnit XML.
run_label() {
  local label=$1 parallel=$2
  say "Tests: $label"
  GTEST_OUTPUT=xml:$var/test-results/$label/ \
    ctest --test-dir "$root/build/$preset" -L "^$label\$" -j "$parallel" --output-on-failure --no-tests=error >&2 ||
    failed_tiers+=("$label")
}

# In this order; each with how many of its tests run at once.
declare -A tiers_at_once=([unit]=2 [media]=1 [postgres]=1 [e2e]=1)
all_tiers=(unit media postgres e2e)

run_tests() {
  preset=${CALLIMPORT_PRESET:-release}
  local tier tiers=("$@") failed_tiers=()
  [[ ${#tiers[@]} -gt 0 ]] || tiers=("${all_tiers[@]}")
  for tier in "${tiers[@]}"; do
    [[ -n ${tiers_at_once[$tier]:-} ]] || die "no such tier of tests: $tier (${all_tiers[*]})"
  done
  need_packages build run test
  build "$preset" all
  rm -rf "$var/test-results"
  with_postgres "$var" test
  export CALLIMPORT_TEST_POSTGRES="host=$var/postgres-test/socket user=postgres"
  for tier in "${tiers[@]}"; do
    run_label "$tier" "${tiers_at_once[$tier]}"
  done
  "$root/tools/count_tests.py" "$var/test-results" || failed_tiers+=(count)
  [[ ${#failed_tiers[@]} -eq 0 ]] || die "tests failed: ${failed_tiers[*]}"
}
