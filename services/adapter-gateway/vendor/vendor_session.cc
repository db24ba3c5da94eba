#include "services/adapter-gateway/vendor/vendor_session.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "libs/common/status_macros.h"
#include "libs/http/retry_after.h"
#include "libs/telemetry/log.h"
#include "services/adapter-gateway/vendor/limit_headers.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kMaxAnswerBytes = 64 << 20;
// A vendor that says "now" to those it has just refused is not taken at its word.
constexpr milliseconds kShortestStop{250};

std::minstd_rand& Chance() {
  thread_local std::minstd_rand random(std::random_device{}());
  return random;
}

// As in deploy/alerts/platforms.yml.
bool IsTrouble(int status) {
  return status == 0 || status == 408 || status == 425 || (status >= 500 && status < 600);
}

std::string WordsOfError(const http::Response& response) {
  const auto document = json::Document::Parse(response.body);
  return document.ok() ? WordsOf(*document) : "";
}

}  // namespace

// What one request came to.
struct VendorSession::Attempt {
  Verdict verdict;
  absl::Status error;
  std::optional<VendorAnswer> answer;
};

VendorSession::VendorSession(const VendorLine& line, const VendorTerms& terms, const Access& access,
                             Headers authorization, Patience patience, Renew renew)
    : line_(line),
      terms_(terms),
      access_(access),
      headers_(std::move(authorization)),
      patience_(std::move(patience)),
      renew_(std::move(renew)) {
  headers_["Accept"] = "application/json";
}

absl::Status VendorSession::Reserve(const std::string& group) {
  if (reserved_) return absl::OkStatus();
  RETURN_IF_ERROR(line_.quota.Acquire(access_.account, terms_.quota, patience_,
                                      {.group = group, .urgent = patience_.urgent}));
  reserved_ = true;
  return absl::OkStatus();
}

// Nobody waits for his turn at a vendor that does not answer anyway.
absl::Status VendorSession::Admit(const VendorRequest& request) {
  const std::string group = BreakerGroupOf(request.group, request.path);
  RETURN_IF_ERROR(line_.breakers.Check(access_.account, group));
  RETURN_IF_ERROR(Reserve(request.group));
  RETURN_IF_ERROR(line_.breakers.Admit(access_.account, group));
  reserved_ = false;
  return absl::OkStatus();
}

absl::StatusOr<VendorAnswer> VendorSession::Ask(const VendorRequest& request) {
  if (request.remember_for.count() == 0 || line_.memory == nullptr) return AskVendor(request);
  auto known = line_.memory->Find(access_.account, request.path);
  terms_.metrics->CountLookUp(known.has_value());
  if (known) return *std::move(known);
  ASSIGN_OR_RETURN(VendorAnswer answer, AskVendor(request));
  line_.memory->Put(access_.account, request.path, answer, request.remember_for);
  return answer;
}

absl::StatusOr<VendorAnswer> VendorSession::AskVendor(const VendorRequest& request) {
  for (int failures = 0;;) {
    RETURN_IF_ERROR(Admit(request));
    Attempt attempt = Try(request);
    if (attempt.answer) return *std::move(attempt.answer);
    if (attempt.verdict == Verdict::kRefused) {
      if (!RenewAfter(attempt.error)) return attempt.error;
      continue;
    }
    if (attempt.verdict == Verdict::kSlowDown) continue;  // Admit() waits, or gives up
    if (++failures >= line_.retry.max_attempts || patience_.Gone()) return attempt.error;
    line_.pause(DelayAfter(line_.retry, failures, Chance()));
  }
}

// A token may end between being leased and being used.
bool VendorSession::RenewAfter(const absl::Status& refusal) {
  if (!renew_ || !IsInvalidKey(refusal)) return false;
  const Renew renew = std::exchange(renew_, nullptr);
  auto headers = renew();
  if (!headers.ok()) return false;
  headers_ = *std::move(headers);
  headers_["Accept"] = "application/json";
  return true;
}

VendorSession::Attempt VendorSession::Try(const VendorRequest& request) {
  const Timestamp sent_at = line_.clock.Now();
  absl::StatusOr<http::Response> response = Send(request);
  if (response.ok()) Heed(*response);
  if (response.ok() && JudgeStatus(response->status) == Verdict::kSlowDown) {
    SlowDown(request, *response, sent_at);
  }
  Attempt attempt = Judge(request, std::move(response));
  Learn(request, attempt);
  return attempt;
}

VendorSession::Attempt VendorSession::Judge(const VendorRequest& request,
                                            absl::StatusOr<http::Response> response) {
  if (!response.ok()) {
    const absl::Status error = OfTransport(terms_.name, response.status());
    const bool may_pass = error.code() == absl::StatusCode::kUnavailable;
    return {may_pass ? Verdict::kTryAgain : Verdict::kRefused, error, {}};
  }
  const bool found_nothing = response->status == 404 && request.not_found_is_answer;
  const Verdict verdict = found_nothing ? Verdict::kAnswer : JudgeStatus(response->status);
  if (verdict == Verdict::kRefused) {
    return {verdict, Refused(response->status, WordsOfError(*response)), {}};
  }
  if (verdict != Verdict::kAnswer) {
    const std::string status = "HTTP status " + std::to_string(response->status);
    return {verdict, VendorError(terms_.name, status), {}};
  }
  auto document = json::Document::Parse(std::move(response->body));
  // Not every vendor says in JSON that there is nothing.
  if (found_nothing && !document.ok()) document = json::Document::Parse("{}");
  if (!document.ok()) {
    const std::string what(document.status().message());
    return {Verdict::kTryAgain, VendorError(terms_.name, "the answer is " + what), {}};
  }
  if (terms_.sentinel && !found_nothing) terms_.sentinel->Look(request.path, *document);
  return {verdict, absl::OkStatus(),
          VendorAnswer{response->status, *std::move(document), std::move(response->headers)}};
}

// What the breaker is to know: a refusal is an answer, and what we broke off is none.
void VendorSession::Learn(const VendorRequest& request, const Attempt& attempt) {
  const std::string group = BreakerGroupOf(request.group, request.path);
  if (absl::IsCancelled(attempt.error)) return line_.breakers.Forget(access_.account, group);
  const bool troubled = attempt.verdict == Verdict::kTryAgain;
  line_.breakers.Report(access_.account, group, troubled ? attempt.error : absl::OkStatus());
}

absl::Status VendorSession::Refused(int http_status, const std::string& words) const {
  return VendorRefused(terms_.name, http_status, HideAccess(words, access_.fields, headers_));
}

absl::StatusOr<http::Response> VendorSession::Send(const VendorRequest& request) {
  const std::string url = access_.base_url + request.path;
  ASSIGN_OR_RETURN(const EgressRules::Permit permit, terms_.egress.CheckApi(url));
  http::Request wire{.method = request.method,
                     .url = url,
                     .headers = headers_,
                     .body = request.body,
                     .deadlines = line_.deadlines,
                     .max_body_bytes = kMaxAnswerBytes,
                     .public_addresses_only = permit.public_addresses_only,
                     .cancelled = patience_.cancelled};
  if (!request.body.empty()) wire.headers["Content-Type"] = "application/json";
  const auto start = std::chrono::steady_clock::now();
  auto response = line_.http.Send(wire);
  // What we break off ourselves says nothing about the vendor.
  if (absl::IsCancelled(response.status())) return response;
  const int status = response.ok() ? response->status : 0;
  terms_.metrics->Count(status, std::chrono::steady_clock::now() - start);
  if (terms_.budget) terms_.budget->Count(IsTrouble(status));
  return response;
}

void VendorSession::Heed(const http::Response& response) {
  const Timestamp now = line_.clock.Now();
  const auto word = VendorWordOf(response, now);
  if (!word) return;
  line_.quota.Heed(access_.account, terms_.quota, *word);
  if (word->remaining == 0 && word->reset) {
    line_.quota.StopUntil(access_.account, terms_.quota, now + *word->reset);
  }
}

void VendorSession::SlowDown(const VendorRequest& request, const http::Response& response,
                             Timestamp sent_at) {
  const Timestamp now = line_.clock.Now();
  const milliseconds told =
      http::RetryAfterOf(response, now).value_or(terms_.quota.Now()->default_retry_after);
  const milliseconds wait = std::max(told, kShortestStop);
  line_.quota.Refused(access_.account, terms_.quota, request.group, sent_at, now + wait);
  log::Warning("the vendor asks to slow down",
               {{"platform", terms_.name}, {"retry_after_ms", wait.count()}});
}

}  // namespace callimport::adapter_gateway
