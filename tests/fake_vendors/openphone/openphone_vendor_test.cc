#include "tests/fake_vendors/openphone/openphone_vendor.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "libs/testing/fake_clock.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::openphone {
namespace {

using Json = nlohmann::json;
using Query = std::vector<std::pair<std::string, std::string>>;

OpenPhoneOptions Workspace(uint64_t calls) {
  OpenPhoneOptions options;
  options.book.calls = {.seed = 5, .calls = calls, .from = Timestamp(std::chrono::hours(490'000))};
  options.book.conversations = 20;
  options.book.messages = 70;
  options.book.attachments = 8;
  options.noise_bytes = 1000;
  return options;
}

class OpenPhoneVendorTest : public ::testing::Test {
 protected:
  void Open(const OpenPhoneOptions& options) { vendor_.emplace(options, clock_, stats_, faults_); }

  HttpResponse Get(const std::string& path, const Query& query = {},
                   const std::string& key = "fake-openphone-key", bool version = true) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    request.headers = {{"authorization", key}, {"host", "127.0.0.1:1"}};
    if (version) request.headers.emplace_back("quo-api-version", "2026-03-30");
    HttpResponse answer;
    vendor_->Handle(request, [&](HttpResponse given) { answer = std::move(given); });
    return answer;
  }
  Json Ask(const std::string& path, const Query& query = {}) {
    return Json::parse(Get(path, query).body.Copy());
  }

  callimport::testing::FakeClock clock_;
  Stats stats_{clock_};
  Faults faults_{1};
  std::optional<OpenPhoneVendor> vendor_;
};

TEST_F(OpenPhoneVendorTest, WantsTheBareKeyAndItsVersion) {
  Open(Workspace(3));

  EXPECT_EQ(Get("/users").status, 200);
  EXPECT_EQ(Get("/users", {}, "Bearer fake-openphone-key").status, 401);
  EXPECT_EQ(Get("/users", {}, "fake-openphone-forbidden-key").status, 403);
  EXPECT_EQ(Get("/users", {}, "fake-openphone-key", false).status, 400);
  EXPECT_EQ(Get("/v1/phone-numbers", {}, "fake-openphone-key", false).status, 200);
}

TEST_F(OpenPhoneVendorTest, ListsEveryCallOnceNewestFirst) {
  Open(Workspace(120));
  Query query = {{"limit", "50"}, {"include", "summary,voicemail"}};
  std::set<std::string> seen;
  std::string last = "9";

  for (bool more = true; more;) {
    const Json page = Ask("/calls", query);
    for (const Json& call : page["data"]) {
      EXPECT_LE(call["createdAt"], last);
      last = call["createdAt"];
      seen.insert(call["id"].get<std::string>());
    }
    more = page["nextCursor"].is_string();
    if (query.size() > 2) query.pop_back();
    if (more) query.emplace_back("after", page["nextCursor"]);
  }

  EXPECT_EQ(seen.size(), 120U);
}

TEST_F(OpenPhoneVendorTest, RefusesACursorWithAnotherFilterAndPagesThatAreTooLarge) {
  Open(Workspace(120));
  const std::string cursor = Ask("/calls", {{"limit", "50"}})["nextCursor"];

  EXPECT_EQ(Get("/calls", {{"limit", "49"}, {"after", cursor}}).status, 400);
  EXPECT_EQ(Get("/calls", {{"limit", "51"}}).status, 400);
  EXPECT_EQ(Get("/calls", {{"createdAt[gte]", "soon"}}).status, 400);
}

TEST_F(OpenPhoneVendorTest, CountsBothEndsOfTheSpan) {
  Open(Workspace(40));
  const auto& calls = vendor_->book().calls();

  const Json page = Ask("/calls", {{"limit", "50"},
                                   {"createdAt[gte]", ToIso(calls.StartOf(10))},
                                   {"createdAt[lte]", ToIso(calls.StartOf(19))}});

  EXPECT_EQ(page["data"].size(), 10U);
}

TEST_F(OpenPhoneVendorTest, HasARecordingOrAVoicemailOfEveryCall) {
  Open(Workspace(60));

  for (uint64_t index = 0; index < 60; ++index) {
    const std::string id = vendor_->book().CallId(index);
    size_t usable = 0;
    const Json recordings = Ask("/calls/" + id + "/recordings");
    for (const Json& part : recordings["data"]) {
      usable += part["url"].is_string() ? 1 : 0;
    }
    const bool voicemail = vendor_->book().IsVoicemail(index);
    EXPECT_EQ(usable, voicemail ? 0U : 1U);
    EXPECT_EQ(Get("/v1/call-voicemails/" + id).status, voicemail ? 200 : 404);
  }
  EXPECT_GT(vendor_->book().voicemails(), 0U);
}

TEST_F(OpenPhoneVendorTest, HasMessagesOfConversationsAndTheirAttachments) {
  Open(Workspace(1));
  std::set<std::string> conversations;
  const Json all = Ask("/v1/conversations", {{"maxResults", "100"}});
  for (const Json& one : all["data"]) {
    conversations.insert(one["id"].get<std::string>());
  }
  size_t attachments = 0;
  size_t messages = 0;

  for (std::string after; messages < 70;) {
    const Json page = Ask("/messages", {{"limit", "50"}, {"after", after}});
    for (const Json& message : page["data"]) {
      ++messages;
      EXPECT_TRUE(conversations.contains(message["conversationId"].get<std::string>()));
      attachments += message["media"].size();
    }
    if (page["nextCursor"].is_null()) break;
    after = page["nextCursor"];
  }

  EXPECT_EQ(conversations.size(), 20U);
  EXPECT_EQ(messages, 70U);
  EXPECT_EQ(attachments, 8U);
}

TEST_F(OpenPhoneVendorTest, RefusesTranscriptsOutsideTheirPlan) {
  OpenPhoneOptions options = Workspace(1);
  options.transcripts = false;
  Open(options);

  EXPECT_EQ(Get("/calls/" + vendor_->book().CallId(0) + "/transcripts").status, 403);
}

}  // namespace
}  // namespace callimport::fake_vendors::openphone
