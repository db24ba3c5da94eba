#include "tools/callimport/remap_text.h"

#include "absl/strings/str_cat.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

constexpr int kMostSamples = 5;
// Nothing that came from outside may drive the terminal; nothing is cut either.
constexpr int kWhole = 1'000'000;

std::string Quoted(const std::string& text) {
  return text.empty() ? "nothing" : absl::StrCat("\"", Fit(text, kWhole), "\"");
}

}  // namespace

void Add(const common::v1::RemapTally& page, common::v1::RemapTally& all) {
  all.set_examined(all.examined() + page.examined());
  all.set_changed(all.changed() + page.changed());
  all.set_unreadable(all.unreadable() + page.unreadable());
  for (const auto& sample : page.samples()) {
    if (all.samples_size() < kMostSamples) *all.add_samples() = sample;
  }
}

std::string TallyText(const common::v1::RemapTally& tally, const std::string& what, bool done) {
  std::string text = absl::StrCat(Count(tally.examined(), what), " read again, ", tally.changed(),
                                  done ? " corrected" : " to be corrected");
  if (tally.unreadable() > 0) {
    absl::StrAppend(&text, ", ", tally.unreadable(), " beyond this mapping");
  }
  return absl::StrCat(text, ".\n");
}

std::string SamplesText(const common::v1::RemapTally& tally, const Canvas& canvas) {
  std::string text;
  for (const auto& sample : tally.samples()) {
    absl::StrAppend(&text, "  ", Fit(sample.source_call_id(), kWhole), "\n");
    for (const auto& field : sample.fields()) {
      const std::string line = absl::StrCat("    ", Fit(field.name(), kWhole), ": ",
                                            Quoted(field.before()), " → ", Quoted(field.after()));
      absl::StrAppend(&text, Fit(line, canvas.width), "\n");
    }
  }
  return text;
}

}  // namespace callimport::cli
