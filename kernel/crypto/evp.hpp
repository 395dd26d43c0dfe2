#pragma once
// Owners for OpenSSL objects. Internal to crypto.
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <memory>
#include <string_view>

namespace onebudget::crypto {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using MdContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;

inline const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

constexpr std::string_view kSm2Id = "1234567812345678";
constexpr std::string_view kSm2Format = "sm2:1234567812345678:";

/// A context in which the id is set before the digest begins: OpenSSL 3 would take an empty id otherwise.
struct Sm2Context {
  MdContext digest{EVP_MD_CTX_new()};
  KeyContext key;
  explicit Sm2Context(EVP_PKEY* pkey) : key(EVP_PKEY_CTX_new(pkey, nullptr)) {
    if (key) EVP_PKEY_CTX_set1_id(key.get(), kSm2Id.data(), static_cast<int>(kSm2Id.size()));
    if (digest) EVP_MD_CTX_set_pkey_ctx(digest.get(), key.get());
  }
};

} // namespace onebudget::crypto
