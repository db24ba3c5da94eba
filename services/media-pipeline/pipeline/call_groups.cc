#include "services/media-pipeline/pipeline/call_groups.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace callimport::media_pipeline {
namespace {

constexpr size_t kMaxTranscriptsPerRequest = 100;
// Each rpc costs threads on both sides, which small recordings share; of a few large ones each
// had better have its own.
constexpr size_t kMaxDownloadsPerRpc = 16;
constexpr size_t kRpcsToShare = 8;

using Key = std::tuple<std::string, std::string, std::string>;

template <typename KeyOf>
std::vector<CallGroup> Group(const std::vector<CallPtr>& calls, size_t most, const KeyOf& key_of) {
  std::vector<CallGroup> groups;
  std::map<Key, size_t> open;
  for (const CallPtr& call : calls) {
    const auto [group, fresh] = open.try_emplace(key_of(*call), groups.size());
    if (!fresh && groups[group->second].size() >= most) group->second = groups.size();
    if (group->second == groups.size()) groups.emplace_back();
    groups[group->second].push_back(call);
  }
  return groups;
}

}  // namespace

std::vector<CallGroup> GroupForTranscripts(const std::vector<CallPtr>& calls) {
  return Group(calls, kMaxTranscriptsPerRequest, [](const CallInHand& call) {
    return Key(call.workspace_id, call.credential_id, "");
  });
}

std::vector<CallGroup> GroupForDownloads(const std::vector<CallPtr>& calls) {
  const size_t share = (calls.size() + kRpcsToShare - 1) / kRpcsToShare;
  return Group(calls, std::clamp<size_t>(share, 1, kMaxDownloadsPerRpc),
               [](const CallInHand& call) {
                 return Key(call.workspace_id, call.credential_id, call.job_id);
               });
}

}  // namespace callimport::media_pipeline
