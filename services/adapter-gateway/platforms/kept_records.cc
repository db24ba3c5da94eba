#include "services/adapter-gateway/platforms/kept_records.h"

#include "services/adapter-gateway/platforms/gong/mapping.h"
#include "services/adapter-gateway/platforms/openphone/adapter.h"
#include "services/adapter-gateway/platforms/records.h"
#include "services/adapter-gateway/platforms/retreaver/mapping.h"

namespace callimport::adapter_gateway {
namespace {

v1::ListCallsResponse Read(const std::string& list, const FillCall& fill,
                           const std::string& record) {
  v1::ListCallsResponse page;
  ReadCalls(AnswerOf(list, record), list, fill, page);
  return page;
}

}  // namespace

v1::ListCallsResponse ReadKept(const std::string& platform, const std::string& record,
                               common::v1::RecordKind kind, const People& people) {
  if (platform == "gong") return Read("calls", gong::FillCall, record);
  if (platform == "openphone") return ReadStage(openphone::StagesOf({}, people), record, kind);
  if (platform == "retreaver") {
    const bool number = kind == common::v1::RECORD_KIND_PHONE_NUMBER;
    return Read("", number ? retreaver::FillNumber : retreaver::FillCall, record);
  }
  return {};
}

int MappingRevisionOf(const std::string& platform) {
  if (platform == "gong") return 1;
  if (platform == "openphone") return 1;
  if (platform == "retreaver") return 1;
  return 0;
}

void SetMappingRevision(const std::string& platform, v1::ListCallsResponse& page) {
  const int revision = MappingRevisionOf(platform);
  for (common::v1::CallRecord& call : *page.mutable_calls()) call.set_mapping_revision(revision);
}

}  // namespace callimport::adapter_gateway
