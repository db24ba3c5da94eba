#include "libs/http/http_server.h"

#include <civetweb.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

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

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return text;
}

std::map<std::string, std::string> HeadersOf(const mg_request_info& info) {
  std::map<std::string, std::string> headers;
  for (int i = 0; i < info.num_headers; ++i) {
    const auto& header = info.http_headers[i];
    if (header.name && header.value) headers.emplace(LowerCase(header.name), header.value);
  }
  return headers;
}

enum class Framing { kNoBody, kBody, kUnclear };

bool IsNumber(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// CivetWeb takes the first of several lengths, and what it can of "+3" and "0x3".
Framing FramingOf(const mg_request_info& info) {
  // There may have been more headers.
  bool clear = info.num_headers < MG_MAX_HEADERS;
  int ends = 0;
  for (int i = 0; i < info.num_headers; ++i) {
    const auto& header = info.http_headers[i];
    if (!header.name || !header.value) continue;
    const std::string name = LowerCase(header.name);
    const bool length = name == "content-length";
    if (!length && name != "transfer-encoding") continue;
    ++ends;
    clear &= length ? IsNumber(header.value) : LowerCase(header.value) == "chunked";
  }
  if (!clear || ends > 1) return Framing::kUnclear;
  return ends == 0 ? Framing::kNoBody : Framing::kBody;
}

// The status to refuse it with; 0: here it is.
int ReadBody(mg_connection* connection, const HttpServer::Bounds& bounds, SlowClients& slow_clients,
             std::string& body) {
  const mg_request_info& info = *mg_get_request_info(connection);
  const int64_t announced = info.content_length;
  const auto limit = static_cast<int64_t>(bounds.max_body_bytes);
  if (announced > limit) return 413;
  const auto deadline = std::chrono::steady_clock::now() + bounds.patience;
  const SlowClients::Watch watch(slow_clients,
                                 {info.remote_addr, info.remote_port, info.server_port});
  std::array<char, 16 << 10> piece;
  while (true) {
    if (announced >= 0 && static_cast<int64_t>(body.size()) == announced) return 0;
    const int64_t room = announced >= 0 ? announced - static_cast<int64_t>(body.size())
                                        : limit + 1 - static_cast<int64_t>(body.size());
    const int got = mg_read(connection, piece.data(),
                            static_cast<size_t>(std::min<int64_t>(room, piece.size())));
    if (got < 0) return 400;
    if (got == 0) return announced > 0 ? 408 : 0;
    body.append(piece.data(), static_cast<size_t>(got));
    if (static_cast<int64_t>(body.size()) > limit) return 413;
    if (std::chrono::steady_clock::now() > deadline) return 408;
  }
}

void Write(mg_connection* connection, const ServedAnswer& answer, bool with_body, bool close) {
  std::string head =
      "HTTP/1.1 " + std::to_string(answer.status) + " " +
      mg_get_response_code_text(connection, answer.status) +
      "\r\nContent-Type: " + answer.content_type +
      "\r\nContent-Length: " + std::to_string(answer.body.size()) +
      "\r\nCache-Control: no-store\r\nConnection: " + (close ? "close" : "keep-alive") + "\r\n";
  for (const auto& [name, value] : answer.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
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
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(handler), bounds));
  const std::string threads = std::to_string(bounds.threads);
  const std::string patience = std::to_string(bounds.patience.count());
  const std::string head = std::to_string(bounds.max_head_bytes);
  const std::array<const char*, 13> options = {"listening_ports",
                                               address.c_str(),
                                               "num_threads",
                                               threads.c_str(),
                                               "request_timeout_ms",
                                               patience.c_str(),
                                               "max_request_size",
                                               head.c_str(),
                                               "enable_keep_alive",
                                               bounds.keep_alive ? "yes" : "no",
                                               "tcp_nodelay",
                                               "1",
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
  auto* server = static_cast<HttpServer*>(self);
  const Bounds& bounds = server->bounds_;
  const mg_request_info* info = mg_get_request_info(connection);
  ServedRequest request{.method = info->request_method,
                        .path = info->local_uri,
                        .query = ParseQuery(info->query_string ? info->query_string : ""),
                        .headers = HeadersOf(*info)};
  const Framing framing = FramingOf(*info);
  int refused = framing == Framing::kUnclear ? 400 : 0;
  if (framing == Framing::kBody && bounds.max_body_bytes > 0) {
    refused = ReadBody(connection, bounds, server->slow_clients_, request.body);
  }
  // What is left of a body that was refused, or that nobody announced, must not be read as the next
  // request.
  const bool plain =
      framing == Framing::kBody || request.method == "GET" || request.method == "HEAD";
  const bool close = !bounds.keep_alive || refused > 0 || !plain;
  Write(connection,
        refused > 0 ? ServedAnswer{.status = refused} : Answered(server->handler_, request),
        request.method != "HEAD", close);
  if (close) mg_disable_connection_keep_alive(connection);
  return 200;
}

}  // namespace callimport::http
