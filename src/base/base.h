// SPDX-License-Identifier: MIT
// base: what every room stands on. Slices of bytes, memory by the request, output that
// grows, strict JSON in and out, words as people write them, dates. It knows nothing
// of rulebooks, HTTP, files or clocks. This is the header that other rooms include; it
// brings the small ones, which each say what they promise.
#pragma once

#include "arena.h"
#include "buf.h"
#include "bytes.h"
#include "date.h"
#include "hex.h"
#include "intern.h"
#include "json.h"
#include "json_string.h"
#include "json_writer.h"
#include "str.h"
#include "utf8.h"
#include "word.h"
