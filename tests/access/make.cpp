#include "tests/access/make.hpp"

#include <algorithm>

namespace onebudget::oracle {

namespace {

const std::vector<std::string> kWords{"路灯", "School 100%", "school_a", "ROAD",     "road",
                                      "学校", "b",           "道路 B",   "\"x\\y\"", "Zeta*"};
const std::vector<std::string> kSpoken{"ludeng", "LD", "deng", "xuexiao", "xj", "dao l", "daolub", "lu"};
const std::vector<std::string> kPhones{"13812345678", "1390000", "025-83300001", "13812349999"};
const std::vector<std::string> kStates{"draft", "submitted", "returned", "approved"};
const std::vector<std::string> kFunds{"basic", "special", "other"};
const std::vector<std::string> kDays{"2026-01-01", "2026-02-28", "2026-12-31"};
const std::vector<std::string> kVerbs{"read", "create", "update", "delete", "export", "submit", "approve", "unmask"};
const std::vector<std::string> kAggregates{"count",      "sum:amount", "avg:amount", "min:amount",
                                           "max:amount", "sum:qty",    "avg:qty",    "min:qty"};

} // namespace

World Maker::world() {
  World made;
  made.now = 1'767'225'600'000;
  tree(made);
  for (int i = 0; i < 8; ++i) made.roles.push_back({0, permissions()});
  rows(made);
  return made;
}

void Maker::tree(World& world) {
  const auto add = [&](int parent, std::string code, Kind kind, int level, std::string department = "") {
    Node node{parent, std::move(code), kind, level, std::move(department), "2020-01-01", ""};
    if (one_in(8)) node.to = one_in(2) ? "2025-06-30" : "2030-01-01"; // a merged county still owns its history
    if (parent < 0) node.to.clear();
    world.nodes.push_back(std::move(node));
    return static_cast<int>(world.nodes.size()) - 1;
  };
  std::vector<int> cities, regions{add(-1, "p", Kind::region, 1)};
  for (std::int64_t i = 1 + below(3); i > 0; --i) cities.push_back(add(0, "c" + std::to_string(i), Kind::region, 2));
  regions.insert(regions.end(), cities.begin(), cities.end());
  for (std::int64_t i = 1 + below(4); i > 0; --i) // some counties stand directly under the province
    regions.push_back(add(one_in(4) ? 0 : any(cities), "k" + std::to_string(i), Kind::region, 3));
  if (one_in(2)) regions.push_back(add(any(cities), "z1", Kind::zone, one_in(2) ? 2 : 3));
  if (one_in(2)) regions.push_back(add(regions[1 + cities.size()], "t1", Kind::region, 4));
  for (const int region : regions) {
    const std::string code = world.nodes[static_cast<std::size_t>(region)].code;
    for (std::int64_t d = 1 + below(2); d > 0; --d) {
      const std::string short_code = "10" + std::to_string(d);
      const int department = add(region, code + "-" + short_code, Kind::department, 0, short_code);
      for (std::int64_t u = below(3); u > 0; --u) {
        const std::string name = code + "-" + short_code + "-u" + std::to_string(u);
        const int unit = add(department, name, Kind::unit, 0);
        if (one_in(3)) add(unit, name + "x", Kind::unit, 0);
      }
    }
  }
}

std::vector<std::string> Maker::permissions() {
  if (one_in(8)) return {"o.*"};
  std::vector<std::string> list;
  for (int entity = 0; entity < kEntities; ++entity) {
    if (one_in(5)) {
      list.push_back(permission_of(entity, "*"));
      continue;
    }
    for (const std::string& verb : kVerbs)
      if (verb == "unmask" ? one_in(4) : !one_in(3)) list.push_back(permission_of(entity, verb));
  }
  return list;
}

Cell Maker::value(const World& world, const Field& field) {
  const bool must = field.name == "code" || field.name == "name" || field.type == Type::org || field.name == "item";
  if (!must && one_in(5)) return {};
  switch (field.type) {
    case Type::money:
      return Cell::of(std::int64_t{below(7) * 12'345 - 10'001});
    case Type::integer:
      return Cell::of(std::int64_t{below(5) - 1});
    case Type::boolean:
      return Cell::of(std::int64_t{below(2)});
    case Type::date:
      return Cell::of(any(kDays));
    case Type::choice:
      return Cell::of(any(field.name == "status" ? kStates : kFunds));
    case Type::org:
      return Cell::of(below(static_cast<std::int64_t>(world.nodes.size())));
    case Type::ref:
      if (world.rows[field.target].empty()) return {};
      return Cell::of(std::int64_t{any(world.rows[field.target]).first});
    default:
      return Cell::of(any(field.mask.empty() ? kWords : kPhones));
  }
}

Row Maker::row(World& world, int entity) {
  Row made;
  made.handle = world.next++;
  for (const Field& field : entity_at(entity).fields) {
    Cell cell = value(world, field);
    if (field.name == "code") cell = Cell::of(std::string(one_in(2) ? "A" : "b") + std::to_string(made.handle));
    if (field.name == "status" && cell.null) cell = Cell::of(kStates[0]);
    if (!field.mask.empty() && !cell.null) made.masked_past.push_back(cell);
    if (!cell.null) made.cells[field.name] = std::move(cell);
  }
  return made;
}

void Maker::rows(World& world) {
  const int sizes[kEntities] = {5, 40, 40, 25, 0};
  for (int entity = 0; entity < kEntities; ++entity) {
    for (int i = 0; i < sizes[entity]; ++i) {
      Row made = row(world, entity);
      world.rows[entity].emplace(made.handle, std::move(made));
    }
  }
}

Condition Maker::term(const World& world, int entity, bool masked) {
  Condition one;
  const Entity& shape = entity_at(entity);
  const Field* field = &any(shape.fields);
  while ((!field->mask.empty() && !masked) || field->type == Type::ref || field->type == Type::org) {
    if (field->type == Type::org || (field->type == Type::ref && !field->name.empty())) {
      one.field = field->name + ".code";
      one.op = one_in(2) ? "==" : "=in=";
      one.prefix = one.op == "==" && one_in(2);
      for (std::int64_t i = one.op == "==" ? 1 : 1 + below(4); i > 0; --i) {
        std::string code = any(world.nodes).code;
        if (field->type == Type::ref) {
          const auto& targets = world.rows[field->target];
          code = targets.empty() ? "A1" : any(targets).second.cell("code").s;
        }
        one.values.push_back(Cell::of(one.prefix ? code.substr(0, 2) : code));
      }
      return one;
    }
    field = &any(shape.fields);
  }
  one.field = field->name;
  std::vector<std::string> ops{"==", "!=", "=in=", "=out=", "=null="};
  const bool ordered = field->type != Type::boolean && field->type != Type::choice && !field->encrypted;
  if (ordered) ops.insert(ops.end(), {"<", "<=", ">", ">="});
  if (field->type == Type::text && !field->encrypted) ops.emplace_back("=q=");
  one.op = any(ops);
  if (one.op == "=null=") {
    one.values.push_back(Cell::of(std::int64_t{below(2)}));
    return one;
  }
  const bool list = one.op == "=in=" || one.op == "=out=";
  for (std::int64_t i = list ? 1 + below(3) : 1; i > 0; --i) {
    const auto& rows = world.rows[entity == kSeen ? int{kItem} : entity];
    Cell cell = field->name == "code" ? any(rows).second.cell("code") : value(world, *field);
    while (cell.null) cell = value(world, *field);
    one.values.push_back(std::move(cell));
  }
  one.prefix = field->type == Type::text && !field->encrypted && (one.op == "==" || one.op == "!=") && one_in(3);
  if (one.prefix)
    one.values[0].s = one.values[0].s.substr(0, static_cast<unsigned char>(one.values[0].s[0]) < 0x80 ? 1 : 3);
  return one;
}

Condition Maker::condition(const World& world, int entity, bool masked) {
  if (!one_in(3)) return term(world, entity, masked);
  Condition joined;
  joined.join = one_in(2) ? Condition::Join::all : Condition::Join::any;
  for (std::int64_t i = 2 + below(2); i > 0; --i)
    joined.parts.push_back(one_in(4) ? condition(world, entity, masked) : term(world, entity, masked));
  return joined;
}

Grant Maker::grant(World& world, std::int64_t user) {
  Grant made;
  made.handle = world.next++;
  made.user = user;
  made.role = static_cast<int>(below(static_cast<std::int64_t>(world.roles.size())));
  made.node = one_in(6) ? 0 : static_cast<int>(below(static_cast<std::int64_t>(world.nodes.size())));
  made.reach = one_in(2) ? Reach::subtree : static_cast<Reach>(below(3));
  if (one_in(4))
    made.departments = one_in(2) ? std::vector<std::string>{"101"} : std::vector<std::string>{"101", "102"};
  if (one_in(3)) made.where = condition(world, one_in(4) ? static_cast<int>(below(kEntities)) : int{kItem}, true);
  if (one_in(8)) made.from = world.now + 500;
  if (one_in(8)) made.to = world.now + 1000;
  return made;
}

std::vector<Grant> Maker::grants(World& world, std::int64_t first_user) {
  world.grants.clear();
  world.rights_changed();
  users_.clear();
  std::vector<Grant> wanted;
  for (std::int64_t user = first_user; user < first_user + 6; ++user) {
    users_.push_back(user);
    for (std::int64_t i = 1 + below(3); i > 0; --i) wanted.push_back(grant(world, user));
  }
  if (one_in(4)) { // more places than stand inline in a query
    Grant one = grant(world, first_user);
    for (int node = 0; node < static_cast<int>(world.nodes.size()); node += 1 + static_cast<int>(below(2))) {
      one.handle = world.next++;
      one.node = node;
      one.reach = Reach::self;
      wanted.push_back(one);
    }
  }
  const std::vector<Grant> own = wanted;
  for (const Grant& from : own) {
    if (one_in(2)) { // a token's beside its owner's
      Grant one = grant(world, from.user);
      one.token = from.user;
      if (one_in(2)) one.node = from.node;
      wanted.push_back(one);
    }
    if (one_in(2)) { // delegated: as it is, or narrowed
      Grant one = from;
      one.handle = world.next++;
      one.delegated_by = from.handle;
      one.user = users_[static_cast<std::size_t>(below(6))];
      if (one_in(3)) one.reach = Reach::self;
      if (one_in(3)) one.node = static_cast<int>(below(static_cast<std::int64_t>(world.nodes.size())));
      wanted.push_back(one);
    }
  }
  return wanted;
}

/// Some row, more often one that the caller may read.
int Maker::pick(const World& world, const Question& question) {
  const auto& rows = world.rows[question.entity == kSeen ? int{kItem} : question.entity];
  if (rows.empty()) return -1;
  if (question.ask == Ask::transition && one_in(2)) // nobody approves what they made
    for (const auto& [handle, row] : rows)
      if (row.updated_by == question.who.user && one_in(2)) return handle;
  auto at = rows.begin();
  for (int tries = 0; tries < 3; ++tries) {
    at = std::next(rows.begin(), below(static_cast<std::int64_t>(rows.size())));
    if (world.reads(question.who, question.entity, at->second)) break;
  }
  return at->first;
}

Question Maker::question(const World& world) {
  Question made;
  made.who.user = any(users_);
  if (one_in(4)) made.who.token = made.who.user;
  made.entity = one_in(2) ? int{kItem} : static_cast<int>(below(kEntities));
  if (one_in(6))
    write_question(world, made);
  else
    read_question(world, made);
  return made;
}

void Maker::read_question(const World& world, Question& made) {
  constexpr Ask kReads[] = {Ask::list, Ask::list,    Ask::aggregate, Ask::aggregate, Ask::get,    Ask::get,
                            Ask::walk, Ask::history, Ask::abilities, Ask::exported,  Ask::explain};
  made.ask = kReads[below(11)];
  // A view has no history and no rows to explain or to change.
  if (made.ask == Ask::history || made.ask == Ask::abilities || made.ask == Ask::explain)
    made.entity = made.entity == kSeen ? int{kItem} : made.entity;
  if (made.ask == Ask::get || made.ask == Ask::history || made.ask == Ask::abilities || made.ask == Ask::explain) {
    made.handle = pick(world, made);
    if (made.ask != Ask::explain && (one_in(20))) made.handle = -1; // never was
    if (made.ask != Ask::explain) return;
    made.who.token = 0;
    made.verb = any(kVerbs);
    if (one_in(4) || made.entity == kKind || made.handle < 0) made.handle = 0;
    return;
  }
  const bool masked = one_in(4);
  if (one_in(2) && !world.rows[made.entity == kSeen ? int{kItem} : made.entity].empty())
    made.filter = condition(world, made.entity, masked);
  if (one_in(5)) made.text = one_in(2) ? any(kWords) : one_in(2) ? any(kSpoken) : any(kPhones).substr(0, 4);
  if (made.ask == Ask::aggregate) {
    made.aggregates.emplace_back("count");
    if (made.entity == kKind) return;
    for (std::int64_t i = below(3); i > 0; --i) {
      const std::string& part = any(kAggregates);
      const bool fits = made.entity == kItem || part.find("qty") == std::string::npos;
      if (fits && std::find(made.aggregates.begin(), made.aggregates.end(), part) == made.aggregates.end())
        made.aggregates.push_back(part);
    }
    if (made.entity == kItem && one_in(2)) made.group.emplace_back(one_in(2) ? "fund" : one_in(2) ? "urgent" : "phone");
    if (made.entity == kSeen && one_in(2)) made.group.emplace_back(one_in(2) ? "fund" : "phone");
    return;
  }
  for (std::int64_t i = below(3); i > 0; --i) {
    const Field& field = any(entity_at(made.entity).fields);
    if (field.type == Type::ref || field.type == Type::org || (!field.mask.empty() && !masked)) continue;
    if (field.encrypted && (!field.mask.empty() || !one_in(8))) continue; // refused
    const auto same = [&](const auto& key) { return key.first == field.name; };
    if (std::none_of(made.sort.begin(), made.sort.end(), same)) made.sort.emplace_back(field.name, one_in(2));
  }
  if (made.ask == Ask::walk) made.limit = 2 + static_cast<int>(below(9));
  if (made.ask == Ask::list && one_in(4)) made.limit = 1 + static_cast<int>(below(5));
}

void Maker::write_question(const World& world, Question& made) {
  made.ask = static_cast<Ask>(static_cast<int>(Ask::update) + below(4));
  if (made.ask == Ask::transition || made.entity == kSeen) made.entity = kItem;
  const Entity& shape = entity_at(made.entity);
  made.stale = made.ask != Ask::create && one_in(8);
  if (made.ask != Ask::create) made.handle = pick(world, made);
  if (made.ask == Ask::transition) {
    made.verb = any(transitions()).name;
    if (!one_in(3)) made.comment = "x";
  } else if (made.ask == Ask::update) {
    for (std::int64_t i = 1 + below(2); i > 0; --i) {
      const Field& field = any(shape.fields);
      if (field.name != "code" && field.name != "status" && field.name != shape.parent)
        made.changes[field.name] = value(world, field);
    }
    if (made.changes.empty()) made.changes["name"] = Cell::of(any(kWords));
  } else if (made.ask == Ask::create) {
    for (const Field& field : shape.fields) {
      Cell cell = value(world, field);
      if (field.name == "code")
        cell = Cell::of("N" + std::to_string(world.next) + "-" + std::to_string(below(1'000'000'000)));
      if (field.name != "status" && !cell.null) made.changes[field.name] = std::move(cell);
    }
  }
}

} // namespace onebudget::oracle
