// Gong's mapping as a mistaken edition of before: it took the title of a person for the name, and
// could not read calls with odd ids. Linked into a gateway of its own, whose fix is the real one.
#define FillCall FillCallAsNow
#include "services/adapter-gateway/platforms/gong/mapping.cc"  // NOLINT(bugprone-suspicious-include)
#undef FillCall

namespace callimport::adapter_gateway::gong {

void FillCall(const json::Object& call, common::v1::CallRecord& record) {
  FillCallAsNow(call, record);
  const std::vector<json::Object> parties = call.Children("parties");
  for (int i = 0; i < record.participants_size(); ++i) {
    record.mutable_participants(i)->set_name(parties[static_cast<size_t>(i)].Text("title"));
  }
  const std::string& id = record.source_call_id();
  if (!id.empty() && id.back() % 2 == 1) call.Child("metaData").Text("duration");
}

}  // namespace callimport::adapter_gateway::gong
