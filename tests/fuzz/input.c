// SPDX-License-Identifier: MIT
#include "input.h"

unsigned input_choice(struct str *text)
{
	if (text->size == 0)
		return 0;
	unsigned char c = (unsigned char)text->at[0];
	*text = (struct str){text->at + 1, text->size - 1};
	return ((unsigned)c - '0') & 63;
}

void input_expand(struct buf *buf, struct str text, size_t most)
{
	for (size_t i = 0; i < text.size; i++) {
		size_t letters = (unsigned char)text.at[i];
		if (letters < 1 || letters > 8 || text.size - i < letters + 3) {
			buf_char(buf, text.at[i]);
			continue;
		}
		struct str numbers = {text.at + i + 1 + letters, 2};
		size_t count = input_choice(&numbers) * 1024u;
		count += input_choice(&numbers) * 16u;
		for (size_t n = 0; n < count && buf->size < most; n++)
			buf_char(buf, text.at[i + 1 + n % letters]);
		i += letters + 2;
	}
}
