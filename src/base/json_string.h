// SPDX-License-Identifier: MIT
// Private to json: the inside of a JSON string.
#pragma once

#include "json.h"

// Scans from *AT, just past the opening quote, and leaves *AT on the closing
// quote; at a fault, on the byte that is to blame. Sets *ESCAPED if there was
// any escape.
enum json_fault json_string_scan(const char **at, const char *end, bool *escaped);

// The first byte from AT on that is not plain text: a quote, a backslash, a control
// or not ASCII. END if there is none.
const char *json_plain_end(const char *at, const char *end);
