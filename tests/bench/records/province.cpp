#include "tests/bench/records/province.hpp"

#include <fmt/format.h>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "kernel/identity/identity.hpp"

namespace onebudget::bench {

namespace {

constexpr int kDepartments = 10, kUnits = 9;
constexpr std::int64_t kKeeper = 20;

using access::GovLevel;
using access::NodeKind;

access::NewNode node(const std::string& code, const std::string& parent, NodeKind kind, GovLevel level,
                     const std::string& department = {}) {
  return {code, "节点" + code, parent, kind, level, "2020-01-01", department};
}

Json declaration(bool search) {
  Json out = Json::parse(R"({"entity":"project","title":{"zh":"项目","en":"Project"},"owner":"unit","key":["code"],
    "title_field":"name","fields":[
    {"name":"code","type":"code","max":24,"title":{"zh":"代码","en":"Code"},"required":true},
    {"name":"name","type":"text","max":60,"title":{"zh":"名称","en":"Name"},"required":true},
    {"name":"unit","type":"org","title":{"zh":"单位","en":"Unit"},"required":true},
    {"name":"fiscal_year","type":"year","title":{"zh":"年度","en":"Year"},"required":true},
    {"name":"amount","type":"money","title":{"zh":"金额","en":"Amount"},"indexed":true}]})");
  if (search) out["search"] = {"name"};
  return out;
}

} // namespace

void give_up(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

Province::Province(storage::Dialect dialect, std::int64_t rows, Extent extent) : rows_(rows), database_(dialect) {
  std::vector<storage::Migration> all;
  for (const auto& list : {audit::Log::migrations(), identity::Identity::migrations(), access::Access::migrations(),
                           events::Outbox::migrations(), records::Records::migrations()})
    all.insert(all.end(), list.begin(), list.end());
  system_ = Context::system(clock_);
  must(storage::Migrations(*database_).apply(system_, all));
  ids_ = std::make_unique<storage::IdBlocks>(*database_);
  log_ = std::make_unique<audit::Log>(*database_, clock_);
  outbox_ = std::make_unique<events::Outbox>(*database_, clock_);
  access_ = std::make_unique<access::Access>(*database_, *ids_, *log_, clock_);
  records_ = std::make_unique<records::Records>(*database_, *ids_, *access_, *log_, *outbox_, clock_);
  build_tree(extent);
  const auto enable = [&](bool search) {
    must(records_->enable(system_, "bench", {must(records::parse_entity("bench", declaration(search)))}, nullptr, {}));
  };
  enable(false);
  build_people();
  fill();
  const std::time_t start = std::time(nullptr);
  enable(true);
  fmt::print("full-text index of {} rows made in {} s\n", rows, std::time(nullptr) - start);
}

void Province::build_county(const std::string& code, std::vector<access::NewNode>& nodes) {
  for (int department = 1; department <= kDepartments; ++department) {
    const std::string number = fmt::format("{}", 100 + department), department_code = code + "-" + number;
    nodes.push_back(node(department_code, code, NodeKind::department, GovLevel::none, number));
    for (int unit = 1; unit <= kUnits; ++unit) {
      unit_codes_.push_back(fmt::format("{}{:03}", department_code, unit));
      nodes.push_back(node(unit_codes_.back(), department_code, NodeKind::unit, GovLevel::none));
    }
  }
}

void Province::build_tree(Extent extent) {
  std::vector<access::NewNode> nodes{node("32", "", NodeKind::region, GovLevel::province)};
  for (int city = extent.first_city; city <= extent.last_city; ++city) {
    const std::string city_code = fmt::format("32{:02}", city);
    nodes.push_back(node(city_code, "32", NodeKind::region, GovLevel::city));
    for (int county = extent.first_county; county <= extent.last_county; ++county) {
      const std::string county_code = fmt::format("{}{:02}", city_code, county);
      nodes.push_back(node(county_code, city_code, NodeKind::region, GovLevel::county));
      build_county(county_code, nodes);
    }
  }
  must(access_->create_nodes(system_, nodes));
  must(database_->read(system_, [&](storage::Session& session) -> Result<void> {
    for (const std::string& code : unit_codes_) {
      OB_TRY(const auto node, access_->node_by_code(session, code));
      units_.push_back({node->id.value, node->path, node->department_code, static_cast<std::int64_t>(node->gov_level)});
    }
    return {};
  }));
}

Context Province::as(std::int64_t user) const {
  Context context = system_;
  context.caller.kind = CallerKind::person;
  context.caller.user = UserId{user};
  context.caller.name = "user" + std::to_string(user);
  return context;
}

void Province::build_people() {
  std::vector<access::Permission> permissions;
  for (const char* verb : {"read", "create", "update", "import", "export"})
    permissions.push_back({std::string("bench.project.") + verb, {"权限", "Permission"}, "low"});
  access_->set_permissions("bench", permissions);
  access::Role role;
  role.code = "keeper";
  role.title = {"全部", "All"};
  role.permissions = {"bench.project.*"};
  const auto made = must(access_->create_role(system_, role));
  const auto grant = [&](std::int64_t user, const std::string& code) {
    const auto node = must(access_->node_by_code(system_, code));
    access::Grant given;
    given.user = UserId{user};
    given.role_id = made.id;
    given.node = node->id;
    given.reach = access::Reach::subtree;
    must(access_->grant(system_, given));
    return node->path;
  };
  const std::pair<const char*, const char*> scopes[] = {{"unit", "320505-105003"},
                                                        {"department", "320505-105"},
                                                        {"county", "320505"},
                                                        {"city", "3205"},
                                                        {"province", "32"}};
  std::int64_t user = kKeeper;
  for (const auto& [name, code] : scopes) {
    ++user;
    const std::string path = grant(user, code);
    std::string behind = path;
    ++behind.back();
    viewers_.push_back({name, as(user), path, behind});
  }
  grant(kKeeper, "32");
  keeper_ = as(kKeeper);
}

void Province::cells(std::int64_t i, std::vector<std::string>& out) const {
  const Unit& unit = units_[static_cast<std::size_t>(i) % units_.size()];
  out = {std::to_string(kFirstId + i),
         "1",
         "1767225600000",
         "",
         "1767225600000",
         "",
         unit.path,
         std::to_string(unit.level),
         unit.department,
         "",
         fmt::format("XM{:010}", i),
         fmt::format("道路养护与更新项目第{}号", i),
         std::to_string(unit.id),
         std::to_string(2024 + i % 3),
         std::to_string(amount(i))};
}

void Province::fill() {
  constexpr std::int64_t kBatch = 10'000;
  const std::vector<std::string> columns{"id",         "version",    "created_at", "created_by",      "updated_at",
                                         "updated_by", "owner_path", "gov_level",  "department_code", "submitted_by",
                                         "code",       "name",       "unit",       "fiscal_year",     "amount"};
  for (std::int64_t done = 0; done < rows_; done += kBatch) {
    must(database_->write(system_, [&](storage::Session& session) -> Result<void> {
      std::vector<storage::Params> batch;
      for (std::int64_t i = done; i < std::min(done + kBatch, rows_); ++i) {
        const Unit& unit = units_[static_cast<std::size_t>(i) % units_.size()];
        batch.push_back({kFirstId + i,
                         std::int64_t{1},
                         std::int64_t{1767225600000},
                         {},
                         std::int64_t{1767225600000},
                         {},
                         unit.path,
                         unit.level,
                         unit.department,
                         {},
                         fmt::format("XM{:010}", i),
                         fmt::format("道路养护与更新项目第{}号", i),
                         unit.id,
                         2024 + i % 3,
                         amount(i)});
      }
      OB_TRY([[maybe_unused]] const auto count, session.bulk_insert("p_bench__project", columns, batch));
      return {};
    }));
  }
  if (database_->dialect() == storage::Dialect::postgresql) // which does it by itself after a while
    must(database_->write(system_, [](storage::Session& session) { return session.script("ANALYZE"); }));
}

} // namespace onebudget::bench
