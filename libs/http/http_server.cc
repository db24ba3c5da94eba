#include "libs/http/http_server.h"

#include <civetweb.h>

#include <array>
#include <exception>

#include "libs/common/errors.h"

namespace callimport::http {
namespace {

// "%2B" is '+', and '+' is a space.
std::string Decode(const std::string& text) {
  std::string decoded(text.size() + 1, '\0');
  const int length = mg_url_decode(text.data(), static_cast<int>(text.size()), decoded.data(),
                                   static_cast<int>(decoded.size()), 1);
  decoded.resize(length < 0 ? 0 : static_cast<size_t>(length));
  return decoded;
}

ServedAnswer Answered(const HttpServer::Handler& handler, const ServedRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    return {.status = 500, .body = "Something went wrong here.\n"};
  }
}

void Write(mg_connection* connection, const ServedAnswer& answer, bool with_body) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " " +
                     mg_get_response_code_text(connection, answer.status) +
                     "\r\nContent-Type: " + answer.content_type +
                     "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                     "\r\nCache-Control: no-store\r\nConnection: close\r\n";
  for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
  head += "\r\n";
  if (with_body) head += answer.body;
  mg_write(connection, head.data(), head.size());
}

}  // namespace

std::map<std::string, std::string> ParseQuery(const std::string& query) {
  std::map<std::string, std::string> values;
  for (size_t at = 0; at < query.size();) {
    const size_t end = std::min(query.find('&', at), query.size());
    const std::string pair = query.substr(at, end - at);
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string value = equals < pair.size() ? pair.substr(equals + 1) : "";
    values.emplace(Decode(pair.substr(0, equals)), Decode(value));
    at = end + 1;
  }
  return values;
}

std::string EscapeHtml(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Serve(const std::string& address,
                                                              Handler handler, Bounds bounds) {
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(handler)));
  const std::string threads = std::to_string(bounds.threads);
  const std::string patience = std::to_string(bounds.patience.count());
  const std::string head = std::to_string(bounds.max_head_bytes);
  const std::array<const char*, 11> options = {"listening_ports",
                                               address.c_str(),
                                               "num_threads",
                                               threads.c_str(),
                                               "request_timeout_ms",
                                               patience.c_str(),
                                               "max_request_size",
                                               head.c_str(),
                                               "enable_keep_alive",
                                               "no",
                                               nullptr};
  const mg_callbacks callbacks{};
  server->context_ = mg_start(&callbacks, nullptr, const_cast<const char**>(options.data()));
  if (server->context_ == nullptr) {
    return Error(absl::StatusCode::kUnavailable, "ADDRESS_TAKEN",
                 "cannot listen at " + address + "; another process may hold the port");
  }
  mg_set_request_handler(server->context_, "**", &HttpServer::OnRequest, server.get());
  return server;
}

HttpServer::~HttpServer() {
  if (context_ != nullptr) mg_stop(context_);
}

int HttpServer::port() const {
  mg_server_port port{};
  return mg_get_server_ports(context_, 1, &port) > 0 ? port.port : 0;
}

int HttpServer::OnRequest(mg_connection* connection, void* self) {
  const mg_request_info* info = mg_get_request_info(connection);
  ServedRequest request{.method = info->request_method,
                        .path = info->local_uri,
                        .query = ParseQuery(info->query_string ? info->query_string : "")};
  const auto* server = static_cast<const HttpServer*>(self);
  Write(connection, Answered(server->handler_, request), request.method != "HEAD");
  return 200;
}

}  // namespace callimport::http
