#include "kernel/audit/audit.hpp"

#include <utility>

#include "kernel/audit/chain.hpp"
#include "kernel/storage/each.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::audit {
namespace {

constexpr std::size_t kLongestDetail = std::size_t{256} * 1024;
constexpr int kLongestPage = 1000;

constexpr const char* kTables =
    "CREATE TABLE ob_audit (id ${autoid}, seq ${id}, at_ms ${id} NOT NULL, actor ${id} NOT NULL, actor_name ${text} "
    "NOT NULL,"
    " ip ${text} NOT NULL, request_id ${text} NOT NULL, action ${text} NOT NULL, subject ${text} NOT NULL,"
    " subject_id ${text} NOT NULL, owner_path ${text} NOT NULL, outcome ${text} NOT NULL, reason ${text} NOT NULL,"
    " detail ${json} NOT NULL, hash ${text}, tx ${xid});"
    "CREATE UNIQUE INDEX ob_audit_seq ON ob_audit (seq);"
    "CREATE INDEX ob_audit_unsealed ON ob_audit (id) WHERE seq IS NULL;"
    "CREATE INDEX ob_audit_subject ON ob_audit (subject, subject_id, id);"
    "CREATE INDEX ob_audit_actor ON ob_audit (actor_name, id);"
    "CREATE TABLE ob_audit_head (name ${text} NOT NULL PRIMARY KEY, seq ${id} NOT NULL, hash ${text} NOT NULL);"
    "INSERT INTO ob_audit_head (name, seq, hash) VALUES ('head', 0, '');";

/// Whatever the caller was given to name must be storable; a name that is not text must not keep an entry out.
std::string storable(const std::string& text) {
  if (valid_utf8(text) && text.find('\0') == std::string::npos) return text;
  return "hex:" + to_hex(text.substr(0, 200));
}

} // namespace

Log::Log(storage::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

std::vector<storage::Migration> Log::migrations() { return {{"kernel.audit", 1, "log", kTables}}; }

Result<void> Log::append(storage::Session& session, const Context& context, std::span<const Entry> entries) {
  static const std::vector<std::string> kWritten{"at_ms",      "actor",   "actor_name", "ip",
                                                 "request_id", "action",  "subject",    "subject_id",
                                                 "owner_path", "outcome", "reason",     "detail"};
  std::vector<storage::Params> rows;
  rows.reserve(entries.size());
  for (const Entry& entry : entries) {
    if (entry.detail.size() > kLongestDetail) {
      return fault(FaultKind::too_large, "audit.too_large",
                   {"审计明细过长,请减少内容。", "The detail of an audit entry is too long; shorten it."});
    }
    rows.push_back({context.now_ms != 0 ? context.now_ms : clock_.now_ms(), context.caller.user.value,
                    storable(context.caller.name), storable(context.client_ip), storable(context.request_id),
                    storable(entry.action), storable(entry.subject), storable(entry.subject_id),
                    storable(entry.owner_path), storable(entry.outcome), storable(entry.reason),
                    storable(entry.detail)});
  }
  OB_CHECK(session.bulk_insert("ob_audit", kWritten, rows));
  return {};
}

Result<void> Log::append_now(const Context& context, const Entry& entry) {
  // A denial must be written even when the request's time is up.
  Context patient = context;
  patient.deadline_ns = 0;
  return database_.write(patient, [&](storage::Session& session) { return append(session, context, entry); });
}

Result<int> Log::seal(int batch) {
  int sealed = 0;
  OB_CHECK(database_.write(Context::system(clock_, "audit.seal"), [&](storage::Session& session) -> Result<void> {
    OB_TRY(const int count, seal_batch(session, batch));
    sealed = count;
    return {};
  }));
  return sealed;
}

Result<Verdict> Log::verify() {
  Verdict verdict;
  OB_CHECK(
      database_.read_stale(Context::system(clock_, "audit.verify"), [&](storage::Session& session) -> Result<void> {
        OB_TRY(Verdict found, verify_chain(session));
        verdict = std::move(found);
        return {};
      }));
  return verdict;
}

Result<std::vector<Line>> Log::list(const Context& context, const Query& query) {
  std::string sql = std::string("SELECT ") + kColumns + " FROM ob_audit WHERE 1 = 1";
  storage::Params params;
  const auto also = [&](const char* condition, storage::Value value) {
    sql += condition;
    params.push_back(std::move(value));
  };
  if (!query.actor_name.empty()) also(" AND actor_name = ?", query.actor_name);
  if (!query.subject.empty()) also(" AND subject = ?", query.subject);
  if (!query.subject_id.empty()) also(" AND subject_id = ?", query.subject_id);
  if (!query.outcome.empty()) also(" AND outcome = ?", query.outcome);
  if (!query.action.empty()) {
    also(" AND action >= ?", query.action);
    also(" AND action < ?", query.action + "\xF4\x8F\xBF\xBF"); // U+10FFFF, behind every continuation
  }
  if (query.from_ms != 0) also(" AND at_ms >= ?", query.from_ms);
  if (query.to_ms != 0) also(" AND at_ms < ?", query.to_ms);
  if (query.before_id != 0) also(" AND id < ?", query.before_id);
  sql += " ORDER BY id DESC LIMIT ?";
  params.emplace_back(std::int64_t{query.limit < 1 ? 1 : (query.limit > kLongestPage ? kLongestPage : query.limit)});

  std::vector<Line> lines;
  OB_CHECK(database_.read(context, [&](storage::Session& session) -> Result<void> {
    lines.clear();
    return storage::each(session, sql, params, [&](const storage::Rows& rows) { lines.push_back(line_of(rows)); });
  }));
  return lines;
}

} // namespace onebudget::audit
