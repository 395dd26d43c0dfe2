#pragma once
// A small province with people in it and a plugin "demo" of four entities, on every kind of database.

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/identity/identity.hpp"
#include "kernel/records/records.hpp"
#include "kernel/storage/testing.hpp"
#include "sdk/declarations/testing.hpp"

namespace onebudget::records {

using declarations::testing::kind_declaration;
using declarations::testing::line_declaration;
using declarations::testing::parsed;
using declarations::testing::project_declaration;

class RecordsTest : public storage::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    std::vector<storage::Migration> all;
    for (auto list : {audit::Log::migrations(), identity::Identity::migrations(), access::Access::migrations(),
                      events::Outbox::migrations(), Records::migrations()})
      all.insert(all.end(), list.begin(), list.end());
    system_ = Context::system(clock_);
    ok(storage::Migrations(database()).apply(system_, all));
    ids_ = std::make_unique<storage::IdBlocks>(database());
    log_ = std::make_unique<audit::Log>(database(), clock_);
    outbox_ = std::make_unique<events::Outbox>(database(), clock_);
    access_ = std::make_unique<access::Access>(database(), *ids_, *log_, clock_);
    records_ = std::make_unique<Records>(database(), *ids_, *access_, *log_, *outbox_, clock_);
    build_tree();
    declare_permissions();
    enable({kind_declaration(), project_declaration(), line_declaration()});
    build_people();
  }

  void enable(const std::vector<Json>& declarations, std::shared_ptr<Hooks> hooks = nullptr) {
    std::vector<Entity> entities;
    std::vector<std::string> hooked;
    for (const Json& declaration : declarations) {
      auto entity = parse_entity("demo", declaration);
      ASSERT_TRUE(entity.ok()) << entity.fault().fields.front().field << " "
                               << entity.fault().fields.front().message.en;
      hooked.push_back(entity->name);
      entities.push_back(*std::move(entity));
    }
    ok(records_->enable(system_, "demo", entities, std::move(hooks), hooked));
  }

  /// Province > city > two counties; a department with a unit in the city and in each county.
  void build_tree() {
    using access::GovLevel;
    using access::NodeKind;
    const auto node = [](std::string code, std::string name, std::string parent, NodeKind kind, GovLevel level,
                         std::string department = "") {
      return access::NewNode{std::move(code), std::move(name), std::move(parent),    kind,
                             level,           "2020-01-01",    std::move(department)};
    };
    ok(access_->create_nodes(
        system_, {node("32", "江苏省", "", NodeKind::region, GovLevel::province),
                  node("3201", "南京市", "32", NodeKind::region, GovLevel::city),
                  node("320102", "玄武区", "3201", NodeKind::region, GovLevel::county),
                  node("320104", "秦淮区", "3201", NodeKind::region, GovLevel::county),
                  node("3201-101", "市教育局", "3201", NodeKind::department, GovLevel::none, "101"),
                  node("320102-101", "玄武区教育局", "320102", NodeKind::department, GovLevel::none, "101"),
                  node("320102-101001", "玄武一小", "320102-101", NodeKind::unit, GovLevel::none),
                  node("320104-101", "秦淮区教育局", "320104", NodeKind::department, GovLevel::none, "101")}));
    for (const char* code :
         {"32", "3201", "320102", "320104", "3201-101", "320102-101", "320102-101001", "320104-101"}) {
      ok(database().read(system_, [&](storage::Session& session) -> Result<void> {
        OB_TRY(const auto found, access_->node_by_code(session, code));
        nodes_[code] = found->id;
        return {};
      }));
    }
  }

  void declare_permissions() {
    std::vector<access::Permission> list;
    for (const char* entity : {"kind", "project", "project_line"})
      for (const char* verb :
           {"read", "create", "update", "delete", "import", "export", "import_state", "submit", "approve", "unmask"})
        list.push_back({std::string("demo.") + entity + "." + verb, {"权限", "Permission"}, "low"});
    access_->set_permissions("demo", list);
  }

  access::Role role(const std::string& code, std::vector<std::string> permissions) {
    access::Role role;
    role.code = code;
    role.title = {code, code};
    role.permissions = std::move(permissions);
    auto made = access_->create_role(system_, role);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.fault().message.en);
    return *made;
  }

  void give(std::int64_t user, const access::Role& role_given, const std::string& node, access::Reach reach,
            const std::string& where = "") {
    access::Grant grant;
    grant.user = UserId{user};
    grant.role_id = role_given.id;
    grant.node = nodes_.at(node);
    grant.reach = reach;
    grant.where = where;
    auto made = access_->grant(system_, grant);
    ASSERT_TRUE(made.ok()) << made.fault().message.en;
  }

  /// 11 clerk and 12 head in the county, 13 officer in the city, 14 officer of the province, 15 keeper of public lists,
  /// 16 nobody.
  void build_people() {
    const auto clerk_role =
        role("clerk", {"demo.project.read", "demo.project.create", "demo.project.update", "demo.project.delete",
                       "demo.project.submit", "demo.project.import", "demo.project.export", "demo.project_line.*"});
    const auto head_role = role("head", {"demo.project.read", "demo.project.approve", "demo.project.submit",
                                         "demo.project.update", "demo.project.unmask"});
    const auto officer_role = role("officer", {"demo.project.read", "demo.project_line.read", "demo.project.export"});
    const auto keeper_role = role("keeper", {"demo.kind.*"});
    give(kClerk, clerk_role, "320102", access::Reach::subtree);
    give(kHead, head_role, "320102", access::Reach::subtree);
    give(kCity, officer_role, "3201", access::Reach::subtree);
    give(kProvince, officer_role, "32", access::Reach::subtree);
    give(kKeeper, keeper_role, "32", access::Reach::subtree);
  }

  [[nodiscard]] Context as(std::int64_t user, const std::string& language = "en") const {
    Context context;
    context.request_id = "test";
    context.language = language;
    context.caller.kind = CallerKind::person;
    context.caller.user = UserId{user};
    context.caller.name = "user" + std::to_string(user);
    context.caller.display_name = "Person " + std::to_string(user);
    context.now_ms = clock_.now_ms();
    return context;
  }

  template <class T>
  static void ok(const Result<T>& result) {
    ASSERT_TRUE(result.ok()) << result.fault().code << " " << result.fault().message.en << " "
                             << (result.fault().fields.empty() ? ""
                                                               : result.fault().fields.front().field + " " +
                                                                     result.fault().fields.front().message.en);
  }
  template <class T>
  static std::string code_of(const Result<T>& result) {
    return result.ok() ? "ok" : result.fault().code;
  }
  /// "code@/field" of every field fault.
  template <class T>
  static std::vector<std::string> field_codes(const Result<T>& result) {
    std::vector<std::string> list;
    if (result.ok()) return list;
    for (const FieldFault& one : result.fault().fields) {
      EXPECT_FALSE(one.message.zh.empty() || one.message.en.empty() || one.remedy.zh.empty() || one.remedy.en.empty())
          << one.code;
      list.push_back(one.code + "@" + one.field);
    }
    return list;
  }

  [[nodiscard]] Json project(const std::string& code, const std::string& unit = "320102-101001") const {
    return Json{{"code", code}, {"name", "Project " + code}, {"unit", nodes_.at(unit).str()}, {"amount", "100.00"}};
  }
  Document make(const Json& values, std::int64_t user = kClerk) {
    auto made = records_->create(as(user), "demo.project", values, Form::rest);
    EXPECT_TRUE(made.ok()) << (made ? ""
                                    : made.fault().code + " " + made.fault().message.en +
                                          (made.fault().fields.empty() ? "" : made.fault().fields.front().message.en));
    return made ? *std::move(made) : Document{};
  }
  Document made_kind(const std::string& code, int year = 2026, bool leaf = true) {
    auto made = records_->create(system_, "demo.kind",
                                 Json{{"fiscal_year", year}, {"code", code}, {"name", "Kind " + code}, {"leaf", leaf}},
                                 Form::rest);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.fault().message.en);
    return made ? *std::move(made) : Document{};
  }
  Json items(const Context& context, Query query, const std::string& entity = "demo.project") {
    auto page = records_->list(context, entity, query);
    EXPECT_TRUE(page.ok()) << (page ? "" : page.fault().code + " " + page.fault().message.en);
    return page ? parsed(page->items) : Json::array();
  }
  /// The codes of the rows that a filter finds, in order.
  std::string codes(const std::string& filter, const std::string& sort = "code", std::int64_t user = kClerk) {
    Query query;
    query.filter = filter;
    query.sort = sort;
    query.limit = 1000;
    std::string list;
    for (const Json& item : items(as(user), query)) list += (list.empty() ? "" : " ") + item["code"].get<std::string>();
    return list;
  }
  static ByteSource bytes(std::string text) {
    auto rest = std::make_shared<std::string>(std::move(text));
    return [rest](char* buffer, std::size_t size) -> Result<std::size_t> {
      const std::size_t count = std::min(size, rest->size());
      std::copy_n(rest->data(), count, buffer);
      rest->erase(0, count);
      return count;
    };
  }

  static constexpr std::int64_t kClerk = 11, kHead = 12, kCity = 13, kProvince = 14, kKeeper = 15, kNobody = 16;
  ManualClock clock_;
  Context system_;
  std::map<std::string, NodeId> nodes_;
  std::unique_ptr<storage::IdBlocks> ids_;
  std::unique_ptr<audit::Log> log_;
  std::unique_ptr<events::Outbox> outbox_;
  std::unique_ptr<access::Access> access_;
  std::unique_ptr<Records> records_;
};

} // namespace onebudget::records
