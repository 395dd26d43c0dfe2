#include "packaging/demo/books.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <ctime>

#include "packaging/demo/random.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::demo {

namespace {

constexpr std::size_t kMakes = 0, kApproves = 1, kPays = 2, kWatches = 3; ///< in the script's list of people
constexpr int kMonths = 12, kPayDay = 20;
constexpr std::int64_t kHundred = 100, kBehind = 20, kSecondsOfDay = 86'400, kChina = 8 * 3'600;

Result<std::int64_t> fen(const Json& row, const char* name) {
  OB_TRY(const Money amount, Money::parse_yuan(row.value(name, std::string("0"))));
  return amount.fen();
}

std::string filtered(const std::string& path, const std::string& filter) {
  return path + "&filter=" + client::encoded(filter);
}

/// Codes of a list by the ids of its rows.
Result<void> read_codes(client::Client& as, const std::string& path, std::map<std::string, std::string>& into) {
  std::string cursor;
  do {
    OB_TRY(const Json page, as.json("GET", path + (cursor.empty() ? "" : "&cursor=" + client::encoded(cursor))));
    for (const Json& row : page.value("items", Json::array()))
      into[row.value("id", std::string())] = row.value("code", std::string());
    cursor = page.contains("next_cursor") && page["next_cursor"].is_string() ? page["next_cursor"].get<std::string>()
                                                                             : std::string();
  } while (!cursor.empty());
  return {};
}

Result<void> moved(client::Client& as, const std::string& path, const std::string& step) {
  OB_TRY(const Json row, as.json("GET", path));
  OB_TRY(const Json after, as.json("POST", path + "/transitions/" + step, {{"comment", "同意"}},
                                   "\"" + row.value("version", Json(1)).dump() + "\""));
  return {};
}

std::string day_of(int year, int month, int day) { return fmt::format("{:04}-{:02}-{:02}", year, month, day); }

} // namespace

Result<client::Client*> Books::person(std::size_t which) {
  const Json people = script_.value("people", Json::array());
  return people_.person(which < people.size() ? people[which].value("username", std::string()) : std::string());
}

Result<void> Books::codes(client::Client& as) {
  const std::string year = std::to_string(script_.value("year", 0));
  OB_CHECK(
      read_codes(as, filtered("/standards/functional-class?limit=1000&fields=code", "list_year==" + year), functions_));
  return read_codes(as, "/standards/fund-kind?limit=100&fields=code", funds_);
}

/// The largest projects of the region's library, one for each kind of work first, and how much of each is paid.
Result<void> Books::choose(Region& region, client::Client& as) {
  OB_TRY(const Json nodes, as.json("GET", "/system/node?q=" + region.code));
  for (const Json& node : nodes.value("items", Json::array()))
    if (node.value("code", std::string()) == region.code) {
      region.node = node.value("id", std::string());
      region.name = node.value("name", std::string());
    }
  const std::string filter = "code==" + region.code.substr(0, 6) +
                             "*;status==in_library;fiscal_year==" + std::to_string(script_.value("year", 0));
  OB_TRY(const Json found,
         as.json("GET", filtered("/compilation/project?limit=200&sort=-year_amount&fields=code,name,unit,year_amount,"
                                 "functional_class,fund_kind",
                                 filter)));
  std::vector<Line> first, others;
  std::map<std::string, int> seen;
  for (const Json& row : found.value("items", Json::array())) {
    Line line;
    line.project = row.value("code", std::string());
    line.name = row.value("name", std::string());
    line.unit = row.value("unit", std::string());
    line.function = functions_[row.value("functional_class", std::string())];
    line.fund = funds_[row.value("fund_kind", std::string())];
    OB_TRY(line.amount, fen(row, "year_amount"));
    if (line.function.empty() || line.fund.empty()) continue;
    (++seen[line.function.substr(0, 3) + line.fund] <= 2 ? first : others).push_back(std::move(line));
  }
  first.insert(first.end(), others.begin(), others.end());
  first.resize(std::min(first.size(), static_cast<std::size_t>(script_.value("projects", 8))));
  for (Line& line : first) {
    Random random = Random::of(1, "books/" + line.project);
    const int own = region.percent + static_cast<int>(random.below(37)) - 18;
    line.paid = line.amount / kHundred * std::clamp(own, 5, 100);
  }
  region.lines = std::move(first);
  return {};
}

Result<void> Books::document(const Region& region, const std::string& kind, const Json& lines) {
  OB_TRY(client::Client* const makes, person(kMakes));
  OB_TRY(client::Client* const posts, person(kApproves));
  const int year = script_.value("year", 0);
  const bool budget = kind == "appropriation";
  OB_TRY(const Json made, makes->json("POST", "/ledger/document",
                                      {{"number", fmt::format("{}财预〔{}〕旁{}号", region.name, year, budget ? 1 : 2)},
                                       {"kind", kind},
                                       {"node", region.node},
                                       {"fiscal_year", year},
                                       {"title", region.name + (budget ? "年初预算" : "部门预算指标下达")},
                                       {"posted_on", day_of(year, 1, budget ? 12 : 15)}}));
  const std::string id = made.value("id", std::string());
  int number = 0;
  for (Json line : lines) {
    line["document"] = id;
    line["line_no"] = ++number;
    OB_TRY(const Json written, makes->json("POST", "/ledger/document-line", line));
  }
  OB_CHECK(moved(*makes, "/ledger/document/" + id, "submit"));
  OB_CHECK(moved(*posts, "/ledger/document/" + id, "post"));
  ++done_.documents;
  return {};
}

Result<void> Books::budget(const Region& region) {
  std::map<std::string, std::int64_t> funds;
  for (const Line& line : region.lines) funds[line.fund] += line.amount;
  Json lines = Json::array();
  for (const auto& [fund, amount] : funds)
    lines.push_back({{"amount", Money::from_fen(amount).to_yuan()}, {"fund_kind", fund}});
  return document(region, "appropriation", lines);
}

Result<void> Books::issue(Region& region) {
  Json lines = Json::array();
  std::string projects;
  for (const Line& line : region.lines) {
    lines.push_back({{"amount", Money::from_fen(line.amount).to_yuan()},
                     {"unit", line.unit},
                     {"fund_kind", line.fund},
                     {"functional_class", line.function},
                     {"project_code", line.project}});
    projects += (projects.empty() ? "" : ",") + line.project;
  }
  OB_CHECK(document(region, "issue", lines));
  OB_TRY(client::Client* const as, person(kPays));
  OB_TRY(const Json found, as->json("GET", filtered("/ledger/indicator?limit=1000&fields=project_code",
                                                    "stage==executable;project_code=in=(" + projects + ")")));
  for (const Json& row : found.value("items", Json::array()))
    for (Line& line : region.lines)
      if (line.project == row.value("project_code", std::string())) line.indicator = row.value("id", std::string());
  return {};
}

/// Whoever watches is told of the two lines that are furthest behind the calendar; the rules judge them.
Result<void> Books::tell(const Region& region) {
  OB_TRY(client::Client* const as, person(kWatches));
  const Day today = Day::from_number(static_cast<std::int32_t>((std::time(nullptr) + kChina) / kSecondsOfDay));
  std::vector<std::pair<std::int64_t, const Line*>> behind;
  for (const Line& line : region.lines) {
    const std::int64_t share =
        line.amount == 0 ? kHundred : line.so_far / std::max<std::int64_t>(line.amount / kHundred, 1);
    if (share + kBehind < today.month() * kHundred / kMonths) behind.emplace_back(share, &line);
  }
  std::sort(behind.begin(), behind.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (behind.size() > 2) behind.resize(2);
  for (const auto& [share, line] : behind) {
    OB_TRY(const Json told, as->json("POST", "/monitoring/fact",
                                     {{"unit", line->unit},
                                      {"subject", "line"},
                                      {"object", line->project},
                                      {"object_title", line->name},
                                      {"fiscal_year", script_.value("year", 0)},
                                      {"told_by", "books"},
                                      {"facts",
                                       {{"budget", Money::from_fen(line->amount).to_yuan()},
                                        {"paid", Money::from_fen(line->so_far).to_yuan()}}}}));
  }
  return {};
}

/// One document of the outside system for the year, paid month by month.
Result<void> Books::pay(Region& region) {
  OB_TRY(client::Client* const as, person(kPays));
  const int year = script_.value("year", 0);
  const Json weights = script_["shapes"].value(region.shape, Json::array());
  std::int64_t whole = 0;
  for (const Json& weight : weights) whole += weight.get<std::int64_t>();
  if (weights.size() != kMonths || whole <= 0 || region.lines.empty()) return {};
  const std::string from = day_of(year, 1, kPayDay);
  const std::string today =
      Day::from_number(static_cast<std::int32_t>((std::time(nullptr) + kChina) / kSecondsOfDay)).str();
  const Json source = {{"entity", "external.ifmis_payment"}, {"id", region.code.substr(0, 6)}};
  Json reserved = Json::array(), numbers = Json::array();
  for (std::size_t i = 0; i < region.lines.size(); ++i) {
    const Line& line = region.lines[i];
    if (line.indicator.empty()) continue;
    reserved.push_back(
        {{"line", i + 1}, {"indicator", line.indicator}, {"amount", Money::from_fen(line.paid).to_yuan()}});
    numbers.push_back(i + 1);
  }
  OB_TRY(const Json held, as->json("POST", "/ledger/external/reserve",
                                   {{"document", source},
                                    {"unit", region.lines.front().unit},
                                    {"link", "payment"},
                                    {"title", "旁路系统支付"},
                                    {"on", from},
                                    {"lines", reserved}}));
  OB_TRY(const Json sure,
         as->json("POST", "/ledger/external/confirm", {{"document", source}, {"on", from}, {"lines", numbers}}));
  for (int month = 1; month <= kMonths; ++month) {
    const std::string on = day_of(year, month, kPayDay);
    if (today < on) break;
    Json lines = Json::array();
    for (const Json& number : numbers) {
      const Line& line = region.lines[number.get<std::size_t>() - 1];
      lines.push_back(
          {{"line", number},
           {"amount",
            Money::from_fen(line.paid / whole * weights[static_cast<std::size_t>(month - 1)].get<int>()).to_yuan()}});
    }
    OB_TRY(const Json paid, as->json("POST", "/ledger/external/consume",
                                     {{"document", source}, {"reference", on}, {"on", on}, {"lines", lines}}));
    ++done_.payments;
  }
  return {};
}

Result<BooksDone> Books::play(const std::function<void(double)>& progress) {
  const Json regions = script_.value("regions", Json::array());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    progress(static_cast<double>(i) / static_cast<double>(regions.size()));
    Region region;
    region.code = regions[i].value("code", std::string());
    region.shape = regions[i].value("shape", std::string());
    region.percent = regions[i].value("percent", 0);
    OB_TRY(client::Client* const as, person(kMakes));
    if (functions_.empty()) OB_CHECK(codes(*as));
    OB_CHECK(choose(region, *as));
    OB_CHECK(budget(region));
    OB_CHECK(issue(region));
    OB_CHECK(pay(region));
    OB_CHECK(tell(region));
    ++done_.regions;
  }
  progress(1);
  return done_;
}

} // namespace onebudget::demo
