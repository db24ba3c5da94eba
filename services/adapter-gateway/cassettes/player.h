// An HttpClient that answers from a cassette, byte for byte, and asks nobody.
//
// A request is answered by what was recorded for the same method, address and body; several such
// are played one after the other, and the last of them again and again. Where only the body or the
// query differ, as they do when they tell the time, what was recorded for the path is played in its
// order.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "libs/http/transfers.h"
#include "services/adapter-gateway/cassettes/cassette.h"

namespace callimport::adapter_gateway {

// What a vendor's answer may suffer on its way.
enum class CassetteFault {
  kNone,
  kUnreachable,  // nobody is there
  kSilent,       // nothing comes
  kTruncated,    // half of it comes
  kTrouble,      // 503 instead
  kSlowDown,     // 429 and Retry-After instead
  kPageInstead,  // HTML with status 200 instead
};

class CassettePlayer : public http::HttpClient {
 public:
  explicit CassettePlayer(std::vector<Exchange> exchanges);

  absl::StatusOr<http::Response> Send(const http::Request& request) override;
  std::unique_ptr<http::Transfers> NewTransfers() override;

  // Asked before each answer, with its number from 0. Not while requests are answered.
  void set_faults(std::function<CassetteFault(int answer)> faults) { faults_ = std::move(faults); }

  // What was asked and is not on the cassette: "GET https://api.example/calls".
  std::vector<std::string> unanswered() const;

 private:
  struct Track {
    std::vector<const Exchange*> exchanges;
    size_t next = 0;
  };
  absl::StatusOr<http::Response> Play(const http::Request& request);
  absl::Status Stream(const http::Request& request, const http::TransferSink& sink);

  const std::vector<Exchange> exchanges_;
  std::function<CassetteFault(int)> faults_;
  mutable std::mutex mutex_;
  // By method, address and body; and by method and address without its query.
  std::map<std::string, Track> exact_;
  std::map<std::string, Track> alike_;
  std::vector<std::string> unanswered_;
  int answers_ = 0;
};

}  // namespace callimport::adapter_gateway
