// The transit engine of Vault and OpenBao as far as a client can tell: versions of keys,
// associated data, its errors. Over HTTP on 127.0.0.1, for tests.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "libs/crypto/aead.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/random.h"
#include "libs/http/scripted_server.h"
#include "libs/json/object.h"

namespace callimport::credential_manager {

class FakeTransitServer {
 public:
  explicit FakeTransitServer(std::string token) : token_(std::move(token)) {}

  std::string address() const { return server_.Url(""); }

  // vault write -f transit/keys/NAME, and .../rotate
  void AddVersion(const std::string& name) {
    std::lock_guard lock(mutex_);
    keys_[name].emplace_back(crypto::RandomBytes(crypto::kKeyBytes));
  }
  // Answers this status to everything, as a sealed one does with 503; 0: works; -1: is silent.
  void Fail(int status) {
    std::lock_guard lock(mutex_);
    failing_ = status;
  }
  std::vector<std::string> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void Serve(http::ScriptedServer::Connection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      std::unique_lock lock(mutex_);
      requests_.push_back(request);
      if (failing_ == -1) {
        lock.unlock();
        continue;
      }
      const std::string answer = Answer(request);
      lock.unlock();
      if (!connection.Write(answer)) return;
    }
  }

  static std::string Refuse(int status, const std::string& error) {
    const std::string body = R"({"errors":[")" + error + R"("]})";
    return "HTTP/1.1 " + std::to_string(status) + " No\r\nContent-Type: application/json\r\n" +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  static std::string Give(const std::string& name, const std::string& value) {
    return http::OkAnswer(R"({"request_id":"1","lease_id":"","data":{")" + name + R"(":")" + value +
                          R"("},"warnings":null})");
  }

  std::string Answer(const std::string& request) {
    if (failing_ != 0) return Refuse(failing_, "Vault is sealed");
    if (request.find("X-Vault-Token: " + token_ + "\r\n") == std::string::npos) {
      return Refuse(403, "permission denied");
    }
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    const auto document = json::Document::Parse(body);
    if (!document.ok()) return Refuse(400, "error parsing JSON");
    json::Faults faults;
    const json::Object fields(document->root(), faults);
    const auto context = crypto::FromBase64(fields.Text("associated_data"));
    if (!context) return Refuse(400, "failed to base64-decode associated_data");
    const std::string encrypt = "POST /v1/transit/encrypt/", decrypt = "POST /v1/transit/decrypt/";
    const std::string path = request.substr(0, request.find(" HTTP/1.1"));
    if (path.starts_with(encrypt)) return Encrypt(path.substr(encrypt.size()), fields, *context);
    if (path.starts_with(decrypt)) return Decrypt(path.substr(decrypt.size()), fields, *context);
    return Refuse(404, "no handler for route");
  }

  std::string Encrypt(const std::string& name, const json::Object& fields,
                      const std::string& context) {
    // Encrypting with an unknown name would make that key, if the token may; ours may not.
    if (!keys_.contains(name)) return Refuse(403, "permission denied");
    const auto& versions = keys_[name];
    auto version = static_cast<size_t>(fields.Integer("key_version").value_or(0));
    if (version == 0) version = versions.size();
    if (version > versions.size()) return Refuse(400, "requested version is in the future");
    const auto plaintext = crypto::FromBase64(fields.Text("plaintext"));
    if (!plaintext) return Refuse(400, "failed to base64-decode plaintext");
    return Give("ciphertext", "vault:v" + std::to_string(version) + ":" +
                                  crypto::ToBase64(crypto::Seal(versions[version - 1],
                                                                Secret(*plaintext), context)));
  }

  std::string Decrypt(const std::string& name, const json::Object& fields,
                      const std::string& context) {
    if (!keys_.contains(name)) return Refuse(400, "encryption key not found");
    const std::string text = fields.Text("ciphertext");
    const size_t colon = text.find(':', 7);
    if (!text.starts_with("vault:v") || colon == std::string::npos) {
      return Refuse(400, "invalid ciphertext: no prefix");
    }
    const auto version = static_cast<size_t>(std::stoul(text.substr(7)));
    const auto sealed = crypto::FromBase64(text.substr(colon + 1));
    if (!sealed || version == 0 || version > keys_[name].size()) {
      return Refuse(400, "invalid ciphertext: could not decode");
    }
    const auto opened = crypto::Open(keys_[name][version - 1], *sealed, context);
    if (!opened.ok()) return Refuse(400, "cipher: message authentication failed");
    return Give("plaintext", crypto::ToBase64(opened->Reveal()));
  }

  const std::string token_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Secret>> keys_;
  std::vector<std::string> requests_;
  int failing_ = 0;
  http::ScriptedServer server_{
      [this](http::ScriptedServer::Connection& connection) { Serve(connection); }};
};

}  // namespace callimport::credential_manager
