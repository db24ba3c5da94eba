#include "services/adapter-gateway/vendor/contract_sentinel.h"

#include <algorithm>
#include <bit>

#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

// Of one answer; a page of hundreds tells no more.
constexpr size_t kLookedAt = 16;
constexpr int64_t kRecent = 64;
// So many records must have been seen before anything is said about a field.
constexpr int64_t kEnough = 8;

std::string NameOf(const NeededField& needed) {
  const std::string list = needed.list.empty() ? "" : needed.list + "[].";
  return needed.asked + " " + list + needed.field;
}

std::optional<json::Value> FindIn(json::Value value, std::string_view path) {
  while (!path.empty()) {
    const size_t dot = path.find('.');
    const auto found = value.Find(path.substr(0, dot));
    if (!found || found->kind() == json::Kind::kNull) return std::nullopt;
    value = *found;
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return value;
}

std::vector<json::Value> RecordsOf(const json::Document& answer, const std::string& list) {
  const auto found = FindIn(answer.root(), list);
  if (!found) return {};
  if (found->kind() != json::Kind::kArray) return {*found};
  std::vector<json::Value> records = found->Children();
  if (records.size() > kLookedAt) records.resize(kLookedAt, records.front());
  return records;
}

}  // namespace

ContractSentinel::ContractSentinel(std::string platform, std::vector<NeededField> fields,
                                   const Clock& clock)
    : platform_(std::move(platform)),
      clock_(clock),
      drifting_("platform_contract_drifting_fields",
                "Fields that the adapter needs and the platform's answers have ceased to have.",
                {{"platform", platform_}}) {
  const auto counter = [&](const std::string& field, const char* found) {
    return metrics::Counter("platform_contract_fields_total",
                            "Records in which a needed field was looked for, and whether it was "
                            "there.",
                            {{"platform", platform_}, {"field", field}, {"found", found}});
  };
  for (NeededField& needed : fields) {
    const std::string name = NameOf(needed);
    watched_.push_back({std::move(needed), counter(name, "yes"), counter(name, "no")});
  }
  drifting_.Set(0);
}

void ContractSentinel::Look(const std::string& path, const json::Document& answer) {
  const std::string asked = path.substr(0, path.find('?'));
  std::lock_guard lock(mutex_);
  for (Watched& watched : watched_) {
    if (!asked.ends_with(watched.needed.asked)) continue;
    last_look_ = clock_.Now();
    for (const json::Value& record : RecordsOf(answer, watched.needed.list)) {
      Count(watched, FindIn(record, watched.needed.field).has_value());
    }
    Judge(watched);
  }
}

void ContractSentinel::Count(Watched& watched, bool found) {
  (found ? watched.found_total : watched.missing_total).Add();
  ++(found ? watched.found : watched.missing);
  watched.recent = (watched.recent << 1) | (found ? 0U : 1U);
}

void ContractSentinel::Judge(Watched& watched) {
  const int64_t seen = std::min(watched.found + watched.missing, kRecent);
  const bool drifting = seen >= kEnough && 10 * std::popcount(watched.recent) > seen;
  if (drifting == watched.drifting) return;
  watched.drifting = drifting;
  drifting_.Add(drifting ? 1 : -1);
  if (!drifting) return;
  log::Warning("a vendor's answers have lost a field that imports need",
               {{"platform", platform_}, {"field", NameOf(watched.needed)}});
}

std::vector<std::string> ContractSentinel::Drifting() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> fields;
  for (const Watched& watched : watched_) {
    if (watched.drifting) fields.push_back(NameOf(watched.needed));
  }
  return fields;
}

std::optional<Timestamp> ContractSentinel::last_look() const {
  std::lock_guard lock(mutex_);
  return last_look_;
}

std::vector<ContractSentinel::Sight> ContractSentinel::sights() const {
  std::lock_guard lock(mutex_);
  std::vector<Sight> sights;
  for (const Watched& watched : watched_) {
    sights.push_back({NameOf(watched.needed), watched.found, watched.missing});
  }
  return sights;
}

}  // namespace callimport::adapter_gateway
