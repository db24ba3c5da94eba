#include "tests/bench/gong_addresses.h"

#include <openssl/evp.h>

#include <chrono>
#include <thread>

#include "libs/common/clock.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/json/iso_time.h"
#include "libs/json/object.h"
#include "libs/json/text.h"

namespace callimport::bench {
namespace {

constexpr int kMaxRefusals = 20;
constexpr char kFirstDay[] = "2020-01-01T00:00:00Z";

std::string Base64(const std::string& text) {
  std::string encoded(4 * ((text.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  return encoded;
}

http::Request RequestFor(const Vendor& vendor, const std::string& cursor) {
  http::Request request{.method = "POST", .url = vendor.url + "/v2/calls/extensive"};
  request.headers["authorization"] =
      "Basic " + Base64(vendor.key.Reveal() + ":" + vendor.secret.Reveal());
  request.headers["content-type"] = "application/json";
  request.body = std::string(R"({"filter":{"fromDateTime":)") + json::Quote(kFirstDay) +
                 R"(,"toDateTime":)" + json::Quote(json::FormatIsoTime(SystemClock().Now())) +
                 R"(},"contentSelector":{"exposedFields":{"media":true}})";
  if (!cursor.empty()) request.body += R"(,"cursor":)" + json::Quote(cursor);
  request.body += "}";
  return request;
}

// Asks again where the vendor says that it was asked too often.
absl::StatusOr<std::string> Ask(http::HttpClient& http, const http::Request& request) {
  for (int refusals = 0; refusals < kMaxRefusals; ++refusals) {
    ASSIGN_OR_RETURN(const http::Response response, http.Send(request));
    if (response.status == 200) return response.body;
    if (response.status != 429) {
      return Error(absl::StatusCode::kFailedPrecondition, "VENDOR_REFUSES",
                   "the vendor answers " + std::to_string(response.status));
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  return Error(absl::StatusCode::kResourceExhausted, "VENDOR_REFUSES", "the vendor answers 429");
}

// Adds the page's addresses, and returns the cursor to the next.
absl::StatusOr<std::string> ReadPage(std::string page, std::vector<std::string>& addresses) {
  ASSIGN_OR_RETURN(const json::Document document, json::Document::Parse(std::move(page)));
  json::Faults faults;
  const json::Object root(document.root(), faults);
  for (const json::Object& call : root.Children("calls")) {
    const json::Object media = call.Child("media");
    std::string address = media.Text("audioUrl");
    if (address.empty()) address = media.Text("videoUrl");
    if (!address.empty()) addresses.push_back(std::move(address));
  }
  std::string cursor = root.Child("records").Text("cursor");
  if (!faults.status().ok()) return faults.status();
  return cursor;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindMediaAddresses(http::HttpClient& http,
                                                            const Vendor& vendor, size_t wanted) {
  std::vector<std::string> addresses;
  std::string cursor;
  do {
    ASSIGN_OR_RETURN(std::string page, Ask(http, RequestFor(vendor, cursor)));
    ASSIGN_OR_RETURN(cursor, ReadPage(std::move(page), addresses));
  } while (!cursor.empty() && addresses.size() < wanted);
  if (addresses.size() > wanted) addresses.resize(wanted);
  return addresses;
}

}  // namespace callimport::bench
