#pragma once
// Who handles a step: the office (role at a node, for a business division also its department) and its people.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugins/workflow/domain/definition.hpp"

namespace onebudget::workflow {

using PersonId = std::int64_t; ///< 0 = nobody

/// One role that one person holds at one node.
struct Post {
  PersonId person = 0;
  std::string name;
  std::string role, node, kind, path;   ///< kind: region, zone, department or unit
  std::vector<std::string> departments; ///< a business division's; empty = no division
};

/// Where the case belongs.
struct Owner {
  std::string path, department;
};

struct Office {
  std::string role, node, department; ///< department: of a business division only
  std::vector<PersonId> people;       ///< without repetition, in order

  /// What the office's tasks are found under; at most 120 characters.
  [[nodiscard]] std::string queue() const;
};

/// Rule workflow.office: of the posts that reach the owner the nearest office that `at` names; nothing when nobody
/// holds such a post. Posts at one node form one office.
std::optional<Office> office_of(At at, const std::string& role, const Owner& owner, const std::vector<Post>& posts);

/// Every queue whose tasks the holder of the posts may take, and the person's own.
std::vector<std::string> queues_of(PersonId person, const std::vector<Post>& posts);
std::string own_queue(PersonId person);

} // namespace onebudget::workflow
