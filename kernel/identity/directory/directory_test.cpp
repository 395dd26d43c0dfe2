#include "kernel/identity/directory/directory.hpp"

#include <gtest/gtest.h>
#include <ldap.h>

#include <fstream>
#include <vector>

#include "kernel/identity/directory/connection.hpp"
#include "kernel/identity/directory/testing.hpp"
#include "sdk/text/json_door.hpp"

namespace onebudget::identity {
namespace {

Json vectors() {
  std::ifstream file(IDENTITY_TESTDATA "/vectors.json");
  return Json::parse(file);
}

std::string code(const Result<DirectoryPerson>& person) { return person ? "ok" : person.fault().code; }

class DirectoryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { slapd = std::make_unique<TestSlapd>(); }
  static void TearDownTestSuite() { slapd.reset(); }
  static std::unique_ptr<TestSlapd> slapd;
};
std::unique_ptr<TestSlapd> DirectoryTest::slapd;

TEST(DirectoryEscape, filters_match_the_published_vectors) {
  const Json all = vectors();
  for (const Json& one : all["filter_injection"])
    EXPECT_EQ(escape_filter(one["user_input"].get<std::string>()), one["escaped_for_filter"].get<std::string>());
}

TEST(DirectoryEscape, names_match_the_published_vectors_and_are_read_back_by_the_library) {
  const Json all = vectors();
  for (const Json& one : all["dn_value_escaping"]) {
    const std::string raw = one["raw"], escaped = escape_dn(raw);
    const std::string wanted = raw == "x=y" ? "x\\=y" : one["escaped"].get<std::string>(); // either form is allowed
    EXPECT_EQ(escaped, wanted);
    LDAPDN dn = nullptr;
    ASSERT_EQ(ldap_str2dn(("cn=" + escaped + ",dc=example").c_str(), &dn, LDAP_DN_FORMAT_LDAPV3), LDAP_SUCCESS) << raw;
    const berval& value = dn[0][0]->la_value;
    EXPECT_EQ(std::string(value.bv_val, value.bv_len), raw);
    EXPECT_EQ(dn[2], nullptr);
    ldap_dnfree(dn);
  }
}

TEST_F(DirectoryTest, a_person_is_found_and_bound_by_start_tls_and_by_ldaps) {
  for (const bool ldaps : {false, true}) {
    Directory directory(slapd->options(ldaps), nullptr);
    const auto person = directory.verify("zhang.san", kDirectoryPassword);
    ASSERT_TRUE(person) << person.fault().message.en;
    EXPECT_EQ(person->dn, "cn=Zhang San (1),ou=people,dc=example,dc=net");
    EXPECT_EQ(person->node_code, "U1");
    EXPECT_EQ(person->id.size(), 36U);
    ASSERT_EQ(person->roles.size(), 1U);
    EXPECT_EQ(person->roles[0].role, "unit-clerk");
    EXPECT_FALSE(person->disabled);
  }
}

TEST_F(DirectoryTest, wrong_empty_and_hostile_input_is_refused) {
  Directory directory(slapd->options(), nullptr);
  EXPECT_EQ(code(directory.verify("zhang.san", "wrong")), "identity.refused");
  EXPECT_EQ(code(directory.verify("zhang.san", "")), "identity.refused"); // this slapd would bind it as anonymous
  EXPECT_EQ(code(directory.verify("zhang.san", "  ")), "identity.refused");
  EXPECT_EQ(code(directory.verify("", kDirectoryPassword)), "identity.refused");
  EXPECT_EQ(code(directory.verify("twin", kDirectoryPassword)), "identity.refused"); // two entries
  const Json all = vectors();
  for (const Json& one : all["filter_injection"])
    EXPECT_EQ(code(directory.verify(one["user_input"].get<std::string>(), kDirectoryPassword)), "identity.refused");
  EXPECT_FALSE(directory.down());
}

TEST_F(DirectoryTest, an_empty_name_or_password_never_becomes_a_bind) {
  const DirectoryOptions options = slapd->options();
  DirectoryConnection connection(options);
  ASSERT_TRUE(connection.open());
  EXPECT_FALSE(*connection.bind("", kDirectoryPassword));
  EXPECT_FALSE(*connection.bind(options.bind_dn, ""));
  EXPECT_TRUE(*connection.bind(options.bind_dn, options.bind_password));
}

TEST_F(DirectoryTest, a_certificate_of_another_authority_is_refused) {
  DirectoryOptions options = slapd->options();
  options.ca_file = slapd->folder / "other.pem";
  EXPECT_EQ(code(Directory(options, nullptr).verify("zhang.san", kDirectoryPassword)),
            "identity.directory_unavailable");
  options.url = slapd->options(true).url;
  EXPECT_EQ(code(Directory(options, nullptr).verify("zhang.san", kDirectoryPassword)),
            "identity.directory_unavailable");
}

TEST(DirectoryTls, a_certificate_for_another_host_or_out_of_date_is_refused) {
  for (const char* certificate : {"name", "expired"}) {
    const TestSlapd other(certificate);
    for (const bool ldaps : {false, true}) {
      std::vector<DirectoryStep> steps;
      EXPECT_EQ(code(Directory(other.options(ldaps), nullptr).look("zhang.san", steps)),
                "identity.directory_unavailable")
          << certificate;
    }
  }
}

TEST_F(DirectoryTest, a_person_disabled_in_the_directory_is_told_apart) {
  Directory directory(slapd->options(), nullptr);
  const auto person = directory.verify("li.si", kDirectoryPassword);
  ASSERT_TRUE(person);
  EXPECT_TRUE(person->disabled);
}

TEST_F(DirectoryTest, a_referral_is_not_followed) {
  DirectoryOptions options = slapd->options();
  options.user_base = "ou=elsewhere,dc=example,dc=net";
  EXPECT_EQ(code(Directory(options, nullptr).verify("zhang.san", kDirectoryPassword)), "identity.directory_referral");
  options.user_base = "dc=example,dc=net"; // here the referral stands among the results
  EXPECT_EQ(code(Directory(options, nullptr).verify("zhang.san", kDirectoryPassword)), "identity.directory_referral");
}

TEST_F(DirectoryTest, a_directory_that_hangs_ends_at_the_limit_is_logged_once_and_comes_back) {
  std::vector<std::string> lines;
  const observe::Log log(observe::Level::info, observe::Format::json,
                         [&](const std::string& l) { lines.push_back(l); });
  DirectoryOptions options = slapd->options();
  options.timeout_seconds = 1;
  Directory directory(options, &log);
  slapd->signal(SIGSTOP);
  EXPECT_EQ(code(directory.verify("zhang.san", kDirectoryPassword)), "identity.directory_unavailable");
  EXPECT_EQ(code(directory.verify("zhang.san", kDirectoryPassword)), "identity.directory_unavailable");
  EXPECT_TRUE(directory.down());
  EXPECT_EQ(lines.size(), 1U);
  slapd->signal(SIGCONT);
  EXPECT_EQ(code(directory.verify("zhang.san", kDirectoryPassword)), "ok");
  ASSERT_EQ(lines.size(), 2U);
  for (const std::string& line : lines) EXPECT_EQ(line.find(kDirectoryPassword), std::string::npos);
}

TEST_F(DirectoryTest, the_steps_show_what_was_asked_without_any_password) {
  std::vector<DirectoryStep> steps;
  const auto person = Directory(slapd->options(), nullptr).look("zhang.san", steps);
  ASSERT_TRUE(person);
  std::string all;
  for (const DirectoryStep& step : steps) all += step.step + " " + step.answer + "\n";
  EXPECT_NE(all.find("(member=cn=Zhang San \\281\\29,"), std::string::npos) << all;
  EXPECT_NE(all.find("unit-clerk:self"), std::string::npos) << all;
  EXPECT_EQ(all.find("reader-Secret-1"), std::string::npos);
}

} // namespace
} // namespace onebudget::identity
