#include "tests/access/world.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace onebudget::oracle {

const Field* Entity::field(const std::string& wanted) const {
  for (const Field& one : fields)
    if (one.name == wanted) return &one;
  return nullptr;
}

const Entity& entity_at(int which) {
  static const std::array<Entity, kEntities> all{
      {{"kind",
        true,
        "",
        "",
        false,
        {{"code", Type::text}, {"name", Type::text}, {"holder", Type::text, -1, "name"}},
        {"code", "name"}},
       {"item",
        false,
        "unit",
        "",
        true,
        {{"code", Type::text},
         {"name", Type::text},
         {"unit", Type::org},
         {"kind", Type::ref, kKind},
         {"peer", Type::ref, kItem},
         {"amount", Type::money},
         {"qty", Type::integer},
         {"fund", Type::choice},
         {"day", Type::date},
         {"urgent", Type::boolean},
         {"phone", Type::text, -1, "phone"},
         {"status", Type::choice}},
        {"code", "name", "phone"}},
       {"line",
        false,
        "",
        "item",
        false,
        {{"code", Type::text},
         {"item", Type::ref, kItem},
         {"name", Type::text},
         {"amount", Type::money},
         {"account", Type::text, -1, "bank_account", true}},
        {"name"}},
       {"note",
        false,
        "unit",
        "",
        false,
        {{"code", Type::text},
         {"unit", Type::org},
         {"name", Type::text},
         {"amount", Type::money},
         {"secret", Type::text, -1, "", true}},
        {"code", "name"}},
       {"seen",
        false,
        "unit",
        "",
        false,
        {{"code", Type::text},
         {"name", Type::text},
         {"unit", Type::org},
         {"kind", Type::ref, kKind},
         {"amount", Type::money},
         {"fund", Type::choice},
         {"phone", Type::text}},
        {"name", "phone"}}}};
  return all.at(static_cast<std::size_t>(which));
}

const Cell& Row::cell(const std::string& name) const {
  static const Cell kEmpty;
  const auto found = cells.find(name);
  return found == cells.end() ? kEmpty : found->second;
}

std::string permission_of(int entity, const std::string& verb) { return "o." + entity_at(entity).name + "." + verb; }
bool editable_state(const std::string& state) { return state == "draft" || state == "returned"; }

bool World::at_or_below(int node, int top) const {
  for (int at = node; at >= 0; at = nodes[static_cast<std::size_t>(at)].parent)
    if (at == top) return true;
  return false;
}

int World::region_of(int node) const {
  while (nodes[static_cast<std::size_t>(node)].kind == Kind::department ||
         nodes[static_cast<std::size_t>(node)].kind == Kind::unit)
    node = nodes[static_cast<std::size_t>(node)].parent;
  return node;
}

std::string World::department_of(int node) const {
  while (nodes[static_cast<std::size_t>(node)].kind == Kind::unit) node = nodes[static_cast<std::size_t>(node)].parent;
  const Node& found = nodes[static_cast<std::size_t>(node)];
  return found.kind == Kind::department ? found.department : "";
}

bool World::reaches(const Grant& grant, int node) const {
  switch (grant.reach) {
    case Reach::self:
      return node == grant.node;
    case Reach::level:
      return at_or_below(node, grant.node) && region_of(node) == region_of(grant.node);
    case Reach::subtree:
      return at_or_below(node, grant.node);
  }
  return false;
}

bool World::lower(int node, int than) const {
  const Kind kind = nodes[static_cast<std::size_t>(than)].kind;
  if (kind == Kind::department || kind == Kind::unit) return node != than && at_or_below(node, than);
  const auto level = [&](int at) { return nodes[static_cast<std::size_t>(region_of(at))].level; };
  return level(node) > level(than);
}

bool World::holds(const Role& role, const std::string& permission) const {
  return std::any_of(role.permissions.begin(), role.permissions.end(), [&](const std::string& one) {
    if (one == permission) return true;
    return one.back() == '*' && permission.rfind(one.substr(0, one.size() - 1), 0) == 0;
  });
}

bool World::in_force(const Grant& grant) const {
  return !grant.revoked && now >= grant.from && (grant.to == 0 || now < grant.to);
}

int World::owner_of(int entity, const Row& row) const {
  const Entity& shape = entity_at(entity);
  if (!shape.owner.empty()) return static_cast<int>(row.cell(shape.owner).n);
  if (shape.parent.empty()) return -1;
  const auto parent = rows[kItem].find(static_cast<int>(row.cell(shape.parent).n));
  return parent == rows[kItem].end() ? -1 : owner_of(kItem, parent->second);
}

const Row* World::stateful(int entity, const Row& row) const {
  const Entity& shape = entity_at(entity);
  if (shape.states) return &row;
  if (shape.parent.empty()) return nullptr;
  const auto parent = rows[kItem].find(static_cast<int>(row.cell(shape.parent).n));
  return parent == rows[kItem].end() ? nullptr : &parent->second;
}

bool World::chain(const Grant& grant, const std::string& permission, Authority& out) const {
  if (!in_force(grant) || !holds(roles[static_cast<std::size_t>(grant.role)], permission)) return false;
  out.push_back(&grant);
  return grant.delegated_by == 0 || chain(grants.at(grant.delegated_by), permission, out);
}

bool World::meets(const Authority& all) const {
  bool any = false;
  for (int node = 0; node < static_cast<int>(nodes.size()) && !any; ++node)
    any = std::all_of(all.begin(), all.end(), [&](const Grant* one) { return reaches(*one, node); });
  std::optional<std::set<std::string>> common;
  for (const Grant* one : all) {
    if (one->departments.empty()) continue;
    const std::set<std::string> own(one->departments.begin(), one->departments.end());
    std::set<std::string> both;
    for (const std::string& code : own)
      if (!common || common->count(code) > 0) both.insert(code);
    common = both;
  }
  return any && (!common || !common->empty());
}

const std::vector<Authority>& World::authorities(const Caller& who, const std::string& permission) const {
  const auto at = cache.by.find({{who.user, who.token}, permission});
  if (at != cache.by.end()) return at->second;
  return cache.by[{{who.user, who.token}, permission}] = find_authorities(who, permission);
}

std::vector<Authority> World::find_authorities(const Caller& who, const std::string& permission) const {
  std::vector<Authority> own, through;
  for (const auto& [handle, grant] : grants) {
    if (grant.user != who.user || (grant.token != 0 && grant.token != who.token)) continue;
    Authority one;
    if (chain(grant, permission, one) && meets(one)) (grant.token == 0 ? own : through).push_back(one);
  }
  if (who.token == 0) return own;
  std::vector<Authority> both;
  for (const Authority& outer : own) {
    for (Authority joined : through) {
      joined.insert(joined.end(), outer.begin(), outer.end());
      if (meets(joined)) both.push_back(std::move(joined));
    }
  }
  return both;
}

bool World::admits(const Grant& grant, int entity, const Row& row, bool read) const {
  const int owner = owner_of(entity, row);
  if (owner < 0 || !reaches(grant, owner)) return false;
  const auto& list = grant.departments;
  if (!list.empty() && std::find(list.begin(), list.end(), department_of(owner)) == list.end()) return false;
  if (grant.where && !satisfies(entity, row, *grant.where, nullptr)) return false;
  if (!read || !lower(owner, grant.node)) return true;
  const Row* source = stateful(entity, row);
  if (source == nullptr) return true; // an entity without states keeps nothing back
  return visible_above.count(source->cell("status").s) > 0;
}

bool World::admits(const Authority& all, int entity, const Row& row, bool read) const {
  return std::all_of(all.begin(), all.end(), [&](const Grant* one) { return admits(*one, entity, row, read); });
}

bool World::has_unmask(const Authority& all, int entity) const {
  return std::all_of(all.begin(), all.end(), [&](const Grant* one) {
    return holds(roles[static_cast<std::size_t>(one->role)], permission_of(entity, "unmask"));
  });
}

const std::map<int, Row>& World::rows_for(const Caller& who, int entity, std::map<int, Row>& made) const {
  if (entity != kSeen) return rows[entity];
  for (const auto& [handle, item] : rows[kItem]) {
    if (!reads(who, kItem, item)) continue;
    Row row = item;
    row.version = 1;
    if (!row.cell("phone").null && !clear(who, kItem, item)) row.cells["phone"] = Cell::of(std::string("***"));
    made.emplace(handle, std::move(row));
  }
  return made;
}

bool World::may(const Caller& who, int entity, const std::string& verb) const {
  return !authorities(who, permission_of(entity, verb)).empty();
}

bool World::may_write(const Caller& who, int entity, const Row& row, const std::string& verb) const {
  const std::vector<Authority>& all = authorities(who, permission_of(entity, verb));
  return std::any_of(all.begin(), all.end(), [&](const Authority& one) {
    if (!entity_at(entity).is_public) return admits(one, entity, row, false);
    // Public rows stand nowhere: what counts are grants at the root, and their conditions.
    return std::all_of(one.begin(), one.end(), [&](const Grant* grant) {
      return grant->node == 0 && (!grant->where || satisfies(entity, row, *grant->where, nullptr));
    });
  });
}

bool World::reads(const Caller& who, int entity, const Row& row) const {
  if (entity_at(entity).is_public) return true;
  const std::vector<Authority>& all = authorities(who, permission_of(entity, "read"));
  return std::any_of(all.begin(), all.end(), [&](const Authority& one) { return admits(one, entity, row, true); });
}

bool World::clear(const Caller& who, int entity, const Row& row) const {
  if (entity_at(entity).is_public) return may(who, entity, "unmask");
  const std::vector<Authority>& all = authorities(who, permission_of(entity, "read"));
  return std::any_of(all.begin(), all.end(),
                     [&](const Authority& one) { return has_unmask(one, entity) && admits(one, entity, row, true); });
}

bool World::always_clear(const Caller& who, int entity) const {
  if (entity_at(entity).is_public) return may(who, entity, "unmask");
  const std::vector<Authority>& all = authorities(who, permission_of(entity, "read"));
  return std::all_of(all.begin(), all.end(), [&](const Authority& one) { return has_unmask(one, entity); });
}

int compare(const Cell& a, const Cell& b) {
  if (a.null || b.null) return a.null == b.null ? 0 : a.null ? -1 : 1;
  if (a.number) return a.n < b.n ? -1 : a.n > b.n ? 1 : 0;
  const int order = a.s.compare(b.s); // UTF-8 sorts by code point
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

namespace {

std::string folded(std::string all) {
  for (char& c : all)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return all;
}

} // namespace

bool contains_folded(const std::string& text, const std::string& part) {
  return folded(text).find(folded(part)) != std::string::npos;
}

namespace {

/// How the characters of the titles that are made here are read; what has no reading is skipped.
std::vector<std::vector<std::string>> readings(const std::string& title) {
  static const std::map<std::string, std::vector<std::string>> kRead{
      {"路", {"lu"}}, {"灯", {"deng"}}, {"学", {"xue"}}, {"校", {"xiao", "jiao"}}, {"道", {"dao"}}};
  std::vector<std::vector<std::string>> out;
  for (std::size_t at = 0; at < title.size();) {
    const std::size_t length = static_cast<unsigned char>(title[at]) < 0x80 ? 1 : 3;
    const std::string one = folded(title.substr(at, length));
    at += length;
    const auto known = kRead.find(one);
    if (known != kRead.end())
      out.push_back(known->second);
    else if (length == 1 && std::isalnum(static_cast<unsigned char>(one[0])) != 0)
      out.push_back({one});
  }
  return out;
}

bool read_from(const std::vector<std::vector<std::string>>& title, std::size_t at, const std::string& text, bool full) {
  if (text.empty()) return true;
  if (at == title.size()) return false;
  return std::any_of(title[at].begin(), title[at].end(), [&](std::string reading) {
    if (!full) reading.resize(1);
    if (reading.size() >= text.size()) return reading.rfind(text, 0) == 0;
    return text.rfind(reading, 0) == 0 && read_from(title, at + 1, text.substr(reading.size()), full);
  });
}

} // namespace

bool read_as(const std::string& title, const std::string& text) {
  std::string wanted;
  bool letter = false;
  for (const char c : folded(text)) {
    if (c == ' ') continue;
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) return false;
    letter = letter || std::isalpha(static_cast<unsigned char>(c)) != 0;
    wanted += c;
  }
  if (wanted.size() < 2 || !letter) return false;
  const auto all = readings(title);
  for (std::size_t at = 0; at < all.size(); ++at)
    if (read_from(all, at, wanted, true) || read_from(all, at, wanted, false)) return true;
  return false;
}

int rank_of(const Cell& title, const std::string& text) {
  if (title.null || folded(title.s).rfind(folded(text), 0) != 0) return 2;
  return title.s.size() == text.size() ? 0 : 1;
}

std::string masked(const std::string& text, const std::string& mask) {
  std::vector<std::string> letters;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U && !letters.empty())
      letters.back() += c;
    else
      letters.emplace_back(1, c);
  }
  std::size_t head = mask == "phone" ? 3 : mask == "name" ? 1 : 0;
  std::size_t tail = mask == "name" ? 0 : 4;
  if (head + tail >= letters.size()) head = tail = 0;
  std::string out;
  for (std::size_t i = 0; i < letters.size(); ++i)
    out += i < head || i + tail >= letters.size() ? letters[i] : std::string("*");
  return out;
}

namespace {

bool one_holds(const Cell& cell, const std::string& op, const Cell& value, bool prefix) {
  if (op == "==" && prefix) return !cell.null && cell.s.rfind(value.s, 0) == 0;
  if (op == "==") return !cell.null && compare(cell, value) == 0;
  if (op == "!=") return !one_holds(cell, "==", value, prefix);
  if (op == "=null=") return cell.null == (value.n != 0);
  if (cell.null) return false;
  if (op == "=q=") return contains_folded(cell.s, value.s);
  const int order = compare(cell, value);
  if (op == "<") return order < 0;
  if (op == "<=") return order <= 0;
  if (op == ">") return order > 0;
  return order >= 0;
}

bool cell_holds(const Cell& cell, const Condition& term) {
  if (term.op != "=in=" && term.op != "=out=") return one_holds(cell, term.op, term.values.at(0), term.prefix);
  const bool in = std::any_of(term.values.begin(), term.values.end(),
                              [&](const Cell& value) { return one_holds(cell, "==", value, false); });
  return in == (term.op == "=in=");
}

bool known_fields(int entity, const Condition& condition) {
  if (condition.join == Condition::Join::term)
    return entity_at(entity).field(condition.field.substr(0, condition.field.find('.'))) != nullptr;
  return std::all_of(condition.parts.begin(), condition.parts.end(),
                     [&](const Condition& part) { return known_fields(entity, part); });
}

} // namespace

/// With `who`, a caller's filter: what a link points to counts only when the caller may read it.
bool World::satisfies(int entity, const Row& row, const Condition& condition, const Caller* who) const {
  // A condition of a grant on a field that the entity does not have holds no row of it.
  if (who == nullptr && !known_fields(entity, condition)) return false;
  const auto part = [&](const Condition& one) { return satisfies(entity, row, one, who); };
  if (condition.join == Condition::Join::all) return std::all_of(condition.parts.begin(), condition.parts.end(), part);
  if (condition.join == Condition::Join::any) return std::any_of(condition.parts.begin(), condition.parts.end(), part);
  const std::size_t dot = condition.field.find('.');
  if (dot == std::string::npos) return cell_holds(row.cell(condition.field), condition);
  const Field* link = entity_at(entity).field(condition.field.substr(0, dot));
  const Cell& at = row.cell(link->name);
  if (at.null) return false;
  if (link->type == Type::org) return cell_holds(Cell::of(nodes[static_cast<std::size_t>(at.n)].code), condition);
  const auto target = rows[link->target].find(static_cast<int>(at.n));
  if (target == rows[link->target].end()) return false;
  if (who != nullptr && !reads(*who, link->target, target->second)) return false;
  return cell_holds(target->second.cell(condition.field.substr(dot + 1)), condition);
}

} // namespace onebudget::oracle
