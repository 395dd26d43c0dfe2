#pragma once
// The real rooms on a real database, asked the same questions.

#include <memory>

#include "kernel/crypto/crypto.hpp"
#include "kernel/records/records.hpp"
#include "kernel/storage/testing.hpp"
#include "tests/access/question.hpp"

namespace onebudget::oracle {

class Real {
 public:
  explicit Real(storage::Dialect dialect);
  ~Real();

  /// Makes tree, roles, rows and the grants that are there; fills in the ids that the database gave.
  void build(World& world);
  /// False when the grant is refused, as one that exceeds its delegator's is.
  bool tell(World& world, Grant& grant);
  void revoke(const Grant& grant);
  void change_role(const World& world, int role);
  void set_now(std::int64_t now) { clock_.set_ms(now); }

  struct Answer {
    std::string text;
    std::int64_t id = 0; ///< of a created row
  };
  Answer ask(const World& world, const Question& question);
  void created(int entity, std::int64_t id, int handle) { handles_[entity][id] = handle; }

  /// Committed changes not looked at so far: entity and row.
  std::vector<std::pair<int, std::int64_t>> deliveries(std::size_t wanted);
  bool visible(const Caller& who, int entity, std::int64_t id);

 private:
  [[nodiscard]] Context context(const Caller& who) const;
  void build_rows(World& world);
  void put_rows(World& world, int entity, bool last);
  [[nodiscard]] Json values(const World& world, int entity, const std::map<std::string, Cell>& cells, bool last) const;
  [[nodiscard]] std::string shown(int entity, const Json& row) const;
  [[nodiscard]] records::Query query(const World& world, const Question& question) const;

  Answer list(const World& world, const Question& question);
  Answer aggregate(const World& world, const Question& question);
  Answer exported(const World& world, const Question& question);
  Answer history(const Question& question, RecordId id);
  Answer abilities(const Question& question, RecordId id);
  Answer explain(const World& world, const Question& question, RecordId id);
  Answer write(const World& world, const Question& question, RecordId id);

  ManualClock clock_;
  storage::TestDatabase database_;
  std::unique_ptr<storage::IdBlocks> ids_;
  std::unique_ptr<audit::Log> log_;
  std::unique_ptr<events::Outbox> outbox_;
  std::unique_ptr<access::Access> access_;
  std::unique_ptr<crypto::KeyRing> keys_;
  std::unique_ptr<records::Records> records_;
  std::vector<NodeId> nodes_;
  std::map<std::int64_t, int> handles_[kEntities];
  std::map<std::int64_t, int> grants_;
  std::vector<access::Role> roles_;
  std::vector<std::pair<int, std::int64_t>> delivered_;
  bool watching_ = false;
};

/// Ends the process with the reason: the world could not be made, so nothing is proved.
[[noreturn]] void give_up(const std::string& what, const Fault& fault);

} // namespace onebudget::oracle
