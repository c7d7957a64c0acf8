// SPDX-License-Identifier: MIT
// The line of a request. There is one for each request, so it is put together from
// pieces that are ready.
#include "line.h"

#include "base/base.h"

// Room for a word of the program: a method, a route, a code.
enum { WORD_ROOM = 64, PIECE_ROOM = 48 };

struct piece {
	char text[PIECE_ROOM];
	uint8_t size;
};

#define PIECE(literal)                                                                             \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

// What stands before each value and behind the last one; END also closes a text.
struct pieces {
	struct piece time, id, method, route, status, code, bytes, duration_us, digest, end;
};

static const struct pieces all_pieces[] = {
	[LOG_LOGFMT] =
		{
			.time = PIECE("time="),
			.id = PIECE(" level=info event=request id="),
			.method = PIECE(" method="),
			.route = PIECE(" route="),
			.status = PIECE(" status="),
			.code = PIECE(" code="),
			.bytes = PIECE(" bytes="),
			.duration_us = PIECE(" duration_us="),
			.digest = PIECE(" digest="),
			.end = PIECE(""),
		},
	[LOG_JSON] =
		{
			.time = PIECE("{\"time\":\""),
			.id = PIECE("\",\"level\":\"info\",\"event\":\"request\",\"id\":\""),
			.method = PIECE(",\"method\":\""),
			.route = PIECE(",\"route\":\""),
			.status = PIECE(",\"status\":"),
			.code = PIECE(",\"code\":\""),
			.bytes = PIECE(",\"bytes\":"),
			.duration_us = PIECE(",\"duration_us\":"),
			.digest = PIECE(",\"digest\":\""),
			.end = PIECE("\""),
		},
};

// Copies of whole pieces reach past what they add, but not past the line's room.
_Static_assert(sizeof(struct pieces) + (size_t)3 * UINT_DIGITS_MAX + (size_t)3 * WORD_ROOM +
			       LOG_ID_MAX + LOG_DIGEST_MAX <
		       LOG_LINE_MAX,
	"a line of a request always fits");

// Copies all the room of a piece, for that is quicker than a part of it.
static char *put_piece(char *to, const struct piece *piece)
{
	memcpy(to, piece->text, sizeof piece->text);
	return to + piece->size;
}

static char *put_number(char *to, const struct piece *lead, uint64_t number)
{
	return uint_put(put_piece(to, lead), number);
}

static struct str word(const char *text)
{
	return (struct str){text, text ? strnlen(text, WORD_ROOM) : 0};
}

// An empty text leaves the field out.
static char *put_text(char *to, const struct piece *lead, struct str text, const struct piece *end)
{
	if (text.size == 0)
		return to;
	to = put_piece(to, lead);
	memcpy(to, text.at, text.size);
	return put_piece(to + text.size, end);
}

size_t line_access(char *at, enum log_format format, struct line_clock *clock, int64_t wall_ms,
	const struct log_access *record)
{
	const struct pieces *pieces = &all_pieces[format];
	char *to = put_piece(at, &pieces->time);
	to = line_time(to, clock, wall_ms);
	to = put_piece(to, &pieces->id);
	to = put_piece(to + log_id_write(to, &record->id), &pieces->end);
	to = put_text(to, &pieces->method, word(record->method), &pieces->end);
	to = put_text(to, &pieces->route, word(record->route), &pieces->end);
	to = put_number(to, &pieces->status, record->status);
	to = put_text(to, &pieces->code, word(record->code), &pieces->end);
	to = put_number(to, &pieces->bytes, record->bytes);
	to = put_number(to, &pieces->duration_us, record->duration_ns / 1000);
	to = put_text(to, &pieces->digest, str_of(record->digest), &pieces->end);
	if (format == LOG_JSON)
		*to++ = '}';
	*to++ = '\n';
	return (size_t)(to - at);
}
