#pragma once
// What the loop keeps for one connection. Buffers are empty, and freed, while a connection is idle.

#include <cstdint>
#include <memory>
#include <string>

#include <Poco/Net/StreamSocket.h>

#include "kernel/http/http.hpp"
#include "kernel/http/wire/body.hpp"
#include "kernel/http/wire/transport.hpp"

namespace onebudget::http {

enum class Phase : std::uint8_t {
  idle, ///< between requests
  head, ///< a request has begun (or a TLS handshake)
  body,
  working, ///< a worker has the request
  writing,
  listening, ///< server-sent events
  lingering, ///< answered and shut down; what still comes is dropped, so that the answer is not lost by a reset
  closed
};

struct Connection {
  std::uint64_t number = 0;
  Poco::Net::StreamSocket socket;
  std::unique_ptr<Transport> transport;
  std::string peer;
  Phase phase = Phase::idle;
  int interest = 0; ///< PollSet mode; 0 = not in the set
  bool close_after = false;
  bool consuming = false;    ///< its bytes are being read further up the stack: an answer must not start on them again
  std::int64_t since_ns = 0; ///< when the phase began
  std::uint64_t moved = 0;   ///< bytes moved in this phase

  std::string language = "zh"; ///< of the request, as far as its head has been read
  std::string in;              ///< arrived, not yet used
  std::size_t scanned = 0;     ///< of `in`: looked through for the end of the head

  struct Exchange { ///< one request on its way in
    Request request;
    const Route* route = nullptr;
    BodyReader body;
    Exchange(std::string_view head, const HeadLimits& limits, BodyLimits body_limits)
        : body(head, limits, std::move(body_limits)) {}
  };
  std::unique_ptr<Exchange> exchange;

  std::string out;
  std::size_t out_at = 0;
  FileBody file;
  std::shared_ptr<SseListener> listener;

  explicit Connection(const Poco::Net::StreamSocket& connected) : socket(connected) {}
  [[nodiscard]] bool unsent() const { return out_at < out.size() || file.size > 0; }
};

} // namespace onebudget::http
