// Searching with vectors that were put together here, on a real PostgreSQL.
#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "libs/postgres/transact.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/search/search_vector.h"
#include "services/media-pipeline/storage/delivery_store.h"
#include "services/media-pipeline/storage/drafts_fixture.h"
#include "services/media-pipeline/storage/engagement_store.h"

namespace callimport::media_pipeline {
const std::vector<postgres::Migration>& Migrations();
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::UnorderedElementsAre;

class SearchTest : public testing::PostgresTest {
 protected:
  SearchTest() : PostgresTest("media_pipeline", Migrations()) {}

  std::string Add(int number, const std::string& title, const std::string& spoken,
                  const std::string& workspace = "acme") {
    EngagementDraft draft = MakeTestDraft(number, spoken, workspace);
    draft.facts.record.set_title(title);
    draft.search = MakeSearchVectors(lexicon_, {{workspace, title, {spoken}}})->front();
    const auto ids = deliveries_.Deliver({}, {draft});
    EXPECT_THAT(ids, IsOk());
    return ids->front();
  }

  std::vector<std::string> Search(const std::string& query) {
    const auto result = store_.Search("acme", query, 10, 0);
    EXPECT_THAT(result, IsOk());
    std::vector<std::string> ids;
    for (const auto& found : result->found) ids.push_back(found.engagement.engagement_id);
    return ids;
  }

  DeliveryStore deliveries_{pool()};
  EngagementStore store_{pool()};
  Lexicon lexicon_{[this](const auto& words) { return store_.ParseWords(words); }, kAfterWord};
};

TEST_F(SearchTest, FindsWordsByTheirStem) {
  const std::string id = Add(1, "Intro", "we encrypted all backups, and the keys rotate");
  Add(2, "Other", "nothing of the kind");
  EXPECT_THAT(Search("encryption"), ElementsAre(id));
  EXPECT_THAT(Search("key rotating"), ElementsAre(id));
}

TEST_F(SearchTest, UnderstandsPhrasesChoicesAndExclusions) {
  const std::string one = Add(1, "Intro", "a security review next month");
  const std::string two = Add(2, "Other", "we review the pricing and its security");
  EXPECT_THAT(Search("\"security review\""), ElementsAre(one));
  EXPECT_THAT(Search("review -pricing"), ElementsAre(one));
  EXPECT_THAT(Search("month OR pricing"), UnorderedElementsAre(one, two));
}

TEST_F(SearchTest, PutsAMatchingTitleFirst) {
  Add(1, "Weekly", "the proposal was sent yesterday to all of them");
  const std::string titled = Add(2, "Proposal for Initech", "the proposal");
  EXPECT_EQ(Search("proposal").front(), titled);
}

TEST_F(SearchTest, SearchesInOneWorkspaceAlone) {
  Add(1, "Call", "encryption", "other");
  EXPECT_THAT(Search("encryption"), IsEmpty());
  EXPECT_THAT(Search("-pricing"), IsEmpty());
}

TEST_F(SearchTest, FindsNothingByStopWordsAndStrangeQueries) {
  Add(1, "Call", "the encryption of it");
  for (const char* query : {"the", "-", "\"", "' & | ! <->", "\\", "(((", "OR"}) {
    EXPECT_THAT(store_.Search("acme", query, 10, 0), IsOk()) << query;
  }
  EXPECT_THAT(Search("the"), IsEmpty());
}

// The lexicon is a shortcut: it must give what PostgreSQL itself would.
TEST_F(SearchTest, MakesTheSameVectorAsPostgresql) {
  const std::string title = "Follow-up: Initech's renewal (Q3)";
  const std::vector<std::string> texts = {
      "Well, the quick brown foxes aren't jumping over 3.5 lazy dogs!",
      "Mail me at dana@example.com or see https://example.com/pricing?x=1 okay?",
      "It's state-of-the-art; we've 1,000 customers -- and \"more\" -5 degrees.",
      "Größe, naïve café's; C:\\dir it''s AT&T <b>bold</b> 10% v2.0.1 U.S. a/b/c.txt",
      "encrypt encrypted encryption encrypting; running runs ran the of and"};
  for (const std::string& text : texts) {
    const auto vectors = MakeSearchVectors(lexicon_, {{"acme", title, {text}}});
    ASSERT_THAT(vectors, IsOk());
    const auto same = postgres::Transact(pool(), [&](pqxx::work& tx) {
      const pqxx::row row = tx.exec_params1(
          "SELECT $1::tsvector::text AS ours, ("
          "  setweight(to_tsvector('english', $2), 'A') || to_tsvector('english', $3)"
          "  || '''=acme'''::tsvector)::text AS theirs",
          vectors->front(), title, text);
      EXPECT_EQ(row["ours"].as<std::string>(), row["theirs"].as<std::string>()) << text;
    });
    ASSERT_THAT(same, IsOk());
  }
}

}  // namespace
}  // namespace callimport::media_pipeline
