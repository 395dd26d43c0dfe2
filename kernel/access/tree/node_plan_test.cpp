#include "kernel/access/tree/node_plan.hpp"

#include <gtest/gtest.h>

#include "kernel/access/rule/testing.hpp"

namespace onebudget::access {
namespace {

std::vector<std::string> codes(const NodePlan& plan) {
  std::vector<std::string> result;
  for (const NodeIssue& issue : plan.issues) result.push_back(std::to_string(issue.row) + " " + issue.code);
  return result;
}

std::vector<NewNode> small_tree() {
  return {node_row("320000101001", "320000101", NodeKind::unit), node_row("320000101", "320000", NodeKind::department),
          node_row("320100", "320000", NodeKind::region, GovLevel::city),
          node_row("320000", "", NodeKind::region, GovLevel::province), node_row("320191", "320100", NodeKind::zone)};
}

TEST(NodePlan, parents_may_come_after_their_children) {
  const NodePlan plan = plan_nodes(small_tree(), {});
  ASSERT_TRUE(plan.issues.empty());
  ASSERT_EQ(plan.nodes.size(), 5U);
  EXPECT_EQ(plan.nodes[0].node.path, "/r320000/");
  for (const PlannedNode& planned : plan.nodes) {
    if (planned.row != 0) continue;
    EXPECT_EQ(planned.node.path, "/r320000/d320000101/d320000101001/");
    EXPECT_EQ(planned.node.gov_level, GovLevel::province);
    EXPECT_EQ(planned.node.department_code, "101");
    EXPECT_EQ(planned.parent_row, 1);
  }
}

TEST(NodePlan, a_zone_without_a_level_has_its_regions) {
  const NodePlan plan = plan_nodes(small_tree(), {});
  for (const PlannedNode& planned : plan.nodes) {
    if (planned.node.kind == NodeKind::zone) {
      EXPECT_EQ(planned.node.gov_level, GovLevel::city);
    }
  }
}

TEST(NodePlan, every_bad_row_is_reported_with_its_reason) {
  std::vector<NewNode> rows = small_tree();
  rows.push_back(node_row("a/b", "320000", NodeKind::department));                  // 5
  rows.push_back(node_row("320100", "320000", NodeKind::region, GovLevel::city));   // 6
  rows.push_back(node_row("x1", "nowhere", NodeKind::department));                  // 7
  rows.push_back(node_row("x2", "320000", NodeKind::unit));                         // 8
  rows.push_back(node_row("x3", "320100", NodeKind::region, GovLevel::province));   // 9
  rows.push_back(node_row("x4", "320100", NodeKind::department, GovLevel::county)); // 10
  rows.push_back(node_row("x5", "320000101001", NodeKind::department));             // 11
  rows.push_back(node_row("x6", "", NodeKind::region, GovLevel::province));         // 12
  rows.push_back(node_row("x7", "320100", NodeKind::region));                       // 13
  rows.push_back(node_row("x8", "320100", NodeKind::department));                   // 14
  rows.back().name = " ";
  rows.back().valid_from = "2026-02-30";
  const NodePlan plan = plan_nodes(rows, {});
  EXPECT_TRUE(plan.nodes.empty());
  EXPECT_EQ(codes(plan), (std::vector<std::string>{"5 node.code", "6 node.duplicate", "7 node.parent_unknown",
                                                   "8 node.kind", "9 node.level", "10 node.level", "11 node.kind",
                                                   "12 node.root", "13 node.level", "14 node.name", "14 node.date"}));
  for (const NodeIssue& issue : plan.issues) {
    EXPECT_FALSE(issue.message.zh.empty() || issue.message.en.empty() || issue.remedy.zh.empty() ||
                 issue.remedy.en.empty());
  }
}

TEST(NodePlan, circles_are_reported_row_by_row_and_rows_below_them_are_not) {
  const std::vector<NewNode> rows{node_row("a", "b", NodeKind::unit), node_row("b", "c", NodeKind::unit),
                                  node_row("c", "a", NodeKind::unit), node_row("d", "a", NodeKind::unit),
                                  node_row("e", "e", NodeKind::unit)};
  EXPECT_EQ(codes(plan_nodes(rows, {})),
            (std::vector<std::string>{"0 node.cycle", "1 node.cycle", "2 node.cycle", "4 node.cycle"}));
}

TEST(NodePlan, what_the_tree_holds_counts) {
  KnownTree known;
  known.has_root = true;
  Node region;
  region.id = NodeId{9};
  region.code = "320000";
  region.kind = NodeKind::region;
  region.gov_level = GovLevel::province;
  region.path = "/r320000/";
  known.by_code["320000"] = region;
  known.departments[{9, "101"}] = "old";
  const NodePlan good = plan_nodes({node_row("320000102", "320000", NodeKind::department)}, known);
  ASSERT_EQ(good.nodes.size(), 1U);
  EXPECT_EQ(good.nodes[0].node.parent.value, 9);
  EXPECT_EQ(good.nodes[0].node.path, "/r320000/d320000102/");
  EXPECT_EQ(codes(plan_nodes({node_row("320000101", "320000", NodeKind::department)}, known)),
            (std::vector<std::string>{"0 node.department_code"}));
  EXPECT_EQ(codes(plan_nodes({node_row("320000", "320000", NodeKind::region, GovLevel::city)}, known)),
            (std::vector<std::string>{"0 node.duplicate"}));
  EXPECT_EQ(codes(plan_nodes({node_row("root2", "", NodeKind::region, GovLevel::province)}, known)),
            (std::vector<std::string>{"0 node.root"}));
}

TEST(NodePlan, a_chain_too_deep_is_refused_and_does_not_exhaust_the_stack) {
  std::vector<NewNode> rows{node_row("r", "", NodeKind::region, GovLevel::province),
                            node_row("d", "r", NodeKind::department)};
  for (int i = 0; i < 20'000; ++i)
    rows.push_back(node_row("u" + std::to_string(i), i == 0 ? "d" : "u" + std::to_string(i - 1), NodeKind::unit));
  const NodePlan plan = plan_nodes(rows, {});
  ASSERT_EQ(plan.issues.size(), 1U);
  EXPECT_EQ(plan.issues[0].code, "node.depth");
}

TEST(NodePlan, dates_are_real_dates) {
  EXPECT_TRUE(valid_date("2024-02-29"));
  for (const char* bad : {"2023-02-29", "2024-13-01", "2024-1-01", "20240101", "2024-01-0x", ""})
    EXPECT_FALSE(valid_date(bad)) << bad;
}

} // namespace
} // namespace onebudget::access
