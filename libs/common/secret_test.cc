#include "libs/common/secret.h"

#include <gtest/gtest.h>

#include <ostream>
#include <utility>

namespace callimport {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

TEST(SecretTest, CannotBePrinted) {
  static_assert(Printable<std::string>);
  static_assert(!Printable<Secret>);
}

TEST(SecretTest, IsReadByOneWord) { EXPECT_EQ(Secret("hunter2").Reveal(), "hunter2"); }

TEST(SecretTest, CopiesAndMovesLeaveOneOwnerEach) {
  Secret first("hunter2");
  Secret copy = first;
  Secret moved = std::move(first);

  EXPECT_EQ(copy.Reveal(), "hunter2");
  EXPECT_EQ(moved.Reveal(), "hunter2");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the promise
}

TEST(SecretTest, AssignmentReplaces) {
  Secret secret("old");
  secret = Secret("new");
  EXPECT_EQ(secret.Reveal(), "new");
}

}  // namespace
}  // namespace callimport
