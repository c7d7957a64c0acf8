// SPDX-License-Identifier: MIT
// answer: proved rulebooks made ready to answer. A snapshot has the bytes of one
// rulebook's answers, a rulebook set the snapshots of one load. It knows neither who
// asks nor how an answer is sent. This is the header that other rooms include.
#pragma once

#include "html.h"
#include "page.h"
#include "rulebook_set.h"
#include "sheet.h"
#include "snapshot.h"
#include "table.h"
