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

// What these, one after the other, are the recording of; of none: the call has no recording.
std::optional<MediaAddress> AddressOf(const std::vector<std::string>& urls);

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

// Nothing: the vendor has none (404).
absl::StatusOr<std::optional<json::Document>> AskOrNone(VendorSession& vendor,
                                                        const std::string& path);

}  // namespace callimport::adapter_gateway
