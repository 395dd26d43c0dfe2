#include "kernel/access/rule/grant_check.hpp"

#include <gtest/gtest.h>

namespace onebudget::access {
namespace {

TEST(Condition, that_could_break_out_of_its_parentheses_is_refused) {
  for (const char* good :
       {"", "a==1", "(a==1,b==2);c==3", "name==\"a)b(\"", "name=='it\\'s'", "code=in=('1','2')", "a==\"x\\\"y\""}) {
    EXPECT_TRUE(self_contained(good)) << good;
  }
  for (const char* bad :
       {"a==1),(b==2", ")", "(", "a==\"x", "a=='x\\'", "a==x\"),(b==\"y", "a==x\\)", "a==it's,b==it's"}) {
    EXPECT_FALSE(self_contained(bad)) << bad;
  }
}

TEST(Grant, malformed_ones_are_refused_with_the_field) {
  Grant grant;
  grant.user = UserId{1};
  EXPECT_FALSE(malformed_grant(grant));
  Grant bad = grant;
  bad.user = {};
  EXPECT_EQ(malformed_grant(bad)->fields.at(0).field, "/user");
  bad = grant;
  bad.departments = {"10/1"};
  EXPECT_EQ(malformed_grant(bad)->fields.at(0).field, "/departments");
  bad = grant;
  bad.valid_from_ms = 5;
  bad.valid_to_ms = 5;
  EXPECT_EQ(malformed_grant(bad)->fields.at(0).field, "/valid_to");
  bad = grant;
  bad.where = "a==1)";
  EXPECT_EQ(malformed_grant(bad)->fields.at(0).field, "/where");
}

} // namespace
} // namespace onebudget::access
