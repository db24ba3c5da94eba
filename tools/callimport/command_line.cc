#include "tools/callimport/command_line.h"

#include <algorithm>
#include <charconv>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::cli {
namespace {

const Flag* FindFlag(const std::vector<Flag>& flags, const std::string& name) {
  const auto found =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

const Syntax* FindCommand(const std::vector<Syntax>& commands, const std::string& name) {
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [&](const Syntax& syntax) { return syntax.command == name; });
  return found == commands.end() ? nullptr : &*found;
}

std::string FlagLine(const Flag& flag) {
  std::string line = "  " + flag.name + (flag.value.empty() ? "" : " " + flag.value);
  line.resize(std::max<size_t>(line.size() + 2, 28), ' ');
  return line + flag.help + "\n";
}

}  // namespace

std::optional<std::string> Arguments::Value(const std::string& flag) const {
  const auto found = values_.find(flag);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::Values(const std::string& flag) const {
  const auto found = values_.find(flag);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

absl::Status UsageError(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "USAGE", message);
}

bool IsUsageError(const absl::Status& status) { return ReasonOf(status) == "USAGE"; }

class Parser {
 public:
  Parser(const std::vector<std::string>& words, const std::vector<Flag>& common,
         const std::vector<Syntax>& commands)
      : words_(words), common_(common), commands_(commands) {}

  absl::StatusOr<Arguments> Run() {
    bool flags_ended = false;
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (!flags_ended && word == "--") {
        flags_ended = true;
      } else if (!flags_ended && word.size() > 1 && word[0] == '-') {
        RETURN_IF_ERROR(TakeFlag(word));
      } else if (syntax_ == nullptr) {
        RETURN_IF_ERROR(TakeCommand(word));
      } else {
        arguments_.positional.push_back(word);
      }
    }
    RETURN_IF_ERROR(CheckCount());
    return arguments_;
  }

 private:
  absl::Status TakeCommand(const std::string& word) {
    syntax_ = FindCommand(commands_, word);
    if (syntax_ == nullptr) return UsageError("there is no command " + word);
    arguments_.command = word;
    return absl::OkStatus();
  }

  absl::Status TakeFlag(const std::string& word) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const Flag* flag = FindFlag(common_, name);
    if (flag == nullptr && syntax_ != nullptr) flag = FindFlag(syntax_->flags, name);
    if (flag == nullptr) return UsageError(Subject() + " does not know " + name);
    auto& values = arguments_.values_[name];
    if (flag->value.empty()) {
      if (equals != std::string::npos) return UsageError(name + " takes no value");
      values.emplace_back();
    } else if (equals != std::string::npos) {
      values.push_back(word.substr(equals + 1));
    } else if (next_ < words_.size()) {
      values.push_back(words_[next_++]);
    } else {
      return UsageError(name + " needs a value: " + flag->value);
    }
    return absl::OkStatus();
  }

  absl::Status CheckCount() const {
    if (syntax_ == nullptr || arguments_.Has("--help")) return absl::OkStatus();
    if (arguments_.positional.size() < syntax_->min_arguments) {
      return UsageError(syntax_->command + " needs " + syntax_->arguments);
    }
    if (arguments_.positional.size() > syntax_->max_arguments) {
      return UsageError(syntax_->command + " does not take \"" +
                        arguments_.positional[syntax_->max_arguments] + "\"");
    }
    return absl::OkStatus();
  }

  std::string Subject() const { return syntax_ ? syntax_->command : "callimport"; }

  const std::vector<std::string>& words_;
  const std::vector<Flag>& common_;
  const std::vector<Syntax>& commands_;
  size_t next_ = 0;
  const Syntax* syntax_ = nullptr;
  Arguments arguments_;
};

absl::StatusOr<Arguments> Parse(const std::vector<std::string>& words,
                                const std::vector<Flag>& common,
                                const std::vector<Syntax>& commands) {
  return Parser(words, common, commands).Run();
}

absl::StatusOr<int> NumberOf(const Arguments& arguments, const std::string& flag, int otherwise) {
  const auto text = arguments.Value(flag);
  if (!text) return otherwise;
  int number = 0;
  const char* end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, number);
  if (error == std::errc() && rest == end && number > 0) return number;
  return UsageError(flag + ": \"" + *text + "\" is not a number from 1 on");
}

std::string Usage(const Syntax& syntax, const std::vector<Flag>& common) {
  std::string text = "callimport " + syntax.command +
                     (syntax.arguments.empty() ? "" : " " + syntax.arguments) + "\n\n" +
                     syntax.summary + "\n";
  if (!syntax.details.empty()) text += "\n" + syntax.details + "\n";
  text += "\n";
  for (const Flag& flag : syntax.flags) text += FlagLine(flag);
  if (!syntax.flags.empty()) text += "\n";
  for (const Flag& flag : common) text += FlagLine(flag);
  return text;
}

std::string Overview(const std::vector<Syntax>& commands) {
  std::string text = "callimport COMMAND …\n\n";
  for (const Syntax& syntax : commands) {
    std::string line = "  " + syntax.command;
    line.resize(std::max<size_t>(line.size() + 1, 14), ' ');
    text += line + syntax.summary + "\n";
  }
  return text + "\ncallimport help COMMAND says more.\n";
}

}  // namespace callimport::cli
