#include "kernel/host/library/inspect.hpp"

#include <algorithm>
#include <iterator>

namespace onebudget::host {
namespace {

struct Ban {
  std::string_view name; ///< ends in '*' for a prefix
  std::string_view zh, en;
};

// Grouped by what goes wrong, so that the message can say why.
constexpr Ban kBans[] = {
    {"fork", "会复制整个服务器进程", "it copies the whole server process"},
    {"vfork", "会复制整个服务器进程", "it copies the whole server process"},
    {"clone", "会复制整个服务器进程", "it copies the whole server process"},
    {"clone3", "会复制整个服务器进程", "it copies the whole server process"},
    {"exec*", "会替换服务器进程", "it replaces the server process"},
    {"fexecve", "会替换服务器进程", "it replaces the server process"},
    {"posix_spawn*", "会启动其他程序", "it starts other programs"},
    {"system", "会启动其他程序", "it starts other programs"},
    {"popen", "会启动其他程序", "it starts other programs"},
    {"exit", "会结束服务器进程", "it ends the server process"},
    {"_exit", "会结束服务器进程", "it ends the server process"},
    {"_Exit", "会结束服务器进程", "it ends the server process"},
    {"quick_exit", "会结束服务器进程", "it ends the server process"},
    {"at_quick_exit", "会在进程结束时运行已停用的代码", "its code would run when the process ends"},
    {"atexit", "会在进程结束时运行已停用的代码", "its code would run when the process ends"},
    {"on_exit", "会在进程结束时运行已停用的代码", "its code would run when the process ends"},
    {"pthread_exit", "会结束服务器的工作线程", "it ends a worker thread of the server"},
    {"pthread_cancel", "会结束服务器的工作线程", "it ends a worker thread of the server"},
    {"kill", "会向进程发送信号", "it sends signals"},
    {"raise", "会向进程发送信号", "it sends signals"},
    {"pthread_kill", "会向进程发送信号", "it sends signals"},
    {"signal", "会改变整个进程的信号处理", "it changes signal handling of the whole process"},
    {"__sysv_signal", "会改变整个进程的信号处理", "it changes signal handling of the whole process"},
    {"sigaction", "会改变整个进程的信号处理", "it changes signal handling of the whole process"},
    {"sigprocmask", "会改变整个进程的信号处理", "it changes signal handling of the whole process"},
    {"pthread_sigmask", "会改变整个进程的信号处理", "it changes signal handling of the whole process"},
    {"sigaltstack", "会改变整个进程的信号处理", "it changes signal handling of the whole process"},
    {"setlocale", "会改变整个进程的语言环境", "it changes the locale of the whole process"},
    {"uselocale", "会改变线程的语言环境", "it changes the locale of a thread of the server"},
    {"_ZNSt6locale6globalERKS_", "会改变整个进程的语言环境", "it changes the locale of the whole process"},
    {"chdir", "会改变整个进程的当前目录", "it changes the directory of the whole process"},
    {"fchdir", "会改变整个进程的当前目录", "it changes the directory of the whole process"},
    {"chroot", "会改变整个进程的根目录", "it changes the root of the whole process"},
    {"umask", "会改变整个进程的文件权限掩码", "it changes the file mask of the whole process"},
    {"setenv", "会改变整个进程的环境变量", "it changes the environment of the whole process"},
    {"putenv", "会改变整个进程的环境变量", "it changes the environment of the whole process"},
    {"unsetenv", "会改变整个进程的环境变量", "it changes the environment of the whole process"},
    {"clearenv", "会改变整个进程的环境变量", "it changes the environment of the whole process"},
    {"setrlimit*", "会改变整个进程的限额", "it changes limits of the whole process"},
    {"prctl", "会改变整个进程的属性", "it changes attributes of the whole process"},
    {"ptrace", "会读写其他进程", "it reads and writes other processes"},
    {"syscall", "会绕过本检查", "it goes round this check"},
    {"dlopen", "会装入未经检查的代码", "it loads code that nobody checked"},
    {"dlmopen", "会装入未经检查的代码", "it loads code that nobody checked"},
    {"dlsym", "会取得未声明的函数", "it reaches functions that were not declared"},
    {"dlvsym", "会取得未声明的函数", "it reaches functions that were not declared"},
    {"pthread_create", "线程属于内核，长时间工作请用 ob.job", "threads belong to the kernel; use ob.job for long work"},
    {"thrd_create", "线程属于内核，长时间工作请用 ob.job", "threads belong to the kernel; use ob.job for long work"},
    {"_ZNSt6thread15_M_start_thread*", "线程属于内核，长时间工作请用 ob.job",
     "threads belong to the kernel; use ob.job for long work"},
};

constexpr std::string_view kNeeded[] = {
    "libc.so.6",
    "libm.so.6",
    "libgcc_s.so.1",
    "libstdc++.so.6",
    "libpthread.so.0",
    "libatomic.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
    "ld-linux-loongarch-lp64d.so.1",
    // COIN-OR's solver: Debian ships no archive of it that a plugin could link in.
    "libCbc.so.3",
    "libCgl.so.1",
    "libOsiClp.so.1",
    "libClp.so.1",
    "libOsi.so.1",
    "libCoinUtils.so.3",
#if defined(__SANITIZE_ADDRESS__)
    "libasan.so.8",
    "libubsan.so.1",
#endif
#if defined(__SANITIZE_THREAD__)
    "libtsan.so.2",
#endif
};

const Ban* ban(std::string_view name) {
  for (const auto& entry : kBans) {
    if (entry.name.ends_with('*') ? name.starts_with(entry.name.substr(0, entry.name.size() - 1)) : name == entry.name)
      return &entry;
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
                              {"插件不得调用 " + name + "：" + std::string(found->zh) + "。",
                               "A plugin may not call " + name + ": " + std::string(found->en) + "."},
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
    if (std::ranges::find(kNeeded, std::string_view(name)) != std::end(kNeeded)) continue;
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

} // namespace onebudget::host
