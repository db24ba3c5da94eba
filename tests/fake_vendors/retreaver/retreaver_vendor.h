// A company's Retreaver: version 3 of the calls, and the tracking numbers. The key is part of the
// address.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "libs/common/clock.h"
#include "tests/fake_vendors/faults.h"
#include "tests/fake_vendors/gong/call_book.h"
#include "tests/fake_vendors/http/message.h"
#include "tests/fake_vendors/json_writer.h"
#include "tests/fake_vendors/media_store.h"
#include "tests/fake_vendors/rate_limit.h"
#include "tests/fake_vendors/stats.h"

namespace callimport::fake_vendors::retreaver {

struct RetreaverOptions {
  gong::CallBookOptions book;
  uint64_t numbers = 12;
  std::string key = "fake-retreaver-key";
  std::string company_id = "2";
  // Of the last calls: still going on.
  uint64_t running = 0;
  size_t per_minute = 0;
  std::chrono::seconds address_valid_for{3600};
  double mp3_share = 1.0;
  std::optional<uint64_t> noise_bytes;
};

class RetreaverVendor {
 public:
  RetreaverVendor(const RetreaverOptions& options, const Clock& clock, Stats& stats,
                  Faults& faults);

  static bool Serves(const HttpRequest& request);
  void Handle(const HttpRequest& request, Respond respond);

  const gong::CallBook& book() const { return book_; }
  std::string UuidOf(uint64_t index) const;
  std::optional<uint64_t> IndexOf(std::string_view uuid) const;
  bool IsRunning(uint64_t index) const { return index + options_.running >= book_.size(); }
  bool HasRecording(uint64_t index) const { return !IsRunning(index) && book_.HasMedia(index); }
  Recording RecordingOf(uint64_t index) { return media_.RecordingOf(index); }

 private:
  static std::string EndpointOf(const HttpRequest& request);
  HttpResponse Answer(const HttpRequest& request, const std::string& endpoint);
  std::optional<HttpResponse> Refuse(const HttpRequest& request, const std::string& endpoint);
  HttpResponse Healthy(const HttpRequest& request, const std::string& endpoint);
  HttpResponse Calls(const HttpRequest& request);
  HttpResponse Numbers(const HttpRequest& request) const;
  HttpResponse Redirect(const HttpRequest& request, const std::string& uuid) const;
  void WriteCall(JsonWriter& json, const HttpRequest& request, uint64_t index) const;

  const RetreaverOptions options_;
  Faults& faults_;
  Stats& stats_;
  const gong::CallBook book_;
  RateLimit limit_;
  MediaStore media_;
};

}  // namespace callimport::fake_vendors::retreaver
