// The development certificates, made once per process in a folder of the test.
#pragma once

#include <string>

#include "libs/rpc/config.pb.h"

namespace callimport::testing {

class DevCertificates {
 public:
  DevCertificates();

  // Of "job-scheduler", "support-demo" and so on.
  rpc::TlsConfig Of(const std::string& name) const { return In(folder_, name); }

  // For tests that need an authority of their own: runs deploy/certs/make-dev-certs.sh.
  static void MakeIn(const std::string& folder);
  static rpc::TlsConfig In(const std::string& folder, const std::string& name);

 private:
  std::string folder_;
};

}  // namespace callimport::testing
