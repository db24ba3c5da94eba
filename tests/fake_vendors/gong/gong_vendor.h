// A company's Gong: its calls behind the vendor's interface, and the recordings behind signed
// addresses.
#pragma once

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "tests/fake_vendors/faults.h"
#include "tests/fake_vendors/gong/call_book.h"
#include "tests/fake_vendors/gong/call_filter.h"
#include "tests/fake_vendors/http/message.h"
#include "tests/fake_vendors/media_store.h"
#include "tests/fake_vendors/oauth/oauth_vendor.h"
#include "tests/fake_vendors/rate_limit.h"
#include "tests/fake_vendors/stats.h"

namespace callimport::fake_vendors::gong {

struct GongOptions {
  CallBookOptions book;
  std::string access_key = "fake-access-key";
  std::string access_key_secret = "fake-access-key-secret";
  // With the same secret: known, but not allowed in.
  std::string forbidden_key = "fake-forbidden-key";
  size_t per_second = 0;
  size_t per_day = 0;
  std::chrono::seconds address_valid_for{8 * 3600};
  // Of spoken recordings; the others are WAV.
  double mp3_share = 0.5;
  // Unset: recordings are speech.
  std::optional<uint64_t> noise_bytes;
  // Calls that have happened when it starts; unset: all.
  std::optional<uint64_t> visible_calls;
  // How long a cursor is known; unset: for ever.
  std::optional<std::chrono::milliseconds> cursor_life;
};

class GongVendor {
 public:
  GongVendor(const GongOptions& options, const Clock& clock, Stats& stats, Faults& faults);

  // Whether this request is for Gong at all.
  static bool Serves(const HttpRequest& request);

  void Handle(const HttpRequest& request, Respond respond);

  // Access tokens of these grants open the company too, at the address that came with them alone.
  void AcceptTokens(const OAuthVendor& oauth) { oauth_ = &oauth; }

  const CallBook& book() const { return book_; }
  // As time goes on: so many calls have happened by now, the first ones of the book.
  void Show(uint64_t calls) { visible_ = std::min(calls, book_.size()); }
  // May take a moment when the recording is speech.
  Recording RecordingOf(uint64_t index) { return media_.RecordingOf(index); }
  // What is true about this call, as JSON.
  std::string Truth(uint64_t index);

 private:
  struct Route {
    std::string endpoint;
    std::string call_id;
  };
  static Route RouteOf(const HttpRequest& request);

  HttpResponse Answer(const HttpRequest& request, const Route& route);
  std::optional<HttpResponse> Refuse(const HttpRequest& request);
  bool AcceptsToken(const HttpRequest& request) const;
  HttpResponse Healthy(const HttpRequest& request, const Route& route, const nlohmann::json& body);
  HttpResponse ListCalls(const HttpRequest& request);
  HttpResponse ListExtensive(const HttpRequest& request, const nlohmann::json& body);
  HttpResponse ListTranscripts(const nlohmann::json& body);
  HttpResponse GetCall(const std::string& call_id);
  HttpResponse ListUsers();
  HttpResponse ListWorkspaces();
  HttpResponse ErrorAnswer(int status, const std::string& error);
  HttpResponse NoCalls();
  std::string NewRequestId();
  Paging PagingNow() const;

  const GongOptions options_;
  const Clock& clock_;
  Stats& stats_;
  Faults& faults_;
  const CallBook book_;
  RateLimit limit_;
  const OAuthVendor* oauth_ = nullptr;
  std::atomic<uint64_t> requests_{0};
  std::atomic<uint64_t> visible_;
  MediaStore media_;  // last: its threads use everything above
};

}  // namespace callimport::fake_vendors::gong
