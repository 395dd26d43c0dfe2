#include "plugins/workflow/domain/office.hpp"

#include <algorithm>

namespace onebudget::workflow {

namespace {

bool is_region(const Post& post) { return post.kind == "region" || post.kind == "zone"; }

/// The last "/r…/" segment of a path ends the region that the owner lies in.
std::string region_path(const std::string& path) {
  std::string found;
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::size_t begin = path.rfind('/', at - 1) + 1;
    if (path[begin] == 'r') found = path.substr(0, at + 1);
  }
  return found;
}

bool named_by(At at, const Post& post, const Owner& owner) {
  if (owner.path.rfind(post.path, 0) != 0) return false;
  const std::string region = region_path(owner.path);
  switch (at) {
    case At::nearest:
      return true;
    case At::unit:
      return post.path == owner.path;
    case At::department:
      return post.kind == "department";
    case At::division:
      return is_region(post) && post.path == region && !post.departments.empty();
    case At::region:
      return is_region(post) && post.path == region && post.departments.empty();
    case At::upper:
      return is_region(post) && post.path.size() < region.size();
  }
  return false;
}

bool supervises(const Post& post, const std::string& department) {
  return post.departments.empty() ||
         std::find(post.departments.begin(), post.departments.end(), department) != post.departments.end();
}

} // namespace

std::string Office::queue() const { return "o:" + role + "@" + node + (department.empty() ? "" : "/" + department); }

std::optional<Office> office_of(At at, const std::string& role, const Owner& owner, const std::vector<Post>& posts) {
  std::vector<Post> fitting;
  for (const Post& post : posts)
    if (post.role == role && named_by(at, post, owner) && supervises(post, owner.department)) fitting.push_back(post);
  if (fitting.empty()) return std::nullopt;
  // The nearest node is the longest path; at one node a division of departments is nearer than its whole.
  const auto nearness = [](const Post& post) { return std::make_pair(post.path.size(), !post.departments.empty()); };
  const auto nearest = std::max_element(fitting.begin(), fitting.end(),
                                        [&](const Post& a, const Post& b) { return nearness(a) < nearness(b); });
  Office out{role, nearest->node, nearest->departments.empty() ? "" : owner.department, {}};
  for (const Post& post : fitting)
    if (nearness(post) == nearness(*nearest)) out.people.push_back(post.person);
  std::sort(out.people.begin(), out.people.end());
  out.people.erase(std::unique(out.people.begin(), out.people.end()), out.people.end());
  return out;
}

std::string own_queue(PersonId person) { return "p:" + std::to_string(person); }

std::vector<std::string> queues_of(PersonId person, const std::vector<Post>& posts) {
  std::vector<std::string> out = {own_queue(person)};
  for (const Post& post : posts) {
    if (post.departments.empty()) out.push_back(Office{post.role, post.node, "", {}}.queue());
    for (const std::string& department : post.departments)
      out.push_back(Office{post.role, post.node, department, {}}.queue());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

} // namespace onebudget::workflow
