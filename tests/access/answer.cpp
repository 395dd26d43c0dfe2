// What the rule allows as answers.

#include <algorithm>

#include "tests/access/question.hpp"

namespace onebudget::oracle {

namespace {

const char* const kForbidden = "records.forbidden";

std::string shown(const World& world, const Question& question, const Row& row) {
  const Entity& shape = entity_at(question.entity);
  const bool clear = world.clear(question.who, question.entity, row);
  std::string out = "#" + std::to_string(row.handle);
  for (const Field& field : shape.fields) {
    const Cell& cell = row.cell(field.name);
    std::string value = "null";
    if (field.type == Type::ref) {
      const auto target = world.rows[field.target].find(static_cast<int>(cell.n));
      const bool known = !cell.null && target != world.rows[field.target].end() &&
                         world.reads(question.who, field.target, target->second);
      value = known ? target->second.cell("name").s : "";
    } else if (!cell.null) {
      if (field.type == Type::org)
        value = node_name(world.nodes[static_cast<std::size_t>(cell.n)]);
      else if (field.type == Type::money)
        value = money(cell.n);
      else if (field.type == Type::boolean)
        value = cell.n != 0 ? "true" : "false";
      else if (cell.number)
        value = std::to_string(cell.n);
      else
        value = field.mask.empty() || clear ? cell.s : masked(cell.s, field.mask);
    }
    out += " " + field.name + "=" + value;
  }
  return out;
}

bool names_masked(int entity, const Condition& condition) {
  if (condition.join != Condition::Join::term)
    return std::any_of(condition.parts.begin(), condition.parts.end(),
                       [&](const Condition& part) { return names_masked(entity, part); });
  const Field* field = entity_at(entity).field(condition.field);
  return field != nullptr && !field->mask.empty();
}

/// A masked field that is not clear in every row cannot be asked about.
bool asks_masked(const World& world, const Question& question) {
  const Entity& shape = entity_at(question.entity);
  bool named = question.filter && names_masked(question.entity, *question.filter);
  const auto is_masked = [&](const std::string& name) {
    const Field* field = shape.field(name);
    return field != nullptr && !field->mask.empty();
  };
  for (const auto& [field, descending] : question.sort) named = named || is_masked(field);
  for (const std::string& field : question.group) named = named || is_masked(field);
  for (const std::string& part : question.aggregates) named = named || is_masked(part.substr(part.find(':') + 1));
  return named && !world.always_clear(question.who, question.entity);
}

/// An encrypted field is found by its whole value, and nothing is sorted by it.
const char* refused(const World& world, const Question& question) {
  if (asks_masked(world, question)) return "records.masked_field";
  const Entity& shape = entity_at(question.entity);
  const bool sealed = std::any_of(question.sort.begin(), question.sort.end(),
                                  [&](const auto& key) { return shape.field(key.first)->encrypted; });
  return sealed ? "records.encrypted_field" : nullptr;
}

bool found_by_text(const World& world, const Question& question, const Row& row) {
  if (question.text.empty()) return true;
  const Entity& shape = entity_at(question.entity);
  if (question.entity != kSeen && read_as(row.cell("name").s, question.text)) return true; // a view has no index
  return std::any_of(shape.search.begin(), shape.search.end(), [&](const std::string& name) {
    if (!shape.field(name)->mask.empty() && !world.always_clear(question.who, question.entity)) return false;
    return !row.cell(name).null && contains_folded(row.cell(name).s, question.text);
  });
}

std::vector<const Row*> selected(const World& world, const Question& question, std::map<int, Row>& made) {
  std::vector<const Row*> out;
  for (const auto& [handle, row] : world.rows_for(question.who, question.entity, made)) {
    if (!world.reads(question.who, question.entity, row)) continue;
    if (question.filter && !world.satisfies(question.entity, row, *question.filter, &question.who)) continue;
    if (found_by_text(world, question, row)) out.push_back(&row);
  }
  const bool ranked = !question.text.empty() && question.sort.empty() && question.ask != Ask::exported;
  std::sort(out.begin(), out.end(), [&](const Row* a, const Row* b) {
    if (ranked)
      if (const int worse = rank_of(a->cell("name"), question.text) - rank_of(b->cell("name"), question.text);
          worse != 0)
        return worse < 0;
    for (const auto& [field, descending] : question.sort)
      if (const int order = compare(a->cell(field), b->cell(field)); order != 0)
        return descending ? order > 0 : order < 0;
    const bool down = !question.sort.empty() && question.sort.back().second;
    return down ? a->id > b->id : a->id < b->id;
  });
  return out;
}

bool may_list(const World& world, const Question& question) {
  return entity_at(question.entity).is_public || world.may(question.who, question.entity, "read");
}

std::string listed(const World& world, const Question& question) {
  if (!may_list(world, question)) return kForbidden;
  if (const char* why = refused(world, question)) return why;
  std::map<int, Row> made;
  const std::vector<const Row*> rows = selected(world, question, made);
  std::string out = "ok " + std::to_string(rows.size());
  std::size_t shown_rows = rows.size();
  if (question.ask == Ask::list) shown_rows = std::min(shown_rows, static_cast<std::size_t>(question.limit));
  for (std::size_t i = 0; i < shown_rows; ++i) out += "\n" + shown(world, question, *rows[i]);
  return out;
}

std::string exported(const World& world, const Question& question) {
  if (!may_list(world, question) || !world.may(question.who, question.entity, "export")) return kForbidden;
  if (const char* why = refused(world, question)) return why;
  std::string out = "ok";
  std::map<int, Row> made;
  for (const Row* row : selected(world, question, made)) {
    const bool open = entity_at(question.entity).is_public;
    if (!open && !world.may_write(question.who, question.entity, *row, "export")) continue;
    out += "\n" + row->cell("code").s;
    for (const Field& field : entity_at(question.entity).fields) {
      if (field.mask.empty()) continue;
      const Cell& cell = row->cell(field.name);
      const bool clear = world.clear(question.who, question.entity, *row);
      out += " " + (cell.null ? "null" : clear ? cell.s : masked(cell.s, field.mask));
    }
  }
  return out;
}

std::string one_sum(const std::string& part, const std::vector<const Row*>& rows) {
  if (part == "count") return "count=" + std::to_string(rows.size());
  const std::string function = part.substr(0, part.find(':')), name = part.substr(part.find(':') + 1);
  std::vector<const Cell*> cells;
  for (const Row* row : rows)
    if (!row->cell(name).null) cells.push_back(&row->cell(name));
  const auto written = [&](std::int64_t n) { return name == "amount" ? money(n) : std::to_string(n); };
  std::string value = "null";
  std::int64_t sum = 0;
  for (const Cell* cell : cells) sum += cell->n;
  const auto count = static_cast<std::int64_t>(cells.size());
  const auto less = [](const Cell* a, const Cell* b) { return compare(*a, *b) < 0; };
  if (function == "sum")
    value = written(sum);
  else if (count > 0 && function == "avg")
    value = written((sum < 0 ? -1 : 1) * ((2 * (sum < 0 ? -sum : sum) + count) / (2 * count)));
  else if (count > 0 && function == "min")
    value = written((*std::min_element(cells.begin(), cells.end(), less))->n);
  else if (count > 0)
    value = written((*std::max_element(cells.begin(), cells.end(), less))->n);
  return function + "_" + name + "=" + value;
}

std::string aggregated(const World& world, const Question& question) {
  if (!may_list(world, question)) return kForbidden;
  if (asks_masked(world, question)) return "records.masked_field";
  std::map<std::string, std::vector<const Row*>> groups;
  if (question.group.empty()) groups[""];
  std::map<int, Row> made;
  for (const Row* row : selected(world, question, made)) {
    std::string key;
    for (const std::string& name : question.group) {
      const Cell& cell = row->cell(name);
      const bool boolean = entity_at(question.entity).field(name)->type == Type::boolean;
      key += name + "=" + (cell.null ? "null" : boolean ? (cell.n != 0 ? "true" : "false") : cell.s) + " ";
    }
    groups[key].push_back(row);
  }
  std::vector<std::string> lines;
  for (const auto& [key, rows] : groups) {
    std::string line = key;
    for (const std::string& part : question.aggregates) line += one_sum(part, rows) + " ";
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  std::string out = "ok";
  for (const std::string& line : lines) out += "\n" + line;
  return out;
}

bool open_for_change(const World& world, int entity, const Row& row) {
  const Row* source = world.stateful(entity, row);
  return source == nullptr || editable_state(source->cell("status").s);
}

bool maker(const Row& row, const Caller& who) {
  return row.created_by == who.user || row.updated_by == who.user || row.submitted_by == who.user;
}

std::string abilities(const World& world, const Question& question, const Row& row) {
  const auto may = [&](const char* verb) { return world.may_write(question.who, question.entity, row, verb); };
  const bool open = open_for_change(world, question.entity, row);
  std::string out = "ok";
  if (open && may("update")) out += " update";
  if (open && may("delete")) out += " delete";
  if (!entity_at(question.entity).states) return out;
  for (const TransitionRule& rule : transitions()) {
    const bool from = std::find(rule.from.begin(), rule.from.end(), row.cell("status").s) != rule.from.end();
    if (from && !(rule.not_maker && maker(row, question.who)) && may(rule.verb)) out += std::string(" ") + rule.name;
  }
  return out;
}

std::string history(const World& world, const Question& question, const Row& row) {
  std::string out = "ok " + std::to_string(row.version);
  const bool clear = world.clear(question.who, question.entity, row);
  std::string mask;
  for (const Field& field : entity_at(question.entity).fields)
    if (!field.mask.empty()) mask = field.mask;
  for (const Cell& cell : row.masked_past) out += " " + (cell.null ? "null" : clear ? cell.s : masked(cell.s, mask));
  return out;
}

std::string explained(const World& world, const Question& question) {
  const std::string permission = permission_of(question.entity, question.verb);
  std::set<int> allowing;
  for (const auto& [handle, grant] : world.grants) {
    Authority all;
    if (grant.user != question.who.user || grant.token != 0) continue;
    if (!world.chain(grant, permission, all) || !world.meets(all)) continue;
    if (question.handle != 0) {
      const Row& row = world.rows[question.entity].at(question.handle);
      if (!world.admits(all, question.entity, row, question.verb == "read")) continue;
    }
    allowing.insert(handle);
  }
  std::string out = allowing.empty() ? "ok no" : "ok yes";
  for (const int handle : allowing) out += " " + std::to_string(handle);
  return out;
}

/// Links that are written must lead to rows that the writer may read.
bool bad_links(const World& world, const Question& question, const Row* before) {
  for (const Field& field : entity_at(question.entity).fields) {
    const auto change = question.changes.find(field.name);
    if (field.type != Type::ref || change == question.changes.end() || change->second.null) continue;
    if (before != nullptr && before->cell(field.name) == change->second) continue;
    const auto target = world.rows[field.target].find(static_cast<int>(change->second.n));
    if (target == world.rows[field.target].end() || !world.reads(question.who, field.target, target->second))
      return true;
  }
  return false;
}

std::vector<std::string> changed(const World& world, const Question& question, const Row& row) {
  std::vector<std::string> wrong;
  if (!world.may_write(question.who, question.entity, row, "update")) wrong.emplace_back(kForbidden);
  if (question.stale) wrong.emplace_back("records.version");
  if (!open_for_change(world, question.entity, row)) wrong.emplace_back("records.not_editable");
  if (bad_links(world, question, &row)) wrong.emplace_back("records.invalid");
  Row after = row;
  for (const auto& [name, cell] : question.changes) after.cells[name] = cell;
  if (!world.may_write(question.who, question.entity, after, "update")) wrong.emplace_back(kForbidden);
  const bool same = std::all_of(question.changes.begin(), question.changes.end(),
                                [&](const auto& change) { return row.cell(change.first) == change.second; });
  if (wrong.empty() || same) wrong.emplace_back("ok");
  return wrong;
}

std::vector<std::string> moved(const World& world, const Question& question, const Row& row) {
  const auto& all = transitions();
  const auto rule = std::find_if(all.begin(), all.end(), [&](const auto& one) { return question.verb == one.name; });
  std::vector<std::string> wrong;
  if (!world.may_write(question.who, question.entity, row, rule->verb)) wrong.emplace_back(kForbidden);
  if (question.stale) wrong.emplace_back("records.version");
  if (std::find(rule->from.begin(), rule->from.end(), row.cell("status").s) == rule->from.end())
    wrong.emplace_back("records.wrong_state");
  if (rule->not_maker && maker(row, question.who)) wrong.emplace_back("records.maker");
  if (rule->comment && question.comment.empty()) wrong.emplace_back("records.invalid");
  Row after = row;
  after.cells["status"] = Cell::of(std::string(rule->to));
  if (!world.may_write(question.who, question.entity, after, rule->verb)) wrong.emplace_back(kForbidden);
  if (wrong.empty()) wrong.emplace_back("ok");
  return wrong;
}

bool in_use(const World& world, int entity, const Row& row) {
  for (int other = 0; other < kEntities; ++other)
    for (const Field& field : entity_at(other).fields)
      for (const auto& [handle, one] : world.rows[other])
        if (field.type == Type::ref && field.target == entity && !one.cell(field.name).null &&
            one.cell(field.name).n == row.handle && !(other == entity && handle == row.handle))
          return true;
  return false;
}

std::vector<std::string> removed(const World& world, const Question& question, const Row& row) {
  std::vector<std::string> wrong;
  if (!world.may_write(question.who, question.entity, row, "delete")) wrong.emplace_back(kForbidden);
  if (question.stale) wrong.emplace_back("records.version");
  if (!open_for_change(world, question.entity, row)) wrong.emplace_back("records.not_editable");
  if (in_use(world, question.entity, row)) wrong.emplace_back("records.in_use");
  if (wrong.empty()) wrong.emplace_back("ok");
  return wrong;
}

std::vector<std::string> created(const World& world, const Question& question) {
  std::vector<std::string> wrong;
  Row after;
  after.cells = question.changes;
  if (entity_at(question.entity).states) after.cells["status"] = Cell::of(std::string("draft"));
  if (!world.may(question.who, question.entity, "create") ||
      !world.may_write(question.who, question.entity, after, "create"))
    wrong.emplace_back(kForbidden);
  if (bad_links(world, question, nullptr))
    wrong.emplace_back("records.invalid");
  else if (!entity_at(question.entity).states && !open_for_change(world, question.entity, after))
    wrong.emplace_back("records.not_editable");
  if (wrong.empty()) wrong.emplace_back("ok");
  return wrong;
}

} // namespace

std::vector<std::string> expected(const World& world, const Question& question) {
  switch (question.ask) {
    case Ask::list:
    case Ask::walk:
      return {listed(world, question)};
    case Ask::aggregate:
      return {aggregated(world, question)};
    case Ask::exported:
      return {exported(world, question)};
    case Ask::explain:
      return {explained(world, question)};
    case Ask::create:
      return created(world, question);
    default:
      break;
  }
  std::map<int, Row> made;
  const auto& rows = world.rows_for(question.who, question.entity, made);
  const auto found = rows.find(question.handle);
  if (found == rows.end() || !world.reads(question.who, question.entity, found->second)) return {"records.not_found"};
  const Row& row = found->second;
  switch (question.ask) {
    case Ask::history:
      return {history(world, question, row)};
    case Ask::abilities:
      return {abilities(world, question, row)};
    case Ask::update:
      return changed(world, question, row);
    case Ask::transition:
      return moved(world, question, row);
    case Ask::remove:
      return removed(world, question, row);
    default:
      return {"ok " + std::to_string(row.version) + " " + shown(world, question, row)};
  }
}

} // namespace onebudget::oracle
