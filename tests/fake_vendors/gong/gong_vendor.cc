#include "tests/fake_vendors/gong/gong_vendor.h"

#include <algorithm>
#include <utility>

#include "tests/fake_vendors/digest.h"
#include "tests/fake_vendors/gong/gong_json.h"
#include "tests/fake_vendors/spoil.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::gong {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kPageSize = 100;
constexpr char kMediaPath[] = "/media/gong/";
constexpr std::string_view kCallPath = "/v2/calls/";

CallBookOptions BookOf(const GongOptions& options) {
  CallBookOptions book = options.book;
  if (options.noise_bytes) {
    book.recording_length = NoiseRecordings(book.seed, *options.noise_bytes).Length();
  }
  return book;
}

std::vector<std::string> IdsOf(const Json& body) {
  const auto filter = body.find("filter");
  if (filter == body.end() || !filter->is_object() || !filter->contains("callIds")) return {};
  std::vector<std::string> ids;
  for (const Json& id : (*filter)["callIds"]) {
    if (id.is_string()) ids.push_back(id.get<std::string>());
  }
  return ids;
}

bool Exposes(const Json& body, const char* field) {
  return body.value(Json::json_pointer(std::string("/contentSelector/exposedFields/") + field),
                    false);
}

std::string KeyOf(const HttpRequest& request) {
  const std::string_view header = request.Header("authorization");
  return header.starts_with("Basic ") ? Base64Decoded(header.substr(6)) : std::string();
}

HttpResponse WithRecords(JsonWriter& json, const CallPage& page) {
  json.EndArray().Key("records");
  WriteRecords(json, page);
  return JsonResponse(200, json.EndObject().Take());
}

}  // namespace

GongVendor::GongVendor(const GongOptions& options, const Clock& clock, Stats& stats, Faults& faults)
    : options_(options),
      clock_(clock),
      stats_(stats),
      faults_(faults),
      book_(BookOf(options)),
      limit_(clock),
      visible_(options.visible_calls.value_or(options.book.calls)),
      media_(
          {.path = kMediaPath,
           .seed = options.book.seed,
           .valid_for = options.address_valid_for,
           .mp3_share = options.mp3_share,
           .noise_bytes = options.noise_bytes},
          [this](const std::string& id) { return book_.IndexOf(id); },
          [this](uint64_t index) { return book_.At(index).dialogue; }, clock, stats, faults) {
  limit_.AddWindow(options.per_second, std::chrono::seconds(1));
  limit_.AddWindow(options.per_day, std::chrono::hours(24));
}

bool GongVendor::Serves(const HttpRequest& request) {
  return request.path.starts_with("/v2/") || request.path.starts_with(kMediaPath);
}

GongVendor::Route GongVendor::RouteOf(const HttpRequest& request) {
  const std::string& path = request.path;
  const bool get = request.method == "GET" || request.method == "HEAD";
  const bool post = request.method == "POST";
  if (get && path == "/v2/calls") return {"calls", ""};
  if (post && path == "/v2/calls/extensive") return {"extensive", ""};
  if (post && path == "/v2/calls/transcript") return {"transcript", ""};
  if (get && path == "/v2/users") return {"users", ""};
  if (get && path == "/v2/workspaces") return {"workspaces", ""};
  if (get && path.starts_with(kCallPath)) return {"call", path.substr(kCallPath.size())};
  return {"unknown", ""};
}

void GongVendor::Handle(const HttpRequest& request, Respond respond) {
  if (media_.Serves(request)) return media_.Handle(request, std::move(respond));
  const Route route = RouteOf(request);
  Counted(stats_, route.endpoint, std::move(respond))(Answer(request, route));
}

// The interface

HttpResponse GongVendor::Answer(const HttpRequest& request, const Route& route) {
  if (std::optional<HttpResponse> refusal = Refuse(request)) return *std::move(refusal);
  Json body = Json::object();
  if (request.method == "POST") {
    body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
    if (!body.is_object()) return ErrorAnswer(400, "Failed to parse the request body");
  }
  std::vector<std::string> ids = IdsOf(body);
  if (!route.call_id.empty()) ids.push_back(route.call_id);
  const std::optional<Fault> fault = faults_.Meet(route.endpoint, ids);
  HttpResponse healthy = Healthy(request, route, body);
  return fault ? Spoil(*fault, std::move(healthy)) : healthy;
}

std::optional<HttpResponse> GongVendor::Refuse(const HttpRequest& request) {
  const std::string given = KeyOf(request);
  if (given == options_.forbidden_key + ":" + options_.access_key_secret) {
    return ErrorAnswer(403, "Access from this IP address is not allowed for the API key");
  }
  if (given != options_.access_key + ":" + options_.access_key_secret && !AcceptsToken(request)) {
    return ErrorAnswer(401, "Access denied: the API key is invalid");
  }
  if (const auto wait = limit_.Refuse()) {
    HttpResponse refusal = ErrorAnswer(429, "API call rate limit exceeded");
    refusal.headers.emplace_back("Retry-After", std::to_string(wait->count()));
    return refusal;
  }
  return std::nullopt;
}

// A customer's tokens work at the customer's own address.
bool GongVendor::AcceptsToken(const HttpRequest& request) const {
  const std::string_view header = request.Header("authorization");
  return oauth_ != nullptr && header.starts_with("Bearer ") &&
         request.Header("host").starts_with("localhost") &&
         oauth_->Accepts(std::string(header.substr(7)));
}

HttpResponse GongVendor::Healthy(const HttpRequest& request, const Route& route, const Json& body) {
  if (route.endpoint == "calls") return ListCalls(request);
  if (route.endpoint == "extensive") return ListExtensive(request, body);
  if (route.endpoint == "transcript") return ListTranscripts(body);
  if (route.endpoint == "call") return GetCall(route.call_id);
  if (route.endpoint == "users") return ListUsers();
  if (route.endpoint == "workspaces") return ListWorkspaces();
  return ErrorAnswer(404, "No such resource: " + request.method + " " + request.path);
}

Paging GongVendor::PagingNow() const {
  return {.page_size = kPageSize,
          .visible = visible_,
          .now = clock_.Now(),
          .cursor_life = options_.cursor_life};
}

HttpResponse GongVendor::ListCalls(const HttpRequest& request) {
  const absl::StatusOr<CallFilter> filter = FilterOf(request);
  if (!filter.ok()) return ErrorAnswer(400, std::string(filter.status().message()));
  const absl::StatusOr<CallPage> page = Select(book_, *filter, PagingNow());
  if (!page.ok()) return ErrorAnswer(400, std::string(page.status().message()));
  if (page->total == 0) return NoCalls();
  JsonWriter json;
  json.BeginObject().Field("requestId", NewRequestId()).Key("calls").BeginArray();
  for (const uint64_t index : page->indexes) WriteMetaData(json, book_, book_.At(index));
  return WithRecords(json, *page);
}

HttpResponse GongVendor::ListExtensive(const HttpRequest& request, const Json& body) {
  const absl::StatusOr<CallFilter> filter = FilterOf(body);
  if (!filter.ok()) return ErrorAnswer(400, std::string(filter.status().message()));
  const absl::StatusOr<CallPage> page = Select(book_, *filter, PagingNow());
  if (!page.ok()) return ErrorAnswer(400, std::string(page.status().message()));
  if (page->total == 0) return NoCalls();
  const bool parties = Exposes(body, "parties");
  const bool media = Exposes(body, "media");
  JsonWriter json;
  json.BeginObject().Field("requestId", NewRequestId()).Key("calls").BeginArray();
  for (const uint64_t index : page->indexes) {
    const Call call = book_.At(index);
    json.BeginObject().Key("metaData");
    WriteMetaData(json, book_, call);
    if (parties) WriteParties(json.Key("parties"), call);
    if (media && call.has_media) {
      json.Key("media")
          .BeginObject()
          .Field("audioUrl", media_.AddressOf(request, call.id, index))
          .EndObject();
    }
    json.EndObject();
  }
  return WithRecords(json, *page);
}

HttpResponse GongVendor::ListTranscripts(const Json& body) {
  const absl::StatusOr<CallFilter> filter = FilterOf(body);
  if (!filter.ok()) return ErrorAnswer(400, std::string(filter.status().message()));
  absl::StatusOr<CallPage> page = Select(book_, *filter, PagingNow());
  if (!page.ok()) return ErrorAnswer(400, std::string(page.status().message()));
  std::erase_if(page->indexes, [&](uint64_t index) { return !book_.HasTranscript(index); });
  if (page->indexes.empty() && page->next_cursor.empty()) return NoCalls();
  JsonWriter json;
  json.BeginObject().Field("requestId", NewRequestId()).Key("callTranscripts").BeginArray();
  for (const uint64_t index : page->indexes) WriteTranscript(json, book_.At(index));
  return WithRecords(json, *page);
}

HttpResponse GongVendor::GetCall(const std::string& call_id) {
  const std::optional<uint64_t> index = book_.IndexOf(call_id);
  if (!index) return ErrorAnswer(404, "Call not found");
  JsonWriter json;
  json.BeginObject().Field("requestId", NewRequestId()).Key("call");
  WriteMetaData(json, book_, book_.At(*index));
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse GongVendor::ListUsers() {
  JsonWriter json;
  json.BeginObject().Field("requestId", NewRequestId()).Key("users").BeginArray();
  for (const User& user : book_.users()) WriteUser(json, user);
  CallPage all;
  all.total = book_.users().size();
  all.indexes.resize(all.total);
  return WithRecords(json, all);
}

HttpResponse GongVendor::ListWorkspaces() {
  JsonWriter json;
  json.BeginObject().Field("requestId", NewRequestId()).Key("workspaces").BeginArray();
  json.BeginObject()
      .Field("id", book_.workspace_id())
      .Field("name", "Sales")
      .Field("description", "Everything that sales people say")
      .EndObject();
  return JsonResponse(200, json.EndArray().EndObject().Take());
}

HttpResponse GongVendor::ErrorAnswer(int status, const std::string& error) {
  return JsonResponse(status, ErrorJson(NewRequestId(), error));
}

HttpResponse GongVendor::NoCalls() {
  return ErrorAnswer(404, "No calls found corresponding to the provided filters");
}

std::string GongVendor::NewRequestId() {
  constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  uint64_t number = Mix(options_.book.seed, ++requests_);
  std::string id;
  for (; number > 0; number /= 36) id += kDigits[number % 36];
  return id;
}

}  // namespace callimport::fake_vendors::gong
