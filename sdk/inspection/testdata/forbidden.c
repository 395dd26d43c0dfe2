// Calls what a plugin may not call. Never loaded.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((visibility("default"))) const void* ob_plugin_entry_v0(const void* offer);
const void* ob_plugin_entry_v0(const void* offer) {
  if (fork() == 0) execl("/bin/true", "true", (char*)0);
  if (system("true") != 0) exit(1);
  signal(SIGTERM, SIG_IGN);
  setlocale(LC_ALL, "");
  if (chdir("/") != 0) return dlopen("x", RTLD_NOW);
  return offer;
}
