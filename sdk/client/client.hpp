#pragma once
// A client of the REST interface: sign-in, JSON in and out, streamed uploads and downloads. Not thread-safe.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::client {

struct Reply {
  int status = 0;
  std::string body;
  std::string etag, location;
  [[nodiscard]] bool good() const { return status >= 200 && status < 300; }
};

/// Fills the buffer with the next bytes of a body; 0 = end.
using BodySource = std::function<std::size_t(char* buffer, std::size_t size)>;

class Client {
 public:
  /// `url` like "http://127.0.0.1:8080" (https too; `ca_file` then verifies the server).
  Client(std::string url, std::string language, std::string ca_file = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Uses an API token or session token for all further calls.
  void use_token(std::string token);
  /// Signs in with a password and uses the session's token.
  Result<void> sign_in(const std::string& username, const std::string& password);
  Result<void> sign_out();

  /// `path` below /api/v1, with query. A connection failure is a fault ctl.unreachable; an answer of any status is a
  /// Reply.
  Result<Reply> send(const std::string& method, const std::string& path, std::string_view body = {},
                     const std::string& media_type = "application/json", const std::string& if_match = {});
  /// A body of any length, chunked.
  Result<Reply> upload(const std::string& path, const std::string& media_type, const BodySource& source);
  /// Streams a 2xx answer's body into `sink`; another status comes back with its body.
  Result<Reply> download(const std::string& path, const std::function<bool(std::string_view)>& sink);
  /// send() that wants 2xx and JSON; a problem document becomes its Fault.
  Result<Json> json(const std::string& method, const std::string& path, const Json& body = nullptr,
                    const std::string& if_match = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The whole of a small file (a secret, a vocabulary). Fault ctl.file when it cannot be read.
Result<std::string> file_text(const std::string& path);
/// A problem+json answer as a Fault; any other body as fault "ctl.answer" with its status.
Fault problem_of(const Reply& reply);
/// Percent-encodes a query value or path segment.
std::string encoded(std::string_view text);

} // namespace onebudget::client
