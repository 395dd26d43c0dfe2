// A library with the right entry symbol and nothing else; only read as data, never loaded.
#ifndef ENTRY
#define ENTRY ob_plugin_entry_v0
#endif
__attribute__((visibility("default"))) const void* ENTRY(const void* offer);
__attribute__((visibility("default"))) const void* ENTRY(const void* offer) { return offer; }
