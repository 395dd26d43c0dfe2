#include "sdk/inspection/inspect.hpp"

#include <algorithm>

#include "library_rules.hpp"
#include "sdk/text/json_door.hpp"

namespace onebudget::inspection {
namespace {

struct Ban {
  std::string name; ///< ends in '*' for a prefix
  Text why;
};

/// What obsdk check goes by too: spec/library-rules.json, compiled in.
struct Rules {
  std::vector<Ban> bans;
  std::vector<std::string> needed;
};

Rules read_rules() {
  const Json json = Json::parse(kLibraryRules);
  Rules rules;
  for (const Json& group : json["forbidden"])
    for (const Json& name : group["names"]) rules.bans.push_back({name, {group["zh"], group["en"]}});
  rules.needed = json["needed"].get<std::vector<std::string>>();
  for (const char* purpose : {"needed_for_solving", "needed_for_tables"})
    for (const Json& name : json[purpose]) rules.needed.push_back(name);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  for (const Json& name : json["needed_by_sanitizers"]) rules.needed.push_back(name);
#endif
  return rules;
}

const Rules& rules() {
  static const Rules kRules = read_rules();
  return kRules;
}

const Ban* ban(std::string_view name) {
  for (const auto& entry : rules().bans) {
    const std::string_view banned = entry.name;
    if (banned.ends_with('*') ? name.starts_with(banned.substr(0, banned.size() - 1)) : name == banned) return &entry;
  }
  return nullptr;
}

void exports(const ElfFacts& facts, Inspection& out) {
  bool entry = false;
  std::string others;
  for (const auto& symbol : facts.exported) {
    if (symbol.unique) {
      out.refusals.push_back({symbol.name,
                              "elf.unique",
                              {"库含 STB_GNU_UNIQUE 符号，会与其他版本共享状态。",
                               "The library holds an STB_GNU_UNIQUE symbol, which shares state with other versions."},
                              {"请加编译参数 -fno-gnu-unique -fvisibility=hidden。",
                               "Compile with -fno-gnu-unique -fvisibility=hidden."}});
      continue;
    }
    if (symbol.name == kEntrySymbol && symbol.function)
      entry = true;
    else if (others.size() < 300)
      others += (others.empty() ? "" : ", ") + symbol.name;
  }
  const std::string wanted(kEntrySymbol);
  if (!entry) {
    out.refusals.push_back(
        {wanted,
         "elf.entry",
         {"库没有导出入口函数 " + wanted + "。", "The library does not export the entry function " + wanted + "."},
         {"请用本服务器同代的开发包构建。", "Build it with the kit of this generation of the server."}});
  }
  if (!others.empty()) {
    out.refusals.push_back({others,
                            "elf.exports",
                            {"库只应导出 " + wanted + "，却还导出：" + others + "。",
                             "The library should export " + wanted + " only, but also exports: " + others + "."},
                            {"请用 onebudget_add_plugin() 或版本脚本隐藏它们。",
                             "Hide them with onebudget_add_plugin() or a version script."}});
  }
}

void imports(const ElfFacts& facts, Inspection& out) {
  for (const auto& name : facts.undefined) {
    if (const Ban* found = ban(name); found != nullptr) {
      out.refusals.push_back({name,
                              "elf.forbidden",
                              {"插件不得调用 " + name + "：" + found->why.zh + "。",
                               "A plugin may not call " + name + ": " + found->why.en + "."},
                              {"请从插件中去掉该调用。", "Remove the call from the plugin."}});
    }
  }
  const auto uses = [&](std::string_view name) {
    return std::ranges::find(facts.undefined, name) != facts.undefined.end();
  };
  const auto needs = [&](std::string_view name) { return std::ranges::find(facts.needed, name) != facts.needed.end(); };
  if ((uses("_Unwind_RaiseException") || uses("dl_iterate_phdr") || uses("_dl_find_object")) &&
      !needs("libstdc++.so.6")) {
    out.refusals.push_back({"libstdc++",
                            "elf.static_runtime",
                            {"库静态链接了 C++ 运行库，它的异常会使服务器中止。",
                             "The library has the C++ runtime linked in; an exception of it would abort the server."},
                            {"请动态链接 libstdc++ 和 libgcc。", "Link libstdc++ and libgcc dynamically."}});
  }
  if (uses("__cxa_thread_atexit") || uses("__cxa_thread_atexit_impl")) {
    out.warnings.push_back(
        {"thread_local",
         "elf.thread_local",
         {"库含带析构的线程变量，停用后仍会在线程结束时运行。",
          "The library has thread-local objects with destructors; they run at thread end even after disable."},
         {"请不要使用带析构的 thread_local。", "Do not use thread_local objects with destructors."}});
  }
}

} // namespace

bool forbidden_symbol(std::string_view name) { return ban(name) != nullptr; }

Inspection inspect(const ElfFacts& facts) {
  Inspection out;
  exports(facts, out);
  imports(facts, out);
  for (const auto& name : facts.needed) {
    if (std::ranges::find(rules().needed, name) != rules().needed.end()) continue;
    out.refusals.push_back(
        {name,
         "elf.needed",
         {"库依赖不允许的动态库 " + name + "。", "The library needs " + name + ", which is not allowed."},
         {"请把它静态链接进插件，或改用内核服务。", "Link it into the plugin, or use a service of the kernel."}});
  }
  const auto refuse = [&](bool bad, const char* field, const char* code, Text message, Text remedy) {
    if (bad) out.refusals.push_back({field, code, std::move(message), std::move(remedy)});
  };
  refuse(facts.run_path, "DT_RUNPATH", "elf.run_path", {"库带有搜索路径。", "The library carries a search path."},
         {"请去掉 -rpath。", "Remove -rpath."});
  refuse(facts.text_relocations, "DT_TEXTREL", "elf.text_relocations",
         {"库需要改写自己的代码段。", "The library rewrites its own code at load."},
         {"请用 -fPIC 编译。", "Compile with -fPIC."});
  refuse(facts.executable_stack, "PT_GNU_STACK", "elf.stack",
         {"库要求可执行的栈。", "The library asks for an executable stack."},
         {"请加链接参数 -Wl,-z,noexecstack。", "Link with -Wl,-z,noexecstack."});
  refuse(facts.writable_code, "PT_LOAD", "elf.writable_code",
         {"库有既可写又可执行的段。", "The library has a segment that is writable and executable."},
         {"请用普通的链接脚本。", "Use the ordinary linker script."});
  refuse(facts.static_tls, "DF_STATIC_TLS", "elf.static_tls",
         {"库占用静态线程存储，装入可能失败。", "The library uses static thread storage; loading it may fail."},
         {"请不要用 -ftls-model=initial-exec。", "Do not compile with -ftls-model=initial-exec."});
  return out;
}

} // namespace onebudget::inspection
