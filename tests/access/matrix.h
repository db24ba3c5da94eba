// The matrix of rpcs and callers as it is delivered: every rpc that the files of proto/ declare,
// and what the access rules of deploy/config say to it.
#pragma once

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "libs/rpc/caller.h"
#include "libs/rpc/config.pb.h"

namespace callimport::access {

struct Rpc {
  std::string service;  // "credential-manager"
  std::string name;     // "callimport.credential_manager.v1.Audit/ListAudit"
  const google::protobuf::MethodDescriptor* method;

  // "Audit/ListAudit".
  std::string ShortName() const;
};

class Matrix {
 public:
  // Throws when a file cannot be read.
  explicit Matrix(const std::string& source_dir);

  const std::vector<Rpc>& rpcs() const { return rpcs_; }
  const std::vector<rpc::AccessRule>& RulesOf(const std::string& service) const {
    return rules_.at(service);
  }

  // The one rule for exactly this rpc; null when there is none. Throws when there are several.
  const rpc::AccessRule* RuleOf(const Rpc& rpc) const;

  // Whether the rule names "support/dana" or all of its kind.
  bool Allows(const Rpc& rpc, const rpc::Caller& caller) const;

 private:
  void ReadProtos(const std::string& source_dir);
  void ReadRules(const std::string& source_dir);

  google::protobuf::compiler::DiskSourceTree tree_;
  std::unique_ptr<google::protobuf::compiler::Importer> importer_;
  std::vector<Rpc> rpcs_;
  std::map<std::string, std::vector<rpc::AccessRule>> rules_;
};

// One caller of every kind that there is: people, the five services, and a service nobody knows.
std::vector<rpc::Caller> Everybody();

// docs/access.md.
std::string DrawPage(const Matrix& matrix);

}  // namespace callimport::access
