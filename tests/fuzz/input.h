// SPDX-License-Identifier: MIT
// How targets read choices and long runs from an input that can be written by
// hand and stays small.
#pragma once

#include "base/buf.h"

// Takes a character off *TEXT that counts by its distance from '0': 0 is '0', 9 is
// '9', 63 is 'o'. At the end of TEXT it is 0.
unsigned input_choice(struct str *text);

// Adds TEXT to BUF. In it a byte from 1 to 8, so many characters and two choices stand
// for so many times 1024 and so many times 16 bytes, which are those characters over
// and over again, as long as BUF is below MOST.
void input_expand(struct buf *buf, struct str text, size_t most);
