#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "libs/http/scripted_server.h"

namespace callimport::e2e {

// A vendor that tells everybody what it was told.
class EchoingVendor {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  EchoingVendor() : server_([this](http::ScriptedServer::Connection& c) { Serve(c); }) { BeNice(); }

  std::string url() const { return server_.Url(""); }
  std::string host() const { return url().substr(std::string("http://").size()); }

  static std::string NiceAnswer();
  void BeNice();
  void Be(Answer answer);

 private:
  void Serve(http::ScriptedServer::Connection& connection);

  std::mutex mutex_;
  Answer answer_;
  http::ScriptedServer server_;  // last: its threads use the above
};

std::string HttpAnswer(const std::string& status, const std::string& body,
                       const std::string& headers = "");

// The text as it stands in JSON, quotes included.
std::string AsJson(const std::string& text);

// Answers that show all that was asked, and the canaries once more as a vendor's support may do.
std::vector<EchoingVendor::Answer> Refusals();
// After these the vendor is not asked again soon.
std::vector<EchoingVendor::Answer> Outages();

}  // namespace callimport::e2e
