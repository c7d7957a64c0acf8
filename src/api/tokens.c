// SPDX-License-Identifier: MIT
#include "tokens.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { HASH_BYTES = 32, HASH_DIGITS = 2 * HASH_BYTES };

struct tokens {
	atomic_uint holders;
	size_t count;
	uint8_t hashes[][HASH_BYTES];
};

// --- the file

// What is wrong with line NUMBER, which has something to say; no text: nothing.
static struct tokens_fault read_line(unsigned number, struct str line, uint8_t hash[HASH_BYTES])
{
	// What is left when the command that was to print the token printed nothing.
	static const char of_nothing[] =
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	const struct str digits = {line.at, HASH_DIGITS};
	bool is_hash = line.size == HASH_DIGITS ||
		       (line.size > HASH_DIGITS &&
			       (line.at[HASH_DIGITS] == ' ' || line.at[HASH_DIGITS] == '\t'));
	for (size_t i = 0; is_hash && i < HASH_BYTES; i++) {
		int high = hex_value(digits.at[2 * i]), low = hex_value(digits.at[2 * i + 1]);
		is_hash = high >= 0 && low >= 0;
		hash[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
	}
	if (!is_hash)
		return (struct tokens_fault){number,
			{"tulis SHA-256 sebuah token dalam 64 digit heksadesimal; di belakangnya "
			 "boleh ada spasi dan label",
				"write the SHA-256 of a token in 64 hexadecimal digits, then "
				"nothing, or a blank and a label"}};
	if (str_equal_nocase(digits, str_of(of_nothing)))
		return (struct tokens_fault){number,
			{"ini SHA-256 dari token kosong", "this is the SHA-256 of an empty token"}};
	return (struct tokens_fault){number, {NULL}};
}

// What is wrong with TEXT; no text: nothing.
static struct tokens_fault read_lines(struct str text, struct tokens *tokens)
{
	struct tokens_fault fault = {0, {NULL}};
	unsigned number = 0;
	if (text.size > TOKENS_TEXT_MAX)
		return (struct tokens_fault){
			0, {"lebih besar dari 1 MiB", "it has more than 1 MiB"}};
	while (text.size && !fault.text[0]) {
		struct str line = str_split(&text, '\n');
		if (line.size && line.at[line.size - 1] == '\r')
			line.size--;
		line = str_trim(line);
		number++;
		if (line.size == 0 || line.at[0] == '#')
			continue;
		if (tokens->count == TOKENS_MAX)
			return (struct tokens_fault){number,
				{"tokennya lebih dari 1000", "these are more than 1000 tokens"}};
		fault = read_line(number, line, tokens->hashes[tokens->count++]);
	}
	if (!tokens->count)
		return (struct tokens_fault){
			0, {"tidak ada token di dalamnya", "there is no token in it"}};
	return fault;
}

int tokens_create(struct tokens **out, struct str text, struct tokens_fault *fault)
{
	struct tokens *tokens = calloc(1, sizeof *tokens + TOKENS_MAX * sizeof tokens->hashes[0]);
	if (!tokens)
		return -ENOMEM;
	const struct tokens_fault found = read_lines(text, tokens);
	if (found.text[0]) {
		*fault = found;
		free(tokens);
		return -EINVAL;
	}
	atomic_init(&tokens->holders, 1);
	*out = tokens;
	return 0;
}

struct tokens *tokens_ref(struct tokens *tokens)
{
	atomic_fetch_add(&tokens->holders, 1);
	return tokens;
}

void tokens_unref(struct tokens *tokens)
{
	if (tokens && atomic_fetch_sub(&tokens->holders, 1) == 1)
		free(tokens);
}

size_t tokens_count(const struct tokens *tokens)
{
	return tokens->count;
}

// --- a client's word

// token68 of RFC 9110, section 11.2, which RFC 6750 calls b64token.
static bool is_token68(struct str s)
{
	size_t padding = 0;
	for (size_t i = 0; i < s.size; i++) {
		char c = s.at[i], lower = ascii_lower(c);
		bool is_inner = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
				(c && strchr("-._~+/", c));
		if (c == '=' && i > 0)
			padding++;
		else if (!is_inner || padding)
			return false;
	}
	return s.size > 0;
}

enum token_verdict tokens_judge(const struct tokens *tokens, struct str authorization)
{
	struct str token = str_trim(authorization);
	struct str scheme = str_split(&token, ' ');
	if (!str_equal_nocase(scheme, STR("Bearer")))
		return TOKEN_ABSENT;
	while (token.size && token.at[0] == ' ')
		token = (struct str){token.at + 1, token.size - 1};
	if (token.size > TOKEN_BYTES_MAX || !is_token68(token))
		return TOKEN_WRONG;
	uint8_t hash[HASH_BYTES];
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, token.at, token.size, hash) < 0)
		return TOKEN_UNDECIDED;
	// All are compared, in full, so that time tells nothing about any of them.
	unsigned matches = 0;
	for (size_t i = 0; i < tokens->count; i++)
		matches |= gnutls_memcmp(hash, tokens->hashes[i], HASH_BYTES) == 0;
	return matches ? TOKEN_GOOD : TOKEN_WRONG;
}
