// Looks on while the calls of a source are listed.
#pragma once

#include <functional>
#include <memory>

#include "callimport/adapter_gateway/v1/call_catalog.pb.h"

namespace callimport::adapter_gateway {

// Of one listing; it ends with it.
class ListingWitness {
 public:
  virtual ~ListingWitness() = default;
  virtual void OnPage(const v1::ListCallsResponse& page) = 0;
};

// Null: nobody looks on.
using SummonWitness =
    std::function<std::unique_ptr<ListingWitness>(const v1::ListCallsRequest& request)>;

}  // namespace callimport::adapter_gateway
