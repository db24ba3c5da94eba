// Where requests of one platform may go. Addresses come from customers (base address) and vendors
// (media), so they are checked before anything is sent, and the name's network address once more
// when connecting.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace callimport::adapter_gateway {

class EgressRules {
 public:
  // What an address that may be asked still has to obey.
  struct Permit {
    // The host must turn out to be at a public address.
    bool public_addresses_only = true;
  };

  // `api_hosts`: the vendor's own, "*.gong.io" for all below it. `allowed_hosts`: what the operator
  // of this service allows besides, private addresses included; without TLS if `allow_http`.
  EgressRules(std::vector<std::string> api_hosts, std::vector<std::string> allowed_hosts,
              bool allow_http);

  // The vendor's interface. FAILED_PRECONDITION (ADDRESS_REFUSED) unless it is https on a host of
  // the vendor, or allowed here.
  absl::StatusOr<Permit> CheckApi(const std::string& url) const;

  // A recording: any public host, since vendors sign addresses at their storage providers.
  absl::StatusOr<Permit> CheckMedia(const std::string& url) const;

 private:
  std::vector<std::string> api_hosts_;
  std::vector<std::string> allowed_hosts_;
  bool allow_http_;
};

}  // namespace callimport::adapter_gateway
