// Encrypted fields: sealed wherever they come to rest, found by their whole value, shown to whoever may see them.

#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

constexpr const char* kAccount = "6222020200112233445";
constexpr const char* kOther = "6217000099887766554";

Json payee_declaration(bool encrypted = true) {
  Json declared = parsed(
      R"({"entity":"payee","title":{"zh":"收款人","en":"Payee"},"owner":"unit","key":["code"],"title_field":"name",
      "search":["name"],"fields":[
    {"name":"code","type":"code","max":20,"title":{"zh":"代码","en":"Code"},"required":true},
    {"name":"name","type":"text","title":{"zh":"名称","en":"Name"}},
    {"name":"unit","type":"org","title":{"zh":"单位","en":"Unit"},"required":true},
    {"name":"account","type":"code","max":40,"mask":"bank_account","unique":true,"title":{"zh":"账号","en":"Account"}},
    {"name":"amount","type":"int","guarded":true,"default":0,"title":{"zh":"余额","en":"Balance"}},
    {"name":"memo","type":"json","title":{"zh":"附件","en":"Memo"}}]})");
  if (encrypted) declared["fields"][3]["encrypted"] = declared["fields"][5]["encrypted"] = true;
  return declared;
}

Json payees_view() {
  return parsed(R"({"entity":"payees","title":{"zh":"收款人表","en":"Payees"},"owner":"unit","key":["code"],
    "fields":[
    {"name":"code","type":"code","max":20,"title":{"zh":"代码","en":"Code"}},
    {"name":"unit","type":"org","title":{"zh":"单位","en":"Unit"},"required":true},
    {"name":"number","type":"code","max":40,"mask":"bank_account","encrypted":true,"title":{"zh":"账号","en":"Number"}}]})");
}

ImportOptions csv() {
  ImportOptions options;
  options.format = "csv";
  return options;
}

class EncryptedTest : public RecordsTest {
 protected:
  static constexpr std::int64_t kMasked = 21, kClear = 22;

  void SetUp() override {
    RecordsTest::SetUp();
    if (IsSkipped()) return;
    folder_ = std::filesystem::temp_directory_path() / ("ob_keys_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::filesystem::remove(key_file());
    std::vector<access::Permission> list;
    for (const char* entity : {"payee", "payees"})
      for (const char* verb : {"read", "unmask", "create", "update", "import", "export"})
        list.push_back({std::string("demo.") + entity + "." + verb, {"权限", "Permission"}, "low"});
    access_->set_permissions("demo", list);
    give(kMasked, role("looker", {"demo.payee.read", "demo.payees.read"}), "32", access::Reach::subtree);
    give(kClear, role("payer", {"demo.payee.*", "demo.payees.*"}), "32", access::Reach::subtree);
    unlock();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string key_file() const { return folder_ / "field.keys"; }

  /// Reads the key file, as a start does.
  Result<void> use_keys() {
    OB_TRY(keys_, crypto::KeyRing::open(key_file()));
    return records_->use_keys(
        system_, {keys_.get(), [this](const std::string& place) { broken_.push_back(place); }, [this] { ++wanted_; }});
  }
  void unlock() { ok(use_keys()); }
  void serve(bool encrypted = true) {
    enable({kind_declaration(), project_declaration(), line_declaration(), payee_declaration(encrypted)});
  }
  /// A new process on the same data.
  void restart() {
    records_ = std::make_unique<Records>(database(), *ids_, *access_, *log_, *outbox_, clock_);
    unlock();
    serve();
  }

  Document payee(const std::string& code, const std::string& account) {
    const auto made = records_->create(system_, "demo.payee",
                                       Json{{"code", code},
                                            {"name", "Payee " + code},
                                            {"unit", nodes_.at("320102-101001").str()},
                                            {"account", account},
                                            {"memo", Json{{"to", account}}}},
                                       Form::rest);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.fault().message.en);
    return made ? *made : Document{};
  }
  [[nodiscard]] std::string found(const std::string& filter) {
    Query query;
    query.filter = filter;
    query.sort = "code";
    const auto page = records_->list(as(kClear), "demo.payee", query);
    if (!page) return code_of(page);
    std::string out;
    for (const Json& row : parsed(page->items)) out += (out.empty() ? "" : " ") + row["code"].get<std::string>();
    return out;
  }
  Json shown(RecordId id, std::int64_t user) {
    const auto document = records_->get(as(user), "demo.payee", id, Form::rest);
    EXPECT_TRUE(document.ok()) << (document ? "" : document.fault().message.en);
    return document ? parsed(document->json) : Json::object();
  }

  /// Whether the text lies anywhere in the database: in the files of SQLite, in any row of PostgreSQL.
  bool at_rest(const std::string& text) {
    if (GetParam() == storage::Dialect::postgresql) {
      std::vector<std::string> tables;
      ok(database().read(system_, [&](storage::Session& session) -> Result<void> {
        OB_TRY(const auto rows, session.query("SELECT CAST(table_name AS text) FROM information_schema.tables WHERE "
                                              "table_schema = current_schema() AND table_type = 'BASE TABLE'",
                                              {}));
        while (true) {
          OB_TRY(const bool more, rows->next());
          if (!more) return {};
          tables.emplace_back(rows->text(0));
        }
      }));
      EXPECT_GT(tables.size(), 10U);
      return std::any_of(tables.begin(), tables.end(), [&](const std::string& table) {
        return integer("SELECT count(*) FROM \"" + table + "\" x WHERE CAST(x AS text) LIKE '%" + text + "%'") > 0;
      });
    }
    const std::string file = test().url().substr(std::string("sqlite:").size());
    for (const char* more : {"", "-wal"}) {
      std::ifstream in(file + more, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.find(text) != std::string::npos) return true;
    }
    return false;
  }
  [[nodiscard]] std::int64_t stale() {
    return integer("SELECT count(*) FROM p_demo__payee WHERE account NOT LIKE '_" + keys_->current_id() + "%'");
  }
  std::int64_t seal(const std::function<bool(std::int64_t)>& go_on = [](std::int64_t) { return true; }) {
    const auto sealed = records_->seal_stored(system_, go_on);
    EXPECT_TRUE(sealed.ok()) << (sealed ? "" : sealed.fault().message.en);
    return sealed ? *sealed : -2;
  }

  std::filesystem::path folder_;
  std::unique_ptr<crypto::KeyRing> keys_;
  std::vector<std::string> broken_;
  int wanted_ = 0;
};

TEST_P(EncryptedTest, what_is_written_lies_sealed_everywhere_and_is_shown_to_whoever_may_see_it) {
  serve();
  const Document one = payee("A", kAccount);
  ok(records_->update(system_, "demo.payee", one.id, 1, Json{{"account", kOther}, {"name", "6222 known"}}, Form::rest));
  ok(records_->import(as(kClear), "demo.payee", bytes("code,unit,account\nB,code:320102-101001,6225880011223344\n"),
                      csv()));
  EXPECT_TRUE(at_rest("6222 known")) << "the search of this test finds what is there";
  for (const char* text : {kAccount, kOther, "6225880011223344"}) EXPECT_FALSE(at_rest(text)) << text;

  EXPECT_EQ(shown(one.id, kClear)["account"], kOther);
  EXPECT_EQ(shown(one.id, kClear)["memo"], (Json{{"to", kAccount}}));
  EXPECT_EQ(shown(one.id, kMasked)["account"], "***************6554");
  Query query;
  query.fields = {"account"};
  query.sort = "code";
  EXPECT_EQ(items(as(kClear), query, "demo.payee")[1]["account"], "6225880011223344");
  EXPECT_EQ(items(as(kMasked), query, "demo.payee")[0]["account"], "***************6554");

  const auto history = records_->history(as(kClear), "demo.payee", one.id, "", 10);
  ok(history);
  EXPECT_THAT(history->items, ::testing::HasSubstr(std::string("\"before\":\"") + kAccount));
  const auto masked = records_->history(as(kMasked), "demo.payee", one.id, "", 10);
  EXPECT_THAT(masked->items, ::testing::Not(::testing::HasSubstr("\"after\":\"6222020")));
  std::string file;
  ok(records_->export_to(as(kClear), "demo.payee", query, "csv", [&](std::string_view text) -> Result<void> {
    file += text;
    return {};
  }));
  EXPECT_THAT(file, ::testing::HasSubstr(kOther));
}

TEST_P(EncryptedTest, a_row_as_it_stood_is_opened_too) {
  serve();
  const Document one = payee("A", kAccount);
  clock_.advance_ms(1000);
  ok(records_->update(as(kClear), "demo.payee", one.id, 1, Json{{"account", kOther}}, Form::rest));
  const auto then = records_->get_as_of(as(kClear), "demo.payee", one.id, clock_.now_ms() - 500);
  ok(then);
  EXPECT_EQ(parsed(then->json)["account"], kAccount);
}

TEST_P(EncryptedTest, it_is_found_by_its_whole_value_and_nothing_else) {
  serve();
  payee("A", kAccount);
  payee("B", kOther);
  payee("C", "");
  EXPECT_EQ(found(std::string("account==") + kAccount), "A");
  EXPECT_EQ(found(std::string("account=in=(") + kAccount + "," + kOther + ")"), "A B");
  EXPECT_EQ(found(std::string("account!=") + kAccount), "B C");
  EXPECT_EQ(found(std::string("account=out=(") + kAccount + ")"), "B C");
  EXPECT_EQ(found("account=null=true"), "C");
  for (const char* wrong : {"account==62*", "account>6", "account=q=6222", "account=in=(62*)"})
    EXPECT_EQ(found(wrong), "records.encrypted_field") << wrong;
  Query query;
  query.sort = "account";
  EXPECT_EQ(code_of(records_->list(as(kClear), "demo.payee", query)), "records.encrypted_field");
  for (const AggregateQuery& sums :
       {AggregateQuery{"", "", {"account"}, {"count"}}, AggregateQuery{"", "", {}, {"max:account"}}})
    EXPECT_EQ(code_of(records_->aggregate(as(kClear), "demo.payee", sums)), "records.encrypted_field");
  query = {};
  query.filter = std::string("account==") + kAccount;
  EXPECT_EQ(code_of(records_->list(as(kMasked), "demo.payee", query)), "records.masked_field")
      << "who sees it masked cannot probe it";
}

TEST_P(EncryptedTest, it_is_unique_by_its_digest) {
  serve();
  const Document one = payee("A", kAccount);
  const Json twice{{"code", "B"}, {"unit", nodes_.at("320102-101001").str()}, {"account", kAccount}};
  EXPECT_EQ(code_of(records_->create(system_, "demo.payee", twice, Form::rest)), "records.key_taken");
  auto report =
      records_->import(as(kClear), "demo.payee",
                       bytes(std::string("code,unit,account\nB,code:320102-101001,") + kAccount + "\n"), csv());
  ok(report);
  EXPECT_EQ(report->invalid, 1);
  ok(records_->update(system_, "demo.payee", one.id, 1, Json{{"account", nullptr}}, Form::rest));
  ok(records_->create(system_, "demo.payee", twice, Form::rest));
}

TEST_P(EncryptedTest, a_unit_reads_what_it_wrote_and_writing_back_is_no_change) {
  serve();
  const Document one = payee("A", kAccount);
  const auto unit = records_->begin(as(kClear));
  ok(unit->update("demo.payee", one.id, 1, Json{{"account", kOther}}, Form::rest));
  EXPECT_EQ(parsed(unit->get("demo.payee", one.id, Form::abi)->json)["account"], kOther);
  ok(unit->adjust("demo.payee", one.id, Json{{"add", {{"amount", 5}}}}));
  ok(unit->commit());
  EXPECT_EQ(shown(one.id, kClear)["account"], kOther);
  EXPECT_EQ(shown(one.id, kClear)["version"], 3);
  const auto same = records_->update(as(kClear), "demo.payee", one.id, 3, Json{{"account", kOther}}, Form::rest);
  EXPECT_EQ(same->version, 3);
}

TEST_P(EncryptedTest, a_view_opens_what_it_shows) {
  auto view = *parse_entity("demo", payees_view());
  view.view = "SELECT p.id, p.code, p.unit, p.account AS number FROM {demo.payee} p";
  ok(records_->enable(system_, "demo", {*parse_entity("demo", payee_declaration()), view}, nullptr, {}));
  payee("A", kAccount);
  EXPECT_EQ(items(as(kClear), {}, "demo.payees")[0]["number"], kAccount);
  EXPECT_THAT(items(as(kMasked), {}, "demo.payees")[0]["number"].get<std::string>(), ::testing::HasSubstr("***"));
  Query query;
  query.filter = std::string("number==") + kAccount;
  EXPECT_EQ(code_of(records_->list(as(kClear), "demo.payees", query)), "records.encrypted_field");
}

TEST_P(EncryptedTest, reports_of_mistakes_do_not_repeat_it) {
  serve();
  std::string book;
  ImportOptions options = csv();
  options.report_format = "csv";
  options.report = [&](std::string_view text) -> Result<void> {
    book += text;
    return {};
  };
  const std::string wrong = std::string("code,unit,account\nC,code:nowhere,") + kAccount + "\nD,code:320102-101001," +
                            std::string(50, '7') + "\n";
  const auto report = records_->import(as(kClear), "demo.payee", bytes(wrong), options);
  ok(report);
  EXPECT_EQ(report->invalid, 2);
  EXPECT_THAT(book, ::testing::Not(::testing::HasSubstr(kAccount)));
  EXPECT_THAT(book, ::testing::HasSubstr("***"));
  EXPECT_EQ(report->errors.back().value, "***");
}

TEST_P(EncryptedTest, a_changed_or_moved_ciphertext_is_refused_and_told) {
  serve();
  const Document one = payee("A", kAccount), two = payee("B", kOther);
  script("UPDATE p_demo__payee SET account = (SELECT account FROM p_demo__payee WHERE code = 'A') WHERE code = 'B'");
  EXPECT_EQ(code_of(records_->get(as(kClear), "demo.payee", two.id, Form::rest)), "records.sealed");
  EXPECT_EQ(code_of(records_->list(as(kClear), "demo.payee", {})), "records.sealed");
  const std::string place = "demo.payee.account/" + std::to_string(two.id.value);
  EXPECT_THAT(broken_, ::testing::Each(place));
  EXPECT_EQ(broken_.size(), 2U);
  EXPECT_EQ(shown(one.id, kClear)["account"], kAccount);
  script("UPDATE p_demo__payee SET account = replace(account, ' demo', 'A demo') WHERE code = 'A'");
  const auto changed = records_->get(as(kClear), "demo.payee", one.id, Form::rest);
  EXPECT_EQ(code_of(changed), "records.sealed");
  EXPECT_THAT(changed.fault().message.en, ::testing::HasSubstr("demo.payee.account/"));
}

TEST_P(EncryptedTest, a_lost_or_foreign_key_is_refused_at_the_start) {
  serve();
  payee("A", kAccount);
  EXPECT_TRUE(*records_->knows_keys());
  EXPECT_EQ(code_of(crypto::KeyRing::open(folder_ / "elsewhere", false)), "crypto.key_ring");
  std::filesystem::remove(key_file());
  const auto other = use_keys();
  EXPECT_EQ(code_of(other), "records.key_lost");
  Records bare(database(), *ids_, *access_, *log_, *outbox_, clock_);
  EXPECT_EQ(code_of(bare.enable(system_, "demo", {*parse_entity("demo", payee_declaration())}, nullptr, {})),
            "records.no_keys");
}

TEST_P(EncryptedTest, a_new_key_takes_over_though_the_work_is_stopped_half_way) {
  serve();
  for (int i = 0; i < 1200; ++i) payee(std::to_string(1000 + i), "62220000" + std::to_string(1000 + i));
  EXPECT_EQ(stale(), 0);
  ok(keys_->rotate());
  restart();
  EXPECT_EQ(wanted_, 1);
  EXPECT_EQ(stale(), 1200);
  EXPECT_EQ(found("account==622200001007"), "1007") << "an old key still finds";
  payee("NEW", kAccount);
  EXPECT_EQ(
      code_of(records_->create(
          system_, "demo.payee",
          Json{{"code", "X"}, {"unit", nodes_.at("320102-101001").str()}, {"account", "622200001007"}}, Form::rest)),
      "records.key_taken");
  EXPECT_EQ(seal([](std::int64_t) { return false; }), -1);
  EXPECT_EQ(stale(), 700) << "what was done stays done";
  EXPECT_EQ(found("account=in=(622200001007,622200002007)"), "1007 2007");
  restart();
  EXPECT_EQ(wanted_, 2);
  EXPECT_EQ(seal(), 2 * 700 + 2 * 1200) << "the other rows, and all of the history";
  EXPECT_EQ(stale(), 0);
  restart();
  EXPECT_EQ(wanted_, 2) << "nothing is left";
  EXPECT_EQ(seal(), 0);
  EXPECT_EQ(found("account==622200002007"), "2007");
}

TEST_P(EncryptedTest, a_field_that_becomes_encrypted_is_sealed_with_its_past) {
  serve(false);
  const Document one = payee("A", kAccount);
  ok(records_->update(system_, "demo.payee", one.id, 1, Json{{"account", "6222999988887777"}}, Form::rest));
  payee("B", kOther);
  EXPECT_TRUE(at_rest(kAccount));
  serve();
  EXPECT_EQ(wanted_, 1);
  EXPECT_EQ(found("account==6222999988887777"), "A") << "found although it is still plain";
  EXPECT_EQ(found("account!=6222999988887777"), "B");
  EXPECT_EQ(shown(one.id, kMasked)["account"], "************7777");
  const Json twice{{"code", "C"}, {"unit", nodes_.at("320102-101001").str()}, {"account", kOther}};
  EXPECT_EQ(code_of(records_->create(system_, "demo.payee", twice, Form::rest)), "records.key_taken");
  EXPECT_GT(seal(), 0);
  EXPECT_EQ(stale(), 0);
  records_.reset();
  if (GetParam() == storage::Dialect::sqlite) test().restart(); // which folds the log in, old pages with it
  for (const char* text : {kAccount, kOther, "6222999988887777"}) EXPECT_FALSE(at_rest(text)) << text;
}

TEST_P(EncryptedTest, encryption_is_not_taken_back) {
  serve();
  const auto plan = records_->plan("demo", {*parse_entity("demo", payee_declaration(false))});
  ok(plan);
  ASSERT_EQ(plan->refusals.size(), 2U);
  EXPECT_EQ(plan->refusals.front().field, "/demo.payee/account");
}

OB_ON_EVERY_DATABASE(EncryptedTest);

} // namespace
} // namespace onebudget::records
