#pragma once
// What only tests do with keys: make them and sign, as those do who give out packages.

#include <openssl/pem.h>

#include <memory>
#include <string>
#include <utility>

#include "kernel/crypto/crypto.hpp"
#include "kernel/crypto/evp.hpp"

namespace onebudget::crypto {

/// An SM2 key; verify_signature() takes what it signs.
class SigningKey {
 public:
  static Result<std::unique_ptr<SigningKey>> generate() { return own(Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"))); }
  static Result<std::unique_ptr<SigningKey>> from_pem(const std::string& pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return own(Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)));
  }
  [[nodiscard]] std::string private_pem() const {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio);
  }
  [[nodiscard]] std::string public_pem() const {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(bio.get(), key_.get());
    return text_of(bio);
  }
  [[nodiscard]] Result<std::string> sign(std::string_view bytes) const {
    const Sm2Context context(key_.get());
    std::size_t size = 0;
    if (EVP_DigestSignInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.digest.get(), nullptr, &size, octets(bytes), bytes.size()) != 1)
      return failed();
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(bytes),
                       bytes.size()) != 1)
      return failed();
    signature.resize(size);
    return std::string(kSm2Format) + signature;
  }

 private:
  explicit SigningKey(Key key) : key_(std::move(key)) {}
  static Fault failed() { return fault(FaultKind::internal, "crypto.sign", {"签名失败。", "Signing failed."}); }
  static Result<std::unique_ptr<SigningKey>> own(Key key) {
    if (!key || EVP_PKEY_is_a(key.get(), "SM2") != 1) return failed();
    return std::unique_ptr<SigningKey>(new SigningKey(std::move(key)));
  }
  static std::string text_of(const Bio& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size > 0 ? size : 0)};
  }

  Key key_;
};

} // namespace onebudget::crypto
