#include "services/job-scheduler/domain/bulk_window.h"

#include <algorithm>

namespace callimport::job_scheduler {
namespace {

constexpr auto kMoment = std::chrono::microseconds(1);
// Zones have skipped whole days; a window is never further away than this.
constexpr int kDaysAround = 3;

absl::TimeZone ZoneOf(const std::string& name) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(name, &zone) ? zone : absl::UTCTimeZone();
}

// The moments at which the local clock may come to show that hour, or to leave it out.
void AddMoments(const absl::TimeZone& zone, absl::CivilDay day, int hour,
                std::vector<Timestamp>& moments) {
  const auto info = zone.At(absl::CivilSecond(day.year(), day.month(), day.day(), hour, 0, 0));
  for (const absl::Time moment : {info.pre, info.trans, info.post}) {
    moments.push_back(absl::ToChronoTime(moment));
  }
}

}  // namespace

bool IsTimeZone(const std::string& name) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(name, &zone);
}

BulkWindow::BulkWindow(const std::string& time_zone, BulkHours hours)
    : zone_(ZoneOf(time_zone)), hours_(hours) {}

bool BulkWindow::HoldsHour(int hour) const {
  if (hours_.start < hours_.end) return hour >= hours_.start && hour < hours_.end;
  return hour >= hours_.start || hour < hours_.end;
}

bool BulkWindow::IsOpen(Timestamp now) const {
  return NeverCloses() || HoldsHour(absl::ToCivilHour(absl::FromChrono(now), zone_).hour());
}

// What never closes begins anew at midnight.
bool BulkWindow::Opens(Timestamp moment) const {
  return IsOpen(moment) && (NeverCloses() || !IsOpen(moment - kMoment));
}

std::vector<Timestamp> BulkWindow::Boundaries(Timestamp now) const {
  std::vector<Timestamp> moments;
  const auto today = absl::ToCivilDay(absl::FromChrono(now), zone_);
  for (int day = -kDaysAround; day <= kDaysAround; ++day) {
    if (NeverCloses()) {
      moments.push_back(absl::ToChronoTime(absl::FromCivil(today + day, zone_)));
      continue;
    }
    AddMoments(zone_, today + day, hours_.start, moments);
    AddMoments(zone_, today + day, hours_.end, moments);
  }
  std::erase_if(moments, [this](Timestamp moment) {
    return !NeverCloses() && IsOpen(moment) == IsOpen(moment - kMoment);
  });
  std::ranges::sort(moments);
  const auto twice = std::ranges::unique(moments);
  moments.erase(twice.begin(), twice.end());
  return moments;
}

Timestamp BulkWindow::OpenedAt(Timestamp now) const {
  Timestamp opened = now;
  for (const Timestamp moment : Boundaries(now)) {
    if (moment <= now && Opens(moment)) opened = moment;
  }
  return opened;
}

Timestamp BulkWindow::NextAfter(Timestamp now) const {
  for (const Timestamp moment : Boundaries(now)) {
    if (moment > now && Opens(moment)) return moment;
  }
  return now;
}

std::optional<Timestamp> BulkWindow::ClosesAt(Timestamp now) const {
  if (NeverCloses() || !IsOpen(now)) return std::nullopt;
  for (const Timestamp moment : Boundaries(now)) {
    if (moment > now) return moment;
  }
  return std::nullopt;
}

std::optional<Timestamp> BulkWindow::OpensAt(Timestamp now) const {
  if (IsOpen(now)) return std::nullopt;
  return NextAfter(now);
}

}  // namespace callimport::job_scheduler
