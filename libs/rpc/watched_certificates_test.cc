#include "libs/rpc/watched_certificates.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "libs/telemetry/metrics.h"
#include "libs/testing/dev_certificates.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace fs = std::filesystem;
using callimport::testing::DevCertificates;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

std::string Content(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

PemTexts TextsOf(const TlsConfig& tls) {
  return {.certificate = Content(tls.certificate_file()),
          .key = Secret(Content(tls.key_file())),
          .authorities = Content(tls.ca_file())};
}

std::string ProblemOf(const PemTexts& texts) { return std::string(CheckPem(texts).message()); }

TEST(PemCheckTest, AcceptsWhatTheScriptMakes) {
  const DevCertificates certificates;
  for (const char* name : {"job-scheduler", "support-demo", "auditor"}) {
    EXPECT_THAT(CheckPem(TextsOf(certificates.Of(name))), IsOk()) << name;
  }
}

TEST(PemCheckTest, SaysWhatIsWrongAndShowsNothingOfIt) {
  const DevCertificates certificates;
  const PemTexts good = TextsOf(certificates.Of("job-scheduler"));
  PemTexts texts = good;

  texts.key = Secret(Content(certificates.Of("auditor").key_file()));
  EXPECT_EQ(ProblemOf(texts), "key_file: the key is not that of the certificate");
  texts.key = Secret("canary");
  EXPECT_EQ(ProblemOf(texts), "key_file: holds no private key in PEM");
  texts.certificate = good.certificate.substr(0, good.certificate.size() / 2);
  EXPECT_EQ(ProblemOf(texts), "certificate_file: holds no certificate in PEM");
  texts = good;
  texts.authorities = "";
  EXPECT_EQ(ProblemOf(texts), "ca_file: holds no certificate in PEM");
}

TEST(MemoryFileTest, ShowsItsNewestContentAtOnePath) {
  MemoryFile file;
  file.Put("one");
  const std::string path = file.path();
  EXPECT_EQ(Content(path), "one");

  file.Put(std::string(100'000, 'x'));

  EXPECT_EQ(Content(path), std::string(100'000, 'x'));
}

TEST(MemoryFileTest, LeavesNothingBehind) {
  std::string path;
  {
    MemoryFile file;
    file.Put("key");
    path = file.path();
  }
  EXPECT_FALSE(std::ifstream(path).is_open());
  EXPECT_EQ(MemoryFile().path(), path);  // the number is used again, and only by its like
}

TEST(WatchedCertificatesTest, NameTheFileThatIsWrongAtTheStart) {
  const DevCertificates certificates;
  TlsConfig tls = certificates.Of("job-scheduler");
  tls.set_key_file(certificates.Of("auditor").key_file());

  const auto opened = WatchedCertificates::Open(tls, "server.tls");

  EXPECT_THAT(opened, HasReason("CONFIG_INVALID"));
  EXPECT_EQ(std::string(opened.status().message()),
            "server.tls.key_file: the key is not that of the certificate");
}

}  // namespace
}  // namespace callimport::rpc
