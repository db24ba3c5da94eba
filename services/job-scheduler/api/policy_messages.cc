#include "services/job-scheduler/api/policy_messages.h"

#include "libs/common/proto_time.h"

namespace callimport::job_scheduler {
namespace {

v1::RetryRule Rule(const std::string& failure_class, bool counts, const std::string& then) {
  v1::RetryRule rule;
  rule.set_failure_class(failure_class);
  rule.set_counts_as_failure(counts);
  rule.set_then(then);
  return rule;
}

v1::RetryRule Transient(const RetrySchedule& retries) {
  v1::RetryRule rule = Rule("TRANSIENT", true, "FAILED; RetryFailed starts anew");
  for (const auto pause : PausesOf(retries)) *rule.add_pauses() = callimport::ToProto(pause);
  rule.set_jitter(retries.soon.jitter);
  return rule;
}

v1::RetryRule Listing(const RetrySchedule& retries) {
  v1::RetryRule rule = Transient(retries);
  rule.set_failure_class("LISTING");
  rule.set_then(
      "the import FAILED (LISTING_GIVEN_UP) once its calls have ended; RetryFailed goes on "
      "from the checkpoint. Counted in a row since the listing last brought something new; "
      "waits for quota do not count, nor those for a service of this suite");
  return rule;
}

v1::RetryRule Quota(const RetrySchedule& retries) {
  v1::RetryRule rule = Rule("QUOTA", false,
                            "waits as long as the vendor says, or this long when it does not, as "
                            "often as it takes");
  *rule.add_pauses() = callimport::ToProto(retries.quota_wait);
  return rule;
}

}  // namespace

v1::ExplainPolicyResponse PolicyOf(const RetrySchedule& retries,
                                   const std::vector<LimitRule>& limits) {
  v1::ExplainPolicyResponse response;
  *response.add_retry_rules() = Transient(retries);
  *response.add_retry_rules() = Quota(retries);
  *response.add_retry_rules() = Rule(
      "AUTH", false,
      "a refused key: everything that needs it waits, and a few calls try it after 1 min, 2 min, "
      "4 min … 1 h; FAILED after a day. Other refusals: FAILED at once. RetryFailed starts anew");
  *response.add_retry_rules() =
      Rule("PERMANENT", true, "FAILED at once, as another try would give the same");
  *response.add_retry_rules() = Listing(retries);
  for (const LimitRule& limit : limits) {
    auto& rule = *response.add_limit_rules();
    rule.set_name(limit.name);
    rule.set_value(limit.value);
    rule.set_meaning(limit.meaning);
  }
  return response;
}

}  // namespace callimport::job_scheduler
