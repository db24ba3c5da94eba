#include "libs/http/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::http {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

absl::Status Invalid(const std::string& why) {
  return Error(absl::StatusCode::kInvalidArgument, "ADDRESS_INVALID", "the address " + why);
}

std::string Part(CURLU* url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string result(text);
  curl_free(text);
  return result;
}

absl::Status Read(CURLU* url, const std::string& text) {
  const CURLUcode code = curl_url_set(url, CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER);
  if (code == CURLUE_OK) return absl::OkStatus();
  return Invalid(std::string("cannot be read: ") + curl_url_strerror(code));
}

std::string BareHost(std::string host) {
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return host;
}

}  // namespace

std::string Url::Authority() const { return host + ":" + std::to_string(port); }

absl::StatusOr<Url> ParseUrl(const std::string& text) {
  const Handle handle(curl_url(), curl_url_cleanup);
  RETURN_IF_ERROR(Read(handle.get(), text));
  Url url{.scheme = Part(handle.get(), CURLUPART_SCHEME),
          .host = BareHost(Part(handle.get(), CURLUPART_HOST)),
          .port = std::atoi(Part(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str()),
          .path = Part(handle.get(), CURLUPART_PATH)};
  if (url.scheme != "https" && url.scheme != "http") return Invalid("is not of http or https");
  if (url.host.empty()) return Invalid("names no host");
  return url;
}

absl::StatusOr<std::string> ResolveUrl(const std::string& base, const std::string& reference) {
  const Handle handle(curl_url(), curl_url_cleanup);
  RETURN_IF_ERROR(Read(handle.get(), base));
  RETURN_IF_ERROR(Read(handle.get(), reference));
  return Part(handle.get(), CURLUPART_URL);
}

std::string WithoutQuery(const std::string& url) {
  std::string shown = url.substr(0, url.find_first_of("?#"));
  const size_t scheme = shown.find("://");
  if (scheme == std::string::npos) return shown;
  const size_t host = scheme + 3;
  const size_t at = shown.substr(host, shown.find('/', host) - host).rfind('@');
  if (at != std::string::npos) shown.erase(host, at + 1);
  return shown;
}

std::string EscapeQuery(const std::string& text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~') {
      escaped += c;
      continue;
    }
    escaped += '%';
    escaped += kHex[byte >> 4];
    escaped += kHex[byte & 15];
  }
  return escaped;
}

}  // namespace callimport::http
