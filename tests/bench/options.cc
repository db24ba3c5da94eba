#include "tests/bench/options.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <sstream>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::bench {
namespace {

struct Parsing {
  Options options;
  Vendor vendor;
};

struct Flag {
  const char* name;
  const char* value;  // what stands for the value in the help; empty: takes none
  const char* help;
  // False when the value makes no sense.
  std::function<bool(const std::string&, Parsing&)> read;
};

bool ReadCount(const std::string& text, int64_t& count) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, count);
  return error == std::errc() && stopped == end && count > 0;
}

bool ReadRows(const std::string& text, std::set<std::string>& rows) {
  std::istringstream names(text);
  for (std::string name; std::getline(names, name, ',');) {
    if (std::ranges::find(kRows, name) == kRows.end()) return false;
    rows.insert(name);
  }
  return !rows.empty();
}

const std::vector<Flag>& Flags() {
  static const std::vector<Flag> flags = {
      {"only", "ROWS",
       "some of listing,import,reads,media,lease,crowd,scaling,access,watch,quota,webhooks (all)",
       [](const auto& text, auto& to) { return ReadRows(text, to.options.rows); }},
      {"calls", "N",
       "calls to list, import and lease, and leases of access (100,000, 10,000, 50,000)",
       [](const auto& text, auto& to) { return ReadCount(text, to.options.calls.emplace()); }},
      {"media-calls", "N", "recordings of the row media (20)",
       [](const auto& text, auto& to) { return ReadCount(text, to.options.media_calls); }},
      {"media-bytes", "N", "size of each of them (50,000,000)",
       [](const auto& text, auto& to) { return ReadCount(text, to.options.media_bytes); }},
      {"watchers", "N", "watchers of one job in the row watch (1,000)",
       [](const auto& text, auto& to) { return ReadCount(text, to.options.watchers); }},
      {"queued", "N", "calls that wait in the row crowd (1,000,000)",
       [](const auto& text, auto& to) { return ReadCount(text, to.options.queued); }},
      {"vendor", "URL", "measure listing, import and media with this Gong-shaped server",
       [](const auto& text, auto& to) { return !(to.vendor.url = text).empty(); }},
      {"key", "K", "its access key",
       [](const auto& text, auto& to) { return !(to.vendor.key = Secret(text)).empty(); }},
      {"secret", "S", "its access key secret; or in the environment, CALLIMPORT_BENCH_SECRET",
       [](const auto& text, auto& to) { return !(to.vendor.secret = Secret(text)).empty(); }},
      {"keep-limits", "", "keep to the rate limits of the catalog, which are lifted otherwise",
       [](const auto&, auto& to) { return to.options.keep_limits = true; }},
      {"json", "FILE", "write the measurements there too, as JSON lines",
       [](const auto& text, auto& to) { return !(to.options.json_file = text).empty(); }},
      {"help", "", "this page", [](const auto&, auto& to) { return to.options.help = true; }},
  };
  return flags;
}

absl::Status Refusal(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_OPTION", message);
}

// Reads the argument at `at`, and the next where that holds the value; returns how many it took.
absl::StatusOr<size_t> ReadArgument(const std::vector<std::string>& arguments, size_t at,
                                    Parsing& to) {
  const std::string& argument = arguments[at];
  const size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  const auto flag = std::ranges::find_if(
      Flags(), [&](const Flag& known) { return name == std::string("--") + known.name; });
  if (flag == Flags().end()) return Refusal("unknown option: " + name);

  const bool takes_value = *flag->value != '\0';
  const bool is_next = takes_value && equals == std::string::npos;
  if (!takes_value && equals != std::string::npos) return Refusal(name + " takes no value");
  if (is_next && at + 1 == arguments.size()) return Refusal(name + " lacks its value");

  std::string value;
  if (takes_value) value = is_next ? arguments[at + 1] : argument.substr(equals + 1);
  // The value may be a secret, so it is not shown.
  if (!flag->read(value, to)) return Refusal("the value of " + name + " makes no sense");
  return is_next ? 2 : 1;
}

// A vendor is asked for the three rows that begin with one.
absl::Status UseVendor(Parsing& parsing) {
  if (parsing.vendor.key.empty() || parsing.vendor.secret.empty()) {
    return Refusal("--vendor needs --key and --secret");
  }
  const std::set<std::string> possible = {"listing", "import", "media"};
  if (parsing.options.rows.empty()) parsing.options.rows = possible;
  if (!std::ranges::includes(possible, parsing.options.rows)) {
    return Refusal("with --vendor, --only may name listing, import and media");
  }
  parsing.options.vendor = std::move(parsing.vendor);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments,
                                     const std::string& secret_of_environment) {
  Parsing parsing;
  for (size_t at = 0; at < arguments.size();) {
    ASSIGN_OR_RETURN(const size_t taken, ReadArgument(arguments, at, parsing));
    at += taken;
  }
  if (parsing.vendor.secret.empty()) parsing.vendor.secret = Secret(secret_of_environment);
  if (!parsing.vendor.url.empty()) RETURN_IF_ERROR(UseVendor(parsing));
  Options& options = parsing.options;
  if (options.rows.empty()) options.rows = {kRows.begin(), kRows.end()};
  return options;
}

std::string Usage() {
  std::string usage =
      "Measures the five services, as real processes, on a PostgreSQL that keeps what it commits.\n"
      "Nothing here fails on a slow machine: figures are printed beside their targets.\n\n";
  for (const Flag& flag : Flags()) {
    std::string left = std::string("  --") + flag.name;
    if (*flag.value != '\0') left += std::string(" ") + flag.value;
    left.resize(std::max<size_t>(left.size() + 2, 22), ' ');
    usage += left + flag.help + "\n";
  }
  return usage;
}

}  // namespace callimport::bench
