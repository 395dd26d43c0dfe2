// TLS without a proxy: a self-made certificate, a blocking client of OpenSSL.

#include <cstdio>
#include <filesystem>
#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "kernel/http/wire/test_support.hpp"

namespace onebudget::http {
namespace {

using test::get;
using test::RawClient;

/// Writes a certificate for "localhost" and its key below `folder`.
void make_certificate(const std::string& folder) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  FILE* file = std::fopen((folder + "/server.pem").c_str(), "w");
  PEM_write_X509(file, certificate.get());
  std::fclose(file);
  file = std::fopen((folder + "/server.key").c_str(), "w");
  PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

class TlsClient {
 public:
  TlsClient(int port, const std::string& trusted, int newest = TLS1_3_VERSION)
      : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_, newest);
    SSL_CTX_load_verify_locations(context_, trusted.c_str(), nullptr);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    ssl_ = SSL_new(context_);
    SSL_set1_host(ssl_, "localhost");
    SSL_set_fd(ssl_, socket_.descriptor());
    connected_ = SSL_connect(ssl_) == 1;
    ERR_clear_error();
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_); }
  void send(std::string_view bytes) {
    std::size_t sent = 0;
    while (!bytes.empty() && SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent) == 1) bytes.remove_prefix(sent);
  }
  /// Reads until `size` bytes of body have come behind the head.
  std::string read(std::size_t size) {
    std::string all;
    char buffer[16384];
    for (;;) {
      const std::size_t end = all.find("\r\n\r\n");
      if (end != std::string::npos && all.size() >= end + 4 + size) return all;
      const int got = SSL_read(ssl_, buffer, sizeof buffer);
      if (got <= 0) return all;
      all.append(buffer, static_cast<std::size_t>(got));
    }
  }

 private:
  RawClient socket_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool connected_ = false;
};

struct TlsTest : ::testing::Test {
  std::string folder = ::testing::TempDir() + "tls_test";
  test::TestServer served;
  void SetUp() override {
    std::filesystem::create_directories(folder);
    make_certificate(folder);
    served.router.add("GET", "/plain", {},
                      [](Request& request) { return Response(200, "text/plain", request.tls ? "secure" : "plain"); });
    served.router.add("POST", "/back", {BodyPolicy::spool, 64 << 20, false, 30}, [](Request& request) {
      Response response(200);
      if (request.spool) {
        response.body = FileBody{request.spool, 0, request.body_size};
      } else {
        response.body = request.body;
      }
      return response;
    });
    ServerOptions options;
    options.tls_certificate = folder + "/server.pem";
    options.tls_key = folder + "/server.key";
    served.start(options);
  }
};

TEST_F(TlsTest, requests_go_through_keep_alive_and_carry_hsts) {
  TlsClient client(served.port(), folder + "/server.pem");
  ASSERT_TRUE(client.connected());
  EXPECT_EQ(client.version(), "TLSv1.3");
  for (int i = 0; i < 20; ++i) {
    client.send(get("/plain"));
    const std::string answer = client.read(6);
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_EQ(answer.substr(answer.size() - 6), "secure");
    EXPECT_NE(answer.find("Strict-Transport-Security: max-age="), std::string::npos);
  }
}

TEST_F(TlsTest, several_requests_in_one_record_are_all_answered) {
  TlsClient client(served.port(), folder + "/server.pem");
  std::string many;
  for (int i = 0; i < 30; ++i) many += get("/plain");
  client.send(many);
  std::string all;
  for (int answers = 0; answers < 30;) {
    const std::string part = client.read(6);
    ASSERT_FALSE(part.empty());
    for (std::size_t at = part.find("\r\n\r\nsecure"); at != std::string::npos;
         at = part.find("\r\n\r\nsecure", at + 1))
      ++answers;
  }
}

TEST_F(TlsTest, large_bodies_travel_both_ways_and_arrive_whole) {
  std::string body(5 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 331) body[i] = static_cast<char>('a' + i % 26);
  TlsClient client(served.port(), folder + "/server.pem");
  client.send("POST /back HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const std::string answer = client.read(body.size());
  ASSERT_GE(answer.size(), body.size());
  EXPECT_TRUE(answer.substr(answer.size() - body.size()) == body);
}

TEST_F(TlsTest, versions_before_1_2_are_refused_and_1_2_is_spoken) {
  EXPECT_FALSE(TlsClient(served.port(), folder + "/server.pem", TLS1_1_VERSION).connected());
  TlsClient older(served.port(), folder + "/server.pem", TLS1_2_VERSION);
  ASSERT_TRUE(older.connected());
  EXPECT_EQ(older.version(), "TLSv1.2");
}

TEST_F(TlsTest, plain_text_on_the_port_is_closed_and_others_are_served) {
  RawClient plain(served.port());
  plain.send(get("/plain"));
  const std::string said = plain.rest();
  EXPECT_EQ(said.find("HTTP/1.1"), std::string::npos);
  TlsClient client(served.port(), folder + "/server.pem");
  client.send(get("/plain"));
  EXPECT_NE(client.read(6).find("200 OK"), std::string::npos);
}

TEST_F(TlsTest, a_handshake_that_never_ends_is_cut) {
  RawClient silent(served.port());
  ASSERT_TRUE(silent.connected());
  while (served.server->counts().connections == 0) {
  }
  served.clock.advance_ms(11'000);
  EXPECT_EQ(silent.rest(), "");
}

} // namespace
} // namespace onebudget::http
