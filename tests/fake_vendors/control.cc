#include "tests/fake_vendors/control.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/fake_vendors/json_writer.h"

namespace callimport::fake_vendors {
namespace {

constexpr uint64_t kMaxTruths = 1000;

HttpResponse Refusal(int status, const std::string& message) {
  JsonWriter json;
  json.BeginObject().Field("error", message).EndObject();
  return JsonResponse(status, json.Take());
}

HttpResponse Done() { return JsonResponse(200, "{}"); }

uint64_t NumberOf(std::string_view text, uint64_t otherwise) {
  uint64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

void Control::Handle(const HttpRequest& request, Respond respond) {
  if (request.path == "/_control/health") return respond(Done());
  if (request.path == "/_control/stats") return respond(HandleStats(request));
  if (request.path == "/_control/downloads") return respond(HandleDownloads());
  if (request.path == "/_control/gong") return respond(HandleGong(request));
  if (request.path == "/_control/faults") return respond(HandleFaults(request));
  if (request.path == "/_control/truth") {
    const bool taken = slow_work_.Post([this, request, respond] { respond(HandleTruth(request)); });
    return taken ? void() : respond(Refusal(503, "too much is waiting"));
  }
  respond(Refusal(404, "no such control: " + request.path));
}

HttpResponse Control::HandleStats(const HttpRequest& request) {
  if (request.method == "DELETE") {
    stats_.Reset();
    return Done();
  }
  return JsonResponse(200, ToJson(stats_.Snapshot()));
}

HttpResponse Control::HandleDownloads() {
  JsonWriter json;
  json.BeginObject();
  for (const auto& [call, times] : stats_.Downloads()) json.Field(call, times);
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse Control::HandleFaults(const HttpRequest& request) {
  if (request.method == "DELETE") {
    faults_.Clear();
    return Done();
  }
  if (request.method != "POST") return JsonResponse(200, faults_.Describe());
  absl::StatusOr<Fault> fault = ParseFault(request.body);
  if (!fault.ok()) return Refusal(400, std::string(fault.status().message()));
  JsonWriter json;
  json.BeginObject().Field("fault", faults_.Add(*std::move(fault))).EndObject();
  return JsonResponse(200, json.Take());
}

// ?visible=30: so many calls have happened by now.
HttpResponse Control::HandleGong(const HttpRequest& request) {
  if (request.method != "POST") return Refusal(400, "POST ?visible=");
  gong_.Show(NumberOf(request.Query("visible"), gong_.book().size()));
  return Done();
}

// ?call=ID gives one call, ?from=0&count=100 a list in the order of their start.
HttpResponse Control::HandleTruth(const HttpRequest& request) {
  const std::string_view id = request.Query("call");
  if (!id.empty()) {
    const std::optional<uint64_t> index = gong_.book().IndexOf(id);
    if (!index) return Refusal(404, "no such call");
    return JsonResponse(200, gong_.Truth(*index));
  }
  const uint64_t from = NumberOf(request.Query("from"), 0);
  const uint64_t count = std::min(NumberOf(request.Query("count"), 100), kMaxTruths);
  std::string list = "[";
  for (uint64_t index = from; index < std::min(from + count, gong_.book().size()); ++index) {
    if (index > from) list += ',';
    list += gong_.Truth(index);
  }
  return JsonResponse(200, list + "]");
}

}  // namespace callimport::fake_vendors
