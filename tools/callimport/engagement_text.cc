#include "tools/callimport/engagement_text.h"

#include <chrono>
#include <map>

#include "libs/common/proto_time.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using media_pipeline::v1::Engagement;
using media_pipeline::v1::Moment;
using std::chrono::milliseconds;

// Nothing that came from outside may drive the terminal; nothing is cut either.
std::string Clean(const std::string& text) { return Fit(text, 1'000'000); }

std::string Line(const std::string& label, const std::string& value) {
  return value.empty() ? "" : Pad(label, 14) + Clean(value) + "\n";
}

std::string TitleOf(const Engagement& engagement) {
  return engagement.title().empty() ? engagement.source_call_id() : engagement.title();
}

std::string MomentText(const Moment& moment, const Canvas& canvas) {
  const std::string& speaker =
      moment.speaker_name().empty() ? moment.speaker_id() : moment.speaker_name();
  const std::string text = Clean(moment.text());
  return "  " + Clock(milliseconds(moment.start_ms())) + "  " +
         (speaker.empty() ? "" : Clean(speaker) + ": ") + (canvas.color ? Highlight(text) : text) +
         "\n";
}

std::string ParticipantsOf(const Engagement& engagement) {
  std::string text;
  for (const auto& participant : engagement.participants()) {
    const std::string& name = participant.name().empty() ? participant.email() : participant.name();
    if (name.empty()) continue;
    text += (text.empty() ? "" : ", ") + name;
    if (!participant.name().empty() && !participant.email().empty()) {
      text += " <" + participant.email() + ">";
    }
  }
  return text;
}

std::string RecordingOf(const Engagement& engagement) {
  if (!engagement.has_recording()) return "";
  const auto& recording = engagement.recording();
  return recording.content_type() + ", " + Bytes(recording.size_bytes()) + ", sha256 " +
         recording.sha256();
}

std::map<std::string, std::string> SpeakerNames(const Engagement& engagement) {
  std::map<std::string, std::string> names;
  for (const auto& participant : engagement.participants()) {
    if (!participant.name().empty()) names[participant.speaker_id()] = participant.name();
  }
  return names;
}

std::string TranscriptText(const Engagement& engagement, const common::v1::Transcript& transcript) {
  const auto names = SpeakerNames(engagement);
  std::string text;
  for (const auto& segment : transcript.segments()) {
    const auto name = names.find(segment.speaker_id());
    const std::string speaker = name == names.end() ? segment.speaker_id() : name->second;
    text += Clock(milliseconds(segment.start_ms())) + "  " +
            (speaker.empty() ? "" : Clean(speaker) + ": ") + Clean(segment.text()) + "\n";
  }
  return text;
}

}  // namespace

std::string HitText(const media_pipeline::v1::SearchHit& hit, const Canvas& canvas) {
  const Engagement& engagement = hit.engagement();
  std::string title = Clean(TitleOf(engagement));
  if (canvas.color) title = "\x1b[1m" + title + "\x1b[0m";
  const std::string date = ShortTime(engagement.start_time());
  std::string text =
      title + (date.empty() ? "" : "  " + date) + "  " + engagement.engagement_id() + "\n";
  for (const Moment& moment : hit.moments()) text += MomentText(moment, canvas);
  return text;
}

std::string EngagementText(const media_pipeline::v1::GetEngagementResponse& response) {
  const Engagement& engagement = response.engagement();
  const std::string quality =
      media_pipeline::v1::MetadataQuality_Name(engagement.metadata_quality());
  std::string text =
      Line("title", TitleOf(engagement)) + Line("engagement", engagement.engagement_id()) +
      Line("source", engagement.import_source() + " " + engagement.source_call_id()) +
      Line("date", ShortTime(engagement.start_time()));
  if (engagement.has_duration()) text += Line("duration", Clock(FromProto(engagement.duration())));
  text += Line("participants", ParticipantsOf(engagement)) +
          Line("metadata", StateWords(quality, "METADATA_QUALITY_")) +
          Line("recording", RecordingOf(engagement)) +
          Line("transcript", engagement.transcript_engine()) +
          Line("import", engagement.import_batch_id());
  const std::string said = TranscriptText(engagement, response.transcript());
  return said.empty() ? text : text + "\n" + said;
}

}  // namespace callimport::cli
