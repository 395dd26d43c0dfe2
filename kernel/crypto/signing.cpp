#include <openssl/pem.h>

#include "kernel/crypto/crypto.hpp"
#include "kernel/crypto/evp.hpp"

namespace onebudget::crypto {

namespace {

Key public_key(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
}
} // namespace

std::string kind_of_public_key(const std::string& public_pem) {
  const auto key = public_key(public_pem);
  if (!key) return {};
  return EVP_PKEY_is_a(key.get(), "ED25519") == 1 ? "ed25519" : EVP_PKEY_is_a(key.get(), "SM2") == 1 ? "sm2" : "";
}

bool verify_ed25519(const std::string& public_pem, std::string_view bytes, std::string_view signature) {
  const auto key = public_key(public_pem);
  if (!key || EVP_PKEY_is_a(key.get(), "ED25519") != 1) return false;
  const MdContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(bytes), bytes.size()) == 1;
}

bool verify_signature(const std::string& public_pem, std::string_view bytes, std::string_view signature) {
  if (signature.substr(0, kSm2Format.size()) != kSm2Format) return false;
  signature.remove_prefix(kSm2Format.size());
  const auto key = public_key(public_pem);
  if (!key || EVP_PKEY_is_a(key.get(), "SM2") != 1) return false;
  const Sm2Context context(key.get());
  return EVP_DigestVerifyInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.digest.get(), octets(signature), signature.size(), octets(bytes), bytes.size()) == 1;
}

} // namespace onebudget::crypto
