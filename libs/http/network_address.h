// Which network addresses the outside world may make us connect to.
#pragma once

#include <sys/socket.h>

namespace callimport::http {

// False for loopback, private, link-local, carrier, multicast and reserved addresses, also where
// IPv6 wraps an IPv4 one.
bool IsPublicAddress(const sockaddr& address);

}  // namespace callimport::http
