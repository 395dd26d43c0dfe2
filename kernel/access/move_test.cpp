#include <gtest/gtest.h>

#include "kernel/access/move.hpp"
#include "kernel/access/testing.hpp"

namespace onebudget::access {
namespace {

class MoveTest : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    room->plant();
    moves_ = std::make_unique<Moves>(room->database(), room->audit, room->clock);
    ASSERT_TRUE(room->database().write(room->kernel(), [](storage::Session& session) {
      return session.script(storage::ddl(
          session.dialect(),
          "CREATE TABLE row_of_something (id ${id} PRIMARY KEY, owner_path ${text} NOT NULL, gov_level ${id} NOT NULL, "
          "department_code ${text} NOT NULL); CREATE TABLE no_row (id ${id} PRIMARY KEY, owner_path ${text} NOT "
          "NULL);"));
    }));
  }
  void put_rows(const std::string& code, int count) {
    const Node node = room->find(code);
    std::vector<storage::Params> rows;
    for (int i = 0; i < count; ++i)
      rows.push_back({++rows_, node.path, static_cast<std::int64_t>(node.gov_level), node.department_code});
    ASSERT_TRUE(room->database().write(room->kernel(), [&](storage::Session& session) -> Result<void> {
      OB_CHECK(session.bulk_insert("row_of_something", {"id", "owner_path", "gov_level", "department_code"}, rows));
      return {};
    }));
  }
  std::int64_t rows_at(const std::string& path, int level, const std::string& department) {
    std::int64_t count = -1;
    EXPECT_TRUE(room->database().read(room->kernel(), [&](storage::Session& session) -> Result<void> {
      OB_TRY(count, session.integer("SELECT COUNT(*) FROM row_of_something WHERE owner_path = ? AND gov_level = ? AND "
                                    "department_code = ?",
                                    {path, std::int64_t{level}, department}));
      return {};
    }));
    return count;
  }
  Result<void> check(const std::string& node, const std::string& parent) {
    const Node moved = room->find(node);
    return moves_->check(room->kernel(), moved.id, room->find(parent).id, moved.version);
  }
  static std::string why(const Result<void>& refused) {
    if (refused) return "";
    return refused.fault().fields.empty() ? refused.fault().code : refused.fault().fields.front().code;
  }
  Result<void> begin(std::int64_t job, const std::string& node, const std::string& parent) {
    return moves_->begin(room->kernel(), JobId{job}, room->find(node).id, room->find(parent).id);
  }
  bool sees(std::int64_t user, const std::string& path, int level, const std::string& department) {
    const auto rights = room->rights_of(user);
    for (const Scope& scope : rights->scopes("compilation.project.read"))
      if (holds(scope, {path, static_cast<GovLevel>(level), department})) return true;
    return false;
  }

  std::unique_ptr<Moves> moves_;

 private:
  std::int64_t rows_ = 0;
};
OB_ON_EVERY_DATABASE(MoveTest);

TEST_P(MoveTest, what_cannot_stand_there_is_refused_with_its_reason) {
  EXPECT_EQ(why(check("320100", "320100101")), "node.cycle");
  EXPECT_EQ(why(check("320100", "320100")), "node.cycle");
  EXPECT_EQ(why(check("320000", "320100")), "node.cycle") << "the root stays";
  EXPECT_EQ(why(check("320100", "320000")), "node.same");
  EXPECT_EQ(why(check("320100101", "320100101001")), "node.cycle");
  EXPECT_EQ(why(check("320102101", "320000101")), "node.kind");
  EXPECT_EQ(why(check("320102101", "320100")), "node.department_code") << "320100 has a department 101";
  EXPECT_EQ(why(check("320100", "320102")), "node.cycle");
  EXPECT_EQ(why(check("320200", "320102")), "node.level") << "no city under a county";
  EXPECT_EQ(why(check("320102", "320200")), "");
  const Node node = room->find("320102");
  EXPECT_EQ(why(moves_->check(room->kernel(), node.id, room->find("320200").id, node.version + 1)),
            "access.node_version");
}

TEST_P(MoveTest, a_move_that_stopped_halfway_is_ended_by_whoever_comes_next) {
  put_rows("320100101001", 2500);
  put_rows("320100101", 1);
  put_rows("320102101", 1);
  ASSERT_TRUE(begin(7, "320100101", "320200"));
  EXPECT_EQ(room->find("320100101001").path, "/r320000/r320200/d320100101/d320100101001/");
  EXPECT_EQ(room->find("320100101").parent, room->find("320200").id);
  EXPECT_EQ(why(begin(8, "320102", "320200")), "access.move_running");
  EXPECT_EQ(why(check("320102", "320200")), "access.move_running");
  int asked = 0;
  EXPECT_EQ(*moves_->finish(room->kernel(), JobId{7}, [&](std::int64_t) { return ++asked <= 2; }), -1);
  EXPECT_EQ(rows_at("/r320000/r320200/d320100101/d320100101001/", 2, "101") +
                rows_at("/r320000/r320200/d320100101/", 2, "101"),
            2000);
  ASSERT_TRUE(begin(7, "320100101", "320200")) << "again, as after a kill";
  EXPECT_EQ(*moves_->finish(room->kernel(), JobId{7}, [](std::int64_t) { return true; }), 501);
  EXPECT_EQ(rows_at("/r320000/r320200/d320100101/d320100101001/", 2, "101"), 2500);
  EXPECT_EQ(rows_at("/r320000/r320200/d320100101/", 2, "101"), 1);
  EXPECT_EQ(rows_at("/r320000/r320100/r320102/d320102101/", 3, "101"), 1);
  EXPECT_EQ(why(check("320102", "320200")), "");
  EXPECT_EQ(*moves_->finish(room->kernel(), JobId{7}, [](std::int64_t) { return true; }), 0);
  EXPECT_FALSE(moves_->finish(room->kernel(), JobId{9}, [](std::int64_t) { return true; }));
  std::vector<std::string> actions;
  audit::Query moves;
  moves.action = "access.node_move";
  const auto lines = *room->audit.list(room->kernel(), moves);
  for (const auto& line : lines) actions.push_back(line.entry.action);
  EXPECT_EQ(actions, (std::vector<std::string>{"access.node_moved", "access.node_move"}));
}

TEST_P(MoveTest, a_department_takes_the_level_of_its_new_region) {
  ASSERT_TRUE(room->access.create_node(room->kernel(), node_row("320200102", "320200", NodeKind::department)));
  put_rows("320200102", 3);
  ASSERT_TRUE(begin(1, "320200102", "320102"));
  EXPECT_EQ(*moves_->finish(room->kernel(), JobId{1}, [](std::int64_t) { return true; }), 3);
  EXPECT_EQ(rows_at("/r320000/r320100/r320102/d320200102/", 3, "102"), 3);
  EXPECT_EQ(room->find("320200102").gov_level, GovLevel::county);
}

TEST_P(MoveTest, nobody_sees_too_much_while_rows_are_on_their_way) {
  const Role role = room->role("clerk", {"compilation.project.read"});
  room->give(1, role, "320100", Reach::subtree);    // loses it
  room->give(2, role, "320200", Reach::subtree);    // gets it
  room->give(3, role, "320000", Reach::subtree);    // holds both places
  room->give(4, role, "320100101", Reach::subtree); // goes along
  const std::string old = "/r320000/r320100/d320100101/d320100101001/",
                    fresh = "/r320000/r320200/d320100101/d320100101001/";
  const auto picture = [&] {
    std::string text;
    for (std::int64_t user = 1; user <= 4; ++user)
      text += std::string(sees(user, old, 2, "101") ? "o" : "-") + (sees(user, fresh, 2, "101") ? "n" : "-") + " ";
    return text;
  };
  EXPECT_EQ(picture(), "o- -n on o- ") << "320200 may see whatever comes below it, of which there is nothing yet";
  ASSERT_TRUE(begin(1, "320100101", "320200"));
  EXPECT_EQ(picture(), "-- -n on -n ");
  EXPECT_TRUE(sees(1, "/r320000/r320100/r320102/d320102101/", 3, "101")) << "the rest stays";
  ASSERT_TRUE(moves_->finish(room->kernel(), JobId{1}, [](std::int64_t) { return true; }));
  EXPECT_EQ(picture(), "o- -n on -n ") << "nothing stands on the old path any more";
}

TEST_P(MoveTest, a_row_whose_level_changes_shows_to_nobody_until_it_has_it) {
  const Role role = room->role("clerk", {"compilation.project.read"});
  room->give(1, role, "320000", Reach::subtree);
  ASSERT_TRUE(room->access.create_node(room->kernel(), node_row("320200102", "320200", NodeKind::department)));
  ASSERT_TRUE(begin(1, "320200102", "320102"));
  EXPECT_FALSE(sees(1, "/r320000/r320200/d320200102/", 2, "102")) << "a draft of a city would show as one of a county";
  EXPECT_TRUE(sees(1, "/r320000/r320100/r320102/d320200102/", 3, "102"));
}

} // namespace
} // namespace onebudget::access
