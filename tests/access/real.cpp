#include "tests/access/real.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "kernel/identity/identity.hpp"

namespace onebudget::oracle {

namespace {

constexpr std::int64_t kNoRow = 4'000'000'000'000; ///< an id that no row has

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) give_up(what, result.fault());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

Json field_declaration(const Field& field) {
  Json out{{"name", field.name}, {"title", {{"zh", field.name}, {"en", field.name}}}};
  switch (field.type) {
    case Type::money:
      out["type"] = "money";
      break;
    case Type::integer:
      out["type"] = "int";
      break;
    case Type::boolean:
      out["type"] = "bool";
      break;
    case Type::date:
      out["type"] = "date";
      break;
    case Type::choice:
      out["type"] = "enum";
      out["values"] = Json::array();
      for (const char* code : {"basic", "special", "other"})
        out["values"].push_back({{"code", code}, {"title", {{"zh", code}, {"en", code}}}});
      break;
    case Type::ref:
      out["type"] = "ref";
      out["entity"] = "o." + entity_at(field.target).name;
      break;
    case Type::org:
      out["type"] = "org";
      break;
    default:
      out["type"] = "text";
      out["max"] = 60;
  }
  if (!field.mask.empty()) out["mask"] = field.mask;
  if (field.encrypted) out["encrypted"] = true;
  if (field.type == Type::org || field.name == "code") out["required"] = true;
  return out;
}

Json states_declaration() {
  Json states{{"field", "status"}, {"initial", "draft"}, {"values", Json::array()}, {"transitions", Json::array()}};
  for (const char* code : {"draft", "submitted", "returned", "approved"}) {
    Json state{{"code", code}, {"title", {{"zh", code}, {"en", code}}}};
    if (editable_state(code)) state["editable"] = true;
    states["values"].push_back(state);
  }
  for (const TransitionRule& rule : transitions()) {
    Json one{{"name", rule.name},
             {"title", {{"zh", rule.name}, {"en", rule.name}}},
             {"from", rule.from},
             {"to", rule.to},
             {"permission", rule.verb}};
    if (rule.comment) one["comment"] = "required";
    if (rule.not_maker) one["not_maker"] = true;
    states["transitions"].push_back(one);
  }
  return states;
}

/// Everything that may be grouped and filtered by without being masked, so that most sums can be answered from it.
Json rollup_of(const Entity& shape) {
  Json out{{"name", "most"}, {"dimensions", Json::array()}, {"sums", Json::array()}};
  for (const Field& field : shape.fields) {
    if (!field.mask.empty() || field.encrypted || field.name == "status") continue;
    out["dimensions"].push_back(field.name);
    if (field.type == Type::money || field.type == Type::integer) out["sums"].push_back(field.name);
  }
  return out;
}

records::Entity declared(int which) {
  const Entity& shape = entity_at(which);
  Json out{{"entity", shape.name},   {"title", {{"zh", shape.name}, {"en", shape.name}}},
           {"key", {"code"}},        {"title_field", "name"},
           {"search", shape.search}, {"fields", Json::array()}};
  if (shape.is_public) out["owner"] = "public";
  if (!shape.owner.empty()) out["owner"] = shape.owner;
  if (!shape.parent.empty()) out["parent"] = shape.parent;
  for (const Field& field : shape.fields) {
    if (field.name == "status") continue;
    out["fields"].push_back(field_declaration(field));
    if (field.name == shape.parent) out["fields"].back()["required"] = true;
  }
  if (shape.states) {
    out["states"] = states_declaration();
    out["visible_above"] = {"submitted", "approved"};
  }
  if (shape.parent.empty() && which != kSeen) out["rollups"] = Json::array({rollup_of(shape)});
  records::Entity entity = must(records::parse_entity("o", out), "declaration");
  if (which == kSeen)
    entity.view =
        "SELECT i.id, i.code, i.name, i.unit, k.id AS kind, i.amount, i.fund, i.phone FROM {o.item} i "
        "LEFT JOIN {o.kind} k ON k.id = i.kind";
  return entity;
}

} // namespace

void give_up(const std::string& what, const Fault& fault) {
  std::fprintf(stderr, "%s: %s %s", what.c_str(), fault.code.c_str(), fault.message.en.c_str());
  for (const FieldFault& field : fault.fields)
    std::fprintf(stderr, "; %s %s %s", field.field.c_str(), field.code.c_str(), field.message.en.c_str());
  std::fprintf(stderr, "\n");
  std::_Exit(2);
}

Real::Real(storage::Dialect dialect) : database_(dialect) {
  std::vector<storage::Migration> all;
  for (auto list : {audit::Log::migrations(), identity::Identity::migrations(), access::Access::migrations(),
                    events::Outbox::migrations(), records::Records::migrations()})
    all.insert(all.end(), list.begin(), list.end());
  const Context system = Context::system(clock_);
  must(storage::Migrations(*database_).apply(system, all), "migrations");
  ids_ = std::make_unique<storage::IdBlocks>(*database_);
  log_ = std::make_unique<audit::Log>(*database_, clock_);
  outbox_ = std::make_unique<events::Outbox>(*database_, clock_);
  access_ = std::make_unique<access::Access>(*database_, *ids_, *log_, clock_);
  records_ = std::make_unique<records::Records>(*database_, *ids_, *access_, *log_, *outbox_, clock_);
  std::string folder = (std::filesystem::temp_directory_path() / "onebudget-oracle-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) std::_Exit(2);
  keys_ = must(crypto::KeyRing::open(folder + "/field.keys"), "keys");
  std::filesystem::remove_all(folder);
  must(records_->use_keys(system, {keys_.get(), {}, {}}), "keys taken");
  std::vector<access::Permission> permissions;
  std::vector<records::Entity> entities;
  for (int entity = 0; entity < kEntities; ++entity) {
    for (const char* verb :
         {"read", "create", "update", "delete", "import", "export", "import_state", "submit", "approve", "unmask"})
      permissions.push_back({permission_of(entity, verb), {"权限", "Permission"}, "low"});
    entities.push_back(declared(entity));
  }
  access_->set_permissions("o", permissions);
  must(records_->enable(system, "o", entities, nullptr, {}), "enable");
}

Real::~Real() = default;

Context Real::context(const Caller& who) const {
  Context out = Context::system(clock_);
  out.caller = {};
  out.caller.kind = who.token == 0 ? CallerKind::person : CallerKind::token;
  out.caller.user = UserId{who.user};
  out.caller.token_id = who.token;
  out.caller.name = "user" + std::to_string(who.user);
  out.language = "en";
  return out;
}

void Real::build(World& world) {
  clock_.set_ms(world.now);
  std::vector<access::NewNode> nodes;
  for (const Node& node : world.nodes) {
    const std::string parent = node.parent < 0 ? "" : world.nodes[static_cast<std::size_t>(node.parent)].code;
    nodes.push_back({node.code, node_name(node), parent, static_cast<access::NodeKind>(node.kind),
                     static_cast<access::GovLevel>(node.level), node.from, node.department});
  }
  const Context system = Context::system(clock_);
  must(access_->create_nodes(system, nodes), "tree");
  for (const Node& node : world.nodes) {
    std::optional<access::Node> found;
    must(database_->read(system,
                         [&](storage::Session& session) -> Result<void> {
                           OB_TRY(found, access_->node_by_code(session, node.code));
                           return {};
                         }),
         "node");
    nodes_.push_back(found->id);
    if (node.to.empty()) continue;
    found->valid_to = node.to;
    must(access_->update_node(system, *found), "dates of a node");
  }
  for (std::size_t i = 0; i < world.roles.size(); ++i) {
    access::Role role;
    role.code = "role" + std::to_string(i);
    role.title = {role.code, role.code};
    role.permissions = world.roles[i].permissions;
    roles_.push_back(must(access_->create_role(system, role), "role"));
  }
  build_rows(world);
  for (auto& [handle, grant] : world.grants)
    if (!grant.untold && !tell(world, grant)) grant.revoked = true;
  world.rights_changed();
}

void Real::build_rows(World& world) {
  for (int entity = 0; entity < kSeen; ++entity) put_rows(world, entity, false);
  put_rows(world, kItem, true); // now that what peers point to is there, and lines no longer need an open parent
}

void Real::put_rows(World& world, int entity, bool last) {
  const Context system = Context::system(clock_);
  std::vector<Json> rows;
  for (const auto& [handle, row] : world.rows[entity]) rows.push_back(values(world, entity, row.cells, last));
  if (rows.empty()) return;
  records::ImportOptions options;
  options.import_state = last;
  const std::string name = "o." + entity_at(entity).name;
  const auto report = must(records_->upsert(system, name, rows, records::Form::rest, options), "rows");
  if (!report.written) {
    for (const records::RowError& error : report.errors)
      std::fprintf(stderr, "%s line %d %s %s\n", name.c_str(), static_cast<int>(error.line), error.fault.field.c_str(),
                   error.fault.message.en.c_str());
    std::_Exit(2);
  }
  records::Query query;
  query.fields = {"code"};
  query.limit = 1000;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> known;
  for (const Json& item : Json::parse(must(records_->list(system, name, query), "rows read").items))
    known[item["code"].get<std::string>()] = {RecordId::parse(item["id"].get<std::string>())->value,
                                              item["version"].get<std::int64_t>()};
  for (auto& [handle, row] : world.rows[entity]) {
    std::tie(row.id, row.version) = known.at(row.cell("code").s);
    handles_[entity][row.id] = handle;
    row.created_by = row.updated_by = row.submitted_by = 0;
    row.masked_past.clear();
    for (const Field& field : entity_at(entity).fields)
      if (!field.mask.empty() && !row.cell(field.name).null) row.masked_past.push_back(row.cell(field.name));
  }
}

/// `last`: what could not be written before every row was there.
Json Real::values(const World& world, int entity, const std::map<std::string, Cell>& cells, bool last) const {
  Json out = Json::object();
  for (const auto& [name, cell] : cells) {
    const Field& field = *entity_at(entity).field(name);
    if (!last && (name == "peer" || name == "status")) continue;
    if (cell.null) {
      out[name] = nullptr;
    } else if (field.type == Type::ref) {
      const auto target = world.rows[field.target].find(static_cast<int>(cell.n));
      out[name] = std::to_string(target == world.rows[field.target].end() ? kNoRow : target->second.id);
    } else if (field.type == Type::org) {
      out[name] = nodes_[static_cast<std::size_t>(cell.n)].str();
    } else if (field.type == Type::money) {
      out[name] = money(cell.n);
    } else if (field.type == Type::boolean) {
      out[name] = cell.n != 0;
    } else if (cell.number) {
      out[name] = cell.n;
    } else {
      out[name] = cell.s;
    }
  }
  return out;
}

bool Real::tell(World& world, Grant& grant) {
  access::Grant wanted;
  wanted.user = UserId{grant.user};
  wanted.token_id = grant.token;
  wanted.role_id = roles_[static_cast<std::size_t>(grant.role)].id;
  wanted.node = nodes_[static_cast<std::size_t>(grant.node)];
  wanted.reach = static_cast<access::Reach>(grant.reach);
  wanted.departments = grant.departments;
  if (grant.where) wanted.where = rsql(world, *grant.where);
  wanted.valid_from_ms = grant.from;
  wanted.valid_to_ms = grant.to;
  if (grant.delegated_by != 0) {
    const auto from = world.grants.find(grant.delegated_by);
    if (from == world.grants.end() || from->second.revoked || from->second.untold) return false;
    wanted.delegated_by = from->second.id;
  }
  Context by = grant.token != 0 ? context({grant.user, 0}) : Context::system(clock_);
  by.caller.kind = grant.token != 0 ? CallerKind::person : by.caller.kind;
  const auto given = access_->grant(by, wanted);
  if (!given) return false;
  grant.id = given->id;
  grants_[grant.id] = grant.handle;
  return true;
}

void Real::revoke(const Grant& grant) { must(access_->revoke(Context::system(clock_), grant.id), "revoke"); }

void Real::change_role(const World& world, int role) {
  access::Role& known = roles_[static_cast<std::size_t>(role)];
  known.permissions = world.roles[static_cast<std::size_t>(role)].permissions;
  known = must(access_->update_role(Context::system(clock_), known), "role changed");
}

bool Real::visible(const Caller& who, int entity, std::int64_t id) {
  return records_->visible(context(who), "o." + entity_at(entity).name, RecordId{id});
}

} // namespace onebudget::oracle
