#include "kernel/crypto/crypto.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>

#include "kernel/crypto/testing.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::crypto {
namespace {

constexpr PasswordCost kCheapArgon{PasswordSuite::argon2id, 64, 1, 0};
constexpr PasswordCost kCheapPbkdf2{PasswordSuite::pbkdf2_sm3, 0, 0, 10};

TEST(Sm3, agrees_with_the_standard) {
  // GB/T 32905 appendix A
  EXPECT_EQ(to_hex(sm3("abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  std::string sixty_four;
  for (int i = 0; i < 16; ++i) sixty_four += "abcd";
  EXPECT_EQ(to_hex(sm3(sixty_four)), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
  Digest stream(Digest::Kind::sm3);
  stream.add("a");
  stream.add("bc");
  EXPECT_EQ(stream.finish(), sm3("abc"));
}

TEST(Sha256, agrees_with_the_standard) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Passwords, open_with_the_right_word_only_in_both_suites) {
  for (const PasswordCost& cost : {kCheapArgon, kCheapPbkdf2}) {
    const auto stored = hash_password("正确的密码-1", cost);
    ASSERT_TRUE(stored.ok());
    EXPECT_TRUE(verify_password("正确的密码-1", *stored));
    EXPECT_FALSE(verify_password("正确的密码-2", *stored));
    EXPECT_FALSE(verify_password("", *stored));
    EXPECT_NE(*hash_password("正确的密码-1", cost), *stored);
    EXPECT_FALSE(needs_rehash(*stored, cost));
  }
  EXPECT_FALSE(verify_password("x", "no hash at all"));
  EXPECT_FALSE(verify_password("x", "$pbkdf2-sm3$i=0$$"));
}

TEST(Passwords, ask_for_a_new_hash_when_the_cost_rises_or_the_suite_changes) {
  const auto stored = hash_password("a", kCheapArgon);
  EXPECT_TRUE(needs_rehash(*stored, PasswordCost{}));
  EXPECT_TRUE(needs_rehash(*stored, kCheapPbkdf2));
  EXPECT_TRUE(needs_rehash(*hash_password("a", kCheapPbkdf2), PasswordCost{PasswordSuite::pbkdf2_sm3, 0, 0, 11}));
}

struct RingFile {
  std::string path = testing::TempDir() + "ring-" + to_hex(random_bytes(6));
  ~RingFile() { std::filesystem::remove(path); }
};

TEST(KeyRing, opens_what_it_sealed_also_after_rotation_and_reload) {
  const RingFile file;
  auto ring = KeyRing::open(file.path);
  ASSERT_TRUE(ring.ok());
  const auto sealed = (*ring)->seal("320102199001011234", "person/1/identity");
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(sealed->find("320102"), std::string::npos);
  const std::string first = (*ring)->current_id();
  ASSERT_TRUE((*ring)->rotate().ok());
  EXPECT_NE((*ring)->current_id(), first);
  auto again = KeyRing::open(file.path);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*(*again)->open_sealed(*sealed, "person/1/identity"), "320102199001011234");
}

TEST(KeyRing, notices_every_changed_bit_and_every_other_place) {
  const RingFile file;
  auto ring = KeyRing::open(file.path);
  const auto sealed = (*ring)->seal("secret", "here");
  ASSERT_TRUE(sealed.ok());
  EXPECT_FALSE((*ring)->open_sealed(*sealed, "there").ok());
  for (std::size_t i = 0; i < sealed->size(); ++i) {
    std::string bent = *sealed;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    EXPECT_FALSE((*ring)->open_sealed(bent, "here").ok()) << i;
    EXPECT_FALSE((*ring)->open_sealed(sealed->substr(0, i), "here").ok()) << i;
  }
}

TEST(KeyRing, two_seals_of_one_text_differ) {
  const RingFile file;
  auto ring = KeyRing::open(file.path);
  EXPECT_NE(*(*ring)->seal("same", ""), *(*ring)->seal("same", ""));
}

TEST(KeyRing, digests_are_equal_for_equal_bytes_under_one_key_alone) {
  const RingFile file;
  auto ring = KeyRing::open(file.path);
  const std::string first = (*ring)->current_id(), digest = (*ring)->digest(first, "6222");
  EXPECT_EQ(digest.size(), 32U);
  EXPECT_EQ((*ring)->digest(first, "6222"), digest);
  EXPECT_NE((*ring)->digest(first, "6223"), digest);
  EXPECT_EQ((*ring)->digest("00000000", "6222"), "");
  ASSERT_TRUE((*ring)->rotate().ok());
  EXPECT_EQ((*ring)->ids(), (std::vector<std::string>{(*ring)->current_id(), first}));
  EXPECT_NE((*ring)->digest((*ring)->current_id(), "6222"), digest);
  EXPECT_EQ((*KeyRing::open(file.path))->digest(first, "6222"), digest);
}

TEST(KeyRing, is_not_made_anew_when_told_so) {
  const RingFile file;
  EXPECT_EQ(KeyRing::open(file.path, false).fault().code, "crypto.key_ring");
  EXPECT_NE(::access(file.path.c_str(), F_OK), 0);
}

TEST(KeyRing, refuses_a_file_that_others_may_read) {
  const RingFile file;
  ASSERT_TRUE(KeyRing::open(file.path).ok());
  ::chmod(file.path.c_str(), 0644);
  EXPECT_EQ(KeyRing::open(file.path).fault().code, "crypto.key_ring");
}

TEST(Sm2, signs_and_verifies_with_the_explicit_id) {
  auto key = SigningKey::generate();
  ASSERT_TRUE(key.ok());
  auto copy = SigningKey::from_pem((*key)->private_pem());
  ASSERT_TRUE(copy.ok());
  const auto signature = (*copy)->sign("head 17");
  ASSERT_TRUE(signature.ok());
  EXPECT_TRUE(verify_signature((*key)->public_pem(), "head 17", *signature));
  EXPECT_FALSE(verify_signature((*key)->public_pem(), "head 18", *signature));
  EXPECT_FALSE(verify_signature((*SigningKey::generate())->public_pem(), "head 17", *signature));
  EXPECT_FALSE(verify_signature((*key)->public_pem(), "head 17", signature->substr(21)));
}

TEST(Sm2, verifies_the_signature_printed_in_the_standard) {
  // GB/T 32918.5 annex A.2, public key as SubjectPublicKeyInfo
  const std::string pem =
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAECfnfMR5UIaFQ3X0WHkvFxnIXn60Y\n"
      "M/wHa7CP81bzUCDM6kkM4md1pS3G6nGMwapgCu0F+/NeCEpmMvYHLamtEw==\n-----END PUBLIC KEY-----\n";
  const std::string hex =
      "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1"
      "bb9038fd1f7f"
      "42d4840b69c485bbc1aa";
  std::string signature = "sm2:1234567812345678:";
  for (std::size_t i = 0; i < hex.size(); i += 2)
    signature.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  EXPECT_TRUE(verify_signature(pem, "message digest", signature));
  EXPECT_FALSE(verify_signature(pem, "message digesu", signature));
}

TEST(Ed25519, verifies_the_third_vector_of_rfc_8032) {
  const std::string pem =
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=\n-----END PUBLIC "
      "KEY-----\n";
  const std::string hex =
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
  std::string signature;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    signature.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  EXPECT_EQ(kind_of_public_key(pem), "ed25519");
  EXPECT_TRUE(verify_ed25519(pem, "\xaf\x82", signature));
  EXPECT_FALSE(verify_ed25519(pem, "\xaf\x83", signature));
  EXPECT_FALSE(verify_ed25519(pem, "\xaf\x82", signature.substr(1)));
  EXPECT_FALSE(verify_ed25519((*SigningKey::generate())->public_pem(), "\xaf\x82", signature)) << "a key of SM2";
  EXPECT_FALSE(verify_signature(pem, "\xaf\x82", "sm2:1234567812345678:" + signature)) << "a key of Ed25519";
  EXPECT_EQ(kind_of_public_key("no key"), "");
}

} // namespace
} // namespace onebudget::crypto
