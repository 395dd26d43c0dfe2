#include "packaging/demo/year/desk.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

namespace onebudget::demo {

namespace {

constexpr int kTries = 6000;
constexpr auto kPause = std::chrono::milliseconds(20);
constexpr const char* kOldPassword = "http.change_password";
constexpr const char* kPage = "limit=200";

std::string quoted_version(const Json& row) { return "\"" + row.value("version", Json(1)).dump() + "\""; }

} // namespace

/// The play moves from day to day faster than sessions last: everybody goes on with a token of their own, which carries
/// what they hold.
Result<void> Desk::take_token(client::Client& as) {
  OB_TRY(const Json me, as.json("GET", "/session"));
  Json grants = Json::array();
  for (const Json& scope : me.value("scopes", Json::array()))
    grants.push_back({{"role_code", scope["role"]},
                      {"node", scope["node"]["id"]},
                      {"reach", scope["reach"]},
                      {"departments", scope["departments"]}});
  std::string until;
  {
    const std::lock_guard guard(lock_);
    until = tokens_end_;
  }
  const Json body = {{"title", "推演"}, {"expires_at", until}, {"grants", grants}};
  OB_TRY(const Json token, as.json("POST", "/system/token", body));
  as.use_token(token.value("token", std::string()));
  return {};
}

Desk::Person& Desk::person(const std::string& username) {
  const std::lock_guard guard(lock_);
  return people_[username];
}

std::string Desk::password_of(const std::string& username) {
  const std::lock_guard guard(lock_);
  return passwords_[username];
}

Result<void> Desk::sign_in(const std::string& username, Person& as) {
  client::Client fresh(url_, language_, ca_file_);
  OB_CHECK(wait_for("sign-in of " + username, [&]() -> Result<bool> {
    const auto done = fresh.sign_in(username, password_of(username));
    // So many people sign in from one address that the server lets some of them wait.
    if (!done && done.fault().kind != FaultKind::limited) return done.fault();
    return done.ok();
  }));
  Result<void> taken = take_token(fresh);
  if (!taken && taken.fault().code == kOldPassword) {
    OB_CHECK(renew(username, fresh));
    taken = take_token(fresh); // the session that changed the password goes on
  }
  OB_CHECK(std::move(taken));
  as.signed_in.emplace(std::move(fresh));
  return {};
}

/// Passwords run out as they do for everybody.
Result<void> Desk::renew(const std::string& who, client::Client& as) {
  const std::string before = password_of(who);
  std::string fresh;
  {
    const std::lock_guard guard(lock_);
    fresh = before + "-" + std::to_string(++renewed_);
  }
  OB_TRY(const Json done, as.json("POST", "/session/password", {{"old_password", before}, {"new_password", fresh}}));
  const std::lock_guard guard(lock_);
  passwords_[who] = fresh;
  return told_ ? told_(who, fresh) : Result<void>();
}

Result<Json> Desk::ask(const std::string& who, const std::string& method, const std::string& path, const Json& body,
                       const std::string& if_match) {
  constexpr int kMost = 3; // signed in anew, and with a new password
  Person& as = person(who);
  const std::lock_guard guard(as.busy);
  for (int tries = 1;; ++tries) {
    if (!as.signed_in) OB_CHECK(sign_in(who, as));
    ++requests_;
    const auto answer = as.signed_in->json(method, path, body, if_match);
    if (answer) return answer;
    Fault why = answer.fault();
    if ((why.code == kOldPassword || why.kind == FaultKind::unauthenticated) && tries < kMost) {
      as.signed_in.reset();
      continue;
    }
    const std::string where = who + " " + method + " " + path + ": ";
    why.message = {where + why.message.zh, where + why.message.en};
    return why;
  }
}

Result<Json> Desk::move(const std::string& who, const std::string& path, const std::string& transition,
                        const std::string& comment) {
  OB_TRY(const Json row, get(who, path));
  return ask(who, "POST", path + "/transitions/" + transition, {{"comment", comment}}, quoted_version(row));
}

Result<Json> Desk::change(const std::string& who, const std::string& path, const Json& body) {
  OB_TRY(const Json row, get(who, path));
  return ask(who, "PATCH", path, body, quoted_version(row));
}

Result<std::vector<Json>> Desk::every(const std::string& who, const std::string& path, const std::string& filter) {
  std::vector<Json> rows;
  const std::string base = path + "?" + kPage + (filter.empty() ? "" : "&filter=" + client::encoded(filter));
  std::string cursor;
  do {
    OB_TRY(const Json page, get(who, base + (cursor.empty() ? "" : "&cursor=" + client::encoded(cursor))));
    for (const Json& row : page.value("items", Json::array())) rows.push_back(row);
    const Json next = page.value("next_cursor", Json());
    cursor = next.is_string() ? next.get<std::string>() : "";
  } while (!cursor.empty());
  return rows;
}

Result<Json> Desk::first(const std::string& who, const std::string& path, const std::string& filter) {
  OB_TRY(const Json page, get(who, path + "?limit=1&filter=" + client::encoded(filter)));
  const Json items = page.value("items", Json::array());
  if (!items.empty()) return items[0];
  return fault(FaultKind::not_found, "ctl.demo_row",
               {who + " 看不到 " + path + " " + filter, who + " sees no " + path + " " + filter});
}

Result<Json> Desk::upload(const std::string& who, const std::string& path, const std::string& media_type,
                          const std::string& text) {
  Person& as = person(who);
  const std::lock_guard guard(as.busy);
  if (!as.signed_in) OB_CHECK(sign_in(who, as));
  ++requests_;
  std::size_t at = 0;
  OB_TRY(const client::Reply reply, as.signed_in->upload(path, media_type, [&](char* buffer, std::size_t size) {
    const std::size_t count = std::min(size, text.size() - at);
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  }));
  if (!reply.good()) return client::problem_of(reply);
  return parse_json(reply.body, {std::size_t{16} << 20, 64});
}

Result<void> wait_for(const std::string& what, const std::function<Result<bool>()>& there) {
  for (int tries = 0; tries < kTries; ++tries) {
    OB_TRY(const bool done, there());
    if (done) return {};
    std::this_thread::sleep_for(kPause);
  }
  return fault(FaultKind::unavailable, "ctl.demo_late", {"等不到：" + what, "It did not come: " + what});
}

} // namespace onebudget::demo
