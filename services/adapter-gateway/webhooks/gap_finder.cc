#include "services/adapter-gateway/webhooks/gap_finder.h"

#include <algorithm>
#include <set>

#include "libs/common/proto_time.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kHelp[] = "Calls that a daily listing found, by whether the vendor announced them.";

bool IsAnnounced(const common::v1::CallRecord& record) {
  return record.kind() == common::v1::RECORD_KIND_UNSPECIFIED ||
         record.kind() == common::v1::RECORD_KIND_CALL ||
         record.kind() == common::v1::RECORD_KIND_VOICEMAIL;
}

}  // namespace

class GapFinder::Comparison : public ListingWitness {
 public:
  Comparison(GapFinder& finder, WebhookSource source, std::set<std::string> announced,
             Timestamp from, Timestamp until)
      : finder_(finder),
        source_(std::move(source)),
        announced_(std::move(announced)),
        from_(from),
        until_(until) {}
  ~Comparison() override { finder_.Count(source_, found_, missed_); }

  void OnPage(const v1::ListCallsResponse& page) override {
    for (const common::v1::CallRecord& call : page.calls()) {
      if (!IsAnnounced(call) || !call.has_start_time()) continue;
      const Timestamp start = FromProto(call.start_time());
      if (start < from_ || start + FromProto(call.duration()) >= until_) continue;
      ++(announced_.contains(call.source_call_id()) ? found_ : missed_);
    }
  }

 private:
  GapFinder& finder_;
  const WebhookSource source_;
  const std::set<std::string> announced_;
  // The calls of this time alone are looked at.
  const Timestamp from_;
  const Timestamp until_;
  int64_t found_ = 0;
  int64_t missed_ = 0;
};

std::unique_ptr<ListingWitness> GapFinder::Watch(const v1::ListCallsRequest& request) {
  if (request.work_class() != common::v1::WORK_CLASS_RECONCILE) return nullptr;
  const Timestamp start = FromProto(request.filter().start_time());
  const auto announced = store_.ListAnnounced(request.workspace_id(), request.credential_id(),
                                              start, kMostAnnouncements);
  // Importing goes on without it.
  if (!announced.ok() && !absl::IsNotFound(announced.status())) {
    log::Warning("webhooks cannot be held against the listing", {{"status", announced.status()}});
  }
  if (!announced.ok() || announced->call_ids.size() >= kMostAnnouncements) return nullptr;
  return std::make_unique<Comparison>(*this, announced->subscription.source, announced->call_ids,
                                      std::max(start, announced->subscription.created_at),
                                      clock_.Now() - kAnnouncedWithin);
}

void GapFinder::Count(const WebhookSource& source, int64_t announced, int64_t missed) {
  if (missed > 0) {
    log::Warning("the vendor has not announced calls that its listing has",
                 {{"platform", source.platform},
                  {"workspace_id", source.workspace_id},
                  {"credential_id", source.credential_id},
                  {"announced", announced},
                  {"missed", missed}});
  }
  std::lock_guard lock(mutex_);
  auto found = counters_.find(source.platform);
  if (found == counters_.end()) {
    const auto counter = [&](const char* state) {
      return metrics::Counter("webhook_listed_calls_total", kHelp,
                              {{"platform", source.platform}, {"announced", state}});
    };
    found = counters_.try_emplace(source.platform, counter("yes"), counter("no")).first;
  }
  found->second.first.Add(static_cast<double>(announced));
  found->second.second.Add(static_cast<double>(missed));
}

}  // namespace callimport::adapter_gateway
