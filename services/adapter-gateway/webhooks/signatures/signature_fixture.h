// Questions to the schemes, put together in a line; for tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

inline constexpr Timestamp kSignedAt{std::chrono::seconds(1'767'225'600)};

struct SignatureCase {
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  std::vector<std::string> secrets = {};
  std::string path = "/hooks/any/id";
  std::map<std::string, std::string> query = {};
  std::string url = "https://hooks.example/hooks/any/id";
  Timestamp now = kSignedAt;

  template <typename Answer>
  auto Put(Answer answer) const {
    std::vector<SigningSecret> signing;
    for (const std::string& text : secrets) {
      signing.push_back({std::to_string(signing.size()), Secret(text)});
    }
    const http::ServedRequest request{
        .method = "POST", .path = path, .query = query, .headers = headers, .body = body};
    return answer(
        SignatureQuestion{.request = request, .secrets = signing, .now = now, .url = url});
  }
  SignatureFinding Ask(SignatureScheme scheme) const {
    return Put([&](const SignatureQuestion& question) { return scheme(question); });
  }
};

}  // namespace callimport::adapter_gateway
