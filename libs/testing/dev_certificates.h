// The development certificates, made once per process in a folder of the test.
#pragma once

#include <string>

#include "libs/rpc/config.pb.h"

namespace callimport::testing {

class DevCertificates {
 public:
  // Runs deploy/certs/make-dev-certs.sh.
  DevCertificates();

  // Of "job-scheduler", "support-demo" and so on.
  rpc::TlsConfig Of(const std::string& name) const;

 private:
  std::string folder_;
};

}  // namespace callimport::testing
