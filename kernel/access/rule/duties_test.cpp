#include "kernel/access/rule/duties.hpp"

#include <gtest/gtest.h>

#include "kernel/access/rule/patterns.hpp"

namespace onebudget::access {
namespace {

Role role_of(const std::string& category, std::vector<std::string> permissions) {
  Role role;
  role.code = "some_role";
  role.title = {"某角色", "Some role"};
  role.category = category;
  role.permissions = std::move(permissions);
  return role;
}

bool fits(const std::string& category, const std::string& permission) {
  return role_faults(role_of(category, {permission}), {}).empty();
}

TEST(Duties, no_administrator_holds_a_business_permission) {
  EXPECT_TRUE(fits("business", "compilation.project.read"));
  for (const char* category : {"system_admin", "security_admin", "audit_admin"}) {
    EXPECT_FALSE(fits(category, "compilation.project.read")) << category;
    EXPECT_FALSE(fits(category, "compilation.*")) << category;
  }
}

TEST(Duties, what_one_office_may_do_no_other_may) {
  for (const Permission& permission : kernel_permissions()) {
    const bool read = permission.code.size() > 5 && permission.code.rfind(".read") == permission.code.size() - 5;
    const std::string thing = permission.code.substr(0, permission.code.rfind('.'));
    const bool shared = thing == "system.token" || thing == "system.file" || thing == "system.view";
    int holders = 0;
    for (const std::string_view category : kCategories) holders += fits(std::string(category), permission.code) ? 1 : 0;
    if (permission.code == "system.audit.read")
      EXPECT_EQ(holders, 1) << permission.code;
    else if (read || shared)
      EXPECT_EQ(holders, 4) << permission.code;
    else
      EXPECT_EQ(holders, 1) << permission.code;
  }
  EXPECT_TRUE(fits("system_admin", "system.user.*"));
  EXPECT_TRUE(fits("security_admin", "system.grant.*"));
  EXPECT_TRUE(fits("audit_admin", "system.audit.*"));
  EXPECT_FALSE(fits("security_admin", "system.user.*"));
  EXPECT_FALSE(fits("system_admin", "system.audit.*"));
  EXPECT_FALSE(fits("audit_admin", "system.grant.manage"));
}

TEST(Duties, a_wildcard_over_all_offices_fits_nobody) {
  for (const std::string_view category : kCategories) EXPECT_FALSE(fits(std::string(category), "system.*")) << category;
}

TEST(Duties, two_categories_never_meet_in_one_person) {
  for (const std::string_view a : kCategories) {
    for (const std::string_view b : kCategories) {
      const Role first = role_of(std::string(a), {}), second = role_of(std::string(b), {});
      EXPECT_EQ(together({&first, &second}, {}).has_value(), a != b) << a << " " << b;
    }
  }
}

TEST(Duties, conflicting_permissions_are_found_across_roles_and_through_wildcards) {
  const Conflicts conflicts{{"ledger.entry.create", "ledger.entry.approve"}};
  const Role enter = role_of("business", {"ledger.entry.create"}),
             approve = role_of("business", {"ledger.entry.approve"});
  const Role all = role_of("business", {"ledger.*"}), read = role_of("business", {"ledger.entry.read"});
  EXPECT_TRUE(together({&enter, &approve}, conflicts).has_value());
  EXPECT_FALSE(together({&enter, &read}, conflicts).has_value());
  EXPECT_EQ(together({&all}, conflicts)->code, "access.conflict_pair");
  EXPECT_EQ(role_faults(all, conflicts).at(0).code, "role.conflict");
}

TEST(Duties, malformed_roles_name_every_bad_field) {
  Role role = role_of("boss", {});
  role.code = "Über";
  role.title = {};
  const auto faults = role_faults(role, {});
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].field, "/code");
  EXPECT_EQ(faults[1].field, "/title");
  EXPECT_EQ(faults[2].field, "/category");
  EXPECT_EQ(role_faults(role_of("business", {"*", "a.b"}), {}).size(), 1U);
}

TEST(Duties, the_kernels_own_permissions_are_well_formed) {
  for (const Permission& permission : kernel_permissions())
    EXPECT_TRUE(valid_permission(permission.code)) << permission.code;
}

} // namespace
} // namespace onebudget::access
