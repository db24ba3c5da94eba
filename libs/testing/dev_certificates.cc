#include "libs/testing/dev_certificates.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace callimport::testing {
namespace {

// Removed when the process ends.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "callimport-certs-XXXXXX") {
    if (!mkdtemp(path_.data())) throw std::runtime_error("cannot make a folder for certificates");
    DevCertificates::MakeIn(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

DevCertificates::DevCertificates() {
  static const Folder folder;
  folder_ = folder.path();
}

void DevCertificates::MakeIn(const std::string& folder) {
  const std::string script = CALLIMPORT_SOURCE_DIR "/deploy/certs/make-dev-certs.sh";
  if (std::system((script + " '" + folder + "' >/dev/null").c_str()) != 0) {
    throw std::runtime_error(script + " failed");
  }
}

rpc::TlsConfig DevCertificates::In(const std::string& folder, const std::string& name) {
  rpc::TlsConfig tls;
  tls.set_certificate_file(folder + "/" + name + ".pem");
  tls.set_key_file(folder + "/" + name + ".key");
  tls.set_ca_file(folder + "/ca.pem");
  return tls;
}

}  // namespace callimport::testing
