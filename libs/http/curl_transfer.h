// One request under way: what libcurl calls back, and what the outcome means.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <string_view>

#include "absl/status/status.h"
#include "libs/http/transfers.h"

namespace callimport::http {

class CurlTransfer {
 public:
  CurlTransfer(const Request& request, const HeadSink& on_head, const ChunkSink& on_chunk);

  // Registers the callbacks below.
  void Attach(CURL* handle);

  // What came of it, once libcurl has returned `code`.
  absl::Status Outcome(CURL* handle, CURLcode code) const;

 private:
  using Steady = std::chrono::steady_clock;

  static size_t OnHeaderLine(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype, curl_sockaddr* address);
  static int OnConnected(void* self, char* peer, char* own, int peer_port, int own_port);

  bool TakeHeaderLine(std::string_view line);
  bool FinishHead();
  bool Stop(absl::Status why);
  bool StopAtPrivateAddress();

  const Request& request_;
  const HeadSink& on_head_;
  const ChunkSink& on_chunk_;
  Head head_;
  size_t header_bytes_ = 0;
  bool head_done_ = false;
  Steady::time_point last_activity_ = Steady::now();
  // Why we ended it ourselves; OK if we did not.
  absl::Status stopped_;
};

}  // namespace callimport::http
