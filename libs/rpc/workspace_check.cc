#include "libs/rpc/workspace_check.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsWorkspace(const FieldDescriptor& field) {
  return field.name() == "workspace_id" && field.type() == FieldDescriptor::TYPE_STRING &&
         !field.is_repeated();
}

bool HasWorkspace(const Descriptor& type, std::set<const Descriptor*>& seen) {
  if (!seen.insert(&type).second) return false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsWorkspace(field)) return true;
    if (field.message_type() != nullptr && HasWorkspace(*field.message_type(), seen)) return true;
  }
  return false;
}

absl::Status CheckFields(const Caller& caller, const Message& message);

absl::Status CheckMessages(const Caller& caller, const Message& message,
                           const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    if (!reflection.HasField(message, &field)) return absl::OkStatus();
    return CheckFields(caller, reflection.GetMessage(message, &field));
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    RETURN_IF_ERROR(CheckFields(caller, reflection.GetRepeatedMessage(message, &field, i)));
  }
  return absl::OkStatus();
}

absl::Status CheckField(const Caller& caller, const Message& message,
                        const FieldDescriptor& field) {
  if (field.message_type() != nullptr) return CheckMessages(caller, message, field);
  if (!IsWorkspace(field)) return absl::OkStatus();
  const std::string workspace = message.GetReflection()->GetString(message, &field);
  RETURN_IF_ERROR(
      RequestCheck().Require(!workspace.empty(), "workspace_id", "must be named").Verdict());
  return CheckWorkspace(caller, workspace);
}

absl::Status CheckFields(const Caller& caller, const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    RETURN_IF_ERROR(CheckField(caller, message, *type.field(i)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckWorkspaceOf(const Caller& caller, const Message& request) {
  return caller.workspaces ? CheckFields(caller, request) : absl::OkStatus();
}

bool RequestNamesWorkspace(const std::string& rpc) {
  std::string name = rpc;
  std::replace(name.begin(), name.end(), '/', '.');
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  std::set<const Descriptor*> seen;
  return method != nullptr && HasWorkspace(*method->input_type(), seen);
}

}  // namespace callimport::rpc
