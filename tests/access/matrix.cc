#include "tests/access/matrix.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace callimport::access {
namespace {

namespace fs = std::filesystem;
namespace compiler = google::protobuf::compiler;

const std::vector<std::string> kServices = {"credential-manager", "adapter-gateway",
                                            "job-scheduler", "media-pipeline", "status-tracker"};

std::string Underscored(std::string name) {
  std::ranges::replace(name, '-', '_');
  return name;
}

class Complaints : public compiler::MultiFileErrorCollector {
 public:
  void AddError(const std::string& file, int line, int, const std::string& message) override {
    throw std::runtime_error(file + ":" + std::to_string(line) + ": " + message);
  }
};

std::vector<std::string> ProtoFilesOf(const fs::path& folder, const std::string& service) {
  std::vector<std::string> files;
  const std::string home = "callimport/" + Underscored(service) + "/v1/";
  for (const auto& entry : fs::directory_iterator(folder / home)) {
    if (entry.path().extension() == ".proto") {
      files.push_back(home + entry.path().filename().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::string Rpc::ShortName() const { return method->service()->name() + "/" + method->name(); }

Matrix::Matrix(const std::string& source_dir) {
  ReadProtos(source_dir);
  ReadRules(source_dir);
}

void Matrix::ReadProtos(const std::string& source_dir) {
  static Complaints complaints;
  tree_.MapPath("", source_dir + "/proto");
  tree_.MapPath("", "/usr/include");  // google/protobuf/*.proto
  importer_ = std::make_unique<compiler::Importer>(&tree_, &complaints);
  for (const std::string& service : kServices) {
    for (const std::string& name : ProtoFilesOf(fs::path(source_dir) / "proto", service)) {
      const auto* file = importer_->Import(name);
      if (file == nullptr) throw std::runtime_error("cannot read " + name);
      for (int i = 0; i < file->service_count(); ++i) {
        for (int j = 0; j < file->service(i)->method_count(); ++j) {
          const auto* method = file->service(i)->method(j);
          rpcs_.push_back({.service = service,
                           .name = method->service()->full_name() + "/" + method->name(),
                           .method = method});
        }
      }
    }
  }
}

void Matrix::ReadRules(const std::string& source_dir) {
  for (const std::string& service : kServices) {
    std::ifstream file(source_dir + "/deploy/config/" + service + ".json");
    const auto server = nlohmann::json::parse(file).at("server").dump();
    rpc::ServerConfig config;
    if (!google::protobuf::util::JsonStringToMessage(server, &config).ok()) {
      throw std::runtime_error("not a server config: " + service);
    }
    rules_[service].assign(config.access().begin(), config.access().end());
  }
}

const rpc::AccessRule* Matrix::RuleOf(const Rpc& rpc) const {
  const rpc::AccessRule* found = nullptr;
  for (const rpc::AccessRule& rule : RulesOf(rpc.service)) {
    if (rule.rpcs() != rpc.name) continue;
    if (found != nullptr) throw std::runtime_error("two rules for " + rpc.name);
    found = &rule;
  }
  return found;
}

bool Matrix::Allows(const Rpc& rpc, const rpc::Caller& caller) const {
  const rpc::AccessRule* rule = RuleOf(rpc);
  return rule != nullptr && std::ranges::any_of(rule->callers(), [&](const std::string& named) {
           return named == caller.Identity() || named == caller.kind + "/*";
         });
}

std::vector<rpc::Caller> Everybody() {
  std::vector<rpc::Caller> callers = {
      {.kind = "support", .name = "demo", .workspaces = {}},
      {.kind = "operator", .name = "operator", .workspaces = {}},
      {.kind = "auditor", .name = "auditor", .workspaces = {}},
      {.kind = "workspace-admin", .name = "dana", .workspaces = {{"acme"}}},
      {.kind = "workspace-member", .name = "max", .workspaces = {{"acme"}}},
      {.kind = "service", .name = "stranger", .workspaces = {}},
  };
  for (const std::string& service : kServices) {
    callers.push_back({.kind = "service", .name = service, .workspaces = {}});
  }
  return callers;
}

}  // namespace callimport::access
