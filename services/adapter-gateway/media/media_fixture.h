// A fetcher of recordings over HTTP that the test answers, and where they arrive.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/http/fake_http_client.h"
#include "libs/testing/fake_clock.h"
#include "services/adapter-gateway/media/media_fetcher.h"

namespace callimport::adapter_gateway {

// Keeps what it gets; its errors are the test's.
class Shelf : public MediaSink {
 public:
  struct Received {
    http::Head head;
    std::string data;
    std::optional<absl::Status> end;
  };

  absl::Status OnHead(size_t index, const http::Head& head) override {
    ++heads;
    all[index].head = head;
    return absl::OkStatus();
  }
  absl::Status OnChunk(size_t index, std::string_view chunk) override {
    ++chunks;
    all[index].data.append(chunk);
    return reader;
  }
  absl::Status OnEnd(size_t index, const absl::Status& status) override {
    EXPECT_FALSE(all[index].end.has_value()) << index;
    all[index].end = status;
    return absl::OkStatus();
  }
  absl::Status Flush() override { return absl::OkStatus(); }

  std::map<size_t, Received> all;
  int heads = 0;
  int chunks = 0;
  absl::Status reader;
};

class MediaFixture : public ::testing::Test {
 protected:
  // The vendor's interface is at https://`host`.
  explicit MediaFixture(const std::string& host) {
    platform_.terms.egress = EgressRules({host}, {}, false);
    auto access = std::make_shared<Access>();
    access->base_url = "https://" + host;
    access->account = "gong/1";
    account_ = {&platform_, access};
  }

  absl::Status FetchAll(const std::vector<std::string>& ids) {
    return fetcher_.Fetch(account_, ids, {.until = clock_.Now() + std::chrono::seconds(20)},
                          shelf_);
  }
  // The end of recording 7.
  absl::Status Fetch() {
    const absl::Status fetched = FetchAll({"7"});
    EXPECT_TRUE(fetched.ok()) << fetched;
    return *shelf_.all[0].end;
  }

  // Both the interface and the storage.
  virtual absl::StatusOr<http::Response> Answer(const http::Request& request) {
    return media_(request);
  }

  testing::FakeClock clock_;
  std::function<absl::StatusOr<http::Response>(const http::Request&)> media_;
  http::FakeHttpClient http_{[this](const http::Request& request) { return Answer(request); }};
  QuotaBroker quota_{clock_};
  CircuitBreakers breakers_{clock_};
  VendorLine line_{.http = http_,
                   .quota = quota_,
                   .breakers = breakers_,
                   .clock = clock_,
                   .pause = [this](auto pause) { clock_.Advance(pause); }};
  AddressBook addresses_{clock_, {.linger = std::chrono::milliseconds(0)}};
  DownloadSlots slots_{clock_};
  MediaFetcher fetcher_{line_, addresses_, slots_};
  Platform platform_{.descriptor = {},
                     .terms = {.name = "Gong",
                               .quota = {},
                               .egress = EgressRules({}, {}, false),
                               .metrics = std::make_unique<VendorMetrics>("gong")},
                     .adapter = nullptr};
  VendorAccount account_;
  Shelf shelf_;
};

}  // namespace callimport::adapter_gateway
