// A difference made small: whatever can go while both sides still differ goes.

#include <algorithm>

#include "tests/access/run.hpp"

namespace onebudget::oracle {

namespace {

constexpr int kMostTries = 150; ///< each makes a world anew

class Shrinker {
 public:
  Shrinker(storage::Dialect dialect, World world, Question question)
      : dialect_(dialect), world_(std::move(world)), question_(std::move(question)) {}

  std::string go() {
    for (auto it = world_.grants.begin(); it != world_.grants.end();)
      it = it->second.revoked ? world_.grants.erase(it) : std::next(it);
    drop_orphans(world_);
    if (!differs(world_, question_))
      return "(does not show in a world made anew: it depends on what was written before)\n" +
             in_words(world_, question_) + "\n";
    grants();
    rows();
    details();
    nodes();
    std::string out = in_words(world_) + in_words(world_, question_) + "\nallowed: ";
    for (const std::string& one : allowed_) out += one + "\n";
    return out + "answered: " + answered_ + "\n";
  }

 private:
  static void drop_orphans(World& world) {
    for (auto it = world.grants.begin(); it != world.grants.end();) {
      const bool orphan = it->second.delegated_by != 0 && world.grants.count(it->second.delegated_by) == 0;
      it = orphan ? world.grants.erase(it) : std::next(it);
    }
  }

  bool differs(World world, const Question& question) {
    if (++tries_ > kMostTries) return false;
    world.rights_changed();
    Real real(dialect_);
    real.build(world);
    std::vector<std::string> allowed = expected(world, question);
    std::string answer = real.ask(world, question).text;
    if (std::find(allowed.begin(), allowed.end(), answer) != allowed.end()) return false;
    allowed_ = std::move(allowed);
    answered_ = std::move(answer);
    return true;
  }
  bool keep(const World& world, const Question& question) {
    if (!differs(world, question)) return false;
    world_ = world;
    question_ = question;
    return true;
  }

  void grants() {
    World only = world_;
    for (auto it = only.grants.begin(); it != only.grants.end();)
      it =
          it->second.user != question_.who.user && it->second.delegated_by == 0 ? only.grants.erase(it) : std::next(it);
    drop_orphans(only);
    keep(only, question_);
    std::vector<int> handles;
    for (const auto& [handle, grant] : world_.grants) handles.push_back(handle);
    for (const int handle : handles) {
      World without = world_;
      without.grants.erase(handle);
      drop_orphans(without);
      keep(without, question_);
    }
  }

  static bool used(const World& world, int entity, int handle) {
    for (int other = 0; other < kEntities; ++other)
      for (const auto& [at, row] : world.rows[other])
        for (const Field& field : entity_at(other).fields)
          if (field.type == Type::ref && field.target == entity && row.cell(field.name).n == handle &&
              !row.cell(field.name).null && !(other == entity && at == handle))
            return true;
    return false;
  }

  /// Halves first, then single rows; what others point to stays.
  void rows() {
    for (std::size_t piece = 32; piece > 0; piece /= 2) {
      for (int entity = kEntities - 1; entity >= 0; --entity) {
        std::vector<int> handles;
        for (const auto& [handle, row] : world_.rows[entity]) handles.push_back(handle);
        for (std::size_t at = 0; at < handles.size(); at += piece) {
          World without = world_;
          for (std::size_t i = at; i < std::min(at + piece, handles.size()); ++i)
            if (handles[i] != question_.handle && !used(without, entity, handles[i]))
              without.rows[entity].erase(handles[i]);
          if (without.rows[entity].size() < world_.rows[entity].size()) keep(without, question_);
        }
      }
    }
  }

  void details() {
    const std::map<int, Grant> all = world_.grants;
    for (const auto& [handle, grant] : all) {
      World simpler = world_;
      Grant& one = simpler.grants.at(handle);
      one.where.reset();
      one.departments.clear();
      one.from = one.to = 0;
      if (grant.where || !grant.departments.empty() || grant.from != 0 || grant.to != 0) keep(simpler, question_);
    }
    Question simpler = question_;
    simpler.filter.reset();
    if (question_.filter) keep(world_, simpler);
    simpler = question_;
    simpler.sort.clear();
    if (!question_.sort.empty()) keep(world_, simpler);
    simpler = question_;
    simpler.text.clear();
    if (!question_.text.empty()) keep(world_, simpler);
    for (const auto& [name, cell] : std::map<std::string, Cell>(question_.changes)) {
      simpler = question_;
      simpler.changes.erase(name);
      if (question_.ask == Ask::update && !simpler.changes.empty()) keep(world_, simpler);
    }
  }

  /// The last nodes first, which nothing stands under.
  void nodes() {
    for (int node = static_cast<int>(world_.nodes.size()) - 1; node > 0; --node) {
      bool needed = false;
      for (const Node& one : world_.nodes) needed = needed || one.parent == node;
      for (const auto& [handle, grant] : world_.grants) needed = needed || grant.node == node;
      for (const int entity : {int{kItem}, int{kNote}})
        for (const auto& [handle, row] : world_.rows[entity]) needed = needed || row.cell("unit").n == node;
      const auto change = question_.changes.find("unit");
      if (needed || (change != question_.changes.end() && change->second.n >= node)) continue;
      World without = world_;
      without.nodes.erase(without.nodes.begin() + node);
      for (Node& one : without.nodes)
        if (one.parent > node) --one.parent;
      for (auto& [handle, grant] : without.grants)
        if (grant.node > node) --grant.node;
      for (const int entity : {int{kItem}, int{kNote}})
        for (auto& [handle, row] : without.rows[entity])
          if (row.cell("unit").n > node) --row.cells["unit"].n;
      keep(without, question_);
    }
  }

  storage::Dialect dialect_;
  World world_;
  Question question_;
  int tries_ = 0;
  std::vector<std::string> allowed_;
  std::string answered_;
};

} // namespace

std::string shrunk(storage::Dialect dialect, World world, Question question) {
  return Shrinker(dialect, std::move(world), std::move(question)).go();
}

} // namespace onebudget::oracle
