#include "services/adapter-gateway/platforms/language.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace callimport::adapter_gateway {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Terminology and bibliographic codes of the languages that telephony platforms transcribe.
constexpr std::array<Pair, 56> kCodes{{
    {"ara", "ar"}, {"bul", "bg"}, {"cat", "ca"}, {"ces", "cs"}, {"chi", "zh"}, {"cze", "cs"},
    {"dan", "da"}, {"deu", "de"}, {"dut", "nl"}, {"ell", "el"}, {"eng", "en"}, {"est", "et"},
    {"fil", "tl"}, {"fin", "fi"}, {"fra", "fr"}, {"fre", "fr"}, {"ger", "de"}, {"gre", "el"},
    {"heb", "he"}, {"hin", "hi"}, {"hrv", "hr"}, {"hun", "hu"}, {"ice", "is"}, {"ind", "id"},
    {"isl", "is"}, {"ita", "it"}, {"jpn", "ja"}, {"kor", "ko"}, {"lav", "lv"}, {"lit", "lt"},
    {"may", "ms"}, {"msa", "ms"}, {"nld", "nl"}, {"nob", "nb"}, {"nor", "no"}, {"per", "fa"},
    {"fas", "fa"}, {"pol", "pl"}, {"por", "pt"}, {"ron", "ro"}, {"rum", "ro"}, {"rus", "ru"},
    {"slk", "sk"}, {"slo", "sk"}, {"slv", "sl"}, {"spa", "es"}, {"srp", "sr"}, {"swe", "sv"},
    {"tam", "ta"}, {"tel", "te"}, {"tgl", "tl"}, {"tha", "th"}, {"tur", "tr"}, {"ukr", "uk"},
    {"vie", "vi"}, {"zho", "zh"},
}};

}  // namespace

std::string ToIso6391(const std::string& language) {
  std::string code = language.substr(0, language.find_first_of("-_"));
  std::transform(code.begin(), code.end(), code.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (code.size() == 2) return code;
  const auto* found = std::find_if(kCodes.begin(), kCodes.end(),
                                   [&](const Pair& pair) { return pair.first == code; });
  return found == kCodes.end() ? "" : std::string(found->second);
}

}  // namespace callimport::adapter_gateway
