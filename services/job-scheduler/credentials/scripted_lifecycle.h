// A vault that tests write themselves.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libs/clients/credential_manager/credential_lifecycle_client.h"

namespace callimport::job_scheduler {

class ScriptedLifecycle : public credential_manager::CredentialLifecycleClient {
 public:
  // What it answers from now on.
  void AnswerWith(absl::Status status) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(status);
  }
  // Runs while the next rpc is under way, after which it has happened.
  void Meanwhile(std::function<void()> act) { meanwhile_ = std::move(act); }

  absl::StatusOr<credential_manager::v1::ReleaseResponse> Release(
      const credential_manager::v1::ReleaseRequest& request) override {
    absl::Status answer = Remember("release " + request.job_id());
    if (!answer.ok()) return answer;
    std::lock_guard lock(mutex_);
    releases_.push_back(request);
    return credential_manager::v1::ReleaseResponse();
  }

  absl::StatusOr<credential_manager::v1::RetainResponse> Retain(
      const credential_manager::v1::RetainRequest& request) override {
    absl::Status answer = Remember("retain " + request.job_id());
    if (!answer.ok()) return answer;
    return credential_manager::v1::RetainResponse();
  }

  absl::StatusOr<credential_manager::v1::PromoteResponse> Promote(
      const credential_manager::v1::PromoteRequest& request) override {
    absl::Status answer = Remember("promote " + request.credential_id());
    if (!answer.ok()) return answer;
    return credential_manager::v1::PromoteResponse();
  }

  // "release 0190…", in their order, those that failed too; forgotten then.
  std::vector<std::string> TakeAsked() {
    std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  std::vector<credential_manager::v1::ReleaseRequest> releases() const {
    std::lock_guard lock(mutex_);
    return releases_;
  }

 private:
  absl::Status Remember(const std::string& asked) {
    if (auto act = std::exchange(meanwhile_, nullptr)) act();
    std::lock_guard lock(mutex_);
    asked_.push_back(asked);
    return answer_;
  }

  mutable std::mutex mutex_;
  absl::Status answer_;
  std::function<void()> meanwhile_;
  std::vector<std::string> asked_;
  std::vector<credential_manager::v1::ReleaseRequest> releases_;
};

}  // namespace callimport::job_scheduler
