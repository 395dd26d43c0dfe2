#pragma once
// A connected socket, plain or TLS, that never waits. Used by the loop thread only.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <Poco/Net/StreamSocket.h>

#include "sdk/values/result.hpp"

namespace onebudget::http {

class File;

enum class IoState {
  done,       ///< `bytes` moved
  want_read,  ///< again when the socket can be read
  want_write, ///< again when the socket can be written
  closed,     ///< the peer ended
  broken
};
struct Io {
  IoState state = IoState::done;
  std::size_t bytes = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Io read(char* buffer, std::size_t size) = 0;
  virtual Io write(std::string_view bytes) = 0;
  /// Moves bytes of a file to the peer.
  virtual Io send_file(const File& file, std::uint64_t offset, std::uint64_t size) = 0;
  /// Decrypted bytes wait inside, so the socket need not become readable for them.
  [[nodiscard]] virtual bool pending() const { return false; }
  /// No more will be written; the peer sees the end.
  virtual void shut_down() = 0;
};

std::unique_ptr<Transport> plain_transport(const Poco::Net::StreamSocket& socket);

/// Certificate, key and what OpenSSL may speak: TLS 1.2 or newer, forward secrecy, authenticated ciphers. Thread-safe.
class TlsContext {
 public:
  static Result<std::unique_ptr<TlsContext>> load(const std::string& certificate_file, const std::string& key_file);
  ~TlsContext();
  [[nodiscard]] std::unique_ptr<Transport> accept(const Poco::Net::StreamSocket& socket) const;

 private:
  TlsContext();
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::http
