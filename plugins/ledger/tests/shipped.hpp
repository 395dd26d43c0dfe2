#pragma once
// The accounts and posting rules of the plugin's data folder, read as text: no field of theirs holds a comma or quote.

#include <fstream>
#include <sstream>

#include "plugins/ledger/tests/lines.hpp"

namespace onebudget::ledger {

inline std::vector<std::map<std::string, std::string>> shipped(const std::string& name) {
  std::ifstream file(std::string(ONEBUDGET_PLUGIN_SOURCE "/data/") + name + ".csv");
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string> header;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream parts(line);
    for (std::string cell; std::getline(parts, cell, ',');) cells.push_back(cell);
    if (header.empty()) {
      header = cells;
      continue;
    }
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < header.size() && i < cells.size(); ++i) row[header[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  EXPECT_FALSE(rows.empty()) << name;
  return rows;
}

inline Chart shipped_chart() {
  std::vector<Account> accounts;
  std::vector<PostingRule> rules;
  for (auto& row : shipped("account"))
    accounts.push_back({row["code"], bucket_of(row["bucket"]), row["stage"], *Day::parse(row["valid_from"]), {}});
  for (auto& row : shipped("posting_rule"))
    rules.push_back({row["event"], row["debit"], row["credit"], *Day::parse(row["valid_from"]), {}});
  return {std::move(accounts), std::move(rules)};
}

} // namespace onebudget::ledger
