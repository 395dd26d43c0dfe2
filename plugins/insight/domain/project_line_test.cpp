// The rows of one project: which years have one, what a stage is, whose score counts.
#include "plugins/insight/domain/project_line.hpp"

#include <gtest/gtest.h>

namespace onebudget::insight {
namespace {

ProjectFacts library(const std::string& status) {
  ProjectFacts out;
  out.code = "32058326T000000000001";
  out.status = status;
  out.fiscal_year = 2027;
  out.declared = Money::from_fen(10'000);
  return out;
}

std::vector<std::string> told(const std::vector<ProjectLine>& lines) {
  std::vector<std::string> out;
  for (const ProjectLine& line : lines)
    out.push_back(std::to_string(line.fiscal_year) + " " + line.stage + " " + line.declared.to_yuan());
  return out;
}
using Lines = std::vector<std::string>;

TEST(ProjectLine, a_draft_is_the_units_own_business_and_enters_when_it_is_submitted) {
  EXPECT_TRUE(project_lines(library("draft"), {}).empty());
  EXPECT_TRUE(project_lines(library("returned"), {{2027, YearFacts()}}).empty()) << "a goal alone does not show it";
  EXPECT_EQ(told(project_lines(library("submitted"), {})), Lines{"2027 submitted 100.00"});
}

TEST(ProjectLine, a_returned_project_that_money_hangs_on_stays_in_sight) {
  YearFacts paid;
  paid.paid = Money::from_fen(1);
  EXPECT_EQ(told(project_lines(library("returned"), {{2027, paid}})), Lines{"2027 returned 100.00"});
}

TEST(ProjectLine, an_earlier_year_reads_as_carried_over_and_declares_nothing_anew) {
  EXPECT_EQ(told(project_lines(library("in_library"), {{2026, YearFacts()}})),
            (Lines{"2026 carried_over 0.00", "2027 in_library 100.00"}));
}

TEST(ProjectLine, three_guarantees_are_marked_or_stand_first_in_the_order_of_spending) {
  EXPECT_TRUE(guaranteed(true, "new"));
  for (const char* order : {"livelihood", "wages", "operation"}) EXPECT_TRUE(guaranteed(false, order)) << order;
  for (const char* order : {"", "debt", "legal", "new"}) EXPECT_FALSE(guaranteed(false, order)) << order;
}

TEST(ProjectLine, the_gravest_open_alert_decides_the_level) {
  OpenAlerts alerts;
  EXPECT_EQ(alerts.gravest(), "none");
  for (const char* level : {"blue", "yellow", "orange", "red", "grey"}) {
    alerts.add(level);
    EXPECT_EQ(alerts.gravest(), level);
  }
}

TEST(ProjectLine, finance_goes_before_department_and_only_confirmed_evaluations_grade) {
  YearFacts year;
  take_evaluation(year, {{"self", "submitted", "98.00", "excellent"}});
  EXPECT_EQ(year.self_score + " " + year.final_score + " " + year.grade, "98.00  none");
  take_evaluation(year, {{"self", "confirmed", "98.00", "excellent"},
                         {"finance", "confirmed", "71.50", "fair"},
                         {"department", "confirmed", "88.00", "good"},
                         {"unit_whole", "confirmed", "60.00", "poor"}});
  EXPECT_EQ(year.self_score + " " + year.final_score + " " + year.grade, "98.00 71.50 fair");
}

} // namespace
} // namespace onebudget::insight
