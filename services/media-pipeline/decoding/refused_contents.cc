#include "services/media-pipeline/decoding/refused_contents.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "services/media-pipeline/decoding/binary_numbers.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

using std::string_view_literals::operator""sv;

// Fewer bytes could still become the name of a format.
constexpr size_t kEnoughText = 16;
constexpr size_t kMostText = 512;

struct Signature {
  size_t at;
  std::string_view bytes;
  const char* name;
};

constexpr std::array kOtherMedia = {
    Signature{8, "AVI LIST"sv, "AVI"},
    Signature{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, "Windows Media (ASF)"},
    Signature{0, "FLV\x01"sv, "Flash video"},
    Signature{0, "\x00\x00\x01\xBA"sv, "an MPEG program stream"},
    Signature{0, "#!AMR"sv, "AMR"},
    Signature{8, "AIFF"sv, "AIFF"},
    Signature{8, "AIFC"sv, "AIFF"},
    Signature{0, "caff\x00\x01"sv, "CAF"},
    Signature{0, ".snd\x00"sv, "AU"},
    Signature{0, "MThd\x00"sv, "MIDI"},
    Signature{0, "wvpk"sv, "WavPack"},
    Signature{0, ".RMF\x00"sv, "RealMedia"},
};

constexpr std::array kNotMedia = {
    Signature{0,
              "\x7F"
              "ELF"sv,
              "a program"},
    Signature{0, "MZ\x90\x00"sv, "a program"},
    Signature{0, "#!/"sv, "a script"},
    Signature{0, "%PDF-"sv, "a PDF document"},
    Signature{0, "PK\x03\x04"sv, "a ZIP archive"},
    Signature{0, "\x1F\x8B\x08"sv, "a gzip archive"},
    Signature{0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive"},
    Signature{0, "\xD0\xCF\x11\xE0\xA1\xB1"sv, "an Office document"},
    Signature{0, "\xFF\xD8\xFF"sv, "a picture"},
    Signature{0, "\x89PNG\r\n"sv, "a picture"},
    Signature{0, "GIF8"sv, "a picture"},
    Signature{8, "WEBP"sv, "a picture"},
};

template <size_t kCount>
const Signature* Find(const std::array<Signature, kCount>& signatures, std::string_view head) {
  for (const Signature& signature : signatures) {
    if (head.size() < signature.at) continue;
    if (head.substr(signature.at, signature.bytes.size()) == signature.bytes) return &signature;
  }
  return nullptr;
}

bool IsTransportStream(std::string_view head) {
  constexpr size_t kPacket = 188;
  return head.size() > 2 * kPacket && head[0] == 'G' && head[kPacket] == 'G' &&
         head[2 * kPacket] == 'G';
}

bool IsMatroska(std::string_view head) {
  return head.substr(0, 4) == "\x1A\x45\xDF\xA3" &&
         head.substr(0, 64).find("matroska") != std::string_view::npos;
}

// Raw AAC: frames like those of MP3, with layer 0 and their own length field.
bool IsAdts(std::string_view head) {
  const auto starts = [&](size_t at) { return (BigEndian(head, at, 2) & 0xFFF6) == 0xFFF0; };
  const size_t length = static_cast<size_t>(BigEndian(head, 3, 3) >> 5 & 0x1FFF);
  return starts(0) && length > 7 && length + 2 <= head.size() && starts(length);
}

bool IsTextByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 ? byte != 0x7F : c == '\n' || c == '\r' || c == '\t' || c == '\f';
}

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

std::string_view WithoutMarkAndSpace(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\f"), text.size()));
  return text;
}

bool IsHtml(const std::string& start) {
  for (const char* tag : {"<!doctype html", "<html", "<head", "<body", "<title", "<script"}) {
    if (start.rfind(tag, 0) == 0) return true;
  }
  return false;
}

std::string NameOfText(std::string_view text) {
  const std::string start = Lowered(WithoutMarkAndSpace(text).substr(0, 32));
  if (IsHtml(start)) return "an HTML page";
  if (start.rfind('<', 0) == 0) return "an XML document";
  if (start.rfind('{', 0) == 0 || start.rfind('[', 0) == 0) return "a JSON document";
  return "a text";
}

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// No recording reads as text: even where a format's name does, its numbers do not. Asking for plain
// letters at first keeps chance out: the middle of an MP3 stream is any bytes.
bool IsText(std::string_view head) {
  const std::string_view text = WithoutMarkAndSpace(head.substr(0, kMostText));
  const std::string_view start = text.substr(0, kEnoughText);
  return std::all_of(start.begin(), start.end(), IsAscii) &&
         std::all_of(text.begin(), text.end(), IsTextByte);
}

}  // namespace

absl::Status RefuseKnownContent(std::string_view head) {
  if (const Signature* other = Find(kOtherMedia, head)) return UnsupportedFormat(other->name);
  if (const Signature* known = Find(kNotMedia, head)) return NotMedia(known->name);
  if (IsMatroska(head)) return UnsupportedFormat("Matroska");
  if (IsTransportStream(head)) return UnsupportedFormat("an MPEG transport stream");
  if (IsAdts(head)) return UnsupportedFormat("raw AAC");
  if (head.size() >= kEnoughText && IsText(head)) return NotMedia(NameOfText(head));
  return absl::OkStatus();
}

}  // namespace callimport::media_pipeline
