#pragma once
// The libraries' names for what plugins declare and what their files are, as this room calls them.

#include "sdk/declarations/package/bundle.hpp"
#include "sdk/declarations/package/solve.hpp"
#include "sdk/inspection/inspect.hpp"

namespace onebudget::host {

using declarations::Bundle;
using declarations::Candidate;
using declarations::DeclaredJob;
using declarations::DeclaredRoute;
using declarations::DeclaredSetting;
using declarations::Manifest;
using declarations::Subscription;
using declarations::Version;
using declarations::VersionRange;

} // namespace onebudget::host
