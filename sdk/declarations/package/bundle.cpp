#include "sdk/declarations/package/bundle.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "sdk/declarations/package/file.hpp"
#include "sdk/declarations/schema.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::declarations {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kFileBytes = 4U << 20U;

/// The files of a folder with one extension, sorted by name; none when the folder is missing.
Result<std::vector<fs::path>> files(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != extension || at->path().filename().string().starts_with('.')) continue;
    out.push_back(at->path());
    if (out.size() > kMostFiles) {
      return fault(FaultKind::rule, "host.file",
                   {folder.string() + " 中文件过多。", "There are too many files in " + folder.string() + "."});
    }
  }
  std::ranges::sort(out);
  return out;
}

/// The file's text; what was read is kept, so that a signature can speak for it.
Result<std::string> take(Bundle& bundle, const fs::path& path) {
  OB_TRY(auto text, read_file(path.string(), kFileBytes));
  bundle.read[path.lexically_relative(bundle.directory).string()] = text;
  return text;
}

/// Puts the file's name before the message, so that the reader knows where to look.
Fault in_file(Fault inner, const fs::path& file, std::string code) {
  inner.code = std::move(code);
  inner.kind = FaultKind::rule;
  const auto name = file.parent_path().filename().string() + "/" + file.filename().string();
  // A pointer alone does not say into which of the many files it points.
  for (auto& field : inner.fields) field.field.insert(0, name + "#");
  inner.message = {name + "：" + inner.message.zh,
                   name + ": " + (inner.message.en.empty() ? inner.message.zh : inner.message.en)};
  return inner;
}

/// views/<view>.json declares what an entity would (owner, key, fields), <view>.sql brings the rows.
Result<void> read_views(Bundle& bundle) {
  OB_TRY(const auto found, files(fs::path(bundle.directory) / "views", ".json"));
  for (const auto& path : found) {
    OB_TRY(const auto text, take(bundle, path));
    const auto json = parse_json(text, {kFileBytes, 32});
    if (!json) return in_file(json.fault(), path, "host.view");
    auto view = parse_entity(bundle.manifest.id, *json);
    if (!view) return in_file(view.fault(), path, "host.view");
    const bool plain = view->parent.empty() && view->states.empty() && view->name == path.stem().string();
    const bool taken =
        std::ranges::any_of(bundle.entities, [&](const auto& entity) { return entity.name == view->name; });
    auto sql = take(bundle, fs::path(path).replace_extension(".sql"));
    if (!plain || taken || !sql) {
      return in_file(
          fault(FaultKind::rule, "host.view",
                {"视图须与文件同名、不与实体重名，有 owner 而无 parent 和 states，并有同名的 .sql 文件。请改正。",
                 "a view is named like its files and like no entity, has an owner but neither parent nor states, and a "
                 ".sql file of the same name. Correct it."}),
          path, "host.view");
    }
    view->view = std::move(*sql);
    bundle.entities.push_back(std::move(*view));
  }
  return {};
}

Result<void> read_entities(Bundle& bundle) {
  OB_TRY(const auto found, files(fs::path(bundle.directory) / "entities", ".json"));
  for (const auto& path : found) {
    OB_TRY(const auto text, take(bundle, path));
    const auto json = parse_json(text, {kFileBytes, 32});
    if (!json) return in_file(json.fault(), path, "host.entity");
    auto entity = parse_entity(bundle.manifest.id, *json);
    if (!entity) return in_file(entity.fault(), path, "host.entity");
    if (entity->name != path.stem().string()) {
      return in_file(fault(FaultKind::rule, "host.entity",
                           {"实体名 " + entity->name + " 与文件名不同，请改成一致。",
                            "the entity is called " + entity->name + "; name the file after it."}),
                     path, "host.entity");
    }
    bundle.entities.push_back(std::move(*entity));
  }
  OB_CHECK(read_views(bundle));
  for (const auto& name : bundle.manifest.validated) {
    if (std::ranges::any_of(bundle.entities, [&](const auto& entity) { return entity.name == name; })) continue;
    return fault(FaultKind::rule, "host.manifest",
                 {"plugin.json /hooks/validate 提到不存在的实体 " + name + "。请改正名称或补上实体文件。",
                  "plugin.json /hooks/validate names the entity " + name +
                      ", which does not exist. Correct it or add its file."});
  }
  return {};
}

/// 0001-name.sql for both databases, 0001-name.sqlite.sql and 0001-name.postgresql.sql for one.
Result<void> read_migrations(Bundle& bundle, std::string_view database) {
  OB_TRY(const auto found, files(fs::path(bundle.directory) / "migrations", ".sql"));
  const std::string own = database == "sqlite" ? ".sqlite" : ".postgresql";
  const std::string other = database == "sqlite" ? ".postgresql" : ".sqlite";
  std::set<int> numbers;
  for (const auto& path : found) {
    auto stem = path.stem().string();
    if (stem.ends_with(other)) continue;
    if (stem.ends_with(own)) stem.resize(stem.size() - own.size());
    const bool named = stem.size() > 5 && stem[4] == '-' &&
                       std::all_of(stem.begin(), stem.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
    const int number = named ? std::stoi(stem.substr(0, 4)) : 0;
    if (number == 0 || !numbers.insert(number).second) {
      return in_file(fault(FaultKind::rule, "host.migration",
                           {"迁移文件应名为 0001-名称.sql，且编号不重复。请改名。",
                            "a migration is named 0001-name.sql and each number is used once. Rename it."}),
                     path, "host.migration");
    }
    OB_TRY(auto sql, take(bundle, path));
    if (!valid_utf8(sql))
      return in_file(
          fault(FaultKind::rule, "host.migration", {"不是 UTF-8。请转换编码。", "it is not UTF-8. Convert it."}), path,
          "host.migration");
    bundle.migrations.push_back({number, stem.substr(5), std::move(sql)});
  }
  std::ranges::sort(bundle.migrations, {}, &Migration::number);
  return {};
}

Result<void> read_texts(Bundle& bundle) {
  for (const bool english : {false, true}) {
    const auto path = fs::path(bundle.directory) / "locales" / (english ? "en.json" : "zh.json");
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    OB_TRY(const auto text, take(bundle, path));
    const auto json = parse_json(text, {kFileBytes, 4});
    if (!json) return in_file(json.fault(), path, "host.locale");
    const bool flat =
        json->is_object() && std::ranges::all_of(*json, [](const Json& value) { return value.is_string(); });
    if (!flat) {
      return in_file(
          fault(FaultKind::rule, "host.locale", {"应为键到文字的对象。", "an object from keys to texts is expected."}),
          path, "host.locale");
    }
    for (const auto& item : json->items()) {
      auto& entry = bundle.texts[item.key()];
      (english ? entry.en : entry.zh) = item.value().get<std::string>();
    }
  }
  return {};
}

/// {"$ref": "#/schemas/Name"} becomes the address under which a description of the interface shows the schema; answers
/// what is not there.
std::string resolve(Json& schema, const std::string& base, const Json& named) {
  if (!schema.is_structured()) return {};
  if (schema.is_object() && schema.contains("$ref") && schema["$ref"].is_string()) {
    constexpr std::string_view kOwn = "#/schemas/";
    const std::string name = schema["$ref"];
    const std::string whole = base + (name.starts_with(kOwn) ? name.substr(kOwn.size()) : name);
    if (!name.starts_with(kOwn) || !named.contains(whole)) return name;
    schema["$ref"] = whole;
    return {};
  }
  for (Json& part : schema)
    if (auto lost = resolve(part, base, named); !lost.empty()) return lost;
  return {};
}

/// schemas/*.json: objects of named JSON Schemas, one name space over all files, for the routes of the manifest.
Result<void> read_schemas(Bundle& bundle) {
  const std::string base = schema_base(bundle.manifest.id);
  auto named = std::make_shared<Json>(Json::object());
  OB_TRY(const auto found, files(fs::path(bundle.directory) / "schemas", ".json"));
  const auto wrong = [](const std::string& zh, const std::string& en) {
    return fault(FaultKind::rule, "host.schema", {zh + "。请改正。", en + ". Correct it."});
  };
  for (const auto& path : found) {
    OB_TRY(const auto text, take(bundle, path));
    const auto json = parse_json(text, {kFileBytes, 64});
    if (!json) return in_file(json.fault(), path, "host.schema");
    if (!json->is_object())
      return in_file(wrong("应为名称到模式的对象", "an object from names to schemas is expected"), path, "host.schema");
    for (const auto& item : json->items()) {
      if (item.value().is_object() && !named->contains(base + item.key())) {
        (*named)[base + item.key()] = item.value();
        continue;
      }
      return in_file(wrong(item.key() + " 不是模式，或重名", item.key() + " is no schema, or is there twice"), path,
                     "host.schema");
    }
  }
  const Json all = *named;
  const auto lost = [&](Json& schema) { return resolve(schema, base, all); };
  for (auto& item : named->items())
    if (const auto name = lost(item.value()); !name.empty())
      return wrong("schemas 中 " + item.key() + " 引用的 " + name + " 不存在",
                   "schemas: " + item.key() + " names " + name + ", which is not there");
  for (auto& route : bundle.manifest.routes) {
    for (Json* schema : {&route.request, &route.query, &route.reply})
      if (const auto name = lost(*schema); !name.empty())
        return wrong("plugin.json 的接口 " + route.path + " 引用的 " + name + " 不存在",
                     "plugin.json: the route " + route.path + " names " + name + ", which is not there");
    if (!named->empty()) route.schemas = named;
  }
  return {};
}

/// The modules, styles and drawings of the pages, and each page's module among them.
Result<void> read_ui(Bundle& bundle) {
  for (const char* extension : {".js", ".css", ".svg"}) {
    OB_TRY(const auto found, files(fs::path(bundle.directory) / "ui", extension));
    for (const auto& path : found) {
      OB_TRY(auto bytes, read_file(path.string(), kFileBytes));
      bundle.ui.emplace(path.filename().string(), std::move(bytes));
    }
  }
  for (const auto& page : bundle.manifest.pages) {
    if (bundle.ui.contains(page.module)) continue;
    return fault(FaultKind::rule, "host.manifest",
                 {"plugin.json /ui/pages 提到不存在的文件 ui/" + page.module + "。请改正名称或补上文件。",
                  "plugin.json /ui/pages names the file ui/" + page.module +
                      ", which does not exist. Correct it or add the file."});
  }
  return {};
}

void add_permissions(Bundle& bundle) {
  std::set<std::string> seen;
  const auto add = [&](const std::string& code, Text title, const std::string& risk) {
    const auto full = bundle.manifest.id + "." + code;
    if (seen.insert(full).second) bundle.permissions.push_back({full, std::move(title), risk});
  };
  for (const auto& permission : bundle.manifest.permissions) add(permission.code, permission.title, permission.risk);
  struct Verb {
    const char* code;
    const char* zh;
    const char* en;
    const char* risk;
  };
  constexpr Verb kVerbs[] = {{"read", "查看", "Read", "low"},
                             {"create", "新增", "Create", "medium"},
                             {"update", "修改", "Update", "medium"},
                             {"delete", "删除", "Delete", "high"},
                             {"import", "导入", "Import", "medium"},
                             {"export", "导出", "Export", "medium"},
                             {"import_state", "导入时设定状态", "Import with state", "high"}};
  for (const auto& entity : bundle.entities) {
    const auto titled = [&](const char* zh, const char* en) {
      return Text{std::string(zh) + "：" + entity.title.zh, std::string(en) + ": " + entity.title.in("en")};
    };
    for (const auto& verb : kVerbs) {
      const std::string_view code = verb.code;
      if (code == "import_state" && entity.state_field.empty()) continue;
      if (!entity.view.empty() && code != "read" && code != "export") continue;
      add(entity.name + "." + verb.code, titled(verb.zh, verb.en), verb.risk);
    }
    if (std::ranges::any_of(entity.fields, [](const auto& field) { return field.guarded; }))
      add(entity.name + ".adjust", titled("增减余额或计数", "Add to and take from"), "medium");
    if (std::ranges::any_of(entity.fields, [](const auto& field) { return !field.mask.empty(); })) {
      add(entity.name + ".unmask", titled("查看脱敏前的内容", "Read unmasked"), "high");
    }
    for (const auto& transition : entity.transitions) {
      if (transition.permission.empty()) continue;
      add(entity.name + "." + transition.permission,
          {transition.title.zh + "：" + entity.title.zh, transition.title.in("en") + ": " + entity.title.in("en")},
          "medium");
    }
  }
}

/// A route or a page may only ask for a permission that somebody can hold.
Result<void> check_asked(const Bundle& bundle, const std::string& list, const auto& declared) {
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const auto full = bundle.manifest.id + "." + declared[i].permission;
    if (std::ranges::any_of(bundle.permissions, [&](const auto& permission) { return permission.code == full; }))
      continue;
    const auto pointer = list + std::to_string(i) + "/permission";
    return fault(
        FaultKind::rule, "host.manifest",
        {"plugin.json " + pointer + "：权限 " + full + " 未声明。请在 permissions 中声明它。",
         "plugin.json " + pointer + ": the permission " + full + " is not declared. Declare it under permissions."},
        {{pointer,
          "manifest.permission",
          {"权限未声明。", "The permission is not declared."},
          {"请声明它。", "Declare it."}}});
  }
  return {};
}

Fault manifest_mistake(const std::string& pointer, const std::string& code, const Text& what, const Text& remedy) {
  return fault(FaultKind::rule, "host.manifest",
               {"plugin.json " + pointer + "：" + what.zh + remedy.zh,
                "plugin.json " + pointer + ": " + what.en + " " + remedy.en},
               {{pointer, code, what, remedy}});
}

/// Of a pair that excludes each other, what is of the plugin must be declared; the other may come with another plugin.
Result<void> check_conflicts(const Bundle& bundle) {
  const auto& conflicts = bundle.manifest.conflicts;
  for (std::size_t i = 0; i < conflicts.size(); ++i)
    for (const auto& code : {conflicts[i].first, conflicts[i].second}) {
      const bool known =
          std::ranges::any_of(bundle.permissions, [&](const auto& permission) { return permission.code == code; });
      if (known || !code.starts_with(bundle.manifest.id + ".")) continue;
      return manifest_mistake("/conflicts/" + std::to_string(i) + "/permissions", "manifest.permission",
                              {"权限 " + code + " 未声明。", "The permission " + code + " is not declared."},
                              {"请声明它或改正名称。", "Declare it, or correct the name."});
    }
  return {};
}

/// A transition is told as "<plugin>.<entity>.<state>" by the kernel; the plugin's own topics must differ, or who
/// listens gets two kinds of events under one name.
Result<void> check_topics(const Bundle& bundle) {
  const auto& topics = bundle.manifest.publishes;
  for (const auto& entity : bundle.entities)
    for (const auto& transition : entity.transitions) {
      const auto told = std::ranges::find(topics, entity.full_name() + "." + transition.to);
      if (told == topics.end()) continue;
      return manifest_mistake(
          "/events/publishes/" + std::to_string(told - topics.begin()), "manifest.topic",
          {"主题 " + *told + " 与流转 " + transition.name + " 由内核发布的主题相同。",
           "The kernel tells of the transition " + transition.name + " under the topic " + *told + "."},
          {"请为插件自己的事件换一个主题。", "Choose another topic for the plugin's own event."});
    }
  return {};
}

} // namespace

std::vector<std::string> Bundle::entity_names() const {
  std::vector<std::string> out;
  for (const auto& entity : entities) out.push_back(entity.full_name());
  return out;
}

Result<std::shared_ptr<const Bundle>> read_bundle(const std::string& directory, std::string_view database) {
  auto bundle = std::make_shared<Bundle>();
  bundle->directory = directory;
  OB_TRY(bundle->manifest_text, read_file(directory + "/plugin.json", kManifestBytes));
  OB_TRY(bundle->manifest, parse_manifest(bundle->manifest_text));
  std::error_code error;
  if (fs::exists(directory + "/SIGNATURE", error)) {
    OB_TRY(bundle->signature, read_file(directory + "/SIGNATURE", kManifestBytes));
  }
  bundle->library = directory + "/lib" + bundle->manifest.id + ".so";
  OB_CHECK(read_entities(*bundle));
  OB_CHECK(read_migrations(*bundle, database));
  OB_CHECK(read_texts(*bundle));
  OB_CHECK(read_schemas(*bundle));
  add_permissions(*bundle);
  OB_CHECK(read_ui(*bundle));
  OB_CHECK(check_conflicts(*bundle));
  OB_CHECK(check_topics(*bundle));
  OB_CHECK(check_asked(*bundle, "/routes/", bundle->manifest.routes));
  OB_CHECK(check_asked(*bundle, "/ui/pages/", bundle->manifest.pages));
  return std::shared_ptr<const Bundle>(std::move(bundle));
}

Result<std::vector<Found>> find_bundles(const std::vector<std::string>& directories, std::string_view database) {
  std::vector<Found> out;
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& directory : directories) {
    std::error_code error;
    std::vector<fs::path> folders;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
      if (!at->is_directory(error) || at->path().filename().string().starts_with('.')) continue;
      std::error_code inner;
      for (fs::directory_iterator below(at->path(), inner), last; !inner && below != last; below.increment(inner)) {
        if (below->is_directory(inner) && fs::exists(below->path() / "plugin.json", inner))
          folders.push_back(below->path());
      }
    }
    if (error) {
      return fault(FaultKind::rule, "host.directory",
                   {"插件目录 " + directory + " 读不了（" + error.message() +
                        "）。请改正配置 plugins.directories 或建立该目录。",
                    "The plugin directory " + directory + " cannot be read (" + error.message() +
                        "). Correct plugins.directories or create it."});
    }
    std::ranges::sort(folders);
    for (const auto& folder : folders) {
      Found found;
      found.directory = folder.string();
      found.id = folder.parent_path().filename().string();
      found.version = folder.filename().string();
      auto bundle = read_bundle(found.directory, database);
      if (!bundle) {
        found.fault = bundle.fault();
      } else if ((*bundle)->manifest.id != found.id || (*bundle)->manifest.version.str() != found.version) {
        found.fault =
            fault(FaultKind::rule, "host.folder",
                  {"文件夹 " + found.id + "/" + found.version + " 与 plugin.json 的编号和版本不一致。请改名。",
                   "The folder " + found.id + "/" + found.version +
                       " does not match the id and version in plugin.json. Rename it."});
      } else {
        found.bundle = *bundle;
      }
      if (seen.emplace(found.id, found.version).second) out.push_back(std::move(found));
    }
  }
  return out;
}

} // namespace onebudget::declarations
