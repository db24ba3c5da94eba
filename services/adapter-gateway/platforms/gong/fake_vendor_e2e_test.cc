// The contract against the fake vendors' binary over HTTP. CALLIMPORT_FAKE_VENDORS names it;
// without it the binary beside this test is used.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "libs/http/curl_http_client.h"
#include "services/adapter-gateway/platforms/gong/adapter.h"
#include "services/adapter-gateway/platforms/platform_adapter_contract.h"

namespace callimport::adapter_gateway::gong {
namespace {

using namespace std::chrono_literals;

std::string Binary() {
  if (const char* named = std::getenv("CALLIMPORT_FAKE_VENDORS")) return named;
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fake-vendors";
}

int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  close(listener);
  return ntohs(address.sin_port);
}

class FakeGong : public ContractVendor {
 public:
  FakeGong() : port_(FreePort()), process_(fork()) {
    if (process_ == 0) Run();
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!http_.Send({.url = base_url() + "/_control/stats"}).ok()) {
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("no fake vendor");
      std::this_thread::sleep_for(5ms);
    }
  }
  ~FakeGong() override {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

  const PlatformAdapter& adapter() override { return adapter_; }
  http::HttpClient& http() override { return http_; }
  std::string base_url() override { return "http://127.0.0.1:" + std::to_string(port_); }
  Period period() override {
    return {SystemClock().Now() - 20 * 365 * 24h, SystemClock().Now() + 24h};
  }
  CredentialFields good_key() override { return Key("fake-access-key"); }
  CredentialFields bad_key() override { return Key("another"); }
  CredentialFields forbidden_key() override { return Key("fake-forbidden-key"); }

 private:
  static CredentialFields Key(const std::string& key) {
    return {{"access_key", Secret(key)}, {"access_key_secret", Secret("fake-access-key-secret")}};
  }

  [[noreturn]] void Run() const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string binary = Binary();
    const std::string port = "--port=" + std::to_string(port_);
    execl(binary.c_str(), binary.c_str(), port.c_str(), "--gong-calls=250", "--media=bytes",
          "--media-bytes=4096", nullptr);
    _exit(127);
  }

  const int port_;
  const pid_t process_;
  Adapter adapter_{SystemClock()};
  http::CurlHttpClient http_;
};

INSTANTIATE_TEST_SUITE_P(FakeGong, PlatformAdapterContract,
                         ::testing::Values([] { return std::make_unique<FakeGong>(); }));

}  // namespace
}  // namespace callimport::adapter_gateway::gong
