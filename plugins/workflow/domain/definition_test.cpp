#include "plugins/workflow/domain/definition.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::workflow {
namespace {

/// "rank:roles:from:below:category:office:workdays:overdue:role:field,field", what is empty is left open.
Step step(const std::string& id, const std::string& text) {
  std::vector<std::string> cells(10);
  std::istringstream in(text);
  for (std::string& cell : cells) std::getline(in, cell, ':');
  Step out;
  out.id = id;
  out.rank = std::stoi(cells[0]);
  if (!cells[1].empty()) out.roles = {cells[1]};
  if (!cells[2].empty()) out.from = *Money::parse_yuan(cells[2]);
  if (!cells[3].empty()) out.below = *Money::parse_yuan(cells[3]);
  if (!cells[4].empty()) out.categories = {cells[4]};
  if (!cells[5].empty()) out.offices = {cells[5]};
  if (!cells[6].empty()) out.workdays = std::stoi(cells[6]);
  if (cells[7] == "escalate") out.overdue = Overdue::escalate;
  if (cells[7] == "return") out.overdue = Overdue::send_back;
  out.escalate_to = cells[8];
  std::istringstream fields(cells[9]);
  for (std::string field; std::getline(fields, field, ',');) out.fields.push_back({field});
  return out;
}

std::vector<std::string> check(const Definition& definition) {
  std::vector<std::string> out;
  for (const FieldFault& each : check_definition(definition)) out.push_back(each.code + " " + each.field);
  return out;
}

std::vector<std::string> run(const testing::Case& one) {
  Definition definition;
  Facts facts;
  for (const auto& [name, value] : one.given) {
    if (name == "category")
      definition.categories.push_back(value);
    else if (name == "office")
      definition.offices.push_back(value);
    else if (name == "amount")
      facts.amount = *Money::parse_yuan(value);
    else if (name == "of_category")
      facts.category = value;
    else if (name == "of_office")
      facts.office = value;
    else
      definition.steps.push_back(step(name, value));
  }
  if (one.when == "check") return check(definition);
  const auto found = way(definition, facts);
  if (!found) return {found.fault().code};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < found->size(); ++i) {
    std::string line = std::to_string(i + 1);
    for (const Step& each : (*found)[i]) line += " " + each.id;
    out.push_back(line);
  }
  return out;
}

TEST(Definition, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/definition.case", run),
            std::vector<std::string>());
}

TEST(Definition, the_way_holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/way.case", run), std::vector<std::string>());
}

/// "region:category:kind"
Offer offer(const std::string& code, const std::string& text) {
  std::vector<std::string> cells(3);
  std::istringstream in(text);
  for (std::string& cell : cells) std::getline(in, cell, ':');
  Offer out{code, cells[0], {}, {}};
  if (!cells[1].empty()) out.categories = {cells[1]};
  if (!cells[2].empty()) out.owner_kinds = {cells[2]};
  return out;
}

TEST(Definition, the_choice_holds_in_every_case) {
  const auto choice = [](const testing::Case& one) -> std::vector<std::string> {
    std::vector<Offer> offers;
    for (const auto& [name, value] : one.given)
      if (name != "owner" && name != "category" && name != "kind") offers.push_back(offer(name, value));
    const Facts facts{Money(), one.value("category"), "", one.value("kind")};
    const auto chosen = choose(offers, facts, one.value("owner"));
    return {chosen ? offers[*chosen].code : "none"};
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/choice.case", choice), std::vector<std::string>());
}

} // namespace
} // namespace onebudget::workflow
