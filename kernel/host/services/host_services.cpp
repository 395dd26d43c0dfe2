// Services that need no call: log, config, crypto, metric.

#include <algorithm>
#include <cstring>

#include "kernel/crypto/crypto.hpp"
#include "kernel/host/services/door.hpp"
#include "kernel/host/services/tables.hpp"
#include "sdk/include/onebudget/onebudget.h"
#include "sdk/text/json_door.hpp"

namespace onebudget::host::service {
namespace {

constexpr std::size_t kMostFields = 32;
constexpr std::size_t kMostLabels = 4;
constexpr std::uint32_t kMostRandom = 4096;

std::int32_t log_enabled(ob_host host, std::int32_t level) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    const auto* log = guest.kernel().options.log;
    if (level < OB_LOG_DEBUG || level > OB_LOG_ERROR) return OB_E_ARGUMENT;
    return std::int32_t{log != nullptr && log->enabled(static_cast<observe::Level>(level)) ? 1 : 0};
  });
}

std::int32_t log_write(ob_host host, std::int32_t level, ob_str message, ob_str fields) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    if (level < OB_LOG_DEBUG || level > OB_LOG_ERROR) return OB_E_ARGUMENT;
    OB_TRY(const auto line, text(message, "message"));
    OB_TRY(const auto json, text(fields, "fields"));
    std::vector<observe::LogField> out;
    if (!json.empty()) {
      OB_TRY(const auto object, parse_json(json, {65'536, 2}));
      if (!object.is_object() || object.size() > kMostFields) return argument("fields");
      for (const auto& item : object.items()) {
        const auto& value = item.value();
        if (value.is_string())
          out.push_back({item.key(), value.get<std::string>()});
        else if (value.is_boolean())
          out.push_back({item.key(), value.get<bool>()});
        else if (value.is_number_integer())
          out.push_back({item.key(), value.get<std::int64_t>()});
        else if (value.is_number())
          out.push_back({item.key(), value.get<double>()});
        else
          out.push_back({item.key(), value.dump()});
      }
    }
    guest.kernel().log(static_cast<observe::Level>(level), guest.id(), line, std::move(out));
    return OB_OK;
  });
}

std::int32_t config_get(ob_host host, ob_str key, char* value, std::uint32_t cap, std::uint32_t* need,
                        ob_error* error) {
  return in_host(host, error, [&](Guest& guest) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(key, "key"));
    OB_TRY(const auto all, parse_json(guest.settings()));
    const auto found = all.find(name);
    if (found == all.end()) {
      return fault(FaultKind::not_found, "host.setting",
                   {"清单没有声明设置 " + name + "。", "The manifest does not declare the setting " + name + "."});
    }
    return put(found->dump(), value, cap, need);
  });
}

std::int32_t crypto_digest(ob_host host, ob_str algorithm, ob_bytes data, std::uint8_t* out, ob_error* error) {
  return in_host(host, error, [&](Guest&) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(algorithm, "algorithm"));
    if (out == nullptr || (data.p == nullptr && data.n > 0)) return argument("out");
    // Not copied: digests are the one thing that plugins make of large data.
    const std::string_view all(data.n == 0 ? "" : reinterpret_cast<const char*>(data.p), data.n);
    std::string digest;
    if (name == "sm3")
      digest = crypto::sm3(all);
    else if (name == "sha256")
      digest = crypto::sha256(all);
    else
      return OB_E_UNSUPPORTED;
    std::memcpy(out, digest.data(), digest.size());
    return OB_OK;
  });
}

std::int32_t crypto_random(ob_host host, std::uint8_t* out, std::uint32_t size, ob_error* error) {
  return in_host(host, error, [&](Guest&) -> Result<std::int32_t> {
    if (size > kMostRandom || (out == nullptr && size > 0)) return argument("size");
    const auto bytes = crypto::random_bytes(size);
    if (size > 0) std::memcpy(out, bytes.data(), size);
    return OB_OK;
  });
}

bool metric_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

template <class Use>
std::int32_t metric(ob_host host, ob_str name, ob_str labels, double value, ob_error* error, Use use) {
  return in_host(host, error, [&](Guest& guest) -> Result<std::int32_t> {
    OB_TRY(const auto bare, text(name, "name"));
    OB_TRY(const auto json, text(labels, "labels"));
    if (!metric_name(bare) || !(value == value)) return argument("name");
    observe::Metrics::Labels all;
    std::string shape = bare;
    if (!json.empty()) {
      OB_TRY(const auto object, parse_json(json, {4'096, 2}));
      if (!object.is_object() || object.size() > kMostLabels) return argument("labels");
      for (const auto& item : object.items()) {
        if (!metric_name(item.key()) || !item.value().is_string()) return argument("labels");
        all.emplace_back(item.key(), item.value().get<std::string>());
        shape += "," + item.key();
      }
    }
    if (!guest.admit_metric(shape)) {
      return fault(FaultKind::limited, "host.metrics", {"插件的指标过多。", "The plugin has too many metrics."});
    }
    auto* metrics = guest.kernel().options.metrics;
    if (metrics != nullptr) use(*metrics, "onebudget_plugin_" + guest.id() + "_" + bare, all);
    return OB_OK;
  });
}

constexpr const char* kHelp = "Given by a plugin";

std::int32_t metric_count(ob_host host, ob_str name, ob_str labels, double by, ob_error* error) {
  if (!(by >= 0)) return OB_E_ARGUMENT;
  return metric(host, name, labels, by, error,
                [by](auto& metrics, const auto& full, const auto& all) { metrics.count(full, kHelp, all, by); });
}
std::int32_t metric_gauge(ob_host host, ob_str name, ob_str labels, double value, ob_error* error) {
  return metric(host, name, labels, value, error,
                [value](auto& metrics, const auto& full, const auto& all) { metrics.gauge(full, kHelp, all, value); });
}
std::int32_t metric_observe(ob_host host, ob_str name, ob_str labels, double seconds, ob_error* error) {
  return metric(host, name, labels, seconds, error, [seconds](auto& metrics, const auto& full, const auto& all) {
    metrics.observe_seconds(full, kHelp, all, seconds);
  });
}

constexpr ob_log_v1 kLog = {sizeof(ob_log_v1), 0, log_enabled, log_write};
constexpr ob_config_v1 kConfig = {sizeof(ob_config_v1), 0, config_get};
constexpr ob_crypto_v1 kCrypto = {sizeof(ob_crypto_v1), 0, crypto_digest, crypto_random};
constexpr ob_metric_v1 kMetric = {sizeof(ob_metric_v1), 0, metric_count, metric_gauge, metric_observe};

} // namespace

const void* log_table(std::uint32_t& size) { return size = sizeof kLog, &kLog; }
const void* config_table(std::uint32_t& size) { return size = sizeof kConfig, &kConfig; }
const void* crypto_table(std::uint32_t& size) { return size = sizeof kCrypto, &kCrypto; }
const void* metric_table(std::uint32_t& size) { return size = sizeof kMetric, &kMetric; }

} // namespace onebudget::host::service
