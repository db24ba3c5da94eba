// Which network addresses the outside world may make us connect to.
#pragma once

#include <sys/socket.h>

#include <string>

namespace callimport::http {

// False for loopback, private, link-local, carrier, multicast and reserved addresses, also where
// IPv6 wraps an IPv4 one.
bool IsPublicAddress(const sockaddr& address);
// The same of "10.0.0.1" or "fe80::1%eth0"; false for what is no address.
bool IsPublicAddress(const std::string& text);

}  // namespace callimport::http
