// Exports a second function beside the entry.
__attribute__((visibility("default"))) const void* ob_plugin_entry_v0(const void* offer);
__attribute__((visibility("default"))) int helper(void);
const void* ob_plugin_entry_v0(const void* offer) { return offer; }
int helper(void) { return 1; }
