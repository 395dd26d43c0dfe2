// Throws; linked with a static runtime, its exception could not be caught by the host.
extern "C" __attribute__((visibility("default"))) const void* ob_plugin_entry_v0(const void* offer) {
  if (offer == nullptr) throw 7;
  return offer;
}
