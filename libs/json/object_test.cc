#include "libs/json/object.h"

#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::json {
namespace {

using namespace std::chrono_literals;
using testing::HasReason;
using testing::IsOk;

class ObjectTest : public ::testing::Test {
 protected:
  Object Read(const std::string& text) {
    document_ = Document::Parse(text);
    EXPECT_TRUE(document_.ok()) << document_.status();
    return Object(document_->root(), faults_);
  }
  std::string Fault() const { return std::string(faults_.status().message()); }

  absl::StatusOr<Document> document_ = absl::UnknownError("not parsed");
  Faults faults_;
};

TEST_F(ObjectTest, KeepsEveryDigitOfAnIdWhateverItsType) {
  const Object object = Read(R"({"text":"00012345678901234567890","number":18446744073709551616})");

  EXPECT_EQ(object.Id("text"), "00012345678901234567890");
  EXPECT_EQ(object.Id("number"), "18446744073709551616");
  EXPECT_THAT(faults_.status(), IsOk());
}

TEST_F(ObjectTest, RefusesAnIdThatIsNoWholeNumber) {
  EXPECT_EQ(Read(R"({"id":1.5})").Id("id"), "");
  EXPECT_THAT(faults_.status(), HasReason("FIELD_INVALID"));
}

TEST_F(ObjectTest, ReadsAbsentAndNullAsEmpty) {
  const Object object = Read(R"({"null":null})");

  for (const char* name : {"null", "absent"}) {
    EXPECT_FALSE(object.Has(name));
    EXPECT_EQ(object.Text(name), "");
    EXPECT_EQ(object.Id(name), "");
    EXPECT_EQ(object.Integer(name), std::nullopt);
    EXPECT_EQ(object.Flag(name), std::nullopt);
    EXPECT_EQ(object.Time(name), std::nullopt);
    EXPECT_EQ(object.Child(name).Child("x").Text("y"), "");
    EXPECT_TRUE(object.Children(name).empty());
  }
  EXPECT_THAT(faults_.status(), IsOk());
}

TEST_F(ObjectTest, ReadsEveryType) {
  const Object object = Read(
      R"({"t":"a\"\u00fc\ud83d\ude00","n":-5,"m":"86400","f":1860.0,"yes":true,"no":false,
          "at":"2026-03-02T15:01:10Z","list":[{"x":1},{"x":2}]})");

  EXPECT_EQ(object.Text("t"), "a\"ü😀");
  EXPECT_EQ(object.Integer("n"), -5);
  EXPECT_EQ(object.Integer("m"), 86400);
  EXPECT_EQ(object.Integer("f"), 1860);
  EXPECT_EQ(object.Flag("yes"), true);
  EXPECT_EQ(object.Flag("no"), false);
  EXPECT_EQ(object.Time("at"), Timestamp(1'772'463'670s));
  EXPECT_EQ(object.Children("list")[1].Integer("x"), 2);
  EXPECT_THAT(faults_.status(), IsOk());
}

TEST_F(ObjectTest, NamesTheFieldOfTheFirstFault) {
  const Object object = Read(R"({"calls":[{},{"metaData":{"duration":"long","title":7}}]})");
  const Object meta = object.Children("calls")[1].Child("metaData");

  EXPECT_EQ(meta.Integer("duration"), std::nullopt);
  EXPECT_EQ(meta.Text("title"), "");

  EXPECT_EQ(Fault(), "calls[1].metaData.duration: a whole number is expected");
}

TEST_F(ObjectTest, NamesTheFieldThatIsMissing) {
  Read(R"({"metaData":{}})").Child("metaData").RequiredId("id");

  EXPECT_EQ(Fault(), "metaData.id: is missing");
}

TEST_F(ObjectTest, FindsThatNumbersAreTooLarge) {
  EXPECT_EQ(Read(R"({"n":9223372036854775808})").Integer("n"), std::nullopt);
  EXPECT_THAT(faults_.status(), HasReason("FIELD_INVALID"));
}

TEST_F(ObjectTest, FindsObjectsWhereListsAreExpected) {
  EXPECT_TRUE(Read(R"({"calls":{}})").Children("calls").empty());
  EXPECT_EQ(Fault(), "calls: a list is expected");
}

TEST_F(ObjectTest, FindsThatTheRootIsNoObject) {
  EXPECT_EQ(Read("[1]").Text("x"), "");
  EXPECT_EQ(Fault(), "the answer: an object is expected");
}

TEST_F(ObjectTest, ReadsSecondsWithAFraction) {
  const Object object = Read(R"({"a":0.52,"b":"125.0004","c":7,"d":"soon"})");

  EXPECT_EQ(object.Seconds("a"), 520ms);
  EXPECT_EQ(object.Seconds("b"), 125'000ms);
  EXPECT_EQ(object.Seconds("c"), 7s);
  EXPECT_EQ(object.Seconds("none"), std::nullopt);
  EXPECT_EQ(Fault(), "");
  EXPECT_EQ(object.Seconds("d"), std::nullopt);
  EXPECT_EQ(Fault(), "d: a number of seconds is expected");
}

TEST_F(ObjectTest, ReadsTheStringsOfAList) {
  const Object object = Read(R"({"to":["+1","+2"],"mixed":["+1",2]})");

  EXPECT_EQ(object.Texts("to"), (std::vector<std::string>{"+1", "+2"}));
  EXPECT_TRUE(object.Texts("none").empty());
  EXPECT_EQ(Fault(), "");
  EXPECT_EQ(object.Texts("mixed").size(), 1u);
  EXPECT_EQ(Fault(), "mixed[1]: text is expected");
}

}  // namespace
}  // namespace callimport::json
