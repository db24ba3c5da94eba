// What a vendor counts together, as this replica sees it: its part of all windows, and the time
// for which the vendor wants to be left alone. Its user locks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/adapter-gateway/domain/quota_exchange.h"
#include "services/adapter-gateway/quota/window_share.h"

namespace callimport::adapter_gateway {

// What a request is for.
struct QuotaUse {
  // The group of endpoints that it goes to.
  std::string group = {};
  // May use what is reserved, and goes before those that may not.
  bool urgent = false;
};

class QuotaBucket {
 public:
  QuotaBucket(std::string name, const std::vector<QuotaWindow>& windows);

  const std::string& name() const { return name_; }
  const std::vector<WindowShare>& shares() const { return shares_; }
  // Its windows have these limits from now on, unless it knows newer ones.
  void Adopt(const QuotaPolicy& policy);

  bool MayGo(Timestamp now, const QuotaUse& use) const;
  Timestamp Earliest(Timestamp now, const QuotaUse& use, int64_t ahead) const;
  bool ShouldAsk(Timestamp now, const QuotaUse& use) const;
  void Take(Timestamp now, const QuotaUse& use);
  // This request has to wait.
  void Miss(Timestamp now, const QuotaUse& use);

  void StopUntil(Timestamp until);
  // The vendor has refused a request that was sent at `sent_at`.
  void Refused(const std::string& group, Timestamp sent_at, Timestamp stop_until);
  void Heed(const VendorWord& word) { word_ = word; }
  Timestamp stopped_until() const { return stopped_until_; }

  // Whether it is time to tell the others, and to hear from them.
  bool IsDue(Timestamp now) const;
  // A claim is under way.
  bool asking() const { return asking_; }
  BucketClaim Claim(Timestamp now, const Waiting& waiting, bool release = false);
  void Apply(const BucketClaim& claim, const BucketGrant& grant, Timestamp held_until,
             Timestamp now);
  void Fail(Timestamp now);

  // Nobody has used it for a while, and it holds nothing.
  bool IsForgettable(Timestamp now) const;

 private:
  bool IsIdle(Timestamp now) const;
  WindowShare* Refusing(const std::string& group);

  const std::string name_;
  std::vector<WindowShare> shares_;
  int64_t version_ = 0;
  Timestamp used_at_{};
  Timestamp asked_at_{};
  Timestamp stopped_until_{};
  bool asking_ = false;
  // Until the others know.
  bool stop_is_news_ = false;
  struct Refusals {
    std::string group;
    Timestamp sent_at;
    Timestamp stop_until;
    int64_t count = 0;
  };
  std::optional<Refusals> refused_;
  std::optional<VendorWord> word_;
  // What the claim that is under way tells.
  std::optional<Refusals> told_refused_;
  std::optional<VendorWord> told_word_;
};

}  // namespace callimport::adapter_gateway
