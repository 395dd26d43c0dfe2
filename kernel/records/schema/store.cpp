#include "kernel/records/schema/store.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/rollup/rollup.hpp"
#include "kernel/records/schema/sealed.hpp"
#include "kernel/records/search/search.hpp"
#include "kernel/records/write/default_value.hpp"
#include "sdk/declarations/fields.hpp"

namespace onebudget::records {

namespace {

using storage::Dialect;
using storage::Session;

std::uint64_t fnv(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

std::string index_name(const Served& served, const Index& index) {
  std::string columns;
  for (const std::string& name : index.columns) columns += (columns.empty() ? "" : "_") + served.found_by(name);
  return fmt::format("{}_{:016x}_{}", index.unique ? "ux" : "ix", fnv(served.name + "/" + columns),
                     columns.substr(0, 24));
}

std::string create_index(Dialect dialect, const Served& served, const Index& index) {
  std::string columns;
  for (const std::string& name : index.columns) {
    if (!columns.empty()) columns += ", ";
    columns += quote_name(served.found_by(name));
    // Rows sort with NULL smallest on both databases; the index has to say so on PostgreSQL to be walked for a page.
    if (dialect == Dialect::postgresql && !index.unique && name != "id") columns += " NULLS FIRST";
  }
  return fmt::format("CREATE {}INDEX {} ON {} ({})", index.unique ? "UNIQUE " : "",
                     quote_name(index_name(served, index)), served.table, columns);
}

std::string column_ddl(const Column& column) {
  if (column.name == "id") return "\"id\" ${id} PRIMARY KEY";
  const bool never_null = column.name == "version" || column.name == "created_at" || column.name == "updated_at" ||
                          column.name == "owner_path" || column.name == "gov_level" || column.name == "department_code";
  return column.quoted + (column.integer ? " ${id}" : " ${text}") + (never_null ? " NOT NULL" : "");
}

/// What must stay the same for the bytes in a column to keep their meaning.
std::string kind_of(const Field& field) {
  switch (field.type) {
    case FieldType::text:
    case FieldType::longtext:
    case FieldType::code:
      return "text";
    case FieldType::decimal:
      return fmt::format("decimal/{}", field.scale);
    case FieldType::ref:
      return "ref/" + field.ref_entity;
    default:
      return type_name(field.type);
  }
}

std::string place_of(const Entity& entity) {
  if (entity.is_public) return "public";
  return entity.parent.empty() ? "owner/" + entity.owner : "parent/" + entity.parent;
}

Json shape_of(const Served& served) {
  Json fields = Json::object();
  for (const Field& field : served.entity.fields) {
    Json shape = {{"kind", kind_of(field)}, {"required", field.required}, {"max", field.max}};
    if (field.encrypted) shape["encrypted"] = true;
    if (field.type == FieldType::enumeration) {
      Json codes = Json::array();
      for (const EnumValue& value : field.values) codes.push_back(value.code);
      shape["values"] = std::move(codes);
    }
    fields[field.name] = std::move(shape);
  }
  Json indexes = Json::array();
  for (const Index& index : served.indexes) indexes.push_back(index_name(served, index));
  return Json{{"place", place_of(served.entity)}, {"fields", std::move(fields)}, {"indexes", std::move(indexes)}};
}

class Comparison {
 public:
  Comparison(Session& session, const Served& served, Json stored, TableChange& change, bool older)
      : session_(session), served_(served), stored_(std::move(stored)), change_(change), older_(older) {}

  Result<void> run() {
    OB_TRY(const auto any, session_.scalar(fmt::format("SELECT 1 FROM {} LIMIT 1", served_.table)));
    has_rows_ = any.has_value();
    if (stored_.value("place", "") != place_of(served_.entity))
      refuse("owner", {"行的归属方式变了。", "The place of rows changed."});
    const Json& old = stored_["fields"];
    for (auto it = old.begin(); it != old.end(); ++it)
      if (served_.entity.field(it.key()) == nullptr) unknown(it.key(), it.value());
    for (std::size_t i = kFirstField; i < served_.columns.size(); ++i) {
      const Column& column = served_.columns[i];
      const auto found = old.find(column.name);
      if (found == old.end()) {
        OB_CHECK(added(column));
      } else {
        OB_CHECK(changed(column, *found));
      }
    }
    return indexes();
  }

 private:
  void refuse(const std::string& field, const Text& what) {
    change_.refusals.push_back(
        {"/" + served_.name + "/" + field,
         "records.not_additive",
         {fmt::format("{} 的“{}”：{}", served_.name, field, what.zh),
          fmt::format("\"{}\" of {}: {}", field, served_.name, what.en)},
         {"请在插件的 migrations/ 中为此提供迁移文件，或撤回这一改动。",
          "Bring a migration file for it in the plugin's migrations/, or take the change back."}});
  }

  /// A field that only a newer version of the plugin knows stays as a column that may be empty.
  void unknown(const std::string& name, Json shape) {
    if (!older_ && !shape.value("unused", false)) return refuse(name, {"字段被删除。", "The field was removed."});
    if (!shape.value("unused", false))
      change_.actions.push_back(fmt::format("leave column {} of {} unused", name, served_.entity.table()));
    shape["unused"] = true;
    shape["required"] = false;
    Json merged = Json::parse(change_.shape, nullptr, false);
    merged["fields"][name] = std::move(shape);
    change_.shape = merged.dump();
  }

  Result<void> added(const Column& column) {
    const Field& field = *column.field;
    storage::Value initial;
    if (!field.default_value.is_null()) {
      OB_TRY(initial, default_value(field));
    }
    if (field.required && has_rows_ && is_null(initial)) {
      refuse(column.name, {"新的必填字段没有默认值，而表中已有数据。",
                           "A new required field has no default, and the table holds rows."});
      return {};
    }
    change_.actions.push_back(fmt::format("add column {} to {}", column.name, served_.entity.table()));
    change_.statements.push_back(storage::ddl(
        session_.dialect(), fmt::format("ALTER TABLE {} ADD COLUMN {}", served_.table, column_ddl(column))));
    if (field.encrypted) add_digests(column);
    if (has_rows_ && !is_null(initial))
      change_.statements.push_back(
          fmt::format("UPDATE {} SET {} = {}", served_.table, column.quoted, literal(initial)));
    return {};
  }

  void add_digests(const Column& column) {
    change_.statements.push_back(storage::ddl(
        session_.dialect(),
        fmt::format("ALTER TABLE {} ADD COLUMN {} ${{text}}", served_.table, quote_name(digest_column(column.name)))));
  }

  static std::string literal(const storage::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    std::string out = "'";
    for (const char c : text_of(value)) {
      if (c == '\'') out.push_back('\'');
      out.push_back(c);
    }
    return out + "'";
  }

  Result<void> changed(const Column& column, const Json& old) {
    const Field& field = *column.field;
    if (old.value("kind", "") != kind_of(field)) refuse(column.name, {"类型变了。", "The type changed."});
    if (old.value("encrypted", false) && !field.encrypted)
      refuse(column.name, {"不再加密，而已存的值是密文。", "It is no longer encrypted, and what is stored is sealed."});
    if (field.encrypted && !old.value("encrypted", false)) {
      change_.actions.push_back(
          fmt::format("seal column {} of {} by job kernel.seal_fields", column.name, served_.entity.table()));
      add_digests(column);
    }
    if (field.max < old.value("max", 0)) refuse(column.name, {"最大长度变短。", "The longest length became shorter."});
    if (old.contains("values"))
      for (const Json& code : old["values"])
        if (std::none_of(field.values.begin(), field.values.end(),
                         [&](const EnumValue& value) { return value.code == code.get<std::string>(); }))
          refuse(column.name, {fmt::format("取值“{}”被删除。", code.get<std::string>()),
                               fmt::format("Value \"{}\" was removed.", code.get<std::string>())});
    if (!field.required || old.value("required", false)) return {};
    OB_TRY(const auto empty,
           session_.scalar(fmt::format("SELECT 1 FROM {} WHERE {} IS NULL LIMIT 1", served_.table, column.quoted)));
    if (empty) refuse(column.name, {"改为必填，但已有行此处为空。", "It became required, but rows are empty there."});
    return {};
  }

  Result<void> indexes() {
    std::vector<std::string> old = stored_["indexes"].get<std::vector<std::string>>();
    for (const Index& index : served_.indexes) {
      const std::string name = index_name(served_, index);
      const auto found = std::find(old.begin(), old.end(), name);
      if (found != old.end()) {
        old.erase(found);
        continue;
      }
      if (index.unique) {
        OB_CHECK(unique_possible(index));
      }
      change_.actions.push_back(
          fmt::format("create index ({}) on {}", fmt::join(index.columns, ", "), served_.entity.table()));
      change_.statements.push_back(create_index(session_.dialect(), served_, index));
    }
    for (const std::string& name : old) {
      change_.actions.push_back(fmt::format("drop index {}", name));
      change_.statements.push_back("DROP INDEX " + quote_name(name));
    }
    return {};
  }

  Result<void> unique_possible(const Index& index) {
    std::string columns, present;
    for (const std::string& name : index.columns) {
      if (!stored_["fields"].contains(name)) return {}; // a new column is empty, or refused above
      const std::string& found = stored_["fields"][name].value("encrypted", false) ? served_.found_by(name) : name;
      columns += (columns.empty() ? "" : ", ") + quote_name(found);
      present += (present.empty() ? "" : " AND ") + quote_name(found) + " IS NOT NULL";
    }
    OB_TRY(const auto twice,
           session_.scalar(fmt::format("SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1 LIMIT 1",
                                       served_.table, present, columns)));
    if (twice)
      refuse(fmt::format("{}", fmt::join(index.columns, "+")),
             {"改为唯一，但已有重复的行。", "It became unique, but rows have the same value."});
    return {};
  }

  Session& session_;
  const Served& served_;
  Json stored_;
  TableChange& change_;
  bool older_, has_rows_ = false;
};

void create(Dialect dialect, const Served& served, TableChange& change) {
  std::string columns;
  for (const Column& column : served.columns) columns += (columns.empty() ? "" : ", ") + column_ddl(column);
  for (const int column : served.encrypted)
    columns += ", " + quote_name(digest_column(served.columns[static_cast<std::size_t>(column)].name)) + " ${text}";
  change.actions.push_back(
      fmt::format("create table {} with {} columns", served.entity.table(), served.columns.size()));
  change.statements.push_back(storage::ddl(dialect, fmt::format("CREATE TABLE {} ({})", served.table, columns)));
  for (const Index& index : served.indexes) {
    change.actions.push_back(
        fmt::format("create index ({}) on {}", fmt::join(index.columns, ", "), served.entity.table()));
    change.statements.push_back(create_index(dialect, served, index));
  }
}

} // namespace

std::vector<storage::Migration> record_migrations() {
  return {{"kernel.records", 1, "schemas_and_history",
           "CREATE TABLE records_entity ("
           "  number ${id} PRIMARY KEY,"
           "  name ${text} NOT NULL UNIQUE,"
           "  shape ${text} NOT NULL,"
           "  changed_at ${id} NOT NULL);\n"
           "CREATE TABLE records_history ("
           "  entity ${id} NOT NULL,"
           "  record ${id} NOT NULL,"
           "  version ${id} NOT NULL,"
           "  changed_at ${id} NOT NULL,"
           "  changed_by ${id},"
           "  changed_by_name ${text} NOT NULL,"
           "  action ${text} NOT NULL,"
           "  transition ${text},"
           "  remark ${text},"
           "  changes ${text} NOT NULL,"
           "  PRIMARY KEY (entity, record, version));\n"},
          rollup_migration(),
          search_migration(),
          sealed_migration()};
}

Result<TableChange> compare(Session& session, const Served& served, bool older) {
  TableChange change;
  change.shape = shape_of(served).dump();
  OB_TRY(auto rows, session.query("SELECT number, shape FROM records_entity WHERE name = ?", {served.name}));
  OB_TRY(const bool known, rows->next());
  if (!known) {
    create(session.dialect(), served, change);
    return change;
  }
  change.number = rows->integer(0);
  const std::string stored(rows->text(1));
  change.same = stored == change.shape;
  if (change.same) return change;
  rows.reset();
  OB_TRY(Json shape, parse_json(stored));
  OB_CHECK(Comparison(session, served, std::move(shape), change, older).run());
  change.same = stored == change.shape && change.statements.empty();
  return change;
}

Result<std::int64_t> apply(Session& session, const Context& context, const Served& served, const TableChange& change) {
  if (change.same) return change.number;
  for (const std::string& statement : change.statements) OB_CHECK(session.script(statement));
  if (change.number > 0) {
    OB_TRY(const auto updated, session.execute("UPDATE records_entity SET shape = ?, changed_at = ? WHERE number = ?",
                                               {change.shape, context.now_ms, change.number}));
    if (updated != 1)
      return fault(FaultKind::internal, "records.stored_schema",
                   {"存储的表结构记录丢失，请检查数据库。", "A stored schema is missing; check the database."});
    return change.number;
  }
  OB_TRY(const std::int64_t last, session.integer("SELECT max(number) FROM records_entity"));
  OB_CHECK(session.send("INSERT INTO records_entity (number, name, shape, changed_at) VALUES (?, ?, ?, ?)",
                        {last + 1, served.name, change.shape, context.now_ms}));
  return last + 1;
}

} // namespace onebudget::records
