// For vendors that tell of one recording, or one transcript, at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/adapter-gateway/platforms/platform_adapter.h"

namespace callimport::adapter_gateway {

// The address of one call's recording, without id and time; nothing: the vendor does not know the
// call.
using LocateOne =
    std::function<absl::StatusOr<std::optional<MediaAddress>>(const std::string& source_call_id)>;

// What these, one after the other, are the recording of; of none: the call was never recorded.
std::optional<MediaAddress> AddressOf(const std::vector<std::string>& urls);

// The pieces that are there, and whether others are still being made.
struct RecordingParts {
  std::vector<std::string> urls = {};
  bool soon = false;
};
// `url`: the field of each with its address. A piece without a status is there.
RecordingParts PartsOf(const json::Document& answer, const std::string& list,
                       const std::string& url);

// The same of these pieces; an error while others are still being made.
absl::StatusOr<std::optional<MediaAddress>> AddressOf(const VendorSession& vendor,
                                                      const RecordingParts& parts);

// The call was never recorded; unless it changed so shortly before that something may still come.
// `changed`: the field of `call`, a member of the answer, that says when. Nothing of no answer.
absl::StatusOr<std::optional<MediaAddress>> NothingRecorded(
    const VendorSession& vendor, const std::optional<json::Document>& answer,
    const std::string& call, const std::string& changed);

// Plain addresses are asked with TLS, unless they are allowed here as they are.
std::string Secured(const VendorSession& vendor, const std::string& url);

// What goes wrong with one call spoils no other, and what was found before the quota was used up is
// kept: the rest carries the error. An error of the account is one of all.
absl::StatusOr<std::vector<MediaAddress>> LocateEach(
    const std::vector<std::string>& source_call_ids, Timestamp expires, const LocateOne& locate);

// Puts what the vendor has of one call into `transcript`; nothing, where it has none.
using FetchOne = std::function<absl::Status(const std::string& source_call_id,
                                            v1::SourceTranscript& transcript)>;
absl::StatusOr<std::vector<v1::SourceTranscript>> FetchEach(
    const std::vector<std::string>& source_call_ids, const std::string& engine,
    const FetchOne& fetch);

// Whether parts of what somebody said are still written down, or never will be: what there is would
// look like all of it.
bool IsPartial(const json::Document& answer, const std::string& list);

// Nothing: the vendor has none (404).
absl::StatusOr<std::optional<json::Document>> AskOrNone(VendorSession& vendor,
                                                        const std::string& path);

}  // namespace callimport::adapter_gateway
