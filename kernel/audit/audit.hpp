#pragma once
// audit: the append-only log of who did what to what, and why it was allowed. Rows are inserted in the transaction of
// the change they describe; one sealer chains committed rows by SM3 in batches, so commits never wait for each other.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::audit {

struct Entry {
  std::string action;         ///< "identity.sign_in", "records.update", "access.grant"; lower-case with dots
  std::string subject;        ///< kind of thing: "compilation.project", "account", "plugin"
  std::string subject_id;     ///< its id or code
  std::string owner_path;     ///< place in the tree, empty when none
  std::string outcome = "ok"; ///< ok | denied | failed
  std::string reason;         ///< why allowed ("grant 17") or the fault's code
  std::string detail;         ///< JSON object or empty; never secrets, never masked fields in clear
};

/// A stored entry.
struct Line {
  std::int64_t seq = 0; ///< position in the chain, 0 while unsealed
  std::int64_t id = 0;
  std::int64_t at_ms = 0;
  std::int64_t actor = 0;
  std::string actor_name;
  std::string ip;
  std::string request_id;
  Entry entry;
  std::string hash; ///< hex, empty while unsealed
};

struct Query {
  std::string actor_name, action, subject, subject_id, outcome; ///< empty = any; action matches by prefix
  std::int64_t from_ms = 0, to_ms = 0;                          ///< half open; 0 = open
  std::int64_t before_id = 0;                                   ///< keyset: newest first, ids below this one
  int limit = 50;
};

struct Verdict {
  bool ok = false;
  std::int64_t entries = 0, sealed = 0, unsealed = 0;
  std::string head;           ///< hex of the newest seal
  std::int64_t first_bad = 0; ///< seq of the first entry whose hash, order or content does not fit; 0 = none
};

/// Thread-safe.
class Log {
 public:
  explicit Log(storage::Database& database, const Clock& clock);
  static std::vector<storage::Migration> migrations();

  /// Inserts an unchained row in the caller's transaction. Fails closed: a fault here must fail the transaction.
  Result<void> append(storage::Session& session, const Context& context, const Entry& entry) {
    return append(session, context, std::span(&entry, 1));
  }
  /// Several at once, in this order.
  Result<void> append(storage::Session& session, const Context& context, std::span<const Entry> entries);
  /// append() in a transaction of its own, for denials and sign-ins.
  Result<void> append_now(const Context& context, const Entry& entry);
  /// Chains the committed, not yet sealed rows, at most `batch`; answers how many. One sealer per database (a row
  /// lock keeps a second node out).
  Result<int> seal(int batch = 1000);
  /// Reads the whole chain again.
  Result<Verdict> verify();
  Result<std::vector<Line>> list(const Context& context, const Query& query);

 private:
  storage::Database& database_;
  const Clock& clock_;
};

} // namespace onebudget::audit
