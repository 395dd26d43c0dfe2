#include "kernel/http/wire/transport.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <Poco/Net/SocketImpl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "kernel/http/wire/file.hpp"

namespace onebudget::http {

namespace {

Io from_errno(IoState again) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {again, 0};
  return {IoState::broken, 0};
}

class Plain final : public Transport {
 public:
  explicit Plain(const Poco::Net::StreamSocket& socket) : fd_(socket.impl()->sockfd()) {}

  Io read(char* buffer, std::size_t size) override {
    const ssize_t got = ::recv(fd_, buffer, size, 0);
    if (got > 0) return {IoState::done, static_cast<std::size_t>(got)};
    return got == 0 ? Io{IoState::closed, 0} : from_errno(IoState::want_read);
  }
  Io write(std::string_view bytes) override {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent >= 0 ? Io{IoState::done, static_cast<std::size_t>(sent)} : from_errno(IoState::want_write);
  }
  Io send_file(const File& file, std::uint64_t offset, std::uint64_t size) override {
    auto position = static_cast<off_t>(offset);
    const ssize_t sent = ::sendfile(fd_, file.descriptor(), &position, std::min<std::uint64_t>(size, 1 << 20));
    if (sent > 0) return {IoState::done, static_cast<std::size_t>(sent)};
    return sent == 0 ? Io{IoState::broken, 0} : from_errno(IoState::want_write); // 0: the file became shorter
  }
  void shut_down() override { ::shutdown(fd_, SHUT_WR); }

 private:
  int fd_;
};

class Tls final : public Transport {
 public:
  Tls(SSL_CTX* context, const Poco::Net::StreamSocket& socket) : fd_(socket.impl()->sockfd()), ssl_(SSL_new(context)) {
    if (ssl_ == nullptr) return;
    SSL_set_fd(ssl_, fd_);
    SSL_set_accept_state(ssl_);
  }
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;
  ~Tls() override { SSL_free(ssl_); }

  Io read(char* buffer, std::size_t size) override {
    if (ssl_ == nullptr) return {IoState::broken, 0};
    ERR_clear_error();
    std::size_t got = 0;
    const int answer = SSL_read_ex(ssl_, buffer, size, &got);
    return answer == 1 ? Io{IoState::done, got} : why(answer);
  }
  Io write(std::string_view bytes) override {
    if (ssl_ == nullptr) return {IoState::broken, 0};
    if (bytes.empty()) return {};
    ERR_clear_error();
    std::size_t sent = 0;
    const int answer = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent);
    return answer == 1 ? Io{IoState::done, sent} : why(answer);
  }
  Io send_file(const File& file, std::uint64_t offset, std::uint64_t size) override {
    std::array<char, 16 * 1024> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read_at
    const auto got = file.read_at(offset, buffer.data(), std::min<std::uint64_t>(size, buffer.size()));
    if (!got || *got == 0) return {IoState::broken, 0};
    return write({buffer.data(), *got});
  }
  [[nodiscard]] bool pending() const override { return ssl_ != nullptr && SSL_has_pending(ssl_) == 1; }
  void shut_down() override {
    if (ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1) {
      ERR_clear_error();
      SSL_shutdown(ssl_); // one-sided: says that no more comes; the peer's own farewell is not waited for
    }
    ::shutdown(fd_, SHUT_WR);
  }

 private:
  Io why(int answer) {
    switch (SSL_get_error(ssl_, answer)) {
      case SSL_ERROR_WANT_READ:
        return {IoState::want_read, 0};
      case SSL_ERROR_WANT_WRITE:
        return {IoState::want_write, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {IoState::closed, 0};
      default:
        return {IoState::broken, 0};
    }
  }
  int fd_;
  SSL* ssl_;
};

int choose_http(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                unsigned int in_length, void*) {
  static constexpr std::array<unsigned char, 9> kHttp = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_length, kHttp.data(), kHttp.size(), in, in_length);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

} // namespace

std::unique_ptr<Transport> plain_transport(const Poco::Net::StreamSocket& socket) {
  return std::make_unique<Plain>(socket);
}

struct TlsContext::State {
  SSL_CTX* context = nullptr;
  ~State() { SSL_CTX_free(context); }
};

TlsContext::TlsContext() : state_(std::make_unique<State>()) {}
TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::load(const std::string& certificate_file, const std::string& key_file) {
  std::unique_ptr<TlsContext> made(new TlsContext());
  SSL_CTX* context = made->state_->context = SSL_CTX_new(TLS_server_method());
  const auto bad = [](const std::string& file) {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    return fault(
        FaultKind::internal, "http.tls",
        {"TLS 证书或私钥 " + file + " 无法使用：" + text.data() + "。请检查 http.tls_certificate 与 http.tls_key。",
         "TLS certificate or key " + file + " cannot be used: " + text.data() +
             ". Check http.tls_certificate and http.tls_key."});
  };
  if (context == nullptr) return bad("");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(context, choose_http, nullptr);
  if (SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) return bad("(ciphers)");
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) return bad(certificate_file);
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) return bad(key_file);
  if (SSL_CTX_check_private_key(context) != 1) return bad(key_file);
  return made;
}

std::unique_ptr<Transport> TlsContext::accept(const Poco::Net::StreamSocket& socket) const {
  return std::make_unique<Tls>(state_->context, socket);
}

} // namespace onebudget::http
