#include "tests/fake_vendors/spoil.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/fake_vendors/random.h"

namespace callimport::fake_vendors {
namespace {

HttpResponse Plain(int status, std::string content_type, std::string text) {
  HttpResponse response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = Body(std::move(text));
  return response;
}

HttpResponse StoreError(const std::string& code, const std::string& message) {
  return Plain(403, "application/xml",
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code +
                   "</Code><Message>" + message + "</Message></Error>");
}

HttpResponse StatusAnswer(const Fault& fault) {
  HttpResponse response = JsonResponse(
      fault.status, R"({"requestId":"fault","errors":["The request failed on purpose"]})");
  if (fault.retry_after_seconds) {
    response.headers.emplace_back("Retry-After", std::to_string(*fault.retry_after_seconds));
  }
  return response;
}

// As long as what was asked for, of the same type, and nothing anybody could play.
std::string Garbage(uint64_t size) {
  std::string bytes;
  Random random(size, 1);
  while (bytes.size() < size) bytes += static_cast<char>(random.Next());
  return bytes;
}

using Json = nlohmann::ordered_json;

void Remove(Json& json, const std::string& field) {
  if (json.is_object()) json.erase(field);
  for (Json& child : json) {
    if (child.is_structured()) Remove(child, field);
  }
}

// Only the lists of records; what is inside them stays.
void Shuffle(Json& json) {
  if (json.is_array()) std::reverse(json.begin(), json.end());
  if (!json.is_object()) return;
  for (Json& child : json) Shuffle(child);
}

// The same.
void Repeat(Json& json) {
  if (json.is_array()) {
    Json twice = Json::array();
    for (const Json& record : json) {
      twice.push_back(record);
      twice.push_back(record);
    }
    json = std::move(twice);
  } else if (json.is_object()) {
    for (Json& child : json) Repeat(child);
  }
}

HttpResponse Changed(HttpResponse healthy, const std::function<void(Json&)>& change) {
  Json json = Json::parse(healthy.body.Copy(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return healthy;
  change(json);
  healthy.body = Body(json.dump());
  return healthy;
}

uint64_t Kept(const Fault& fault, const HttpResponse& healthy) {
  return static_cast<uint64_t>(std::floor(static_cast<double>(healthy.body.size()) * fault.kept));
}

}  // namespace

HttpResponse ExpiredAddress() { return StoreError("AccessDenied", "Request has expired"); }

HttpResponse ForgedAddress() {
  return StoreError("SignatureDoesNotMatch", "The signature does not match");
}

HttpResponse Spoil(const Fault& fault, HttpResponse healthy) {
  switch (fault.kind) {
    case FaultKind::kStatus:
      return StatusAnswer(fault);
    case FaultKind::kSlow:
      healthy.delivery.pause = fault.pause;
      healthy.delivery.chunk_bytes = fault.chunk_bytes;
      return healthy;
    case FaultKind::kTruncated:
      healthy.delivery.cut_after = Kept(fault, healthy);
      return healthy;
    case FaultKind::kCut:
      healthy.body = healthy.body.Slice(0, Kept(fault, healthy));
      return healthy;
    case FaultKind::kHtml:
      return Plain(200, "text/html",
                   "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>"
                   "<body><h1>Please sign in</h1></body></html>\n");
    case FaultKind::kEmpty:
      return Plain(200, healthy.content_type, "");
    case FaultKind::kGarbage:
      return Plain(200, healthy.content_type, Garbage(healthy.body.size()));
    case FaultKind::kExpiredAddress:
      return ExpiredAddress();
    case FaultKind::kReset:
      healthy.delivery.reset = true;
      return healthy;
    case FaultKind::kWithoutField:
      return Changed(std::move(healthy), [&](Json& json) { Remove(json, fault.field); });
    case FaultKind::kShuffled:
      return Changed(std::move(healthy), Shuffle);
    case FaultKind::kRepeated:
      return Changed(std::move(healthy), Repeat);
  }
  return healthy;
}

}  // namespace callimport::fake_vendors
