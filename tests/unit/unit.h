// SPDX-License-Identifier: MIT
// What cmocka needs to be included, in the order that it wants.
#pragma once

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
