#include "tests/fake_vendors/openphone/openphone_vendor.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/fake_vendors/openphone/openphone_json.h"
#include "tests/fake_vendors/random.h"
#include "tests/fake_vendors/spoil.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::openphone {
namespace {

constexpr char kMediaPath[] = "/media/openphone/";
constexpr char kVersion[] = "2026-03-30";
constexpr uint64_t kMaxPage = 50;
constexpr uint64_t kMaxPageV1 = 100;

PhoneBookOptions BookOf(const OpenPhoneOptions& options) {
  PhoneBookOptions book = options.book;
  if (options.noise_bytes) {
    book.calls.recording_length = NoiseRecordings(book.calls.seed, *options.noise_bytes).Length();
  }
  return book;
}

HttpResponse Error(int status, const std::string& message, bool v1) {
  return JsonResponse(status, ErrorJson(status, message, v1));
}

// "<how many have been given>.<check>": the check ties it to the other inputs.
std::string MakeCursor(uint64_t given, uint64_t digest) {
  return std::to_string(given) + "." + std::to_string(Mix(digest, given));
}

std::optional<uint64_t> GivenBy(const std::string& cursor, uint64_t digest) {
  if (cursor.empty()) return 0;
  uint64_t given = 0;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), given);
  return MakeCursor(given, digest) == cursor ? std::optional(given) : std::nullopt;
}

// Everything that a request asks for but where to go on.
uint64_t DigestOf(const HttpRequest& request) {
  std::string text = request.path;
  for (const auto& [name, value] : request.query) {
    if (name != "after" && name != "pageToken") text += "|" + name + "=" + value;
  }
  return std::hash<std::string>()(text);
}

struct Span {
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  bool broken = false;
};

Span SpanOf(const HttpRequest& request, const char* from, const char* to) {
  Span span;
  const auto read = [&](const char* name, std::optional<Timestamp>& time) {
    const std::string text(request.Query(name));
    if (!text.empty() && !(time = ParseIso(text))) span.broken = true;
  };
  read(from, span.from);
  read(to, span.to);
  return span;
}

uint64_t PageSize(const HttpRequest& request, bool v1) {
  const std::string_view text = request.Query(v1 ? "maxResults" : "limit");
  uint64_t size = 10;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

// The first item whose time is not before `time`.
uint64_t FirstFrom(uint64_t count, const std::function<Timestamp(uint64_t)>& time_of,
                   Timestamp time) {
  uint64_t low = 0;
  for (uint64_t high = count; low < high;) {
    const uint64_t middle = low + (high - low) / 2;
    if (time_of(middle) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

OpenPhoneVendor::OpenPhoneVendor(const OpenPhoneOptions& options, const Clock& clock, Stats& stats,
                                 Faults& faults)
    : options_(options),
      faults_(faults),
      stats_(stats),
      book_(BookOf(options)),
      limit_(clock),
      media_(
          {.path = kMediaPath,
           .seed = options.book.calls.seed,
           .valid_for = options.address_valid_for,
           .mp3_share = options.mp3_share,
           .noise_bytes = options.noise_bytes},
          [this](const std::string& id) { return book_.IndexOfCall(id); },
          [this](uint64_t index) { return book_.calls().At(index).dialogue; }, clock, stats,
          faults) {
  limit_.AddWindow(options.per_second, std::chrono::seconds(1));
}

OpenPhoneVendor::Route OpenPhoneVendor::RouteOf(const HttpRequest& request) {
  std::string path = request.path;
  Route route;
  if ((route.v1 = path.starts_with("/v1/"))) path = path.substr(3);
  const std::string_view lists[] = {"/calls",         "/messages", "/users",
                                    "/phone-numbers", "/contacts", "/conversations"};
  for (const std::string_view list : lists) {
    if (path == list) route.endpoint = list.substr(1);
  }
  if (route.v1 && path.starts_with("/call-voicemails/")) {
    route.endpoint = "voicemail";
    route.call_id = path.substr(17);
  }
  if (!route.v1 && path.starts_with("/calls/")) {
    const size_t slash = path.find('/', 7);
    route.call_id = path.substr(7, slash == std::string::npos ? slash : slash - 7);
    route.endpoint = slash == std::string::npos ? "call" : path.substr(slash + 1);
  }
  return route;
}

bool OpenPhoneVendor::Serves(const HttpRequest& request) {
  return request.path.starts_with(kMediaPath) || !RouteOf(request).endpoint.empty();
}

void OpenPhoneVendor::Handle(const HttpRequest& request, Respond respond) {
  if (media_.Serves(request)) return media_.Handle(request, std::move(respond));
  const Route route = RouteOf(request);
  Counted(stats_, route.endpoint, std::move(respond))(Answer(request, route));
}

HttpResponse OpenPhoneVendor::Answer(const HttpRequest& request, const Route& route) {
  if (std::optional<HttpResponse> refusal = Refuse(request, route)) return *std::move(refusal);
  std::vector<std::string> ids;
  if (!route.call_id.empty()) ids.push_back(route.call_id);
  const std::optional<Fault> fault = faults_.Meet(route.endpoint, ids);
  HttpResponse healthy = Healthy(request, route);
  return fault ? Spoil(*fault, std::move(healthy)) : healthy;
}

// The key as it is: with "Bearer" before it, it is another one.
std::optional<HttpResponse> OpenPhoneVendor::Refuse(const HttpRequest& request,
                                                    const Route& route) {
  const std::string_view key = request.Header("authorization");
  if (key == options_.forbidden_key) return Error(403, "Not Phone Number User", route.v1);
  if (key != options_.key) return Error(401, "Unauthorized", route.v1);
  if (limit_.Refuse()) return Error(429, "Too Many Requests", route.v1);
  if (!route.v1 && request.Header("quo-api-version") != kVersion) {
    return Error(400, "Missing or unknown Quo-Api-Version", false);
  }
  return std::nullopt;
}

HttpResponse OpenPhoneVendor::Healthy(const HttpRequest& request, const Route& route) {
  if (route.endpoint == "users") return Users(request);
  if (route.endpoint == "calls" && !route.v1) return Calls(request);
  if (route.endpoint == "messages") return Messages(request);
  if (route.endpoint == "phone-numbers") return Numbers(request);
  if (route.endpoint == "contacts") {
    const uint64_t count = book_.options().contacts;
    return List(request, {.count = count, .time = nullptr, .write = WriteContact}, false);
  }
  if (route.endpoint == "conversations" && route.v1 && options_.conversations) {
    return Conversations(request);
  }
  if (const auto index = book_.IndexOfCall(route.call_id)) return OfCall(request, route, *index);
  return Error(404, "Not Found", route.v1);
}

HttpResponse OpenPhoneVendor::OfCall(const HttpRequest& request, const Route& route,
                                     uint64_t index) {
  if (route.endpoint == "recordings") return Recordings(request, index);
  if (route.endpoint == "transcripts") return Transcripts(index);
  if (route.endpoint == "voicemail") return Voicemail(request, index);
  if (route.endpoint != "call") return Error(404, "Not Found", route.v1);
  JsonWriter json;
  json.BeginObject().Key("data");
  WriteCall(json, book_, index, "", "");
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse OpenPhoneVendor::Recordings(const HttpRequest& request, uint64_t index) {
  const gong::Call call = book_.calls().At(index);
  const std::string id = book_.CallId(index);
  JsonWriter json;
  json.BeginObject().Key("data").BeginArray();
  // Somebody deleted a first part.
  if (index % 7 == 6) WriteRecording(json, call, "CRX" + call.id, "deleted", "");
  if (book_.HasRecording(index)) {
    WriteRecording(json, call, "CR" + call.id, "completed", media_.AddressOf(request, id, index));
  } else if (!book_.IsVoicemail(index)) {
    WriteRecording(json, call, "CR" + call.id, "absent", "");
  }
  json.EndArray().Key("nextCursor").Null();
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse OpenPhoneVendor::Transcripts(uint64_t index) {
  if (!options_.transcripts) return Error(403, "Forbidden", false);
  const gong::Call call = book_.calls().At(index);
  // Three ways to have none.
  if (!book_.HasTranscript(index) && index % 3 == 0) return Error(404, "Not Found", false);
  JsonWriter json;
  json.BeginObject().Key("data").BeginArray();
  if (book_.HasTranscript(index) || index % 3 == 1) {
    WriteTranscript(json, call, "CR" + call.id,
                    book_.HasTranscript(index) ? "completed" : "absent");
  }
  json.EndArray().Key("nextCursor").Null();
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse OpenPhoneVendor::Voicemail(const HttpRequest& request, uint64_t index) {
  if (!book_.IsVoicemail(index)) return Error(404, "Not Found", true);
  JsonWriter json;
  json.BeginObject().Key("data");
  WriteVoicemail(json, book_.calls().At(index),
                 media_.AddressOf(request, book_.CallId(index), index));
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse OpenPhoneVendor::List(const HttpRequest& request, const Listed& listed, bool v1) {
  const Span span = v1 ? SpanOf(request, "updatedAfter", "updatedBefore")
                       : SpanOf(request, "createdAt[gte]", "createdAt[lte]");
  const uint64_t size = PageSize(request, v1);
  if (span.broken || size < 1 || size > (v1 ? kMaxPageV1 : kMaxPage)) {
    return Error(400, "Bad Request", v1);
  }
  const uint64_t digest = DigestOf(request);
  const auto given = GivenBy(std::string(request.Query(v1 ? "pageToken" : "after")), digest);
  if (!given) return Error(400, "Invalid cursor", v1);
  const bool timed = listed.time != nullptr;
  const uint64_t first = timed && span.from ? FirstFrom(listed.count, listed.time, *span.from) : 0;
  // Both ends belong to it.
  const uint64_t last = timed && span.to ? FirstFrom(listed.count, listed.time,
                                                     *span.to + std::chrono::milliseconds(1))
                                         : listed.count;
  const uint64_t all = last > first ? last - first : 0;
  const uint64_t begin = std::min(*given, all);
  const uint64_t end = std::min(begin + size, all);
  JsonWriter json;
  json.BeginObject().Key("data").BeginArray();
  for (uint64_t place = begin; place < end; ++place) listed.write(json, last - 1 - place);
  json.EndArray();
  if (v1) json.Field("totalItems", all / 2);  // documented as inaccurate
  json.Key(v1 ? "nextPageToken" : "nextCursor");
  end < all ? json.Text(MakeCursor(end, digest)) : json.Null();
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse OpenPhoneVendor::Calls(const HttpRequest& request) {
  const std::string include(request.Query("include"));
  return List(request,
              {.count = book_.calls().size(),
               .time = [this](uint64_t index) { return book_.calls().StartOf(index); },
               .write =
                   [&](JsonWriter& json, uint64_t index) {
                     WriteCall(json, book_, index, include,
                               media_.AddressOf(request, book_.CallId(index), index));
                   }},
              false);
}

HttpResponse OpenPhoneVendor::Messages(const HttpRequest& request) {
  return List(request,
              {.count = book_.options().messages,
               .time = [this](uint64_t index) { return book_.TimeOfMessage(index); },
               .write =
                   [&](JsonWriter& json, uint64_t index) {
                     const std::string url =
                         book_.HasAttachment(index)
                             ? "https://media.example/" + book_.MessageId(index) + ".jpg"
                             : "";
                     WriteMessage(json, book_, index, url);
                   }},
              false);
}

HttpResponse OpenPhoneVendor::Conversations(const HttpRequest& request) {
  return List(request,
              {.count = book_.options().conversations,
               .time = [this](uint64_t index) { return book_.TimeOfConversation(index); },
               .write = [this](JsonWriter& json,
                               uint64_t index) { WriteConversation(json, book_, index); }},
              true);
}

HttpResponse OpenPhoneVendor::Users(const HttpRequest& request) {
  const auto& users = book_.calls().users();
  return List(request,
              {.count = users.size(),
               .time = nullptr,
               .write =
                   [&](JsonWriter& json, uint64_t index) {
                     WriteUser(json, users[index], index == 0 ? "owner" : "member");
                   }},
              false);
}

HttpResponse OpenPhoneVendor::Numbers(const HttpRequest& request) {
  return List(request, {.count = PhoneBook::kNumbers, .time = nullptr, .write = WriteNumber},
              false);
}

}  // namespace callimport::fake_vendors::openphone
