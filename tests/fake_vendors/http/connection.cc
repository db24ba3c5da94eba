#include "tests/fake_vendors/http/connection.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "tests/fake_vendors/http/request_parser.h"

namespace callimport::fake_vendors {
namespace {

constexpr size_t kPieces = 32;

std::string_view Phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 206:
      return "Partial Content";
    case 404:
      return "Not Found";
    case 429:
      return "Too Many Requests";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

std::string RenderHead(const HttpResponse& response, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += Phrase(response.status);
  head += "\r\nContent-Type: " + response.content_type;
  head += "\r\nContent-Length: " + std::to_string(response.body.size());
  for (const auto& [name, value] : response.headers) {
    head.append("\r\n").append(name).append(": ").append(value);
  }
  head += keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  return head;
}

void ResetOnClose(int socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

}  // namespace

Connection::~Connection() { close(socket_); }

void Connection::Read() {
  std::array<char, 16'384> buffer;
  const ssize_t got = recv(socket_, buffer.data(), buffer.size(), 0);
  if (got > 0) {
    input_.append(buffer.data(), static_cast<size_t>(got));
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    Close();
  }
}

std::optional<HttpRequest> Connection::NextRequest() {
  if (state_ != State::kReading || input_.empty()) return std::nullopt;
  HttpRequest request;
  switch (TakeRequest(input_, request)) {
    case ParseResult::kMalformed:
      Close();
      return std::nullopt;
    case ParseResult::kIncomplete:
      if (!told_to_continue_ && ExpectsContinue(input_)) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        told_to_continue_ =
            send(socket_, kContinue.data(), kContinue.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
      }
      return std::nullopt;
    case ParseResult::kComplete:
      break;
  }
  told_to_continue_ = false;
  keep_alive_ = request.keep_alive;
  head_only_ = request.method == "HEAD";
  state_ = State::kAnswering;
  return request;
}

void Connection::Answer(HttpResponse response, Time now) {
  if (state_ != State::kAnswering) return;
  response_ = std::move(response);
  if (response_.delivery.reset) {
    ResetOnClose(socket_);
    Close();
    return;
  }
  if (response_.delivery.cut_after) keep_alive_ = false;
  head_ = RenderHead(response_, keep_alive_);
  sent_ = 0;
  state_ = State::kSending;
  Send(now);
}

uint64_t Connection::BodyEnd() const {
  if (head_only_) return 0;
  return std::min(response_.delivery.cut_after.value_or(response_.body.size()),
                  response_.body.size());
}

void Connection::Send(Time now) {
  if (paused_until_ && now < *paused_until_) return;
  paused_until_.reset();
  const auto pause = response_.delivery.pause;
  const uint64_t end = head_.size() + BodyEnd();
  while (state_ == State::kSending && sent_ < end) {
    const bool paced = pause.count() > 0;
    if (!SendBody(paced ? response_.delivery.chunk_bytes : UINT64_MAX)) return;
    if (paced && sent_ < end) {
      paused_until_ = now + pause;
      return;
    }
  }
  if (state_ == State::kSending) FinishResponse();
}

// False when the client takes no more for now, or has gone.
bool Connection::SendBody(uint64_t limit) {
  std::array<iovec, kPieces> pieces;
  size_t used = 0;
  uint64_t offset = 0;
  if (sent_ < head_.size()) {
    pieces[used++] = {head_.data() + sent_, head_.size() - sent_};
  } else {
    offset = sent_ - head_.size();
  }
  used += response_.body.Map(offset, std::min(limit, BodyEnd() - offset),
                             std::span(pieces).subspan(used));
  const msghdr message{.msg_name = nullptr,
                       .msg_namelen = 0,
                       .msg_iov = pieces.data(),
                       .msg_iovlen = used,
                       .msg_control = nullptr,
                       .msg_controllen = 0,
                       .msg_flags = 0};
  const ssize_t wrote = sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (wrote >= 0) {
    sent_ += static_cast<uint64_t>(wrote);
    return true;
  }
  if (errno != EAGAIN && errno != EINTR) Close();
  return false;
}

void Connection::FinishResponse() {
  response_ = {};
  state_ = keep_alive_ ? State::kReading : State::kClosed;
}

}  // namespace callimport::fake_vendors
