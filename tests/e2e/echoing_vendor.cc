#include "tests/e2e/echoing_vendor.h"

#include <utility>

#include "tests/e2e/canaries.h"
#include "tests/e2e/service_config.h"

namespace callimport::e2e {
namespace {

// All that was asked, and the secrets once more as a vendor's support may show them.
std::string Told(const std::string& request) {
  return std::string(kAccessKey) + " " + kAccessSecret + " " + kAccessKey + ":" + kAccessSecret +
         " " + request;
}

// Each twice: as an error in JSON, and as a page.
std::vector<EchoingVendor::Answer> EchoesWith(const std::vector<std::string>& statuses) {
  std::vector<EchoingVendor::Answer> echoes;
  for (const std::string& status : statuses) {
    echoes.push_back([=](const std::string& request) {
      return HttpAnswer(status, R"({"requestId":)" + AsJson(Told(request)) + R"(,"errors":[)" +
                                    AsJson("bad credentials: " + Told(request)) + "]}");
    });
    echoes.push_back([=](const std::string& request) {
      return HttpAnswer(status, "<html>" + Told(request) + "</html>");
    });
  }
  return echoes;
}

}  // namespace

std::string EchoingVendor::NiceAnswer() {
  return http::OkAnswer(
      R"({"requestId":"1","records":{"totalRecords":0,"currentPageSize":0,"currentPageNumber":0},)"
      R"("calls":[],"workspaces":[{"id":"1","name":"Echo"}]})");
}

void EchoingVendor::BeNice() {
  Be([](const std::string&) { return NiceAnswer(); });
}

void EchoingVendor::Be(Answer answer) {
  std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

void EchoingVendor::Serve(http::ScriptedServer::Connection& connection) {
  for (std::string request; !(request = connection.ReadRequest()).empty();) {
    std::string answer;
    {
      std::lock_guard lock(mutex_);
      answer = answer_(request);
    }
    if (!connection.Write(answer)) return;
  }
}

std::string HttpAnswer(const std::string& status, const std::string& body,
                       const std::string& headers) {
  return "HTTP/1.1 " + status + "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

std::string AsJson(const std::string& text) {
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::vector<EchoingVendor::Answer> Refusals() {
  auto echoes = EchoesWith({"400 Bad", "401 No", "403 No", "404 No", "409 No", "200 OK"});
  echoes.push_back([](const std::string& request) {
    return http::OkAnswer(R"({"records":)" + AsJson(Told(request)) + R"(,"calls":)" +
                          AsJson(Told(request)) + R"(,"workspaces":[[)" + AsJson(kAccessSecret) +
                          "]]}");
  });
  echoes.push_back([](const std::string&) {
    return http::OkAnswer(std::string(R"({"records":{"totalRecords":")") + kAccessSecret +
                          R"("},"calls":[{"metaData":{"id":")" + kAccessSecret +
                          R"(","started":")" + kAccessSecret +
                          R"("}}],"workspaces":[{"name":7}]})");
  });
  echoes.push_back([](const std::string& request) { return http::OkAnswer("{" + Told(request)); });
  echoes.push_back([](const std::string&) {
    return HttpAnswer("302 Found", "",
                      std::string("location: http://127.0.0.1:1/?x=") + kAccessSecret + "\r\n");
  });
  echoes.push_back(
      [](const std::string&) { return HttpAnswer(std::string("401 ") + kAccessSecret, ""); });
  echoes.push_back([](const std::string&) { return std::string(kAccessSecret) + "\r\n\r\n"; });
  echoes.push_back([](const std::string&) {
    return std::string("HTTP/1.1 200 OK\r\ncontent-length: ") + kAccessSecret + "\r\n\r\n";
  });
  return echoes;
}

std::vector<EchoingVendor::Answer> Outages() {
  auto echoes = EchoesWith({"500 Oh", "503 Oh"});
  echoes.push_back([](const std::string&) {
    return HttpAnswer("429 Slow", "", std::string("retry-after: ") + kAccessSecret + "\r\n");
  });
  return echoes;
}

}  // namespace callimport::e2e
