#include "libs/rpc/pem_revocations.h"

#include <openssl/err.h>

#include <array>
#include <cstdio>
#include <memory>

#include "libs/common/status_macros.h"
#include "libs/rpc/pem_reading.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

using List = std::unique_ptr<X509_CRL, FreedBy<X509_CRL_free>>;

bool IsSignedByOneOf(X509_CRL* list, const std::string& authorities) {
  const Bio bio = Reading(authorities);
  while (const auto authority =
             Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))) {
    if (X509_NAME_cmp(X509_get_subject_name(authority.get()), X509_CRL_get_issuer(list)) == 0 &&
        X509_CRL_verify(list, X509_get0_pubkey(authority.get())) == 1) {
      return true;
    }
  }
  return false;
}

absl::Status Check(X509_CRL* list, const std::string& authorities) {
  const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list);
  if (X509_cmp_current_time(X509_CRL_get0_lastUpdate(list)) > 0 ||
      (next != nullptr && X509_cmp_current_time(next) < 0)) {
    return ConfigError("revocation_file", "a list is outdated, or not valid yet");
  }
  if (!IsSignedByOneOf(list, authorities)) {
    return ConfigError("revocation_file", "a list is signed by none of ca_file");
  }
  return absl::OkStatus();
}

RevocationList Described(X509_CRL* list) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(bio.get(), list);
  char* text = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(bio.get(), &text));
  int hashed = 0;
  const auto hash = static_cast<unsigned int>(
      X509_NAME_hash_ex(X509_CRL_get_issuer(list), nullptr, nullptr, &hashed));
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", hash);
  return {digits.data(), std::string(text, size)};
}

}  // namespace

absl::StatusOr<std::vector<RevocationList>> ReadRevocations(const std::string& text,
                                                            const std::string& authorities) {
  const Bio bio = Reading(text);
  std::vector<RevocationList> lists;
  absl::Status verdict;
  while (const auto list = List(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr))) {
    verdict.Update(Check(list.get(), authorities));
    lists.push_back(Described(list.get()));
  }
  ERR_clear_error();
  RETURN_IF_ERROR(verdict);
  if (lists.empty()) return ConfigError("revocation_file", "holds no revocation list in PEM");
  return lists;
}

}  // namespace callimport::rpc
