#include "kernel/audit/chain.hpp"

#include <algorithm>
#include <utility>

#include "kernel/crypto/crypto.hpp"
#include "kernel/storage/each.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::audit {
namespace {

void add_text(std::string& out, const std::string& text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

void add_number(std::string& out, std::int64_t number) { add_text(out, std::to_string(number)); }

struct Head {
  std::int64_t seq = 0;
  std::string hash;
  bool there = false;
};

Result<Head> read_head(storage::Session& session, bool lock) {
  std::string sql = "SELECT seq, hash FROM ob_audit_head WHERE name = 'head'";
  if (lock && session.dialect() == storage::Dialect::postgresql) sql += " FOR UPDATE SKIP LOCKED";
  OB_TRY(const auto rows, session.query(sql));
  OB_TRY(const bool found, rows->next());
  Head head;
  if (!found) return head;
  head.seq = rows->integer(0);
  head.hash = std::string(rows->text(1));
  head.there = true;
  return head;
}

Result<std::vector<Line>> unsealed(storage::Session& session, int batch) {
  OB_TRY(const auto rows,
         session.query(std::string("SELECT ") + kColumns + ", CASE WHEN " + storage::settled(session.dialect(), "tx") +
                           " THEN 1 ELSE 0 END FROM ob_audit WHERE seq IS NULL ORDER BY id LIMIT ?",
                       {std::int64_t{batch}}));
  std::vector<Line> lines;
  for (;;) {
    OB_TRY(const bool more, rows->next());
    // Up to the first unsettled one: what was written after it must not be chained before it.
    if (!more || rows->integer(15) == 0) return lines;
    lines.push_back(line_of(*rows));
  }
}

} // namespace

Line line_of(const storage::Rows& rows) {
  Line line;
  line.id = rows.integer(0);
  line.seq = rows.integer(1);
  line.at_ms = rows.integer(2);
  line.actor = rows.integer(3);
  line.actor_name = std::string(rows.text(4));
  line.ip = std::string(rows.text(5));
  line.request_id = std::string(rows.text(6));
  line.entry.action = std::string(rows.text(7));
  line.entry.subject = std::string(rows.text(8));
  line.entry.subject_id = std::string(rows.text(9));
  line.entry.owner_path = std::string(rows.text(10));
  line.entry.outcome = std::string(rows.text(11));
  line.entry.reason = std::string(rows.text(12));
  line.entry.detail = std::string(rows.text(13));
  line.hash = std::string(rows.text(14));
  return line;
}

std::string next_hash(const std::string& before, const Line& line) {
  std::string bytes = "ob-audit/1\n";
  add_text(bytes, before);
  for (const std::int64_t number : {line.seq, line.id, line.at_ms, line.actor}) add_number(bytes, number);
  const Entry& entry = line.entry;
  for (const std::string* text : {&line.actor_name, &line.ip, &line.request_id, &entry.action, &entry.subject,
                                  &entry.subject_id, &entry.owner_path, &entry.outcome, &entry.reason, &entry.detail}) {
    add_text(bytes, *text);
  }
  return to_hex(crypto::sm3(bytes));
}

namespace {

/// PostgreSQL in one statement: one a line would be a round trip each.
Result<void> store(storage::Session& session, const std::vector<Line>& lines) {
  if (session.dialect() == storage::Dialect::sqlite) {
    for (const Line& line : lines)
      OB_CHECK(session.send("UPDATE ob_audit SET seq = ?, hash = ? WHERE id = ?", {line.seq, line.hash, line.id}));
    return {};
  }
  storage::Params ids, places, hashes;
  for (const Line& line : lines) {
    ids.emplace_back(line.id);
    places.emplace_back(line.seq);
    hashes.emplace_back(line.hash);
  }
  return session.send(
      "UPDATE ob_audit AS t SET seq = v.seq, hash = v.hash FROM unnest(CAST(? AS bigint[]), "
      "CAST(? AS bigint[]), CAST(? AS text[])) AS v(id, seq, hash) WHERE t.id = v.id",
      {storage::array_of(ids), storage::array_of(places), storage::array_of(hashes)});
}

} // namespace

Result<int> seal_batch(storage::Session& session, int batch) {
  OB_TRY(Head head, read_head(session, true));
  if (!head.there) return 0;
  OB_TRY(std::vector<Line> lines, unsealed(session, batch));
  for (Line& line : lines) {
    line.seq = ++head.seq;
    line.hash = head.hash = next_hash(head.hash, line);
  }
  if (!lines.empty()) {
    OB_CHECK(store(session, lines));
    OB_CHECK(session.send("UPDATE ob_audit_head SET seq = ?, hash = ? WHERE name = 'head'", {head.seq, head.hash}));
  }
  return static_cast<int>(lines.size());
}

Result<Verdict> verify_chain(storage::Session& session) {
  Verdict verdict;
  OB_TRY(const std::int64_t entries, session.integer("SELECT count(*) FROM ob_audit"));
  verdict.entries = entries;
  OB_TRY(const Head head, read_head(session, false));
  std::string hash;
  OB_CHECK(storage::each(
      session, std::string("SELECT ") + kColumns + " FROM ob_audit WHERE seq IS NOT NULL ORDER BY seq", {},
      [&](const storage::Rows& rows) {
        const Line line = line_of(rows);
        ++verdict.sealed;
        const bool in_order = line.seq == verdict.sealed;
        hash = next_hash(hash, line);
        if (verdict.first_bad == 0 && (!in_order || hash != line.hash)) {
          verdict.first_bad = in_order ? line.seq : verdict.sealed; // a missing entry is named by the place it had
        }
        if (verdict.first_bad != 0) hash = line.hash; // one bad entry is enough; go on counting
      }));
  verdict.unsealed = verdict.entries - verdict.sealed;
  verdict.head = hash;
  if (verdict.first_bad == 0 && (!head.there || head.seq != verdict.sealed || head.hash != hash)) {
    // The head remembers more than there is (the end was cut off), or less (something was put behind it).
    verdict.first_bad = std::min(head.seq, verdict.sealed) + 1;
  }
  verdict.ok = verdict.first_bad == 0;
  return verdict;
}

} // namespace onebudget::audit
