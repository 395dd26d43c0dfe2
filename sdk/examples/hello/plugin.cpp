// The smallest plugin: one route that greets in the caller's language.
#include "sdk/cpp/plugin.hpp"

namespace {

using onebudget::Result;
using onebudget::plugin::Answer;
using onebudget::plugin::Call;
using onebudget::plugin::Request;

Result<Answer> greet(Call& call, const Request& request) {
  const std::string name = request.parameter("name").value_or("OneBudget");
  return Answer::json({{"greeting", call.text("greeting", {name})}});
}

class Hello final : public onebudget::plugin::Plugin {
 public:
  Hello() { route("GET /greeting", greet); }
};

} // namespace

ONEBUDGET_PLUGIN(Hello);
