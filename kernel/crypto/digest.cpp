#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <array>
#include <cstdlib>

#include "kernel/crypto/crypto.hpp"
#include "kernel/crypto/evp.hpp"

namespace onebudget::crypto {

namespace {

/// Looked up once: the look-up by name costs more than a short digest.
const EVP_MD* algorithm(Digest::Kind kind) {
  static const EVP_MD* const kSm3 = EVP_MD_fetch(nullptr, "SM3", nullptr);
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kind == Digest::Kind::sm3 ? kSm3 : kSha256;
}

} // namespace

struct Digest::State {
  MdContext context{EVP_MD_CTX_new()};
};

Digest::Digest(Kind kind) : state_(std::make_unique<State>()) {
  // Both are in every build of OpenSSL 3 that Debian ships; without them there is nothing to go on with.
  if (!state_->context || EVP_DigestInit_ex(state_->context.get(), algorithm(kind), nullptr) != 1) std::abort();
}
Digest::~Digest() = default;

void Digest::add(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) std::abort();
}

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(state_->context.get(), out.data(), &size) != 1) std::abort();
  if (EVP_DigestInit_ex(state_->context.get(), nullptr, nullptr) != 1) std::abort(); // ready for another
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string sm3(std::string_view bytes) {
  thread_local Digest digest(Digest::Kind::sm3); // making one costs as much as a short digest
  digest.add(bytes);
  return digest.finish();
}

std::string sha256(std::string_view bytes) {
  Digest digest(Digest::Kind::sha256);
  digest.add(bytes);
  return digest.finish();
}

std::string hmac_sm3(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (HMAC(algorithm(Digest::Kind::sm3), key.data(), static_cast<int>(key.size()), octets(bytes), bytes.size(),
           out.data(), &size) == nullptr)
    std::abort();
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1) std::abort();
  return bytes;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace onebudget::crypto
