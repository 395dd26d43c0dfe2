// A template static that is exported keeps the library mapped and is shared with other copies.
template <class T>
struct __attribute__((visibility("default"))) Counter {
  static T value;
};
template <class T>
T Counter<T>::value = 0;
extern "C" __attribute__((visibility("default"))) const void* ob_plugin_entry_v0(const void* offer) {
  ++Counter<int>::value;
  return offer;
}
