// A company's OpenPhone (Quo): the interface of version 2026-03-30, and what only the older one at
// /v1 has. Both with the same key, and counted together.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "libs/common/clock.h"
#include "tests/fake_vendors/faults.h"
#include "tests/fake_vendors/http/message.h"
#include "tests/fake_vendors/json_writer.h"
#include "tests/fake_vendors/media_store.h"
#include "tests/fake_vendors/openphone/phone_book.h"
#include "tests/fake_vendors/rate_limit.h"
#include "tests/fake_vendors/stats.h"

namespace callimport::fake_vendors::openphone {

struct OpenPhoneOptions {
  PhoneBookOptions book;
  std::string key = "fake-openphone-key";
  // Known, but of somebody who may not see the phone numbers.
  std::string forbidden_key = "fake-openphone-forbidden-key";
  size_t per_second = 0;
  // Of the plan: without, every transcript is answered 403.
  bool transcripts = true;
  // Of an older workspace: without, /v1/conversations is not there.
  bool conversations = true;
  std::chrono::seconds address_valid_for{3600};
  double mp3_share = 1.0;
  std::optional<uint64_t> noise_bytes;
};

class OpenPhoneVendor {
 public:
  OpenPhoneVendor(const OpenPhoneOptions& options, const Clock& clock, Stats& stats,
                  Faults& faults);

  static bool Serves(const HttpRequest& request);
  void Handle(const HttpRequest& request, Respond respond);

  const PhoneBook& book() const { return book_; }
  // Of a call, or of its voicemail.
  Recording RecordingOf(uint64_t index) { return media_.RecordingOf(index); }

 private:
  struct Route {
    std::string endpoint;
    std::string call_id;
    bool v1 = false;
  };
  static Route RouteOf(const HttpRequest& request);

  HttpResponse Answer(const HttpRequest& request, const Route& route);
  std::optional<HttpResponse> Refuse(const HttpRequest& request, const Route& route);
  HttpResponse Healthy(const HttpRequest& request, const Route& route);
  HttpResponse OfCall(const HttpRequest& request, const Route& route, uint64_t index);
  HttpResponse Recordings(const HttpRequest& request, uint64_t index);
  HttpResponse Transcripts(uint64_t index);
  HttpResponse Voicemail(const HttpRequest& request, uint64_t index);

  // Newest first, of those whose time is asked for.
  struct Listed {
    uint64_t count = 0;
    std::function<Timestamp(uint64_t)> time;
    std::function<void(JsonWriter&, uint64_t)> write;
  };
  HttpResponse List(const HttpRequest& request, const Listed& listed, bool v1);
  HttpResponse Calls(const HttpRequest& request);
  HttpResponse Messages(const HttpRequest& request);
  HttpResponse Conversations(const HttpRequest& request);
  HttpResponse Users(const HttpRequest& request);
  HttpResponse Numbers(const HttpRequest& request);

  const OpenPhoneOptions options_;
  Faults& faults_;
  Stats& stats_;
  const PhoneBook book_;
  RateLimit limit_;
  MediaStore media_;
};

}  // namespace callimport::fake_vendors::openphone
