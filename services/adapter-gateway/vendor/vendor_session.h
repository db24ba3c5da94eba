// Asking one vendor in the name of one account: quota, authorization, retries, and what answers
// mean. Adapters say what to ask, and nothing of all this.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/common/retry_policy.h"
#include "libs/http/http_client.h"
#include "services/adapter-gateway/quota/patience.h"
#include "services/adapter-gateway/quota/quota_broker.h"
#include "services/adapter-gateway/vendor/access.h"
#include "services/adapter-gateway/vendor/answer_memory.h"
#include "services/adapter-gateway/vendor/circuit_breaker.h"
#include "services/adapter-gateway/vendor/vendor_answer.h"
#include "services/adapter-gateway/vendor/vendor_terms.h"

namespace callimport::adapter_gateway {

// For so long, what hardly changes may be answered from memory: members, numbers, workspaces.
inline constexpr std::chrono::minutes kHardlyChanges{5};

// A question that changes nothing at the vendor, so that it may be asked again.
struct VendorRequest {
  std::string method = "GET";
  // Behind the base address, query included.
  std::string path = {};
  // JSON.
  std::string body = {};
  // A 404 is an answer to be read, not a refusal.
  bool not_found_is_answer = false;
  // Of the catalog's groups of endpoints; empty: counted only where all are.
  std::string group = {};
  // 0: the vendor itself is asked.
  std::chrono::seconds remember_for{0};
};

// Of each request.
inline constexpr http::Deadlines kVendorDeadlines{.connect = std::chrono::milliseconds(5'000),
                                                  .idle = std::chrono::milliseconds(20'000),
                                                  .total = std::chrono::milliseconds(30'000)};

inline constexpr int64_t kLargestRecording = int64_t{4} << 30;

// What all sessions share.
struct VendorLine {
  http::HttpClient& http;
  QuotaBroker& quota;
  CircuitBreakers& breakers;
  const Clock& clock;
  http::Deadlines deadlines = kVendorDeadlines;
  // In bytes.
  int64_t largest_recording = kLargestRecording;
  RetryPolicy retry{.max_attempts = 3, .first_delay = std::chrono::milliseconds(200)};
  std::function<void(std::chrono::milliseconds)> pause;
  // Null: nothing is remembered.
  AnswerMemory* memory = nullptr;
};

class VendorSession {
 public:
  using Headers = std::map<std::string, std::string>;

  // The vendor refuses the access: other headers, if there are any. Asked once.
  using Renew = std::function<absl::StatusOr<Headers>()>;

  // Everything given here must outlive the session.
  VendorSession(const VendorLine& line, const VendorTerms& terms, const Access& access,
                Headers authorization, Patience patience, Renew renew = nullptr);

  // UNAVAILABLE (VENDOR_ERROR, VENDOR_UNREACHABLE), FAILED_PRECONDITION (INVALID_KEY,
  // MISSING_PERMISSION, VENDOR_REFUSED), RESOURCE_EXHAUSTED (QUOTA_EXHAUSTED, BREAKER_OPEN),
  // CANCELLED.
  absl::StatusOr<VendorAnswer> Ask(const VendorRequest& request);

  // Waits for the turn of the next Ask() beforehand, so that its question can be made up last.
  absl::Status Reserve(const std::string& group = "");

  // The error for an answer that means no, in the vendor's words, but without the access that it
  // may quote.
  absl::Status Refused(int http_status, const std::string& words) const;

  const VendorTerms& terms() const { return terms_; }
  Timestamp Now() const { return line_.clock.Now(); }

  // A field of the credential, for vendors that want it in the address; "" where there is none.
  std::string Field(const std::string& name) const { return FieldOf(access_.fields, name); }

 private:
  struct Attempt;
  absl::StatusOr<VendorAnswer> AskVendor(const VendorRequest& request);
  absl::StatusOr<http::Response> Send(const VendorRequest& request);
  bool RenewAfter(const absl::Status& refusal);
  Attempt Try(const VendorRequest& request);
  Attempt Judge(const VendorRequest& request, absl::StatusOr<http::Response> response);
  absl::Status Admit(const VendorRequest& request);
  void Learn(const VendorRequest& request, const Attempt& attempt);
  void Heed(const http::Response& response);
  void SlowDown(const VendorRequest& request, const http::Response& response, Timestamp sent_at);

  const VendorLine& line_;
  const VendorTerms& terms_;
  const Access& access_;
  Headers headers_;
  Patience patience_;
  Renew renew_;
  bool reserved_ = false;
};

}  // namespace callimport::adapter_gateway
