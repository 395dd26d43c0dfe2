#pragma once
// The project library: rules before a write, and the list of projects touched by code changes.

#include "onebudget/call.hpp"

namespace onebudget::compilation {

using plugin::Change;
using plugin::Exchange;
using plugin::Json;

/// Hook on project: term, amounts, papers on submission, classification of the year, and the project code.
Result<void> validate_project(Change& change);

/// GET /compilation/code-change?year=2026: visible projects of the year whose functional class was split, merged,
/// renamed or withdrawn for the next, with the codes that took its place.
Result<void> list_code_changes(Exchange& exchange);

} // namespace onebudget::compilation
