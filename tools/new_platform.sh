#!/bin/sh
# Begins a platform: tools/new_platform.sh NAME "Display name"
#
# Makes the catalog's entry (or takes the one that is there), an adapter that builds, reads pages of
# calls and finds nothing in an empty account, and its tests. What the vendor is really like is to be
# written then: docs/adding-a-platform.md.
set -eu
cd "$(dirname "$0")/.."

name=${1:-}
case $name in
  '' | *[!a-z0-9_]* | [0-9_]*)
    echo "usage: tools/new_platform.sh NAME [\"Display name\"]; NAME of a-z, 0-9 and _" >&2
    exit 2
    ;;
esac
display=${2:-$name}
gateway=services/adapter-gateway
folder=$gateway/platforms/$name
if [ -e "$folder" ]; then
  echo "$folder is there already" >&2
  exit 1
fi
camel=$(printf '%s' "$name" | awk -F_ '{for (i = 1; i <= NF; i++) printf "%s%s", toupper(substr($i, 1, 1)), substr($i, 2)}')
mkdir -p "$folder/testdata"

if [ -e "catalog/$name.json" ]; then
  sed -i 's/"status": "[A-Z_]*"/"status": "STATUS_BETA"/' "catalog/$name.json"
else
  cat >"catalog/$name.json" <<EOF
{
  "platform": "$name",
  "displayName": "$display",
  "status": "STATUS_BETA",
  "authTypes": ["AUTH_TYPE_API_KEY"],
  "authInstructions": "Say where people find the key.",
  "credentialFields": [
    {
      "name": "api_key",
      "label": "API key",
      "secret": true,
      "required": true,
      "help": "Say where it is shown."
    }
  ],
  "supportsHistoricalImport": true,
  "rateWindows": [
    { "limit": 60, "periodSeconds": 60 }
  ],
  "concurrentDownloads": 2,
  "defaultRetryAfterSeconds": 60,
  "apiHosts": ["api.$name.example"],
  "defaultBaseUrl": "https://api.$name.example",
  "apiVersion": "v1"
}
EOF
fi

# The first letters, in a colour that follows from the name; not the vendor's own sign.
if [ ! -e "catalog/logos/$name.svg" ]; then
  mkdir -p catalog/logos
  letters=$(printf '%s' "$camel" | cut -c1-2)
  colour=$(printf '%s' "$name" | cksum | awk '{printf "hsl(%d,60%%,35%%)", $1 % 360}')
  shown=$(printf '%s' "$display" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/"/\&quot;/g')
  printf '%s\n' "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\" role=\"img\" aria-label=\"$shown\"><rect width=\"48\" height=\"48\" rx=\"10\" fill=\"$colour\"/><text x=\"24\" y=\"31\" font-family=\"sans-serif\" font-size=\"20\" font-weight=\"bold\" fill=\"#fff\" text-anchor=\"middle\">$letters</text></svg>" >"catalog/logos/$name.svg"
fi

cat >"$folder/adapter.h" <<EOF
// $display. README.md tells what is peculiar to it.
#pragma once

#include "services/adapter-gateway/platforms/platform_adapter.h"

namespace callimport::adapter_gateway::$name {

class Adapter : public AdapterWithClock {
 public:
  using AdapterWithClock::AdapterWithClock;
  VendorSession::Headers Authorize(const Access& access) const override;
  absl::StatusOr<AccountProfile> CheckAccess(VendorSession& vendor) const override;
  absl::StatusOr<v1::CountCallsResponse> CountCalls(VendorSession& vendor,
                                                    const Period& period) const override;
  absl::StatusOr<v1::ListCallsResponse> ListCalls(VendorSession& vendor, const Period& period,
                                                  const std::string& cursor) const override;
  absl::StatusOr<std::vector<MediaAddress>> LocateMedia(
      VendorSession& vendor, const std::vector<std::string>& source_call_ids) const override;
  absl::StatusOr<std::vector<v1::SourceTranscript>> FetchTranscripts(
      VendorSession& vendor, const std::vector<std::string>& source_call_ids) const override;
};

}  // namespace callimport::adapter_gateway::$name
EOF

cat >"$folder/adapter.cc" <<EOF
#include "$folder/adapter.h"

#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/platforms/one_by_one.h"
#include "$folder/mapping.h"
#include "services/adapter-gateway/platforms/staged_listing.h"

namespace callimport::adapter_gateway::$name {
namespace {

using Ids = std::vector<std::string>;

constexpr std::chrono::minutes kMediaLifetime{5};
constexpr Paging kPages{"cursor", "nextCursor", "data"};

ListingStage CallsOf(const Period& period) {
  return {kPages, "/calls?limit=100" + Between("from", "to", period), FillCall};
}

absl::StatusOr<std::optional<MediaAddress>> Locate(VendorSession& vendor, const std::string& id) {
  ASSIGN_OR_RETURN(const auto answer, AskOrNone(vendor, "/calls/" + http::EscapeQuery(id)));
  if (!answer) return std::optional<MediaAddress>();
  json::Faults faults;
  const std::string url = json::Object(answer->root(), faults).Text("recordingUrl");
  return url.empty() ? AddressOf({}) : AddressOf({Secured(vendor, url)});
}

}  // namespace

VendorSession::Headers Adapter::Authorize(const Access& access) const {
  return BearerAuthorization(FieldOf(access.fields, "api_key"));
}

absl::StatusOr<AccountProfile> Adapter::CheckAccess(VendorSession& vendor) const {
  RETURN_IF_ERROR(vendor.Ask({.path = "/calls?limit=1"}).status());
  return AccountProfile{};
}

absl::StatusOr<v1::CountCallsResponse> Adapter::CountCalls(VendorSession& vendor,
                                                           const Period& period) const {
  return CountByListing(vendor, CallsOf(period));
}

absl::StatusOr<v1::ListCallsResponse> Adapter::ListCalls(VendorSession& vendor,
                                                         const Period& period,
                                                         const std::string& cursor) const {
  return ListStage(vendor, {CallsOf(period)}, cursor);
}

absl::StatusOr<std::vector<MediaAddress>> Adapter::LocateMedia(VendorSession& vendor,
                                                               const Ids& ids) const {
  return LocateEach(ids, clock_.Now() + kMediaLifetime,
                    [&](const std::string& id) { return Locate(vendor, id); });
}

// The vendor has none.
absl::StatusOr<std::vector<v1::SourceTranscript>> Adapter::FetchTranscripts(VendorSession&,
                                                                            const Ids&) const {
  return std::vector<v1::SourceTranscript>();
}

}  // namespace callimport::adapter_gateway::$name
EOF

cat >"$folder/mapping.h" <<EOF
// From the records of $display to ours.
#pragma once

#include "callimport/common/v1/call.pb.h"
#include "libs/json/object.h"

namespace callimport::adapter_gateway::$name {

// One element of a list of calls.
void FillCall(const json::Object& call, common::v1::CallRecord& record);

}  // namespace callimport::adapter_gateway::$name
EOF

cat >"$folder/mapping.cc" <<EOF
#include "$folder/mapping.h"

#include "services/adapter-gateway/platforms/staged_listing.h"

namespace callimport::adapter_gateway::$name {

void FillCall(const json::Object& call, common::v1::CallRecord& record) {
  FillByShape(
      {.kind = common::v1::RECORD_KIND_CALL, .id = "id", .time = "startTime", .title = "title"},
      call, record);
}

}  // namespace callimport::adapter_gateway::$name
EOF

printf '{"data":[],"nextCursor":null}\n' >"$folder/testdata/empty.json"

cat >"$folder/adapter_test.cc" <<EOF
#include "$folder/adapter.h"

#include <fstream>
#include <sstream>

#include "services/adapter-gateway/vendor/vendor_fixture.h"

namespace callimport::adapter_gateway::$name {
namespace {

using http::MakeResponse;
using testing::IsOk;

std::string ReadFile(const std::string& name) {
  const std::ifstream file(std::string(PLATFORMS_DIR) + "/$name/testdata/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ${camel}AdapterTest : public VendorFixture {
 protected:
  Period period_{.start = clock_.Now() - std::chrono::hours(24), .end = clock_.Now()};
  Adapter adapter_{clock_};
};

TEST_F(${camel}AdapterTest, FindsNothingInAnEmptyAccount) {
  answers_ = {MakeResponse(200, ReadFile("empty.json"))};
  VendorSession session = NewSession();

  const auto count = adapter_.CountCalls(session, period_);
  const auto page = adapter_.ListCalls(session, period_, "");

  ASSERT_THAT(count, IsOk());
  EXPECT_EQ(count->calls(), 0);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->calls_size(), 0);
  EXPECT_EQ(page->next_cursor(), "");
}

}  // namespace
}  // namespace callimport::adapter_gateway::$name
EOF

cat >"$folder/README.md" <<EOF
# $display

What is peculiar to this vendor, and where it is documented: access, listing and counting, recordings, transcripts, limits, errors.
EOF

python3 - "$name" <<'EOF'
"""Names the platform where all of them are named."""
import pathlib
import re
import sys

name = sys.argv[1]
gateway = pathlib.Path("services/adapter-gateway")


def insert_after_last(path: pathlib.Path, pattern: str, line: str) -> None:
    lines = path.read_text().splitlines()
    places = [place for place, text in enumerate(lines) if re.search(pattern, text)]
    if not places:
        sys.exit(f"{path}: nothing looks like {pattern}")
    lines.insert(places[-1] + 1, line)
    path.write_text("\n".join(lines) + "\n")


cmake = gateway / "CMakeLists.txt"
insert_after_last(cmake, r"platforms/\w+/adapter\.cc platforms/\w+/mapping\.cc",
                  f"    platforms/{name}/adapter.cc platforms/{name}/mapping.cc")
insert_after_last(cmake, r"platforms/\w+/adapter_test\.cc", f"    platforms/{name}/adapter_test.cc")
every = gateway / "platforms/all_platforms.cc"
insert_after_last(every, r"#include .*/adapter\.h", f'#include "services/adapter-gateway/platforms/{name}/adapter.h"')
insert_after_last(every, r'adapters\["', f'  adapters["{name}"] = std::make_unique<{name}::Adapter>(clock);')
needed = gateway / "platforms/needed_fields.cc"
text = needed.read_text()
text = text.replace("  return {};\n", f'  if (platform == "{name}") {{\n    return {{{{"/calls", "data", "id"}}, '
                    f'{{"/calls", "data", "startTime"}}}};\n  }}\n  return {{}};\n')
needed.write_text(text)
kept = gateway / "platforms/kept_records.cc"
insert_after_last(kept, r"#include .*/mapping\.h", f'#include "services/adapter-gateway/platforms/{name}/mapping.h"')
text = kept.read_text()
text = text.replace("  return {};\n", f'  if (platform == "{name}") return Read("data", {name}::FillCall, record);\n  return {{}};\n')
text = text.replace("  return 0;\n", f'  if (platform == "{name}") return 1;\n  return 0;\n')
kept.write_text(text)
EOF
clang-format-19 -i "$folder"/*.h "$folder"/*.cc "$gateway"/platforms/all_platforms.cc "$gateway"/platforms/needed_fields.cc "$gateway"/platforms/kept_records.cc 2>/dev/null || true

echo "$folder is there. Go on with docs/adding-a-platform.md; then ./dev build and ./dev test unit."
