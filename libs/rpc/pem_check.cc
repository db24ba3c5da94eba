#include "libs/rpc/pem_check.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "libs/common/status_macros.h"
#include "libs/rpc/pem_reading.h"
#include "libs/rpc/pem_revocations.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

using Key = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;

// A key under a password is refused, instead of asking the terminal for it.
int NoPassword(char*, int, int, void*) { return -1; }

Certificate NextCertificate(BIO* bio) {
  Certificate next(PEM_read_bio_X509(bio, nullptr, &NoPassword, nullptr));
  ERR_clear_error();
  return next;
}

Key ReadKey(const std::string& text) {
  const Bio bio = Reading(text);
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr) : nullptr);
  ERR_clear_error();
  return key;
}

bool IsInItsTime(const X509& certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(&certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(&certificate)) > 0;
}

bool IsKeyOf(const X509& certificate, EVP_PKEY* key) {
  return EVP_PKEY_eq(X509_get0_pubkey(&certificate), key) == 1;
}

absl::Status CheckAuthorities(const std::string& text) {
  const Bio bio = Reading(text);
  if (bio == nullptr || NextCertificate(bio.get()) == nullptr) {
    return ConfigError("ca_file", "holds no certificate in PEM");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPem(const PemTexts& texts) {
  const Bio bio = Reading(texts.certificate);
  const Certificate own = bio ? NextCertificate(bio.get()) : nullptr;
  if (own == nullptr) return ConfigError("certificate_file", "holds no certificate in PEM");
  if (!IsInItsTime(*own)) {
    return ConfigError("certificate_file", "the certificate has expired, or is not valid yet");
  }
  const Key key = ReadKey(texts.key.Reveal());
  if (key == nullptr) return ConfigError("key_file", "holds no private key in PEM");
  if (!IsKeyOf(*own, key.get())) {
    return ConfigError("key_file", "the key is not that of the certificate");
  }
  RETURN_IF_ERROR(CheckAuthorities(texts.authorities));
  if (texts.revocations.empty()) return absl::OkStatus();
  return ReadRevocations(texts.revocations, texts.authorities).status();
}

}  // namespace callimport::rpc
