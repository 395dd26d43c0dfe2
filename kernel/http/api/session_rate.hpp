#pragma once
// How often one address may try to sign in. Thread-safe.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "kernel/http/api/services.hpp"

namespace onebudget::http {

class SignInRate {
 public:
  /// Fault http.sign_in_rate (429) above 120 attempts a minute: accounts have their own lock, this slows spraying.
  Result<void> admit(const std::string& address, std::int64_t now_ns);

 private:
  struct Window {
    std::int64_t since_ns = 0;
    std::size_t count = 0;
  };
  std::mutex lock_;
  std::map<std::string, Window> attempts_;
};

void add_bootstrap_routes(Router& router, Services& services, const std::shared_ptr<SignInRate>& rate);

} // namespace onebudget::http
