#include "tests/e2e/any_rpc.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include "absl/strings/str_cat.h"
#include "libs/rpc/invoke.h"

namespace callimport::e2e {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

grpc::Status SendAny(const std::shared_ptr<grpc::Channel>& channel, const std::string& rpc,
                     const std::string& bytes, const AnySending& sending) {
  grpc::ClientContext context;
  rpc::Prepare(context, sending.patience);
  if (!sending.token.empty()) context.AddMetadata("authorization", "Bearer " + sending.token);
  grpc::CompletionQueue queue;
  const auto done = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareCall(&context, "/" + rpc, &queue);
  call->StartCall(nullptr);
  if (done()) {
    const grpc::Slice slice(bytes);
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    done();
  }
  grpc::ByteBuffer read;
  do {
    call->Read(&read, nullptr);
  } while (done());
  grpc::Status status;
  call->Finish(&status, nullptr);
  done();
  return status;
}

void NameWorkspace(Message& message, const std::string& workspace) {
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.is_repeated()) continue;
    if (field.name() == "workspace_id") {
      message.GetReflection()->SetString(&message, &field, workspace);
    } else if (field.message_type() != nullptr &&
               (field.name() == "header" || field.name() == "selection")) {
      NameWorkspace(*message.GetReflection()->MutableMessage(&message, &field), workspace);
    }
  }
}

std::string CertificateOf(const rpc::Caller& caller) {
  if (caller.kind == "support") return "support-" + caller.name;
  if (caller.workspaces) return absl::StrCat(caller.kind, "-", *caller.workspaces->begin());
  return caller.name;
}

}  // namespace callimport::e2e
