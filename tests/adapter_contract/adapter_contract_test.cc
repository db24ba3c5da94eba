// The contract of adapters over the three platforms and their fake vendors.
#include "libs/http/curl_http_client.h"
#include "services/adapter-gateway/platforms/cassette_contract.h"
#include "services/adapter-gateway/platforms/gong/adapter.h"
#include "services/adapter-gateway/platforms/openphone/adapter.h"
#include "services/adapter-gateway/platforms/platform_adapter_contract.h"
#include "services/adapter-gateway/platforms/retreaver/adapter.h"
#include "tests/fake_vendors/fake_vendors.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using fake_vendors::FakeVendors;

constexpr uint64_t kNoiseBytes = 4096;

fake_vendors::gong::CallBookOptions Book(uint64_t calls) {
  return {.seed = 3,
          .calls = calls,
          .from = Timestamp(std::chrono::hours(490'000)),
          .no_transcript_share = 0.3,
          .no_media_share = 0.1};
}

class FakeVendor : public ContractVendor {
 public:
  explicit FakeVendor(const fake_vendors::Options& options) {
    auto vendors = FakeVendors::Start(options);
    if (!vendors.ok()) throw std::runtime_error(std::string(vendors.status().message()));
    vendors_ = *std::move(vendors);
  }

  http::HttpClient& http() override { return http_; }
  std::string base_url() override { return vendors_->base_url(); }
  Period period() override {
    const Timestamp from = Book(0).from;
    return {.start = from, .end = from + 24h * 90};
  }
  void Break(const std::string& fault) override {
    const auto parsed = fake_vendors::ParseFault(fault);
    if (!parsed.ok()) throw std::runtime_error(std::string(parsed.status().message()));
    vendors_->faults().Add(*parsed);
  }
  void Mend() override { vendors_->faults().Clear(); }

 protected:
  std::unique_ptr<FakeVendors> vendors_;
  http::CurlHttpClient http_;
};

class FakeGong : public FakeVendor {
 public:
  FakeGong() : FakeVendor(Options()) {}
  std::string platform() override { return "gong"; }
  std::unique_ptr<PlatformAdapter> MakeAdapter() override {
    return std::make_unique<gong::Adapter>(SystemClock());
  }
  CredentialFields good_key() override { return Key("fake-access-key"); }
  CredentialFields bad_key() override { return Key("another-key"); }
  CredentialFields forbidden_key() override { return Key("fake-forbidden-key"); }
  uint64_t calls() override { return vendors_->gong().book().size(); }
  std::string RecordingOf(const std::string& id) override {
    const uint64_t index = *vendors_->gong().book().IndexOf(id);
    return vendors_->gong().book().HasMedia(index)
               ? vendors_->gong().RecordingOf(index).content.Copy()
               : "";
  }

 private:
  static fake_vendors::Options Options() {
    fake_vendors::Options options;
    options.gong.book = Book(250);
    options.gong.noise_bytes = kNoiseBytes;
    return options;
  }
  static CredentialFields Key(const std::string& key) {
    return {{"access_key", Secret(key)}, {"access_key_secret", Secret("fake-access-key-secret")}};
  }
};

class FakeOpenPhone : public FakeVendor {
 public:
  FakeOpenPhone() : FakeVendor(Options()) {}
  std::string platform() override { return "openphone"; }
  std::unique_ptr<PlatformAdapter> MakeAdapter() override {
    return std::make_unique<openphone::Adapter>(SystemClock());
  }
  CredentialFields good_key() override { return Key("fake-openphone-key"); }
  CredentialFields bad_key() override { return Key("another-key"); }
  CredentialFields forbidden_key() override { return Key("fake-openphone-forbidden-key"); }
  uint64_t calls() override { return vendors_->openphone().book().calls().size(); }
  std::string RecordingOf(const std::string& id) override {
    const uint64_t index = *vendors_->openphone().book().IndexOfCall(id);
    const auto& book = vendors_->openphone().book();
    return book.HasRecording(index) || book.IsVoicemail(index)
               ? vendors_->openphone().RecordingOf(index).content.Copy()
               : "";
  }

 private:
  static fake_vendors::Options Options() {
    fake_vendors::Options options;
    options.openphone.book.calls = Book(120);
    options.openphone.book.conversations = 130;
    options.openphone.book.messages = 260;
    options.openphone.book.attachments = 20;
    options.openphone.noise_bytes = kNoiseBytes;
    return options;
  }
  static CredentialFields Key(const std::string& key) { return {{"api_key", Secret(key)}}; }
};

class FakeRetreaver : public FakeVendor {
 public:
  FakeRetreaver() : FakeVendor(Options()) {}
  std::string platform() override { return "retreaver"; }
  std::unique_ptr<PlatformAdapter> MakeAdapter() override {
    return std::make_unique<retreaver::Adapter>(SystemClock());
  }
  CredentialFields good_key() override { return Key("fake-retreaver-key", "2"); }
  CredentialFields bad_key() override { return Key("another-key", "2"); }
  CredentialFields forbidden_key() override { return Key("fake-retreaver-key", "3"); }
  uint64_t calls() override { return vendors_->retreaver().book().size(); }
  std::string RecordingOf(const std::string& id) override {
    const uint64_t index = *vendors_->retreaver().IndexOf(id);
    return vendors_->retreaver().HasRecording(index)
               ? vendors_->retreaver().RecordingOf(index).content.Copy()
               : "";
  }
  bool has_transcripts() override { return false; }
  std::string id_field() override { return "uuid"; }

 private:
  static fake_vendors::Options Options() {
    fake_vendors::Options options;
    options.retreaver.book = Book(230);
    options.retreaver.noise_bytes = kNoiseBytes;
    return options;
  }
  static CredentialFields Key(const std::string& key, const std::string& company) {
    return {{"api_key", Secret(key)}, {"company_id", Secret(company)}};
  }
};

INSTANTIATE_TEST_SUITE_P(Gong, PlatformAdapterContract,
                         ::testing::Values([] { return std::make_unique<FakeGong>(); }));
INSTANTIATE_TEST_SUITE_P(Gong, CassetteContract,
                         ::testing::Values([] { return std::make_unique<FakeGong>(); }));
INSTANTIATE_TEST_SUITE_P(OpenPhone, PlatformAdapterContract,
                         ::testing::Values([] { return std::make_unique<FakeOpenPhone>(); }));
INSTANTIATE_TEST_SUITE_P(OpenPhone, CassetteContract,
                         ::testing::Values([] { return std::make_unique<FakeOpenPhone>(); }));
INSTANTIATE_TEST_SUITE_P(Retreaver, PlatformAdapterContract,
                         ::testing::Values([] { return std::make_unique<FakeRetreaver>(); }));
INSTANTIATE_TEST_SUITE_P(Retreaver, CassetteContract,
                         ::testing::Values([] { return std::make_unique<FakeRetreaver>(); }));

}  // namespace
}  // namespace callimport::adapter_gateway
