// Questions applied, and said in words.

#include <algorithm>

#include "tests/access/question.hpp"

namespace onebudget::oracle {

namespace {

const char* const kAsks[] = {"list",   "walk the pages of", "sum up", "read",       "history of", "abilities on",
                             "export", "explain",           "update", "transition", "delete",     "create"};
const char* const kReaches[] = {"self", "level", "subtree"};

void note_masked(int entity, Row& row, const std::map<std::string, Cell>& before, bool fresh) {
  for (const Field& field : entity_at(entity).fields) {
    if (field.mask.empty()) continue;
    const auto old = before.find(field.name);
    const Cell was = old == before.end() ? Cell{} : old->second;
    if (fresh ? !row.cell(field.name).null : !(row.cell(field.name) == was))
      row.masked_past.push_back(row.cell(field.name));
  }
}

std::string cell_text(const World& world, const Field* field, const Cell& cell) {
  if (cell.null) return "null";
  if (!cell.number) return cell.s;
  if (field != nullptr && field->type == Type::money) return money(cell.n);
  if (field != nullptr && field->type == Type::org) return world.nodes[static_cast<std::size_t>(cell.n)].code;
  if (field != nullptr && field->type == Type::boolean) return cell.n != 0 ? "true" : "false";
  if (field != nullptr && field->type == Type::ref) return "#" + std::to_string(cell.n);
  return std::to_string(cell.n);
}

} // namespace

const char* name_of(Ask ask) { return kAsks[static_cast<std::size_t>(ask)]; }

const std::vector<TransitionRule>& transitions() {
  static const std::vector<TransitionRule> all{{"submit", {"draft", "returned"}, "submitted", "submit", false, false},
                                               {"give_back", {"submitted"}, "returned", "approve", true, false},
                                               {"approve", {"submitted"}, "approved", "approve", false, true}};
  return all;
}

void apply(World& world, const Question& question, std::int64_t id) {
  auto& rows = world.rows[question.entity];
  if (question.ask == Ask::create) {
    Row row;
    row.handle = world.next++;
    row.id = id;
    row.cells = question.changes;
    if (entity_at(question.entity).states) row.cells["status"] = Cell::of(std::string("draft"));
    row.created_by = row.updated_by = question.who.user;
    note_masked(question.entity, row, {}, true);
    rows[row.handle] = row;
    return;
  }
  Row& row = rows.at(question.handle);
  if (question.ask == Ask::remove) {
    rows.erase(question.handle);
    return;
  }
  const std::map<std::string, Cell> before = row.cells;
  if (question.ask == Ask::transition) {
    for (const TransitionRule& rule : transitions()) {
      if (question.verb != rule.name) continue;
      if (editable_state(row.cell("status").s) && !editable_state(rule.to)) row.submitted_by = question.who.user;
      row.cells["status"] = Cell::of(std::string(rule.to));
    }
  } else {
    bool same = true;
    for (const auto& [name, cell] : question.changes) {
      same = same && row.cell(name) == cell;
      row.cells[name] = cell;
    }
    if (same) return;
    note_masked(question.entity, row, before, false);
  }
  ++row.version;
  row.updated_by = question.who.user;
}

std::string money(std::int64_t fen) {
  const std::int64_t size = fen < 0 ? -fen : fen;
  const std::string rest = std::to_string(size % 100);
  return (fen < 0 ? "-" : "") + std::to_string(size / 100) + "." + (rest.size() < 2 ? "0" + rest : rest);
}

std::string node_name(const Node& node) { return "节点 " + node.code; }

std::string rsql(const World& world, const Condition& condition) {
  if (condition.join != Condition::Join::term) {
    std::string out = "(";
    for (const Condition& part : condition.parts)
      out += (out.size() > 1 ? (condition.join == Condition::Join::all ? ";" : ",") : "") + rsql(world, part);
    return out + ")";
  }
  const Field* field = nullptr;
  for (int entity = 0; entity < kEntities && field == nullptr; ++entity)
    field = entity_at(entity).field(condition.field);
  const auto one = [&](const Cell& cell) {
    if (condition.op == "=null=") return std::string(cell.n != 0 ? "true" : "false");
    std::string quoted = "\"";
    for (const char c : cell_text(world, field, cell)) {
      if (c == '"' || c == '\\' || c == '*') quoted += '\\';
      quoted += c;
    }
    return quoted + (condition.prefix ? "*\"" : "\"");
  };
  if (condition.op != "=in=" && condition.op != "=out=")
    return condition.field + condition.op + one(condition.values.at(0));
  std::string list;
  for (const Cell& cell : condition.values) list += (list.empty() ? "" : ",") + one(cell);
  return condition.field + condition.op + "(" + list + ")";
}

std::string sort_text(const Question& question) {
  std::string out;
  for (const auto& [field, descending] : question.sort)
    out += std::string(out.empty() ? "" : ",") + (descending ? "-" : "") + field;
  return out;
}

std::string in_words(const World& world, const Question& question) {
  std::string out = "person " + std::to_string(question.who.user);
  if (question.who.token != 0) out += " through token " + std::to_string(question.who.token);
  out += std::string(": ") + name_of(question.ask) + " " + entity_at(question.entity).name;
  if (question.handle != 0) out += " #" + std::to_string(question.handle);
  if (!question.verb.empty()) out += " (" + question.verb + ")";
  if (question.filter) out += ", filter " + rsql(world, *question.filter);
  if (!question.text.empty()) out += ", text \"" + question.text + "\"";
  if (!question.sort.empty()) out += ", sorted by " + sort_text(question);
  if (question.limit < 1000) out += ", " + std::to_string(question.limit) + " a page";
  for (const std::string& name : question.group) out += ", grouped by " + name;
  for (const std::string& part : question.aggregates) out += ", " + part;
  for (const auto& [name, cell] : question.changes)
    out += ", " + name + " := " + cell_text(world, entity_at(question.entity).field(name), cell);
  if (!question.comment.empty()) out += ", comment \"" + question.comment + "\"";
  return out + (question.stale ? ", with a version that is not the row's" : "");
}

std::string in_words(const World& world, const Grant& grant) {
  std::string out = "grant " + std::to_string(grant.handle) + ": person " + std::to_string(grant.user);
  if (grant.token != 0) out += " token " + std::to_string(grant.token);
  out += ", role " + std::to_string(grant.role) + " at " + world.nodes[static_cast<std::size_t>(grant.node)].code +
         " reach " + kReaches[static_cast<std::size_t>(grant.reach)];
  for (const std::string& code : grant.departments) out += ", department " + code;
  if (grant.where) out += ", where " + rsql(world, *grant.where);
  if (grant.from != 0) out += ", begins at now" + std::to_string(grant.from - world.now) + " ms";
  if (grant.to != 0) out += ", ends at now" + std::to_string(grant.to - world.now) + " ms";
  if (grant.delegated_by != 0) out += ", delegated from grant " + std::to_string(grant.delegated_by);
  return out + (grant.revoked ? ", revoked" : "");
}

std::string in_words(const World& world) {
  static const char* const kKinds[] = {"region", "zone", "department", "unit"};
  std::string out = "Tree:\n";
  for (const Node& node : world.nodes) {
    out += "  " + node.code + " " + kKinds[static_cast<std::size_t>(node.kind)];
    if (node.level != 0) out += " level " + std::to_string(node.level);
    if (!node.department.empty()) out += " department " + node.department;
    out += node.parent < 0 ? "\n" : " under " + world.nodes[static_cast<std::size_t>(node.parent)].code + "\n";
  }
  std::set<int> used;
  out += "Grants:\n";
  for (const auto& [handle, grant] : world.grants) {
    out += "  " + in_words(world, grant) + "\n";
    used.insert(grant.role);
  }
  out += "Roles:\n";
  for (const int role : used) {
    out += "  role " + std::to_string(role) + ":";
    for (const std::string& one : world.roles[static_cast<std::size_t>(role)].permissions) out += " " + one;
    out += "\n";
  }
  out += "Rows:\n";
  for (int entity = 0; entity < kEntities; ++entity) {
    for (const auto& [handle, row] : world.rows[entity]) {
      out += "  " + entity_at(entity).name + " #" + std::to_string(handle);
      for (const Field& field : entity_at(entity).fields)
        if (!row.cell(field.name).null) out += " " + field.name + "=" + cell_text(world, &field, row.cell(field.name));
      out += "\n";
    }
  }
  return out;
}

} // namespace onebudget::oracle
