// What was typed, and what may be typed: each command says what it takes in a table.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace callimport::cli {

struct Flag {
  std::string name;  // "--from"
  // "DATE"; empty for a switch, which takes no value.
  std::string value;
  std::string help;
};

// What may be typed after a command's name.
struct Syntax {
  std::string command = {};    // "import"
  std::string arguments = {};  // "[JOB]"
  std::string summary = {};
  std::vector<Flag> flags = {};
  size_t min_arguments = 0;
  size_t max_arguments = 0;
  // More about it, for help alone.
  std::string details = {};
};

class Arguments {
 public:
  bool Has(const std::string& flag) const { return values_.contains(flag); }
  // The last one given.
  std::optional<std::string> Value(const std::string& flag) const;
  std::vector<std::string> Values(const std::string& flag) const;

  std::string command;  // empty when there was none
  std::vector<std::string> positional;

 private:
  friend class Parser;
  std::map<std::string, std::vector<std::string>> values_;
};

// A wrong command line is INVALID_ARGUMENT (USAGE), and the message names what is wrong.
absl::Status UsageError(const std::string& message);
bool IsUsageError(const absl::Status& status);

// Flags that every command takes may stand before its name as well. "--" ends the flags.
absl::StatusOr<Arguments> Parse(const std::vector<std::string>& words,
                                const std::vector<Flag>& common,
                                const std::vector<Syntax>& commands);

// "24" for --limit; INVALID_ARGUMENT (USAGE) for what is no number from 1 on.
absl::StatusOr<int> NumberOf(const Arguments& arguments, const std::string& flag, int otherwise);

std::string Usage(const Syntax& syntax, const std::vector<Flag>& common);
std::string Overview(const std::vector<Syntax>& commands);

}  // namespace callimport::cli
