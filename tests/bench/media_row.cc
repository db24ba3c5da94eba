#include <algorithm>

#include "libs/common/status_macros.h"
#include "libs/http/curl_http_client.h"
#include "tests/bench/curl_run.h"
#include "tests/bench/gong_addresses.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

constexpr int kSideBySide = 8;
constexpr double kMegabyte = 1e6;
constexpr double kMebibyte = 1 << 20;

struct Fetched {
  int64_t calls;
  int64_t bytes;
  double seconds;
  double seconds_to_list;

  double Rate() const { return static_cast<double>(bytes) / seconds; }
};

// curl one by one and several at a time; the better of them counts.
absl::StatusOr<CurlRun> RunCurl(Installation& installation, size_t calls) {
  http::CurlHttpClient http;
  ASSIGN_OR_RETURN(const auto addresses, FindMediaAddresses(http, installation.vendor(), calls));
  const std::filesystem::path folder = installation.Folder();
  ASSIGN_OR_RETURN(const CurlRun in_turn, FetchWithCurl(addresses, 1, folder));
  ASSIGN_OR_RETURN(const CurlRun together, FetchWithCurl(addresses, kSideBySide, folder));
  return std::max(in_turn, together,
                  [](const CurlRun& a, const CurlRun& b) { return a.Rate() < b.Rate(); });
}

// The clock starts with the first call listed: curl was given its addresses too.
absl::StatusOr<Fetched> Import(Installation& installation, int64_t calls) {
  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation.client(), installation.credential_id()));
  RETURN_IF_ERROR(run.Await(HasListed(1)).status());
  const double to_list = SecondsSince(run.begin());
  ASSIGN_OR_RETURN(const auto job, run.Await(HasProcessed(calls)));
  return Fetched{.calls = job.progress().completed_calls(),
                 .bytes = job.progress().media_bytes(),
                 .seconds = SecondsSince(run.begin()) - to_list,
                 .seconds_to_list = to_list};
}

void ReportRates(const Fetched& ours, const CurlRun& curl, Report& report) {
  const std::string sizes = FormatCount(ours.calls) + " recordings, " +
                            FormatNumber(static_cast<double>(ours.bytes) / kMegabyte) + " MB";
  report.Add({.row = "media",
              .what = "media through the whole path",
              .value = ours.Rate() / kMegabyte,
              .unit = "MB/s",
              .conditions = sizes + " in " + FormatNumber(ours.seconds) +
                            " s, checked, hashed, durable and delivered with a transcript, from "
                            "the first call listed (" +
                            FormatNumber(ours.seconds_to_list) + " s after the job's creation)"});
  report.Add({.row = "media",
              .what = "curl, same addresses, same disk",
              .value = curl.Rate() / kMegabyte,
              .unit = "MB/s",
              .conditions = "the better of one by one and " + std::to_string(kSideBySide) +
                            " at a time; to the page cache, unhashed"});
  report.Add({.row = "media",
              .what = "our path against curl",
              .value = ours.Rate() / curl.Rate() * 100,
              .unit = "%",
              .target = AtLeast(60)});
}

void ReportMemory(const Usages& usages, Report& report) {
  int64_t most = 0;
  std::string name;
  for (const std::string& service : e2e::kServices) {
    const auto found = usages.find(service);
    if (found == usages.end() || found->second.peak_rss_bytes <= most) continue;
    most = found->second.peak_rss_bytes;
    name = service;
  }
  report.Add({.row = "media",
              .what = "peak memory of the largest service",
              .value = static_cast<double>(most) / kMebibyte,
              .unit = "MiB",
              .target = AtMost(200),
              .conditions = name});
}

}  // namespace

absl::Status MeasureMedia(const Options& options, Report& report) {
  // Somebody else's recordings have the size that they have: small ones need more of them.
  constexpr int64_t kCallsOfAVendor = 100;
  const int64_t calls =
      options.vendor ? options.calls.value_or(kCallsOfAVendor) : options.media_calls;
  report.Step("media: " + FormatCount(calls) + " recordings");
  ASSIGN_OR_RETURN(const auto installation,
                   Installation::Start({.calls = calls,
                                        .media_bytes = options.media_bytes,
                                        .outside = options.vendor,
                                        .keep_limits = options.keep_limits}));

  ASSIGN_OR_RETURN(const CurlRun curl, RunCurl(*installation, static_cast<size_t>(calls)));
  ASSIGN_OR_RETURN(const Fetched ours, Import(*installation, calls));
  ReportRates(ours, curl, report);
  ReportMemory(installation->CurrentUsages(), report);
  return absl::OkStatus();
}

}  // namespace callimport::bench
