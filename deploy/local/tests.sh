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

run_tests() {
  preset=${CALLIMPORT_PRESET:-release}
  local tiers=("$@") failed_tiers=()
  [[ ${#tiers[@]} -gt 0 ]] || tiers=(unit media postgres e2e)
  need_packages build run test
  build "$preset"
  rm -rf "$var/test-results"
  "$root/deploy/local/postgres.sh" start "$var" test
  export CALLIMPORT_TEST_POSTGRES="host=$var/postgres-test/socket user=postgres"
  local tier
  for tier in "${tiers[@]}"; do
    case $tier in
      unit) run_label unit 2 ;;
      media | postgres | e2e) run_label "$tier" 1 ;;
      *) die "no such tier of tests: $tier (unit, media, postgres, e2e)" ;;
    esac
  done
  "$root/deploy/local/postgres.sh" stop "$var" test
  "$root/tools/count_tests.py" "$var/test-results" || failed_tiers+=(count)
  [[ ${#failed_tiers[@]} -eq 0 ]] || die "tests failed: ${failed_tiers[*]}"
}
