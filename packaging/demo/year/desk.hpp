#pragma once
// What people of the play do at the platform: requests, each by somebody who signed in.

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sdk/client/client.hpp"

namespace onebudget::demo {

/// Several threads may ask at the same time; a person does one thing after the other.
class Desk {
 public:
  Desk(std::string url, std::string language, std::string ca_file)
      : url_(std::move(url)), language_(std::move(language)), ca_file_(std::move(ca_file)) {}

  void know(const std::string& username, const std::string& password) { passwords_[username] = password; }
  /// Called with user name and password whenever one had to be changed, so that whoever comes later knows it.
  void when_renewed(std::function<Result<void>(const std::string&, const std::string&)> told) {
    told_ = std::move(told);
  }
  /// Until when the tokens hold with which people work once they have signed in, "2028-12-31T00:00:00Z".
  void tokens_until(const std::string& end) {
    const std::lock_guard guard(lock_);
    tokens_end_ = end;
  }
  [[nodiscard]] bool knows(const std::string& username) const { return passwords_.contains(username); }

  /// Signs in where that is needed, again when the session ended meanwhile.
  Result<Json> ask(const std::string& who, const std::string& method, const std::string& path,
                   const Json& body = nullptr, const std::string& if_match = {});
  Result<Json> get(const std::string& who, const std::string& path) { return ask(who, "GET", path); }
  Result<Json> make(const std::string& who, const std::string& path, const Json& body) {
    return ask(who, "POST", path, body);
  }
  /// A transition of the record as it stands.
  Result<Json> move(const std::string& who, const std::string& path, const std::string& transition,
                    const std::string& comment = "同意");
  Result<Json> change(const std::string& who, const std::string& path, const Json& body);
  /// All rows of a list that a filter finds, page by page.
  Result<std::vector<Json>> every(const std::string& who, const std::string& path, const std::string& filter = {});
  /// The one row, or the first of several. Fault not_found.
  Result<Json> first(const std::string& who, const std::string& path, const std::string& filter);
  /// Lines of JSON, or a table, as an import. Answers the report.
  Result<Json> upload(const std::string& who, const std::string& path, const std::string& media_type,
                      const std::string& text);

  [[nodiscard]] std::size_t people() const { return people_.size(); } ///< who came to do something
  [[nodiscard]] std::int64_t requests() const { return requests_; }

 private:
  struct Person {
    std::mutex busy;
    std::optional<client::Client> signed_in;
  };
  Person& person(const std::string& username);
  std::string password_of(const std::string& username);
  Result<void> sign_in(const std::string& username, Person& as);
  Result<void> take_token(client::Client& as);
  Result<void> renew(const std::string& who, client::Client& as);

  std::string url_, language_, ca_file_;
  std::function<Result<void>(const std::string&, const std::string&)> told_;
  std::mutex lock_; ///< what follows
  std::string tokens_end_;
  std::map<std::string, std::string> passwords_;
  std::map<std::string, Person> people_;
  int renewed_ = 0;
  std::atomic<std::int64_t> requests_ = 0;
};

/// Tries until it is there; what the platform does behind a request takes a moment. Fault ctl.demo_late.
Result<void> wait_for(const std::string& what, const std::function<Result<bool>()>& there);

} // namespace onebudget::demo
