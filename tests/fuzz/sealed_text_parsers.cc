#include "tests/fuzz/sealed_text_parsers.h"

#include <string>

#include "libs/crypto/envelope.h"
#include "libs/crypto/length_prefixed.h"
#include "libs/crypto/local_keys.h"
#include "services/credential-manager/sealing/key_list.h"
#include "services/credential-manager/sealing/legacy_seal.h"
#include "tests/fuzz/promise.h"

namespace callimport::fuzz {

void TrySealedTextParsers(const uint8_t* data, size_t size) {
  const std::string text = TextOf(data, size);
  static const crypto::LocalKeys keys({"k1", {{"k1", Secret(std::string(32, 'k'))}}});

  if (const auto parts = crypto::SplitPrefixed(text)) {
    Require(crypto::JoinPrefixed(*parts) == text);
  }
  if (const auto envelope = crypto::ParseEnvelope(text); envelope.ok()) {
    Require(crypto::SerializeEnvelope(*envelope) == text);
    Require(!crypto::OpenEnvelope(keys, *envelope, {"acme", "gong", "id", "1"}).ok());
  }
  Require(!credential_manager::OpenLegacy(Secret(std::string(32, 'k')), text).ok());
  const auto list = credential_manager::ParseKeyList(Secret(text));
  Require(!list.ok() || list->Has(list->primary_id));
}

}  // namespace callimport::fuzz
