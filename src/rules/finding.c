// SPDX-License-Identifier: MIT
// How a load says what it found: messages, and witnesses as ready curl lines.
#include "loader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

// Formats into what is left of TO. Cuts rather than fails: it is for people.
__attribute__((format(printf, 4, 0))) static size_t add_text(
	char *to, size_t room, size_t used, const char *format, va_list values)
{
	int size = vsnprintf(to + used, room - used, format, values);
	size_t wanted = used + (size_t)(size > 0 ? size : 0);
	if (wanted >= room) {
		wanted = room - 1;
		while (!utf8_valid((struct str){to, wanted}))
			wanted--; // the beginning of a character, of which there is no more
		to[wanted] = '\0';
	}
	return wanted;
}

// The profile as a line that can be pasted into a shell. Value names have no
// quote in them (load_facts.c checks their letters).
static void write_witness(
	const struct pmm_rulebook *rulebook, const uint8_t *digits, struct buf *to)
{
	const char *comma = "";
	buf_text(to, "curl --json '{");
	for (size_t f = 0; f < rulebook->info.fact_count; f++) {
		const struct pmm_fact *fact = &rulebook->facts[f];
		if (digits[f] == PMM_DIGIT_UNKNOWN)
			continue;
		const char *quote = fact->is_boolean ? "" : "\"";
		buf_print(to, "%s\"%s\":%s%s%s", comma, fact->name, quote,
			fact->values[digits[f] - 1].name, quote);
		comma = ",";
	}
	buf_print(to, "}' http://127.0.0.1:8080/check"); // which ends with NUL
}

void loader_find(struct loader *loader, bool is_error, const char *code, const char *where,
	const uint8_t *witness, const char *format, ...)
{
	char message[512];
	struct buf line = {0};
	va_list values;
	if (is_error) {
		loader->result = -EINVAL;
		if (++loader->errors > LOADER_ERRORS_MAX)
			return;
	}
	if (!loader->listener)
		return;
	va_start(values, format);
	add_text(message, sizeof message, 0, format, values);
	va_end(values);
	if (witness)
		write_witness(loader->rulebook, witness, &line);
	const struct pmm_finding finding = {is_error, code, where, message, witness ? line.at : ""};
	if (line.failed)
		loader->result = -ENOMEM;
	else
		loader->listener->finding(loader->listener->cls, &finding);
	buf_finish(&line);
}

void *loader_take(struct loader *loader, size_t count, size_t size)
{
	void *room = loader->result ? NULL : arena_array(&loader->rulebook->arena, count, size);
	if (!room && !loader->result)
		loader->result = -ENOMEM;
	return room;
}

char *loader_copy(struct loader *loader, struct str text)
{
	char *copy = loader_take(loader, text.size + 1, 1);
	if (copy)
		memcpy(copy, text.at, text.size);
	return copy;
}

size_t loader_enter(struct loader *loader, const char *format, ...)
{
	size_t mark = loader->where_size;
	va_list values;
	va_start(values, format);
	loader->where_size = add_text(loader->where, sizeof loader->where, mark, format, values);
	va_end(values);
	return mark;
}

void loader_leave(struct loader *loader, size_t mark)
{
	loader->where[mark] = '\0';
	loader->where_size = mark;
}
