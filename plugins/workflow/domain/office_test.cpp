#include "plugins/workflow/domain/office.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::workflow {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSchool = "/r32/r3205/r320583/d106/d106001/";

Lines cells_of(const std::string& text, char by) {
  Lines out;
  std::istringstream in(text);
  for (std::string cell; std::getline(in, cell, by);) out.push_back(cell);
  return out;
}

/// "role:path:kind:departments"
Post post(const std::string& person, const std::string& text) {
  Lines cells = cells_of(text, ':');
  cells.resize(4);
  return {std::stoi(person), "", cells[0], cells[1], cells[2], cells[1], cells_of(cells[3], ',')};
}

At at_of(const std::string& text) {
  if (text == "unit") return At::unit;
  if (text == "department") return At::department;
  if (text == "division") return At::division;
  if (text == "region") return At::region;
  return text == "upper" ? At::upper : At::nearest;
}

TEST(Office, is_found_in_every_case) {
  const auto run = [](const testing::Case& one) -> Lines {
    std::vector<Post> posts;
    for (const auto& [name, value] : one.given)
      if (name != "role" && name != "at") posts.push_back(post(name, value));
    const std::string role = one.value("role").empty() ? "reviewer" : one.value("role");
    const auto office = office_of(at_of(one.value("at")), role, {kSchool, "106"}, posts);
    if (!office) return {"nobody"};
    std::string line = office->queue();
    for (const PersonId person : office->people) line += " " + std::to_string(person);
    return {line};
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/office.case", run), Lines());
}

TEST(Office, whoever_is_in_an_office_finds_its_queue) {
  const std::vector<Post> posts = {post("21", "division:/r32/r3205/r320583/:region:106,107"),
                                   post("11", "reviewer:/r32/r3205/r320583/d106/:department:")};
  for (const auto& [role, at] : {std::pair{"division", At::division}, std::pair{"reviewer", At::department}}) {
    const auto office = office_of(at, role, {kSchool, "106"}, posts);
    ASSERT_TRUE(office.has_value());
    for (const Post& one : posts) {
      const auto queues = queues_of(one.person, {one});
      const bool finds = std::find(queues.begin(), queues.end(), office->queue()) != queues.end();
      EXPECT_EQ(finds, one.person == office->people.front()) << role;
    }
  }
}

} // namespace
} // namespace onebudget::workflow
