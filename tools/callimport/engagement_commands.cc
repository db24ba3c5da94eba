#include <cstdio>
#include <fstream>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/engagement_text.h"

namespace callimport::cli {
namespace {

using Stub = media_pipeline::v1::Engagements::Stub;

const rpc::InvokeOptions kRead{.attempts = 3};
constexpr std::chrono::hours kDownloadTimeout{2};
constexpr int kDefaultLimit = 10;

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

absl::StatusOr<int> Search(Session& session, const Arguments& arguments) {
  media_pipeline::v1::SearchEngagementsRequest request;
  request.set_workspace_id(session.workspace());
  request.set_query(Joined(arguments.positional));
  ASSIGN_OR_RETURN(const int limit, NumberOf(arguments, "--limit", kDefaultLimit));
  request.mutable_page()->set_page_size(limit);
  ASSIGN_OR_RETURN(const auto stub, session.Engagements());
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &Stub::SearchEngagements, request, kRead));
  for (const auto& hit : response.hits()) {
    if (session.json()) {
      session.PrintJson(hit);
    } else {
      session.out() << HitText(hit, session.terminal().canvas()) << "\n";
    }
  }
  if (session.json()) return 0;
  if (response.hits().empty()) session.out() << "Nobody said that." << std::endl;
  if (!response.next_page_token().empty()) {
    session.out() << "There are more; --limit shows them." << std::endl;
  }
  return 0;
}

// Writes beside the file and then renames, so that a broken download leaves nothing half made.
absl::Status SaveRecording(Session& session, Stub& stub, const std::string& engagement_id,
                           const std::string& file) {
  const std::string part = file + ".part";
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  grpc::ClientContext context;
  rpc::Prepare(context, kDownloadTimeout);
  media_pipeline::v1::ReadRecordingRequest request;
  request.set_workspace_id(session.workspace());
  request.set_engagement_id(engagement_id);
  const auto reader = stub.ReadRecording(&context, request);
  media_pipeline::v1::ReadRecordingResponse chunk;
  while (reader->Read(&chunk)) {
    stream.write(chunk.data().data(), static_cast<std::streamsize>(chunk.data().size()));
    if (!stream) context.TryCancel();
  }
  const absl::Status received = rpc::FromGrpcStatus(reader->Finish());
  stream.close();
  absl::Status saved = received;
  if (!stream || (received.ok() && std::rename(part.c_str(), file.c_str()) != 0)) {
    saved = Error(absl::StatusCode::kUnavailable, "FILE_UNWRITABLE", file + " cannot be written");
  }
  if (!saved.ok()) std::remove(part.c_str());
  return saved;
}

absl::StatusOr<int> Show(Session& session, const Arguments& arguments) {
  media_pipeline::v1::GetEngagementRequest request;
  request.set_workspace_id(session.workspace());
  request.set_engagement_id(arguments.positional[0]);
  ASSIGN_OR_RETURN(const auto stub, session.Engagements());
  ASSIGN_OR_RETURN(const auto response, rpc::Invoke(*stub, &Stub::GetEngagement, request, kRead));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << EngagementText(response);
  }
  if (const auto file = arguments.Value("--recording")) {
    RETURN_IF_ERROR(SaveRecording(session, *stub, request.engagement_id(), *file));
    if (!session.json()) session.out() << "\nThe recording is in " << *file << "." << std::endl;
  }
  return 0;
}

}  // namespace

std::vector<Command> EngagementCommands() {
  return {
      {{.command = "search",
        .arguments = "WORDS…",
        .summary = "Finds what was said. Quotes keep a phrase together; OR and - work.",
        .flags = {{"--limit", "N", "at most so many calls; default 10"}},
        .min_arguments = 1,
        .max_arguments = 100},
       Search},
      {{.command = "engagement",
        .arguments = "ID",
        .summary = "Shows one imported call with its transcript.",
        .flags = {{"--recording", "FILE", "save the recording there"}},
        .min_arguments = 1,
        .max_arguments = 1},
       Show},
  };
}

}  // namespace callimport::cli
