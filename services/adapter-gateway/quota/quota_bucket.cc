#include "services/adapter-gateway/quota/quota_bucket.h"

#include <algorithm>
#include <utility>

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// How often a bucket that is used is settled with the others.
constexpr milliseconds kRhythm{250};
// After so long without a request, everything is given back.
constexpr milliseconds kIdle{5'000};
constexpr milliseconds kAfterFailure{300};

}  // namespace

QuotaBucket::QuotaBucket(std::string name, const std::vector<QuotaWindow>& windows)
    : name_(std::move(name)), shares_(windows.begin(), windows.end()) {}

void QuotaBucket::Adopt(const QuotaPolicy& policy) {
  if (policy.version <= version_) return;
  version_ = policy.version;
  for (WindowShare& share : shares_) {
    for (const QuotaWindow& window : policy.windows) {
      if (IsSameWindow(window, share.window())) share.Adopt(window);
    }
  }
}

bool QuotaBucket::MayGo(Timestamp now, const QuotaUse& use) const {
  if (now < stopped_until_) return false;
  return std::all_of(shares_.begin(), shares_.end(), [&](const WindowShare& share) {
    return !Counts(share.window(), use.group) || share.MayGo(now, use.urgent);
  });
}

Timestamp QuotaBucket::Earliest(Timestamp now, const QuotaUse& use, int64_t ahead) const {
  Timestamp earliest = std::max(now, stopped_until_);
  for (const WindowShare& share : shares_) {
    if (!Counts(share.window(), use.group)) continue;
    earliest = std::max(earliest, share.Earliest(now, ahead, use.urgent));
  }
  return earliest;
}

bool QuotaBucket::ShouldAsk(Timestamp now, const QuotaUse& use) const {
  if (asking_ || now < stopped_until_) return false;
  return std::any_of(shares_.begin(), shares_.end(), [&](const WindowShare& share) {
    return Counts(share.window(), use.group) && share.ShouldAsk(now, use.urgent);
  });
}

void QuotaBucket::Take(Timestamp now, const QuotaUse& use) {
  used_at_ = now;
  for (WindowShare& share : shares_) {
    if (Counts(share.window(), use.group)) share.Take(now, use.urgent);
  }
}

void QuotaBucket::Miss(Timestamp now, const QuotaUse& use) {
  used_at_ = now;
  if (now < stopped_until_) return;
  for (WindowShare& share : shares_) {
    if (Counts(share.window(), use.group) && !share.MayGo(now, use.urgent)) share.Missed();
  }
}

void QuotaBucket::StopUntil(Timestamp until) {
  if (until <= stopped_until_) return;
  stopped_until_ = until;
  stop_is_news_ = true;
}

void QuotaBucket::Refused(const std::string& group, Timestamp sent_at, Timestamp stop_until) {
  StopUntil(stop_until);
  if (!refused_) refused_ = {.group = group, .sent_at = sent_at, .stop_until = stop_until};
  refused_->stop_until = std::max(refused_->stop_until, stop_until);
  ++refused_->count;
}

bool QuotaBucket::IsIdle(Timestamp now) const { return now - used_at_ >= kIdle; }

bool QuotaBucket::IsDue(Timestamp now) const {
  if (asking_) return false;
  if (stop_is_news_ || refused_) return true;
  const bool empty = std::all_of(shares_.begin(), shares_.end(),
                                 [](const WindowShare& share) { return share.HoldsNothing(); });
  if (empty) return false;  // whoever needs it asks by himself
  if (IsIdle(now) || now - asked_at_ >= kRhythm) return true;
  return std::any_of(shares_.begin(), shares_.end(),
                     [&](const WindowShare& share) { return share.HasNews(now); });
}

// The one that the vendor most likely found too full.
WindowShare* QuotaBucket::Refusing(const std::string& group) {
  WindowShare* refusing = nullptr;
  for (WindowShare& share : shares_) {
    if (!Counts(share.window(), group)) continue;
    if (refusing == nullptr || share.window().period < refusing->window().period) {
      refusing = &share;
    }
  }
  return refusing;
}

BucketClaim QuotaBucket::Claim(Timestamp now, const Waiting& waiting, bool release) {
  const bool idle = release || (waiting.all == 0 && IsIdle(now));
  BucketClaim claim{.bucket = name_};
  if (stop_is_news_ && stopped_until_ > now) {
    claim.stop = std::chrono::ceil<milliseconds>(stopped_until_ - now);
  }
  if (refused_) {
    WindowShare* const share = Refusing(refused_->group);
    claim.refused = {.group = refused_->group,
                     .used_part = share ? share->UsedPart(now, refused_->count) : 1,
                     .sent_ago = std::chrono::floor<milliseconds>(now - refused_->sent_at),
                     .pause = std::chrono::ceil<milliseconds>(refused_->stop_until - now)};
  }
  claim.word = word_;
  claim.windows.reserve(shares_.size());
  for (WindowShare& share : shares_) claim.windows.push_back(share.Claim(now, waiting, idle));
  stop_is_news_ = false;
  told_refused_ = std::exchange(refused_, std::nullopt);
  told_word_ = std::exchange(word_, std::nullopt);
  asked_at_ = now;
  asking_ = true;
  return claim;
}

void QuotaBucket::Apply(const BucketClaim& claim, const BucketGrant& grant, Timestamp held_until,
                        Timestamp now) {
  asking_ = false;
  stopped_until_ = std::max<Timestamp>(stopped_until_, now + grant.stop);
  for (size_t i = 0; i < shares_.size(); ++i) {
    shares_[i].Apply(claim.windows[i], grant.windows[i], held_until, now);
  }
}

void QuotaBucket::Fail(Timestamp now) {
  asking_ = false;
  stop_is_news_ = stopped_until_ > now;
  // To be told again: of what the others have heard after all, nothing is learned twice.
  if (told_refused_) {
    if (refused_) {
      told_refused_->stop_until = std::max(told_refused_->stop_until, refused_->stop_until);
      told_refused_->count += refused_->count;
    }
    refused_ = std::exchange(told_refused_, std::nullopt);
  }
  if (!word_) word_ = std::exchange(told_word_, std::nullopt);
  for (WindowShare& share : shares_) share.Fail(now + kAfterFailure);
}

bool QuotaBucket::IsForgettable(Timestamp now) const {
  return !asking_ && IsIdle(now) && stopped_until_ <= now && !IsDue(now);
}

}  // namespace callimport::adapter_gateway
