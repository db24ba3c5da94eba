#include "services/adapter-gateway/cassettes/cassette.h"

#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/base64.h"
#include "libs/json/object.h"
#include "libs/json/text.h"

namespace callimport::adapter_gateway {
namespace {

absl::Status Invalid(const std::string& why) {
  return Error(absl::StatusCode::kInvalidArgument, "CASSETTE_INVALID", why);
}

// Of which every byte comes back.
bool IsText(const std::string& body) {
  const std::string quoted = json::Quote(body);
  return json::Decode(std::string_view(quoted).substr(1, quoted.size() - 2)) == body;
}

std::string Field(const std::string& name, const std::string& text) {
  return absl::StrCat(",", json::Quote(name), ":", json::Quote(text));
}

constexpr char kColon[] = ": ";

std::string Headers(const std::map<std::string, std::string>& headers) {
  std::vector<std::string> lines;
  lines.reserve(headers.size());
  for (const auto& [name, value] : headers) lines.push_back(absl::StrCat(name, kColon, value));
  return json::QuoteAll(lines);
}

std::string Answer(const http::Response& response) {
  const bool text = IsText(response.body);
  return absl::StrCat(
      ",\"status\":", response.status, ",\"headers\":", Headers(response.headers),
      text ? Field("body", response.body) : Field("body_base64", crypto::ToBase64(response.body)));
}

std::string Failure(const absl::Status& status) {
  return absl::StrCat(",\"error\":{\"code\":", static_cast<int>(status.code()),
                      Field("reason", ReasonOf(status)),
                      Field("message", std::string(status.message())), "}");
}

absl::StatusOr<http::Response> AnswerOf(const json::Object& fields) {
  http::Response response;
  response.status = static_cast<int>(fields.Integer("status").value_or(0));
  if (response.status < 100 || response.status > 599) return Invalid("there is no status");
  for (const std::string& line : fields.Texts("headers")) {
    const size_t colon = line.find(kColon);
    if (colon == std::string::npos) return Invalid("a header has no colon");
    response.headers[line.substr(0, colon)] = line.substr(colon + sizeof(kColon) - 1);
  }
  response.body = fields.Text("body");
  if (fields.Has("body_base64")) {
    const auto bytes = crypto::FromBase64(fields.Text("body_base64"));
    if (!bytes) return Invalid("body_base64 is no base64");
    response.body = *bytes;
  }
  response.content_length = static_cast<int64_t>(response.body.size());
  return response;
}

}  // namespace

std::string ToLine(const Exchange& exchange) {
  return absl::StrCat(
      "{\"method\":", json::Quote(exchange.method), Field("url", exchange.url),
      Field("request", exchange.request),
      exchange.answer.ok() ? Answer(*exchange.answer) : Failure(exchange.answer.status()), "}");
}

absl::StatusOr<Exchange> FromLine(const std::string& line) {
  ASSIGN_OR_RETURN(const json::Document document, json::Document::Parse(line));
  json::Faults faults;
  const json::Object fields(document.root(), faults);
  Exchange exchange{.method = fields.Text("method"),
                    .url = fields.Text("url"),
                    .request = fields.Text("request")};
  if (fields.Has("error")) {
    const json::Object error = fields.Child("error");
    const auto code = static_cast<absl::StatusCode>(error.Integer("code").value_or(2));
    exchange.answer = Error(code, error.Text("reason"), error.Text("message"));
  } else {
    auto answer = AnswerOf(fields);
    if (ReasonOf(answer.status()) == "CASSETTE_INVALID") return answer.status();
    exchange.answer = std::move(answer);
  }
  if (!faults.status().ok()) return Invalid(std::string(faults.status().message()));
  if (exchange.method.empty() || exchange.url.empty()) return Invalid("method or url is missing");
  return exchange;
}

absl::StatusOr<std::vector<Exchange>> ReadCassette(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) {
    return Error(absl::StatusCode::kNotFound, "CASSETTE_MISSING", file + " cannot be read");
  }
  std::vector<Exchange> exchanges;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.empty()) continue;
    auto exchange = FromLine(line);
    if (!exchange.ok()) {
      return Invalid(
          absl::StrCat(file, ":", number, ": ", std::string(exchange.status().message())));
    }
    exchanges.push_back(*std::move(exchange));
  }
  return exchanges;
}

}  // namespace callimport::adapter_gateway
