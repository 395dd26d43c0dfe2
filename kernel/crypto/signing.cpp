#include <openssl/pem.h>

#include "kernel/crypto/crypto.hpp"
#include "kernel/crypto/evp.hpp"

namespace onebudget::crypto {

namespace {

constexpr std::string_view kId = "1234567812345678";
constexpr std::string_view kFormat = "sm2:1234567812345678:";

Fault signing_failed() {
  return fault(FaultKind::internal, "crypto.sign",
               {"签名失败，请检查签名密钥。", "Signing failed; check the signing key."});
}

/// A context in which the id is set before the digest begins: OpenSSL 3 would take an empty id otherwise.
struct Sm2Context {
  MdContext digest{EVP_MD_CTX_new()};
  KeyContext key;
  explicit Sm2Context(EVP_PKEY* pkey) : key(EVP_PKEY_CTX_new(pkey, nullptr)) {
    if (key) EVP_PKEY_CTX_set1_id(key.get(), kId.data(), static_cast<int>(kId.size()));
    if (digest) EVP_MD_CTX_set_pkey_ctx(digest.get(), key.get());
  }
};

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size > 0 ? size : 0)};
}

} // namespace

struct SigningKey::State {
  Key key;
};

SigningKey::SigningKey() : state_(std::make_unique<State>()) {}
SigningKey::~SigningKey() = default;

Result<std::unique_ptr<SigningKey>> SigningKey::generate() {
  std::unique_ptr<SigningKey> made(new SigningKey());
  made->state_->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
  if (!made->state_->key) return signing_failed();
  return made;
}

Result<std::unique_ptr<SigningKey>> SigningKey::from_pem(const std::string& pem) {
  std::unique_ptr<SigningKey> made(new SigningKey());
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  made->state_->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!made->state_->key || EVP_PKEY_is_a(made->state_->key.get(), "SM2") != 1) return signing_failed();
  return made;
}

std::string SigningKey::private_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), state_->key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio);
}

std::string SigningKey::public_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), state_->key.get());
  return text_of(bio);
}

Result<std::string> SigningKey::sign(std::string_view bytes) const {
  const Sm2Context context(state_->key.get());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.digest.get(), nullptr, &size, octets(bytes), bytes.size()) != 1)
    return signing_failed();
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(bytes),
                     bytes.size()) != 1)
    return signing_failed();
  signature.resize(size);
  return std::string(kFormat) + signature;
}

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
  if (signature.substr(0, kFormat.size()) != kFormat) return false;
  signature.remove_prefix(kFormat.size());
  const auto key = public_key(public_pem);
  if (!key || EVP_PKEY_is_a(key.get(), "SM2") != 1) return false;
  const Sm2Context context(key.get());
  return EVP_DigestVerifyInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.digest.get(), octets(signature), signature.size(), octets(bytes), bytes.size()) == 1;
}

} // namespace onebudget::crypto
