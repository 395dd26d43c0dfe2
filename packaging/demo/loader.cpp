// demo load: builds the demo province on an empty, running server, through its public interfaces only.
#include "packaging/demo/loader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <random>

#include "packaging/demo/acts.hpp"
#include "packaging/demo/books.hpp"
#include "packaging/demo/closed_year.hpp"
#include "packaging/demo/province.hpp"
#include "sdk/tables/tables.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::demo {

namespace {

struct Account {
  std::string username, password, title, scope;
};

constexpr std::int64_t kChunk = 20'000; ///< records in one import request

/// Two groups of letters and digits that are not mistaken for each other; all four kinds of characters occur.
std::string fresh_password() {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::random_device chance; // the system's generator
  std::uniform_int_distribution<std::size_t> letter(0, kLetters.size() - 1);
  std::string password = "Ob7-";
  for (int i = 0; i < 12; ++i) {
    if (i == 6) password.push_back('-');
    password.push_back(kLetters[letter(chance)]);
  }
  return password;
}

tables::ByteSource bytes_of(const std::string& text) {
  return [&text, at = std::size_t{0}](char* buffer, std::size_t size) mutable -> Result<std::size_t> {
    const std::size_t count = std::min(size, text.size() - at);
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  };
}

/// The region lists of the reference data, in the order of the vocabulary.
Result<std::vector<RegionRow>> regions_of(const Json& vocabulary, const std::string& folder) {
  std::vector<RegionRow> rows;
  for (const Json& source : vocabulary["regions"]) {
    OB_TRY(const std::string text, client::file_text(folder + "/" + source["file"].get<std::string>()));
    OB_TRY(auto part, read_regions(bytes_of(text), source["kind"], source.value("gov_level", std::string())));
    rows.insert(rows.end(), part.begin(), part.end());
  }
  return rows;
}

class Loader {
 public:
  Loader(const Tool& tool, const Options& options)
      : tool_(tool), output_(tool.output), options_(options), client_(tool.url, tool.language, tool.ca_file) {}

  Result<void> run() {
    OB_TRY(const std::string text, client::file_text(options_.vocabulary));
    OB_TRY(vocabulary_, parse_json(text, {std::size_t{16} << 20, 64}));
    OB_TRY(const auto regions, regions_of(vocabulary_, options_.data_dir));
    OB_TRY(const Json needed, client_.json("GET", "/session/bootstrap"));
    if (!needed.value("needed", false)) return already_loaded();
    const Province province(vocabulary_, regions, options_.scale);
    OB_CHECK(bootstrap());
    OB_CHECK(tree_and_people(province));
    OB_CHECK(reference_data());
    OB_CHECK(records(province));
    OB_CHECK(close_loader());
    OB_CHECK(write_accounts());
    OB_CHECK(acts());
    if (options_.quiet) return {};
    output_.done({fmt::format("演示省已装入：{} 个节点，{} 个账号，{} 条记录。", province.places().size() + 1,
                              province.people().size() + 3, province.record_count()),
                  fmt::format("The demo province is loaded: {} nodes, {} accounts, {} records.",
                              province.places().size() + 1, province.people().size() + 3, province.record_count())},
                 {{"nodes", province.places().size() + 1},
                  {"units", province.unit_count()},
                  {"accounts", province.people().size() + 3},
                  {"records", province.record_count()},
                  {"acts", acts_done_},
                  {"acts_refused", acts_refused_}});
    return {};
  }

 private:
  /// A second start on the same data: nothing to load, the accounts are known from the first time.
  Result<void> already_loaded() {
    if (client::file_text(options_.accounts_file).ok()) {
      output_.done({"演示省已经在这里了。", "The demo province is already here."}, {{"loaded", false}});
      return {};
    }
    return fault(FaultKind::conflict, "ctl.demo_not_empty",
                 {"系统里已有账号，演示数据只能装入空系统。",
                  "There are accounts already; the demo province goes into an empty system only."});
  }

  Account& account(const std::string& username, const std::string& title, const std::string& scope) {
    accounts_.push_back({username, fresh_password(), title, scope});
    return accounts_.back();
  }

  Result<void> bootstrap() {
    OB_TRY(const std::string secret, client::file_text(options_.bootstrap_file));
    const std::string root = vocabulary_["root"]["name"];
    const auto person = [&](const std::string& username, const std::string& title) {
      const Account& made = account(username, title, root);
      return Json{{"username", username}, {"display_name", title}, {"password", made.password}};
    };
    const Json body = {{"secret", trimmed(secret)},
                       {"root", vocabulary_["root"]},
                       {"system", person("sysadmin", "系统管理员")},
                       {"security", person("secadmin", "安全管理员")},
                       {"audit", person("auditadmin", "审计管理员")}};
    OB_TRY(const Json made, client_.json("POST", "/session/bootstrap", body));
    return {};
  }

  Result<void> as(const std::string& username) {
    for (const Account& known : accounts_)
      if (known.username == username) return client_.sign_in(known.username, known.password);
    return fault(FaultKind::internal, "ctl.demo_account", {"演示账号缺失。", "A demo account is missing."});
  }

  /// Posts JSON lines made one by one.
  Result<Json> lines(const std::string& path, const std::function<bool(std::string& line)>& next) {
    std::string pending;
    OB_TRY(const client::Reply reply, client_.upload(path, "application/x-ndjson", [&](char* buffer, std::size_t size) {
      while (pending.size() < size && next(pending)) pending.push_back('\n');
      const std::size_t count = std::min(size, pending.size());
      std::memcpy(buffer, pending.data(), count);
      pending.erase(0, count);
      return count;
    }));
    if (!reply.good()) return client::problem_of(reply);
    return parse_json(reply.body, {std::size_t{16} << 20, 64});
  }

  template <class T, class F>
  Result<Json> lines_of(const std::string& path, const std::vector<T>& items, const F& to_json) {
    std::size_t at = 0;
    return lines(path, [&](std::string& out) {
      if (at >= items.size()) return false;
      out += to_json(items[at++]).dump();
      return true;
    });
  }

  Result<void> tree_and_people(const Province& province) {
    OB_CHECK(as("sysadmin"));
    output_.progress("nodes", 0);
    OB_TRY(const Json nodes, lines_of("/system/node/import", province.places(), [](const Place& place) {
             Json line = {{"code", place.code},       {"name", place.name},          {"kind", place.kind},
                          {"gov_level", place.level}, {"parent_code", place.parent}, {"valid_from", "2020-01-01"}};
             if (place.kind == "department") line["department_code"] = place.department;
             return line;
           }));
    std::vector<Person> people = province.people();
    const Account loader_account = account("loader", "数据初始化员", vocabulary_["root"]["name"]);
    people.push_back({"loader",
                      "数据初始化员",
                      "",
                      "data_loader",
                      "数据初始化员",
                      vocabulary_["root"]["code"],
                      "subtree",
                      "",
                      {},
                      false});
    std::map<std::string, std::string> passwords = {{"loader", loader_account.password}};
    for (const Person& person : people)
      if (person.known) passwords[person.username] = account(person.username, person.title, person.scope).password;
    for (const auto& [role, title] :
         {std::pair{"standards_editor", "标准维护岗"}, std::pair{"standards_approver", "标准审批岗"}}) {
      people.push_back({role,
                        title,
                        "",
                        role,
                        title,
                        vocabulary_["root"]["code"],
                        "subtree",
                        vocabulary_["root"]["name"],
                        {},
                        true});
      std::replace(people.back().username.begin(), people.back().username.end(), '_', '-');
      passwords[people.back().username] = account(people.back().username, title, vocabulary_["root"]["name"]).password;
    }
    OB_TRY(const Json users, lines_of("/system/user/import", people, [&](const Person& person) {
             const auto password = passwords.find(person.username);
             return Json{{"username", person.username},
                         {"display_name", person.display_name},
                         {"phone", person.phone},
                         {"node_code", person.node},
                         {"password", password == passwords.end() ? "" : password->second},
                         {"must_change_password", password == passwords.end()}};
           }));
    OB_CHECK(as("secadmin"));
    OB_TRY(const Json grants, lines_of("/system/grant/import", people, [](const Person& person) {
             return Json{{"username", person.username},
                         {"role_code", person.role},
                         {"node_code", person.node},
                         {"reach", person.reach},
                         {"departments", person.departments}};
           }));
    output_.progress("nodes", 1);
    return {};
  }

  static std::string route_of(std::string entity) {
    for (char& c : entity) c = c == '.' ? '/' : c == '_' ? '-' : c;
    return "/" + entity;
  }

  Result<void> reference_data() {
    OB_CHECK(as("loader"));
    double done = 0;
    for (const Json& list : vocabulary_["reference"]) {
      output_.progress("reference data", done++ / static_cast<double>(vocabulary_["reference"].size()));
      OB_TRY(const std::string text, client::file_text(options_.data_dir + "/" + list[1].get<std::string>()));
      std::size_t at = 0;
      OB_TRY(const client::Reply reply,
             client_.upload(route_of(list[0].get<std::string>()) + "/import?format=csv&import_state=true", "text/csv",
                            [&](char* buffer, std::size_t size) {
                              const std::size_t count = std::min(size, text.size() - at);
                              std::memcpy(buffer, text.data() + at, count);
                              at += count;
                              return count;
                            }));
      if (reply.status == 404) continue; // a list of a plugin that is not enabled here
      if (!reply.good()) return client::problem_of(reply);
    }
    output_.progress("reference data", 1);
    return {};
  }

  Result<void> records(const Province& province) {
    const std::string route = route_of(vocabulary_["records"]["entity"]) + "/import?format=jsonl&import_state=true";
    std::vector<Json> chunk;
    std::int64_t done = 0;
    Result<void> outcome;
    const auto send = [&]() -> Result<void> {
      if (chunk.empty()) return {};
      OB_TRY(const Json report, lines_of(route, chunk, [](const Json& row) { return row; }));
      done += static_cast<std::int64_t>(chunk.size());
      chunk.clear();
      output_.progress("records", static_cast<double>(done) / static_cast<double>(province.record_count()));
      return {};
    };
    province.each_record([&](const Json& row) {
      chunk.push_back(row);
      if (static_cast<std::int64_t>(chunk.size()) == kChunk) outcome = send();
      return outcome.ok();
    });
    OB_CHECK(std::move(outcome));
    return send();
  }

  /// The loader's account has done its work: it is disabled and not printed.
  Result<void> close_loader() {
    OB_CHECK(as("sysadmin"));
    OB_TRY(const Json found, client_.json("GET", "/system/user?q=loader"));
    for (const Json& user : found.value("items", Json::array())) {
      if (user.value("username", std::string()) != "loader") continue;
      const std::string version = user.contains("version") ? user["version"].dump() : "1";
      OB_TRY(const Json changed, client_.json("PATCH", "/system/user/" + user.value("id", std::string()),
                                              {{"state", "disabled"}}, "\"" + version + "\""));
    }
    std::erase_if(accounts_, [](const Account& known) { return known.username == "loader"; });
    return {};
  }

  Result<void> write_accounts() {
    Json list = Json::array();
    for (const Account& known : accounts_)
      list.push_back(
          {{"username", known.username}, {"password", known.password}, {"title", known.title}, {"scope", known.scope}});
    const std::string text = list.dump(1);
    const int handle = ::open(options_.accounts_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written = handle >= 0 && ::write(handle, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (handle >= 0) ::close(handle);
    return written ? Result<void>()
                   : Result<void>(fault(FaultKind::internal, "ctl.file",
                                        {"无法写入账号文件。", "The accounts file cannot be written."}));
  }

  /// What people do in the province once it stands: they sign in with the logins that were written.
  Result<void> acts() {
    for (const std::string& file : options_.acts) OB_CHECK(acts_of(file));
    return {};
  }

  /// Whoever works in the regions without people of their own: one person for each part that the script names.
  Result<void> hands(const Json& script) {
    std::vector<Json> users, grants;
    for (const Json& hand : script.value("people", Json::array())) {
      if (!hand.contains("role")) continue; // somebody of the province
      const std::string username = hand.value("username", std::string()), title = hand.value("title", std::string());
      users.push_back({{"username", username},
                       {"display_name", hand.value("name", title)},
                       {"node_code", vocabulary_["root"]["code"]},
                       {"password", account(username, title, vocabulary_["root"]["name"]).password},
                       {"must_change_password", false}});
      for (const Json& region : script.value("regions", Json::array()))
        grants.push_back({{"username", username},
                          {"role_code", hand.value("role", std::string())},
                          {"node_code", region.value("code", std::string())},
                          {"reach", "level"}});
    }
    const auto as_it_is = [](const Json& line) { return line; };
    OB_CHECK(as("sysadmin"));
    OB_TRY(const Json made, lines_of("/system/user/import", users, as_it_is));
    OB_CHECK(as("secadmin"));
    OB_TRY(const Json given, lines_of("/system/grant/import", grants, as_it_is));
    return write_accounts();
  }

  Result<void> acts_of(const std::string& file) {
    OB_TRY(const std::string text, client::file_text(file));
    OB_TRY(const Json script, parse_json(text, {std::size_t{16} << 20, 64}));
    Acts play(tool_.url, tool_.language, tool_.ca_file, [&](const std::string& username) {
      for (const Account& known : accounts_)
        if (known.username == username) return known.password;
      return std::string();
    });
    const auto progress = [&](double done) { output_.progress("acts", done); };
    if (script.contains("shapes")) {
      OB_CHECK(hands(script));
      OB_TRY(const BooksDone done, Books(play, script).play(progress));
      acts_done_ += done.documents + done.payments;
    }
    if (script.contains("grades")) {
      OB_CHECK(hands(script));
      OB_TRY(const ClosedYearDone done, ClosedYear(play, script).play(progress));
      acts_done_ += done.goals + done.evaluations + done.results;
    }
    OB_CHECK(play.play(script, progress));
    acts_done_ += play.done();
    acts_refused_ += play.refused();
    return {};
  }

  const Tool& tool_;
  const client::Output& output_;
  const Options& options_;
  client::Client client_;
  Json vocabulary_;
  std::deque<Account> accounts_;
  int acts_done_ = 0, acts_refused_ = 0;
};

} // namespace

Result<void> load(const Tool& tool, const Options& options) { return Loader(tool, options).run(); }

} // namespace onebudget::demo
