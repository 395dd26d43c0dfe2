// API tokens for programs. Their grants live in access; here is only who owns them and how long they last.

#include "kernel/identity/state.hpp"
#include "kernel/storage/each.hpp"
#include "sdk/text/json_door.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

namespace {

constexpr std::int64_t kLongestDays = 366;
constexpr std::int64_t kMostTokens = 50;
constexpr std::size_t kMostTitle = 100;

} // namespace

Result<Caller> Identity::bearer(std::string_view token) {
  State& state = *state_;
  if (token.substr(0, 4) != "obt_") {
    OB_TRY(SessionCaller session_caller, session(token));
    return std::move(session_caller.caller);
  }
  if (token.size() > 100) return expired_fault();
  const Context context = Context::system(state.clock);
  const std::int64_t now = context.now_ms;
  Caller caller;
  std::int64_t used = 0;
  bool found = false;
  OB_CHECK(state.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto rows,
           session.query("SELECT t.id, t.last_used_ms, a.id, a.username, a.display_name FROM identity_tokens t "
                         "JOIN identity_accounts a ON a.id = t.owner_id WHERE t.token_digest = ? AND t.revoked_ms = 0 "
                         "AND t.expires_at_ms > ? AND a.disabled = 0",
                         {digest_of("token", token), now}));
    OB_TRY(found, rows->next());
    if (!found) return {};
    caller.kind = CallerKind::token;
    caller.session_id = caller.token_id = rows->integer(0);
    used = rows->integer(1);
    caller.user = UserId{rows->integer(2)};
    caller.name = rows->text(3);
    caller.display_name = rows->text(4);
    return {};
  }));
  if (!found) return expired_fault();
  if (now - used >= kMinuteMs) {
    // When a token was last used is worth knowing, but not worth refusing a read while nothing can be written.
    [[maybe_unused]] const auto noted = state.database.write(context, [&](storage::Session& session) -> Result<void> {
      return session.send("UPDATE identity_tokens SET last_used_ms = ? WHERE id = ? AND last_used_ms < ?",
                          {now, caller.token_id, now});
    });
  }
  return caller;
}

Result<Identity::NewToken> Identity::create_token(const Context& context, UserId owner, std::string title,
                                                  std::int64_t expires_at_ms) {
  State& state = *state_;
  const bool kernel = context.caller.kind == CallerKind::service && context.caller.name == "system";
  if (!kernel && (context.caller.kind != CallerKind::person || context.caller.user != owner)) {
    return fault(FaultKind::forbidden, "identity.token_of_another",
                 {"只有本人登录后才能为自己创建令牌。", "Only its owner, signed in in person, creates a token."});
  }
  std::vector<FieldFault> fields;
  if (trimmed(title).empty() || !valid_utf8(title) || code_points(title) > kMostTitle ||
      has_hostile_controls(title, false)) {
    fields.push_back({"/title",
                      "token.title",
                      {"名称为空或过长", "the title is empty or too long"},
                      {"请填写 1 至 100 个字", "use 1 to 100 characters"}});
  }
  if (expires_at_ms <= context.now_ms || expires_at_ms > context.now_ms + kLongestDays * kDayMs) {
    fields.push_back({"/expires_at",
                      "token.expires",
                      {"失效时间有误", "the expiry is wrong"},
                      {"请选择 366 天之内的将来时间", "choose a time within the next 366 days"}});
  }
  if (!fields.empty()) {
    return fault(FaultKind::rule, "identity.token_invalid",
                 {"令牌未创建。请更正所列字段。", "The token was not created. Correct the fields listed."},
                 std::move(fields));
  }
  NewToken result;
  result.secret = random_token("obt_");
  OB_TRY(result.token.id, state.ids.next());
  result.token.title = trimmed(title);
  result.token.owner = owner;
  result.token.created_ms = context.now_ms;
  result.token.expires_at_ms = expires_at_ms;
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    // The owner's row keeps a second node from passing the limit at the same time.
    OB_TRY(const std::int64_t active,
           session.execute("UPDATE identity_accounts SET disabled = disabled WHERE id = ? AND disabled = 0",
                           {owner.value}));
    if (active == 0) return unknown_account_fault();
    OB_TRY(const std::int64_t tokens,
           session.integer(
               "SELECT COUNT(*) FROM identity_tokens WHERE owner_id = ? AND revoked_ms = 0 AND expires_at_ms > ?",
               {owner.value, context.now_ms}));
    if (tokens >= kMostTokens) {
      return fault(FaultKind::rule, "identity.too_many_tokens",
                   {"令牌已有 50 个。请先撤销不用的。", "There are 50 tokens. Revoke unused ones first."});
    }
    OB_CHECK(
        session.send("INSERT INTO identity_tokens (id, token_digest, owner_id, title, created_ms, expires_at_ms, "
                     "last_used_ms, revoked_ms) "
                     "VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
                     {result.token.id, digest_of("token", result.secret), owner.value, result.token.title,
                      context.now_ms, expires_at_ms}));
    return state.note(
        session, context, "identity.token_create", owner.str(), "ok", "",
        Json{
            {"token", std::to_string(result.token.id)}, {"title", result.token.title}, {"expires_at_ms", expires_at_ms}}
            .dump());
  }));
  return result;
}

Result<std::vector<Token>> Identity::tokens(UserId owner) {
  std::vector<Token> result;
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    result.clear();
    return storage::each(session,
                         "SELECT id, title, created_ms, expires_at_ms, last_used_ms, revoked_ms FROM identity_tokens "
                         "WHERE owner_id = ? ORDER BY id DESC LIMIT 1000",
                         {owner.value}, [&](const storage::Rows& rows) {
                           Token token;
                           token.id = rows.integer(0);
                           token.title = rows.text(1);
                           token.owner = owner;
                           token.created_ms = rows.integer(2);
                           token.expires_at_ms = rows.integer(3);
                           token.last_used_ms = rows.integer(4);
                           token.revoked = rows.integer(5) != 0;
                           result.push_back(std::move(token));
                         });
  }));
  return result;
}

Result<void> Identity::revoke_token(const Context& context, UserId owner, std::int64_t id) {
  return state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::int64_t changed,
           session.execute("UPDATE identity_tokens SET revoked_ms = ? WHERE id = ? AND owner_id = ? AND revoked_ms = 0",
                           {context.now_ms, id, owner.value}));
    if (changed == 0)
      return fault(FaultKind::not_found, "identity.token_unknown",
                   {"没有这个令牌，或已撤销。", "There is no such token, or it was revoked."});
    return state_->note(session, context, "identity.token_revoke", owner.str(), "ok", "",
                        Json{{"token", std::to_string(id)}}.dump());
  });
}

} // namespace onebudget::identity
