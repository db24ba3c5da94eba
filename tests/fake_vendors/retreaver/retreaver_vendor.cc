#include "tests/fake_vendors/retreaver/retreaver_vendor.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/fake_vendors/spoil.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::retreaver {
namespace {

constexpr char kMediaPath[] = "/media/retreaver/";
constexpr std::string_view kRecordings = "/recordings/retreaver/";
constexpr std::string_view kCall = "/api/v3/calls/";
constexpr uint64_t kMaxPerPage = 100;
// Of every list, unless the request says so; only calls let it.
constexpr uint64_t kPerPage = 25;

gong::CallBookOptions BookOf(const RetreaverOptions& options) {
  gong::CallBookOptions book = options.book;
  if (options.noise_bytes) {
    book.recording_length = NoiseRecordings(book.seed, *options.noise_bytes).Length();
  }
  return book;
}

// The vendor does not say what errors look like; they are no JSON here.
HttpResponse Error(int status, const std::string& words) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain";
  response.body = Body(words);
  return response;
}

uint64_t NumberOf(std::string_view text, uint64_t otherwise) {
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

std::string NumberAt(uint64_t place) { return "+1888555" + std::to_string(1000 + place); }

// The address of another page, key and all.
std::string PageLink(const HttpRequest& request, uint64_t page, const char* relation) {
  std::string link = "<http://" + std::string(request.Header("host")) + request.path + "?";
  for (const auto& [name, value] : request.query) {
    if (name != "page") link += name + "=" + value + "&";
  }
  return link + "page=" + std::to_string(page) + ">; rel=\"" + relation + "\"";
}

// Where there is but one page, nothing leads anywhere.
HttpResponse WithLinks(const HttpRequest& request, uint64_t page, uint64_t pages,
                       HttpResponse response) {
  std::string links;
  if (pages > 1) links = PageLink(request, pages, "last");
  if (page > 1) links += ", " + PageLink(request, page - 1, "prev");
  if (page < pages) links += ", " + PageLink(request, page + 1, "next");
  if (!links.empty()) response.headers.emplace_back("Link", links);
  return response;
}

uint64_t PagesOf(uint64_t all, uint64_t size) {
  return std::max<uint64_t>((all + size - 1) / size, 1);
}

void WriteEvents(JsonWriter& json, const gong::Call& call) {
  json.Key("call_flow_events").BeginArray();
  for (const char* stage : {"call_started", "target_selected", "answered", "call_ended"}) {
    json.BeginObject().Field("event", stage).Field("time", ToIso(call.started)).EndObject();
  }
  json.EndArray();
}

}  // namespace

RetreaverVendor::RetreaverVendor(const RetreaverOptions& options, const Clock& clock, Stats& stats,
                                 Faults& faults)
    : options_(options),
      faults_(faults),
      stats_(stats),
      book_(BookOf(options)),
      limit_(clock),
      media_(
          {.path = kMediaPath,
           .seed = options.book.seed,
           .valid_for = options.address_valid_for,
           .mp3_share = options.mp3_share,
           .noise_bytes = options.noise_bytes},
          [this](const std::string& id) { return IndexOf(id); },
          [this](uint64_t index) { return book_.At(index).dialogue; }, clock, stats, faults) {
  limit_.AddWindow(options.per_minute, std::chrono::seconds(60));
}

// The digits of an id of the book in the last places, as many zeros before them.
std::string RetreaverVendor::UuidOf(uint64_t index) const {
  const std::string digits = std::string(12, '0') + book_.IdOf(index);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

std::optional<uint64_t> RetreaverVendor::IndexOf(std::string_view uuid) const {
  std::string digits(uuid);
  std::erase(digits, '-');
  if (digits.size() != 32) return std::nullopt;
  const auto index = book_.IndexOf(std::string_view(digits).substr(12));
  return index && UuidOf(*index) == uuid ? index : std::nullopt;
}

std::string RetreaverVendor::EndpointOf(const HttpRequest& request) {
  if (request.path == "/company.json") return "company";
  if (request.path == "/numbers.json") return "numbers";
  if (request.path == "/api/v3/calls.json") return "calls";
  if (request.path.starts_with(kCall)) return "call";
  return request.path.starts_with(kRecordings) ? "redirect" : "";
}

bool RetreaverVendor::Serves(const HttpRequest& request) {
  return request.path.starts_with(kMediaPath) || !EndpointOf(request).empty();
}

void RetreaverVendor::Handle(const HttpRequest& request, Respond respond) {
  if (media_.Serves(request)) return media_.Handle(request, std::move(respond));
  const std::string endpoint = EndpointOf(request);
  Counted(stats_, endpoint, std::move(respond))(Answer(request, endpoint));
}

HttpResponse RetreaverVendor::Answer(const HttpRequest& request, const std::string& endpoint) {
  if (endpoint == "redirect") {
    return Redirect(request, request.path.substr(kRecordings.size(), 36));
  }
  if (std::optional<HttpResponse> refusal = Refuse(request, endpoint)) return *std::move(refusal);
  std::vector<std::string> ids;
  if (endpoint == "call") ids.push_back(request.path.substr(kCall.size(), 36));
  const std::optional<Fault> fault = faults_.Meet(endpoint, ids);
  HttpResponse healthy = Healthy(request, endpoint);
  return fault ? Spoil(*fault, std::move(healthy)) : healthy;
}

std::optional<HttpResponse> RetreaverVendor::Refuse(const HttpRequest& request,
                                                    const std::string&) {
  if (request.Query("api_key") != options_.key) return Error(401, "Unauthorized");
  if (request.Query("company_id") != options_.company_id) return Error(403, "Forbidden");
  if (limit_.Refuse()) return Error(429, "Too many requests");
  return std::nullopt;
}

HttpResponse RetreaverVendor::Healthy(const HttpRequest& request, const std::string& endpoint) {
  if (endpoint == "calls") return Calls(request);
  if (endpoint == "numbers") return Numbers(request);
  if (endpoint == "company") {
    JsonWriter json;
    json.BeginObject().Key("company").BeginObject();
    json.Field("id", NumberOf(options_.company_id, 0)).Field("name", "Spring Leads");
    return JsonResponse(200, json.EndObject().EndObject().Take());
  }
  const auto index = IndexOf(request.path.substr(kCall.size(), 36));
  if (!index || !request.path.ends_with(".json")) return Error(404, "Not Found");
  JsonWriter json;
  WriteCall(json, request, *index);
  return JsonResponse(200, json.Take());
}

HttpResponse RetreaverVendor::Calls(const HttpRequest& request) {
  const std::string from_text(request.Query("created_at_start"));
  const std::string to_text(request.Query("created_at_end"));
  const auto from = ParseIso(from_text);
  const auto to = ParseIso(to_text);
  if ((!from_text.empty() && !from) || (!to_text.empty() && !to)) return Error(400, "Bad Request");
  const uint64_t first = from ? book_.FirstFrom(*from) : 0;
  const uint64_t last = to ? book_.FirstFrom(*to + std::chrono::milliseconds(1)) : book_.size();
  const uint64_t all = last > first ? last - first : 0;
  const uint64_t page = NumberOf(request.Query("page"), 1);
  const uint64_t size =
      std::clamp<uint64_t>(NumberOf(request.Query("per_page"), kPerPage), 1, kMaxPerPage);
  if (page < 1) return Error(400, "Bad Request");
  const bool rising = request.Query("order") == "asc";
  JsonWriter json;
  json.BeginArray();
  for (uint64_t place = (page - 1) * size; place < std::min(page * size, all); ++place) {
    WriteCall(json, request, rising ? first + place : last - 1 - place);
  }
  return WithLinks(request, page, PagesOf(all, size), JsonResponse(200, json.EndArray().Take()));
}

HttpResponse RetreaverVendor::Numbers(const HttpRequest& request) const {
  const uint64_t page = NumberOf(request.Query("page"), 1);
  if (page < 1) return Error(400, "Bad Request");
  JsonWriter json;
  json.BeginArray();
  const uint64_t end = std::min(page * kPerPage, options_.numbers);
  for (uint64_t place = (page - 1) * kPerPage; place < end; ++place) {
    json.BeginObject().Key("number").BeginObject().Field("id", 5000 + place);
    json.Field("number", NumberAt(place)).Field("toll_free", place % 2 == 0);
    json.Field("updated_at", "2025-05-03T13:53:23Z").Field("created_at", "2025-04-18T06:05:05Z");
    json.Field("sid", "superaffiliate").Field("afid", "0001").Field("cid", "111");
    json.Field("uses_campaign_settings", true).EndObject().EndObject();
  }
  return WithLinks(request, page, PagesOf(options_.numbers, kPerPage),
                   JsonResponse(200, json.EndArray().Take()));
}

// The recording's own address never ends; it leads to one that does.
HttpResponse RetreaverVendor::Redirect(const HttpRequest& request, const std::string& uuid) const {
  const auto index = IndexOf(uuid);
  if (!index || !HasRecording(*index)) return Error(404, "Not Found");
  HttpResponse response = Error(302, "");
  response.headers.emplace_back("Location", media_.AddressOf(request, uuid, *index));
  return response;
}

void RetreaverVendor::WriteCall(JsonWriter& json, const HttpRequest& request,
                                uint64_t index) const {
  const gong::Call call = book_.At(index);
  const std::string uuid = UuidOf(index);
  const auto seconds = std::chrono::round<std::chrono::seconds>(call.length).count();
  const bool running = IsRunning(index);
  json.BeginObject().Key("call").BeginObject().Field("uuid", uuid);
  json.Field("caller", call.buyer.phone).Key("caller_number_sent").Null();
  json.Field("caller_zip", "94105").Field("caller_city", "San Francisco");
  json.Field("caller_country", "US").Field("status", running ? "in_progress" : "finished");
  json.Field("start_time", ToIso(call.started)).Field("created_at", ToIso(call.started));
  json.Field("updated_at", ToIso(call.started + call.length));
  if (running) {
    json.Key("end_time").Null().Key("total_duration").Null();
  } else {
    json.Field("end_time", ToIso(call.started + call.length)).Field("total_duration", seconds);
  }
  json.Field("dialed_call_duration", seconds).Field("dialed_number", "+14155550900");
  // Money comes as number and as text.
  json.Field("cid", "1").Key("revenue").Raw(index % 2 == 0 ? "5.0" : "null");
  json.Field("charge_total", "0.08").Field("hung_up_by", "caller").Field("via", "inbound-dial");
  // Newer accounts have objects in two places.
  const std::string number = NumberAt(index % std::max<uint64_t>(options_.numbers, 1));
  if (index % 3 == 2) {
    json.Key("number").BeginObject().Field("number", number).Field("name", "Web").EndObject();
    json.Key("campaign").BeginObject().Field("id", 9872).Field("name", call.title).EndObject();
  } else {
    json.Field("number", number).Field("campaign_id", 9872).Field("campaign_name", call.title);
  }
  json.Key("converted").Raw(index % 5 == 4 ? "null" : "true").Field("payable", true);
  json.Key("keys_pressed").BeginArray().Text("1").EndArray();
  json.Key("tags").BeginObject().Field("geo", "us,us-ca").EndObject();
  json.Key("tag_values").BeginArray().BeginObject();
  json.Field("key", "keyword").Field("value", call.dialogue.subject).EndObject().EndArray();
  json.Key("upstream_call_uuid").Null().Key("downstream_call_uuids").BeginArray().EndArray();
  json.Field("target_id", 27449).Field("company_id", NumberOf(options_.company_id, 0));
  json.Field("target_name", call.seller.name).Field("connected", true);
  if (request.Query("call_flow_events") == "true") WriteEvents(json, call);
  if (HasRecording(index)) {
    json.Field("recording_url", "http://" + std::string(request.Header("host")) +
                                    std::string(kRecordings) + uuid + "/call_1.mp3");
  }
  json.EndObject().EndObject();
}

}  // namespace callimport::fake_vendors::retreaver
