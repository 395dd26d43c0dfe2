// Signed packages: what a key may sign, and everything that breaks a signature.

#include "kernel/host/package/signature.hpp"

#include "kernel/crypto/testing.hpp"
#include "kernel/host/testdata/declarations.hpp"
#include "sdk/declarations/package/bundle.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host {
namespace {

namespace fs = std::filesystem;

class SignatureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_file(package_ + "/entities/guest.json", test::guest_entity());
    test::write_file(package_ + "/data/codes.csv", "code,name\n");
    sign(*key_);
    trust({"sample"}, {"records.*"});
  }

  /// Writes plugin.json with the digests of what is there, and SIGNATURE over it.
  void sign(const crypto::SigningKey& key, const std::string& id = "vendor") {
    auto declared = test::sample_manifest();
    for (const char* name : {"entities/guest.json", "data/codes.csv"}) digest(declared, name, read(name));
    digest(declared, "libsample.so", kLibrary);
    const auto text = declared.dump();
    test::write_file(package_ + "/plugin.json", text);
    const auto bytes = key.sign(text)->substr(std::string_view("sm2:1234567812345678:").size());
    write_signature(id, "sm2-sm3", base64url(bytes));
  }
  void write_signature(const std::string& id, const std::string& algorithm, const std::string& text) {
    test::write_file(package_ + "/SIGNATURE", Json{{"key", id}, {"algorithm", algorithm}, {"signature", text}}.dump());
  }
  void trust(const std::vector<std::string>& plugins, const std::vector<std::string>& capabilities) {
    ring({{{"id", "vendor"},
           {"algorithm", "sm2-sm3"},
           {"public_key", key_->public_pem()},
           {"plugins", plugins},
           {"capabilities", capabilities}}});
  }
  void ring(const Json& keys) { test::write_file(folder_.path() + "/keys/a.json", Json{{"keys", keys}}.dump()); }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(package_ + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void digest(Json& declared, const std::string& name, const std::string& bytes) {
    const auto [sha256, sm3] = digests_of(bytes);
    declared["digest"][name] = {{"sha256", sha256}, {"sm3", sm3}};
  }
  /// "signed", "unsigned", or the codes of the refusals.
  std::string check(bool unsigned_allowed = false, const std::string& library = kLibrary) {
    const auto keys = TrustedKeys::load(folder_.path() + "/keys");
    if (!keys) return keys.fault().code;
    const auto bundle = declarations::read_bundle(package_, "sqlite");
    if (!bundle) return bundle.fault().code;
    const auto signature = check_signature(**bundle, library, *keys, unsigned_allowed);
    if (signature.refusals.empty()) return signature.state;
    EXPECT_EQ(signature.state, "refused");
    std::string codes;
    for (const auto& refusal : signature.refusals) {
      EXPECT_FALSE(refusal.remedy.zh.empty() || refusal.remedy.en.empty() || refusal.message.zh.empty());
      codes += (codes.empty() ? "" : " ") + refusal.code + "@" + refusal.field;
    }
    return codes;
  }

  inline static const std::string kLibrary = "the bytes of a library";
  test::Folder folder_;
  std::string package_ = folder_.path() + "/sample/0.1.0";
  std::unique_ptr<crypto::SigningKey> key_ = *crypto::SigningKey::generate();
};

TEST_F(SignatureTest, TakesAPackageOfATrustedKey) {
  EXPECT_EQ(check(), "signed");
  EXPECT_EQ(check(true), "signed");
}

TEST_F(SignatureTest, RefusesWhatIsNotSignedUnlessThatIsAllowed) {
  fs::remove(package_ + "/SIGNATURE");
  EXPECT_EQ(check(), "host.unsigned@SIGNATURE");
  EXPECT_EQ(check(true), "unsigned");
}

TEST_F(SignatureTest, RefusesAKeyThatIsNotInTheRing) {
  sign(*key_, "stranger");
  EXPECT_EQ(check(), "host.key_unknown@SIGNATURE");
  EXPECT_EQ(check(true), "unsigned") << "nobody vouches for it";
}

TEST_F(SignatureTest, RefusesTheSignatureOfAnotherKeyUnderATrustedName) {
  const auto other = *crypto::SigningKey::generate();
  sign(*other);
  EXPECT_EQ(check(), "host.signature@SIGNATURE");
  EXPECT_EQ(check(true), "host.signature@SIGNATURE") << "a wrong signature is worse than none";
}

TEST_F(SignatureTest, RefusesAChangedManifest) {
  auto text = read("plugin.json");
  test::write_file(package_ + "/plugin.json", text + " ");
  EXPECT_EQ(check(), "host.signature@SIGNATURE");
}

TEST_F(SignatureTest, RefusesADamagedSignature) {
  for (const std::string text : {"", "AAAA", "not base64!", "MEUCIQ"}) {
    write_signature("vendor", "sm2-sm3", text);
    EXPECT_EQ(check(), "host.signature@SIGNATURE") << text;
  }
  test::write_file(package_ + "/SIGNATURE", "[1]");
  EXPECT_EQ(check(), "host.signature@SIGNATURE");
  sign(*key_);
  const auto good = parse_json(read("SIGNATURE"), {});
  write_signature("vendor", "ed25519", (*good)["signature"].get<std::string>());
  EXPECT_EQ(check(), "host.signature@SIGNATURE") << "the algorithm belongs to the key";
}

TEST_F(SignatureTest, RefusesEveryFileThatIsNotTheSignedOne) {
  test::write_file(package_ + "/entities/guest.json", test::guest_entity() + "\n");
  EXPECT_EQ(check(), "host.digest@entities/guest.json") << "read by the server";
  test::write_file(package_ + "/entities/guest.json", test::guest_entity());
  test::write_file(package_ + "/data/codes.csv", "code,name\n1,x\n");
  EXPECT_EQ(check(), "host.digest@data/codes.csv") << "only shipped";
  test::write_file(package_ + "/data/codes.csv", "code,name\n");
  EXPECT_EQ(check(false, "other bytes"), "host.digest@libsample.so");
  fs::remove(package_ + "/data/codes.csv");
  EXPECT_EQ(check(), "host.digest@data/codes.csv");
}

TEST_F(SignatureTest, RefusesAFileThatTheSignedManifestDoesNotName) {
  test::write_file(package_ + "/migrations/0001-more.sql", "SELECT 1;");
  EXPECT_EQ(check(), "host.digest_missing@migrations/0001-more.sql");
  fs::remove_all(package_ + "/migrations");
  fs::create_symlink("/etc/hostname", package_ + "/ui");
  EXPECT_EQ(check(), "host.digest_missing@ui");
}

TEST_F(SignatureTest, HoldsTheKeyToItsPluginsAndCapabilities) {
  trust({"other", "sam_*"}, {"*"});
  EXPECT_EQ(check(), "host.key_plugin@SIGNATURE");
  trust({"sam*"}, {"records.read:*"});
  EXPECT_EQ(check(), "host.key_capability@/capabilities");
  trust({"*"}, {"records.write:sample.guest"});
  EXPECT_EQ(check(), "signed");
}

TEST_F(SignatureTest, NamesWhatIsWrongInAKeyFile) {
  Json good = {{"id", "k"},
               {"algorithm", "sm2-sm3"},
               {"public_key", key_->public_pem()},
               {"plugins", {"*"}},
               {"capabilities", {"*"}}};
  const auto with = [&](const char* member, const Json& value) {
    Json changed = good;
    changed[member] = value;
    ring({changed});
    return check();
  };
  EXPECT_EQ(with("algorithm", "ed25519"), "host.keys");
  EXPECT_EQ(with("public_key", "none"), "host.keys");
  EXPECT_EQ(with("plugins", "*"), "host.keys");
  EXPECT_EQ(with("extra", 1), "host.keys");
  ring({good, good});
  EXPECT_EQ(check(), "host.keys");
  test::write_file(folder_.path() + "/keys/a.json", "{");
  EXPECT_EQ(check(), "host.keys");
  EXPECT_EQ(TrustedKeys::load(folder_.path() + "/none")->size(), 0U);
}

} // namespace
} // namespace onebudget::host
