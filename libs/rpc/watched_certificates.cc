#include "libs/rpc/watched_certificates.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/pem_revocations.h"
#include "libs/rpc/run_main.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr unsigned int kGrpcLooksEverySeconds = 1;

absl::StatusOr<std::string> Content(const std::string& file, const std::string& field) {
  if (file.empty()) return ConfigError(field, "is missing");
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || text.empty()) return ConfigError(field, "cannot read " + file);
  return text;
}

absl::StatusOr<PemTexts> Read(const TlsConfig& tls) {
  PemTexts texts;
  ASSIGN_OR_RETURN(texts.certificate, Content(tls.certificate_file(), "certificate_file"));
  ASSIGN_OR_RETURN(std::string key, Content(tls.key_file(), "key_file"));
  texts.key = Secret(std::move(key));
  ASSIGN_OR_RETURN(texts.authorities, Content(tls.ca_file(), "ca_file"));
  if (tls.revocation_file().empty()) return texts;
  ASSIGN_OR_RETURN(texts.revocations, Content(tls.revocation_file(), "revocation_file"));
  return texts;
}

absl::Status InField(const std::string& field, const absl::Status& status) {
  return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
               field + "." + std::string(status.message()));
}

// What is fit for use.
absl::StatusOr<PemTexts> ReadChecked(const TlsConfig& tls, const std::string& field) {
  absl::StatusOr<PemTexts> texts = Read(tls);
  absl::Status usable = texts.status();
  if (usable.ok()) usable = CheckPem(*texts);
  if (!usable.ok()) return InField(field, usable);
  return texts;
}

bool AreEqual(const PemTexts& one, const PemTexts& other) {
  return one.certificate == other.certificate && one.key.Reveal() == other.key.Reveal() &&
         one.authorities == other.authorities && one.revocations == other.revocations;
}

}  // namespace

absl::StatusOr<std::shared_ptr<WatchedCertificates>> WatchedCertificates::Open(
    const TlsConfig& tls, const std::string& field) {
  ASSIGN_OR_RETURN(PemTexts texts, ReadChecked(tls, field));
  return std::shared_ptr<WatchedCertificates>(new WatchedCertificates(tls, std::move(texts)));
}

absl::Status WatchedCertificates::Check(const TlsConfig& tls, const std::string& field) {
  return ReadChecked(tls, field).status();
}

WatchedCertificates::WatchedCertificates(const TlsConfig& tls, PemTexts texts)
    : tls_(tls),
      failures_("reload_failures_total", "Changed files that could not be taken over",
                {{"file", "certificates"}}),
      watch_(kLookEvery, "certificates", [this] {
        LookAgain();
        return absl::OkStatus();
      }) {
  if (!tls_.revocation_file().empty()) revocations_.emplace();
  Take(std::move(texts));
  provider_ = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      identity_.path(), identity_.path(), authorities_.path(), kGrpcLooksEverySeconds);
  watch_.Start();
}

void WatchedCertificates::Take(PemTexts texts) {
  identity_.Put(texts.certificate + "\n" + texts.key.Reveal());
  authorities_.Put(texts.authorities);
  if (texts.revocations != taken_.revocations) {
    revocations_->Add(*ReadRevocations(texts.revocations, texts.authorities));
  }
  taken_ = std::move(texts);
}

void WatchedCertificates::LookAgain() {
  absl::StatusOr<PemTexts> texts = Read(tls_);
  if (!texts.ok()) return Complain(texts.status());
  // Checking costs some milliseconds, so only what is new is checked.
  const bool same = AreEqual(*texts, taken_);
  const absl::Status usable = same ? absl::OkStatus() : CheckPem(*texts);
  if (!usable.ok()) return Complain(usable);
  broken_looks_ = 0;
  if (same) return;
  Take(*std::move(texts));
  log::Info("certificates taken over", {{"file", tls_.certificate_file()}});
}

void WatchedCertificates::Complain(const absl::Status& status) {
  // Whoever writes one file after the other is not done at the first look.
  if (++broken_looks_ != 2) return;
  failures_.Add();
  log::Error("new certificates are broken; the old ones stay",
             {{"file", tls_.certificate_file()}, {"status", status}});
}

}  // namespace callimport::rpc
