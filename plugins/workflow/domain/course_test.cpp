#include "plugins/workflow/domain/course.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::workflow {
namespace {

using Lines = std::vector<std::string>;

TaskState state_of(const std::string& text) {
  if (text == "waiting") return TaskState::waiting;
  return text == "approved" ? TaskState::approved : TaskState::open;
}

Mode mode_of(const std::string& text) {
  if (text == "all") return Mode::all;
  if (text == "any") return Mode::any;
  return text == "in_order" ? Mode::in_order : Mode::single;
}

/// "step:mode:state[:added][:behind=number]"
Task task(const std::string& number, const std::string& text) {
  std::vector<std::string> cells;
  std::istringstream in(text);
  for (std::string cell; std::getline(in, cell, ':');) cells.push_back(cell);
  Task out;
  out.id = std::stoi(number);
  out.step = cells.at(0);
  out.mode = mode_of(cells.at(1));
  out.state = state_of(cells.at(2));
  for (std::size_t i = 3; i < cells.size(); ++i) {
    if (cells[i] == "added") out.added = true;
    if (cells[i].rfind("behind=", 0) == 0) out.behind = std::stoi(cells[i].substr(7));
  }
  return out;
}

TEST(Course, settles_in_every_case) {
  const auto run = [](const testing::Case& one) -> Lines {
    std::vector<Task> tasks;
    for (const auto& [name, value] : one.given) tasks.push_back(task(name, value));
    const Settled settled = settle(tasks, std::stoi(one.when));
    Lines out;
    for (const auto id : settled.open) out.push_back("open " + std::to_string(id));
    for (const auto id : settled.cancel) out.push_back("cancel " + std::to_string(id));
    if (settled.rank_done) out.emplace_back("done");
    return out;
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/settle.case", run), Lines());
}

TEST(Course, returns_in_every_case) {
  const auto run = [](const testing::Case& one) -> Lines {
    std::vector<Lines> ranks;
    for (const auto& [name, value] : one.given)
      if (name == "way") ranks.push_back({value});
    const auto rank = return_rank(ranks, std::stoi(one.value("now")), one.value("to"));
    return {rank ? std::to_string(*rank) : rank.fault().code};
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/return.case", run), Lines());
}

TEST(Course, recalls_in_every_case) {
  const auto run = [](const testing::Case& one) -> Lines {
    constexpr std::int64_t kGiven = 1'700'000'000'000;
    const auto done =
        may_recall(kGiven, kGiven + std::stoi(one.value("passed")) * 1000, 10, !one.value("acted").empty());
    return {done ? "allowed" : done.fault().code};
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/recall.case", run), Lines());
}

} // namespace
} // namespace onebudget::workflow
