#include "libs/crypto/hmac.h"

#include <gtest/gtest.h>

#include "libs/crypto/digest.h"

namespace callimport::crypto {
namespace {

TEST(HmacTest, EqualsTheVectorsOfRfc4231) {
  EXPECT_EQ(ToHex(HmacSha256(Secret(std::string(20, '\x0b')), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(ToHex(HmacSha256(Secret("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace callimport::crypto
