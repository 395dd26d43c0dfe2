#pragma once
// What people of the demo province do after it is loaded: a script of requests, each by somebody who signs in. What the
// requests mean is the script's business (config/demo/*_acts.json).
//
// {"acts": [{"who": "budget-division.320500000", "as": "first", "post": "/path", "body": {…}},
//           {"who": …, "patch": "/path/{id:first}", "body": {…}},
//           {"who": …, "move": "/path/{id:first}", "by": "open", "comment": "…"}]}
//
// In texts: {id:NAME} the id that an earlier act got, {day:-30} a day counted from today in China, {year:0} this year,
// {node:CODE} the id of a node, {first:/path?filter=…} the id of the first row of a list, asked for once, {new:/path}
// the same, asked for each time, {code:/path|other} its code, or `other` when the list is empty. Tokens may hold
// tokens. An act with "may_fail" true is counted and passed over when the server refuses it.

#include <functional>
#include <map>
#include <string>

#include "sdk/client/client.hpp"

namespace onebudget::demo {

class Acts {
 public:
  /// `password_of` answers "" for somebody without a login here.
  Acts(std::string url, std::string language, std::string ca_file,
       std::function<std::string(const std::string&)> password_of);

  /// Plays the script; stops at the first refusal that is not allowed for. Faults: those of the server, with the number
  /// of the act; ctl.demo_act for an act that cannot be read.
  Result<void> play(const Json& script, const std::function<void(double)>& progress);
  /// Signed in when first asked for.
  Result<client::Client*> person(const std::string& username);
  [[nodiscard]] int done() const { return done_; }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  Result<void> act(const Json& one);
  Result<Json> filled(const Json& value, client::Client& as);
  Result<std::string> text(const std::string& pattern, client::Client& as);
  Result<std::string> token(const std::string& kind, const std::string& rest, client::Client& as);

  std::string url_, language_, ca_file_;
  std::function<std::string(const std::string&)> password_of_;
  std::map<std::string, client::Client> people_;
  std::map<std::string, std::string> made_, found_;
  int done_ = 0, refused_ = 0;
};

} // namespace onebudget::demo
