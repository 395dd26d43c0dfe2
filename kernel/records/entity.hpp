#pragma once
// The library's names for what plugins declare and what callers ask, as this room and those below call them.

#include "sdk/declarations/entity.hpp"

namespace onebudget::records {

using declarations::Entity;
using declarations::EnumValue;
using declarations::Field;
using declarations::FieldType;
using declarations::parse_entity;
using declarations::Rollup;
using declarations::State;
using declarations::Transition;

} // namespace onebudget::records
