#include "libs/telemetry/redact.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/telemetry/log.h"

namespace callimport::log {
namespace {

constexpr char kRedacted[] = "[redacted]";

bool IsUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool IsQuote(char c) { return c == '"' || c == '\''; }
bool IsOneOf(char c, std::string_view characters) {
  return characters.find(c) != std::string_view::npos;
}
bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string Lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), Lower);
  return text;
}

// "accessKeySecret", "access-key_secret" -> access, key, secret.
std::vector<std::string> WordsOf(const std::string& name) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool hump = i > 0 && IsUpper(c) && !IsUpper(name[i - 1]);
    if ((hump || c == '_' || c == '-') && !words.back().empty()) words.emplace_back();
    if (c != '_' && c != '-') words.back() += Lower(c);
  }
  if (words.size() > 1 && words.back().empty()) words.pop_back();
  return words;
}

// A key of a table or of an object store is no secret.
bool NamesSecretKey(const std::vector<std::string>& words) {
  static const std::set<std::string> kinds{"api",     "access",  "account", "auth",   "client",
                                           "private", "secret",  "session", "shared", "signing",
                                           "app",     "webhook", "master",  "data"};
  return words.size() == 1 || kinds.contains(words[words.size() - 2]);
}

// Walks a text once, copying it, and leaves out what looks like a secret.
class Redactor {
 public:
  explicit Redactor(const std::string& text) : text_(text) {}

  std::string Run() {
    while (place_ < text_.size()) Step();
    return std::move(out_);
  }

 private:
  void Step() {
    if (StartsHere("://")) return PassAuthority();
    if (StartsHere("-----BEGIN ")) return PassPem();
    if (!IsNameCharacter(text_[place_])) return Copy(place_ + 1);
    PassName();
  }

  bool StartsHere(const std::string& what) const {
    return text_.compare(place_, what.size(), what) == 0;
  }

  void Copy(size_t end) {
    end = std::min(end, text_.size());
    out_.append(text_, place_, end - place_);
    place_ = end;
  }

  void Hide(size_t end) {
    if (end > place_) out_ += kRedacted;
    place_ = std::min(end, text_.size());
  }

  // https://user:password@host
  void PassAuthority() {
    Copy(place_ + 3);
    const size_t end = std::min(text_.find_first_of("/?# \t\r\n\"'", place_), text_.size());
    const size_t at = text_.rfind('@', end);
    if (at != std::string::npos && at >= place_ && at < end) Hide(at);
  }

  void PassPem() {
    const size_t line = text_.find("-----", place_ + 11);
    const std::string title = text_.substr(place_, line - place_);
    if (title.find("PRIVATE KEY") == std::string::npos) return Copy(place_ + 11);
    const size_t end = text_.find("-----END", place_);
    const size_t last = end == std::string::npos ? end : text_.find("-----", end + 8);
    Hide(last == std::string::npos ? text_.size() : last + 5);
  }

  void PassName() {
    const bool in_query = place_ > 0 && (text_[place_ - 1] == '?' || text_[place_ - 1] == '&');
    const bool quoted = place_ > 0 && IsQuote(text_[place_ - 1]);
    size_t end = place_;
    while (end < text_.size() && IsNameCharacter(text_[end])) ++end;
    const std::string name = text_.substr(place_, end - place_);
    const std::string lowered = Lowered(name);

    if (IsJsonWebToken(name, end)) return Hide(EndOfCredentials(place_));
    Copy(end);
    if (lowered == "bearer") return PassBearer();
    if (lowered == "basic") return PassBasic();
    // An OAuth code is as good as a token, but outside of an address a code is only a number.
    const bool secret =
        NamesSecret(name) || (in_query && (lowered == "code" || lowered == "state"));
    if (secret) PassValue(lowered, quoted);
  }

  bool IsJsonWebToken(const std::string& name, size_t end) const {
    return name.size() > 10 && name.starts_with("eyJ") && end < text_.size() && text_[end] == '.';
  }

  size_t EndOfCredentials(size_t from) const {
    while (from < text_.size() &&
           (IsNameCharacter(text_[from]) || IsOneOf(text_[from], "._~+/=:"))) {
      ++from;
    }
    return from;
  }

  size_t AfterSpaces(size_t from) const {
    while (from < text_.size() && (text_[from] == ' ' || text_[from] == '\t')) ++from;
    return from;
  }

  std::string CredentialsAfterSpaces() const {
    const size_t start = AfterSpaces(place_);
    return start == place_ ? "" : text_.substr(start, EndOfCredentials(start) - start);
  }

  void HideCredentials() {
    Copy(AfterSpaces(place_));
    Hide(EndOfCredentials(place_));
  }

  void PassBearer() {
    static const std::set<std::string> plain{
        "",       "token",          "tokens", "auth",   "scheme", "realm", "error",
        "header", "authentication", "is",     "access", "format", "type",  "authorization"};
    std::string word = Lowered(CredentialsAfterSpaces());
    while (!word.empty() && !std::isalnum(static_cast<unsigned char>(word.back()))) word.pop_back();
    if (!plain.contains(word)) HideCredentials();
  }

  void PassBasic() {
    const std::string word = CredentialsAfterSpaces();
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
      return std::islower(static_cast<unsigned char>(c)) != 0;
    });
    if (word.size() >= 16 || (word.size() >= 4 && !plain)) HideCredentials();
  }

  // name=value  name%3Dvalue  "name": "value"  \"name\":\"value\"  Authorization: Scheme value
  void PassValue(const std::string& name, bool quoted) {
    size_t end = place_;
    while (quoted && end < text_.size() && (text_[end] == '\\' || IsQuote(text_[end]))) ++end;
    end = AfterSpaces(end);
    if (end >= text_.size()) return;
    const bool encoded = Lowered(text_.substr(end, 3)) == "%3d";
    // "missing key: client_id" tells no secret, "api_key: x" does.
    const bool colon = text_[end] == ':' && (quoted || name != "key");
    if (text_[end] != '=' && !colon && !encoded) return;

    Copy(AfterSpaces(end + (encoded ? 3 : 1)));
    // "page_token: must be …" says what is wrong with it, and nothing of it.
    if (colon && StartsHere("must ")) return;
    if (name.ends_with("authorization") || name.ends_with("cookie")) return HideRestOfLine();
    HideValue();
  }

  void HideRestOfLine() {
    size_t start = place_;
    while (start < text_.size() && (text_[start] == '\\' || IsQuote(text_[start]))) ++start;
    Copy(start);
    Hide(std::min(text_.find_first_of("\r\n\"'", place_), text_.size()));
  }

  void HideValue() {
    size_t start = place_;
    while (start < text_.size() && text_[start] == '\\') ++start;
    const bool quoted = start < text_.size() && IsQuote(text_[start]);
    if (!quoted) return Hide(EndOfBareValue(place_));
    const bool escaped = start > place_;
    Copy(start + 1);
    Hide(EndOfQuotedValue(text_[start], escaped));
  }

  size_t EndOfBareValue(size_t from) const {
    while (from < text_.size() && !IsSpace(text_[from]) && !IsOneOf(text_[from], "&,;)}]\"'<>")) {
      ++from;
    }
    return from;
  }

  size_t EndOfQuotedValue(char quote, bool escaped) const {
    for (size_t end = place_; end < text_.size(); ++end) {
      if (text_[end] == quote) return end;
      if (text_[end] != '\\' || end + 1 >= text_.size()) continue;
      if (escaped && text_[end + 1] == quote) return end;
      ++end;  // an escaped character belongs to the value
    }
    return text_.size();
  }

  const std::string& text_;
  std::string out_;
  size_t place_ = 0;
};

}  // namespace

bool NamesSecret(const std::string& name) {
  static const std::set<std::string> anywhere{"secret", "password", "passwd", "passphrase"};
  static const std::set<std::string> at_the_end{"token",  "sig", "signature", "authorization",
                                                "apikey", "jwt", "assertion", "cookie",
                                                "pwd",    "otp", "accesskey", "secretkey"};
  // What a secret lies in, or how long it lasts, tells nothing of it: "password_file: /etc/pw".
  static const std::set<std::string> about{"file", "dir", "hours", "seconds"};
  const std::vector<std::string> words = WordsOf(name);
  if (about.contains(words.back())) return false;
  const bool contained = std::any_of(
      words.begin(), words.end(), [](const std::string& word) { return anywhere.contains(word); });
  if (contained || at_the_end.contains(words.back())) return true;
  return words.back() == "key" && NamesSecretKey(words);
}

std::string Redact(const std::string& text) { return Redactor(text).Run(); }

}  // namespace callimport::log
