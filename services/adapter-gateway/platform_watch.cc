#include "services/adapter-gateway/platform_watch.h"

#include <google/protobuf/util/message_differencer.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "libs/catalog/catalog.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

using google::protobuf::util::MessageDifferencer;

std::string Content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The configuration's fields, but for the platforms, that differ.
std::vector<std::string> ChangedFields(const Config& before, const Config& now) {
  std::vector<std::string> names;
  const auto& kind = *Config::descriptor();
  for (int i = 0; i < kind.field_count(); ++i) {
    MessageDifferencer differencer;
    if (kind.field(i)->number() == Config::kPlatformsFieldNumber) continue;
    if (differencer.CompareWithFields(before, now, {kind.field(i)}, {kind.field(i)})) continue;
    names.push_back(kind.field(i)->name());
  }
  return names;
}

}  // namespace

PlatformWatch::PlatformWatch(const Config& started, std::string file, PlatformRegistry& platforms,
                             Check check)
    : started_(started),
      file_(std::move(file)),
      platforms_(platforms),
      check_(std::move(check)),
      failures_("reload_failures_total", "Changed files that could not be taken over",
                {{"file", "platforms"}}) {}

// Of all files that say something about platforms.
std::string PlatformWatch::Texts() const {
  std::set<std::filesystem::path> files;
  std::error_code unreadable;
  for (const auto& entry :
       std::filesystem::directory_iterator(started_.catalog_dir(), unreadable)) {
    if (entry.path().extension() == ".json") files.insert(entry.path());
  }
  std::string texts = Content(file_);
  for (const auto& file : files) texts.append(file.string()).append(Content(file));
  return texts;
}

absl::Status PlatformWatch::Take() {
  Config config;
  RETURN_IF_ERROR(rpc::ReadConfig(file_, config));
  RETURN_IF_ERROR(check_(config));
  ASSIGN_OR_RETURN(const auto catalog, LoadCatalog(started_.catalog_dir()));
  ASSIGN_OR_RETURN(
      PlatformRegistry::Changes changes,
      platforms_.TakeOver(catalog, {config.platforms().begin(), config.platforms().end()}));
  if (!changes.taken_over.empty()) {
    log::Info("limits, prices and states of platforms taken over",
              {{"platforms", absl::StrJoin(changes.taken_over, ", ")}});
  }
  std::vector<std::string> others = ChangedFields(started_, config);
  others.insert(others.end(), changes.need_restart.begin(), changes.need_restart.end());
  if (!others.empty()) {
    log::Warning("changes that need a restart",
                 {{"file", file_}, {"fields", absl::StrJoin(others, ", ")}});
  }
  return absl::OkStatus();
}

absl::Status PlatformWatch::LookAgain() {
  std::string texts = Texts();
  // At the first look, too: a file may have changed since the start.
  if (texts == taken_) return absl::OkStatus();
  if (const absl::Status taken = Take(); !taken.ok()) {
    Complain(taken);
    return absl::OkStatus();
  }
  taken_ = std::move(texts);
  broken_looks_ = 0;
  return absl::OkStatus();
}

void PlatformWatch::Complain(const absl::Status& status) {
  // Whoever writes one file after the other is not done at the first look.
  if (++broken_looks_ != 2) return;
  failures_.Add();
  log::Error("the new limits of platforms are broken; the old ones stay",
             {{"file", file_}, {"status", status}});
}

}  // namespace callimport::adapter_gateway
