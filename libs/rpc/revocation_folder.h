// Where OpenSSL looks revocation lists up: a folder with HASH.r0, HASH.r1 and so on. It reads each
// file once, so every change is a new one, of which the newest list counts. Inside libs/rpc only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/rpc/pem_revocations.h"

namespace callimport::rpc {

class RevocationFolder {
 public:
  // Of this process alone, and removed with this. Throws when there is no room for one.
  RevocationFolder();
  RevocationFolder(const RevocationFolder&) = delete;
  RevocationFolder& operator=(const RevocationFolder&) = delete;
  ~RevocationFolder();

  const std::string& path() const { return path_; }

  void Add(const std::vector<RevocationList>& lists);

 private:
  std::string path_;
  // How many files each authority has.
  std::map<std::string, int> files_;
};

}  // namespace callimport::rpc
