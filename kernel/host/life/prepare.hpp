#pragma once
// Works out what enabling a plugin would do and whether it can be done. plan() shows it, enable() does exactly this:
// both take it from here.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kernel/host/declared.hpp"
#include "kernel/host/host.hpp"
#include "kernel/host/package/signature.hpp"

namespace onebudget::host {

/// What is there and what runs, as of one moment.
struct World {
  std::vector<Found> found;
  std::map<std::string, std::shared_ptr<const Bundle>> running;
  std::map<std::string, std::string> pinned; ///< id → the only version to be considered, where that is there
};

struct Prepared {
  EnablePlan plan;
  std::shared_ptr<const Bundle> bundle; ///< null when there is none
  std::string library;                  ///< the bytes that were inspected; empty when refused before
  bool older = false;                   ///< than the version that runs
};

/// Host services that get_service() can answer, such as "ob.records/1".
[[nodiscard]] const std::set<std::string>& offered_services();

/// What a bundle declares, in the words of the rooms that take it.
std::vector<storage::Migration> migrations_of(const Bundle& bundle);
std::vector<access::Permission> permissions_of(const Bundle& bundle);
std::vector<access::Conflict> conflicts_of(const Bundle& bundle);

/// Every good bundle as a candidate for solve(); of a pinned plugin that version alone.
std::vector<Candidate> candidates(const World& world);

/// Whose packages run: those of trusted keys, and unsigned ones where that is allowed.
struct Trust {
  TrustedKeys keys;
  bool unsigned_allowed = false;
};

/// Never runs code of the plugin. A fault only when the database cannot be asked; everything else is a refusal.
Result<Prepared> prepare(const Context& context, storage::Database& database, records::Records& records,
                         const World& world, const std::string& id, const Trust& trust);

} // namespace onebudget::host
