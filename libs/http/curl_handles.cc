#include "libs/http/curl_handles.h"

namespace callimport::http {
namespace {

constexpr size_t kMaxIdle = 256;
constexpr size_t kMaxIdleMultis = 64;
constexpr long kConnectionsOfAMulti = 32;

void InitializeOnce() {
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialized);
}

}  // namespace

CurlHandles::CurlHandles() : share_((InitializeOnce(), curl_share_init())) {
  curl_share_setopt(share_, CURLSHOPT_LOCKFUNC, &CurlHandles::Lock);
  curl_share_setopt(share_, CURLSHOPT_UNLOCKFUNC, &CurlHandles::Unlock);
  curl_share_setopt(share_, CURLSHOPT_USERDATA, this);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

CurlHandles::~CurlHandles() {
  for (auto& [origin, handles] : idle_) {
    for (CURL* handle : handles) curl_easy_cleanup(handle);
  }
  curl_share_cleanup(share_);
}

CurlHandles::Lease CurlHandles::Borrow(const std::string& origin) {
  CURL* handle = TakeIdle(origin);
  if (handle == nullptr) handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_SHARE, share_);
  return {*this, origin, handle};
}

CURL* CurlHandles::TakeIdle(const std::string& origin) {
  std::lock_guard lock(mutex_);
  const auto found = idle_.find(origin);
  if (found == idle_.end()) return nullptr;
  CURL* handle = found->second.back();
  found->second.pop_back();
  --idle_count_;
  if (found->second.empty()) idle_.erase(found);
  return handle;
}

void CurlHandles::GiveBack(const std::string& origin, CURL* handle) {
  curl_easy_reset(handle);
  {
    std::lock_guard lock(mutex_);
    if (idle_count_ < kMaxIdle) {
      idle_[origin].push_back(handle);
      ++idle_count_;
      return;
    }
  }
  curl_easy_cleanup(handle);
}

void CurlHandles::Lock(CURL*, curl_lock_data data, curl_lock_access, void* self) {
  static_cast<CurlHandles*>(self)->share_mutexes_[static_cast<size_t>(data)].lock();
}

void CurlHandles::Unlock(CURL*, curl_lock_data data, void* self) {
  static_cast<CurlHandles*>(self)->share_mutexes_[static_cast<size_t>(data)].unlock();
}

CurlMultis::~CurlMultis() {
  for (CURLM* handle : idle_) curl_multi_cleanup(handle);
}

CurlMultis::Lease CurlMultis::Borrow() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      CURLM* handle = idle_.back();
      idle_.pop_back();
      return {*this, handle};
    }
  }
  CURLM* handle = curl_multi_init();
  curl_multi_setopt(handle, CURLMOPT_MAXCONNECTS, kConnectionsOfAMulti);
  return {*this, handle};
}

void CurlMultis::GiveBack(CURLM* handle) {
  {
    std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdleMultis) {
      idle_.push_back(handle);
      return;
    }
  }
  curl_multi_cleanup(handle);
}

}  // namespace callimport::http
