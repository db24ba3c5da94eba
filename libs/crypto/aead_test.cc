#include "libs/crypto/aead.h"

#include "libs/crypto/digest.h"
#include "libs/crypto/random.h"
#include "libs/testing/status_matchers.h"

namespace callimport::crypto {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

struct Vector {
  std::string key, nonce, plaintext, context, ciphertext, tag;
};

// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 to 16.
const Vector kPublished[] = {
    {std::string(64, '0'), std::string(24, '0'), "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {std::string(64, '0'), std::string(24, '0'), std::string(32, '0'), "",
     "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
     "b094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

TEST(AeadTest, EqualsThePublishedVectors) {
  for (const Vector& vector : kPublished) {
    const Secret key(FromHex(vector.key));
    const std::string sealed = SealWithNonce(
        key, FromHex(vector.nonce), Secret(FromHex(vector.plaintext)), FromHex(vector.context));

    EXPECT_EQ(ToHex(sealed), vector.nonce + vector.ciphertext + vector.tag);
    const auto opened = Open(key, sealed, FromHex(vector.context));
    ASSERT_THAT(opened, IsOk());
    EXPECT_EQ(ToHex(opened->Reveal()), vector.plaintext);
  }
}

class SealedTest : public ::testing::Test {
 protected:
  const Secret key_{RandomBytes(kKeyBytes)};
  const std::string sealed_ = Seal(key_, Secret("access key and secret"), "acme/gong/1");
};

TEST_F(SealedTest, NeverLooksTheSameTwice) {
  EXPECT_NE(sealed_, Seal(key_, Secret("access key and secret"), "acme/gong/1"));
}

TEST_F(SealedTest, OneFlippedBitAnywhereKeepsItShut) {
  for (size_t place = 0; place < sealed_.size(); ++place) {
    std::string tampered = sealed_;
    tampered[place] = static_cast<char>(tampered[place] ^ 1);
    EXPECT_THAT(Open(key_, tampered, "acme/gong/1"), HasReason("SEAL_BROKEN")) << place;
  }
}

TEST_F(SealedTest, AShortenedSealStaysShut) {
  for (size_t length = 0; length < sealed_.size(); ++length) {
    EXPECT_THAT(Open(key_, sealed_.substr(0, length), "acme/gong/1"), HasReason("SEAL_BROKEN"));
  }
}

TEST_F(SealedTest, AnotherKeyOrContextDoesNotOpenIt) {
  EXPECT_THAT(Open(Secret(RandomBytes(kKeyBytes)), sealed_, "acme/gong/1"),
              HasReason("SEAL_BROKEN"));
  EXPECT_THAT(Open(key_, sealed_, "globex/gong/1"), HasReason("SEAL_BROKEN"));
  EXPECT_THAT(Open(Secret("short"), sealed_, "acme/gong/1"), HasReason("SEAL_BROKEN"));
}

TEST(AeadTest, RoundTripsAnyContent) {
  const Secret key(RandomBytes(kKeyBytes));
  for (const std::string& text : {std::string(), std::string("ünïcödé ☎"), RandomBytes(64 << 10)}) {
    const auto opened = Open(key, Seal(key, Secret(text), ""), "");
    ASSERT_THAT(opened, IsOk());
    EXPECT_EQ(opened->Reveal(), text);
  }
}

}  // namespace
}  // namespace callimport::crypto
