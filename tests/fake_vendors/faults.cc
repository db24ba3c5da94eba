#include "tests/fake_vendors/faults.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "libs/common/errors.h"
#include "tests/fake_vendors/json_writer.h"
#include "tests/fake_vendors/random.h"

namespace callimport::fake_vendors {
namespace {

using Json = nlohmann::json;

constexpr std::pair<const char*, FaultKind> kKinds[] = {
    {"status", FaultKind::kStatus},       {"slow", FaultKind::kSlow},
    {"truncated", FaultKind::kTruncated}, {"cut", FaultKind::kCut},
    {"html", FaultKind::kHtml},           {"empty", FaultKind::kEmpty},
    {"garbage", FaultKind::kGarbage},     {"expired_address", FaultKind::kExpiredAddress},
    {"reset", FaultKind::kReset},         {"without_field", FaultKind::kWithoutField},
    {"shuffled", FaultKind::kShuffled},   {"repeated", FaultKind::kRepeated},
};

const char* NameOf(FaultKind kind) {
  return std::ranges::find(kKinds, kind, &std::pair<const char*, FaultKind>::second)->first;
}

FaultKind KindOf(const std::string& name) {
  const auto found =
      std::ranges::find_if(kKinds, [&](const auto& known) { return known.first == name; });
  if (found == std::end(kKinds)) throw std::invalid_argument("unknown kind: " + name);
  return found->second;
}

// A misspelt name would be a fault that never strikes.
void RefuseUnknown(const Json& object, const std::set<std::string>& known) {
  for (const auto& [name, value] : object.items()) {
    if (!known.contains(name)) throw std::invalid_argument("unknown field: " + name);
  }
}

void ReadMatch(const Json& match, Fault& fault) {
  RefuseUnknown(match, {"endpoint", "calls", "share"});
  fault.endpoint = match.value("endpoint", fault.endpoint);
  fault.calls = match.value("calls", fault.calls);
  fault.share = match.value("share", fault.share);
}

Fault ReadFault(const Json& json) {
  RefuseUnknown(json, {"kind", "match", "times", "times_per_call", "status", "retry_after",
                       "ms_per_chunk", "chunk_bytes", "kept", "field"});
  Fault fault;
  fault.kind = KindOf(json.at("kind").get<std::string>());
  if (json.contains("match")) ReadMatch(json["match"], fault);
  fault.times = json.value("times", fault.times);
  fault.times_per_call = json.value("times_per_call", fault.times_per_call);
  fault.status = json.value("status", fault.status);
  if (json.contains("retry_after")) fault.retry_after_seconds = json["retry_after"].get<int>();
  fault.field = json.value("field", fault.field);
  fault.pause = std::chrono::milliseconds(json.value("ms_per_chunk", fault.pause.count()));
  fault.chunk_bytes = std::max<uint64_t>(json.value("chunk_bytes", fault.chunk_bytes), 1);
  fault.kept = std::clamp(json.value("kept", fault.kept), 0.0, 1.0);
  return fault;
}

bool InShare(uint64_t seed, uint64_t place, double share) {
  return share >= 1.0 || Random(seed, place).Share() < share;
}

}  // namespace

absl::StatusOr<Fault> ParseFault(const std::string& json) {
  try {
    return ReadFault(Json::parse(json));
  } catch (const std::exception& problem) {
    return Error(absl::StatusCode::kInvalidArgument, "BAD_FAULT", problem.what());
  }
}

uint64_t Faults::Add(Fault fault) {
  std::lock_guard lock(mutex_);
  ordered_.push_back(
      {.number = ++last_number_, .fault = std::move(fault), .met = 0, .met_by_call = {}});
  any_ = true;
  return last_number_;
}

void Faults::Clear() {
  std::lock_guard lock(mutex_);
  ordered_.clear();
  any_ = false;
}

std::optional<Fault> Faults::Meet(const std::string& endpoint,
                                  const std::vector<std::string>& calls) {
  if (!any_) return std::nullopt;
  std::lock_guard lock(mutex_);
  ++requests_;
  for (Ordered& ordered : ordered_) {
    if (Strikes(ordered, endpoint, calls)) return ordered.fault;
  }
  return std::nullopt;
}

bool Faults::Concerns(const Ordered& ordered, const std::string& call) const {
  const Fault& fault = ordered.fault;
  if (!fault.calls.empty() && !fault.calls.contains(call)) return false;
  if (!InShare(seed_ + ordered.number, std::hash<std::string>()(call), fault.share)) return false;
  const auto met = ordered.met_by_call.find(call);
  return fault.times_per_call == 0 || met == ordered.met_by_call.end() ||
         met->second < fault.times_per_call;
}

bool Faults::Strikes(Ordered& ordered, const std::string& endpoint,
                     const std::vector<std::string>& calls) {
  const Fault& fault = ordered.fault;
  const bool right_endpoint = fault.endpoint.empty() || fault.endpoint == endpoint ||
                              (fault.endpoint == "api" && endpoint != "media");
  if (!right_endpoint || (fault.times > 0 && ordered.met >= fault.times)) return false;
  if (calls.empty()) {
    if (!fault.calls.empty() || !InShare(seed_ + ordered.number, requests_, fault.share)) {
      return false;
    }
  } else {
    const auto concerned =
        std::ranges::find_if(calls, [&](const auto& call) { return Concerns(ordered, call); });
    if (concerned == calls.end()) return false;
    if (fault.times_per_call > 0) ++ordered.met_by_call[*concerned];
  }
  ++ordered.met;
  return true;
}

std::string Faults::Describe() const {
  std::lock_guard lock(mutex_);
  JsonWriter json;
  json.BeginArray();
  for (const Ordered& ordered : ordered_) {
    json.BeginObject()
        .Field("fault", ordered.number)
        .Field("kind", NameOf(ordered.fault.kind))
        .Field("met", ordered.met)
        .EndObject();
  }
  return json.EndArray().Take();
}

}  // namespace callimport::fake_vendors
