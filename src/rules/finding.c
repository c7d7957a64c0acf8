// SPDX-License-Identifier: MIT
// How a load says what it found: messages, places, and witnesses as ready curl lines.
#include "loader.h"

#include <stdio.h>

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

// Whether a fault of the same value was told: then this one follows from it. Several things
// may lack in one object, and profiles show faults of their own.
static bool is_told(const struct loader *loader, const struct loader_fault *fault)
{
	if (!fault->node || fault->is_lack || fault->witness)
		return false;
	for (size_t i = 0; i < loader->errors && i < LOADER_ERRORS_MAX; i++)
		if (loader->told[i].node == fault->node && !loader->told[i].is_lack &&
			loader->told[i].is_name == fault->is_name)
			return true;
	return false;
}

// Whether there is anybody to hear it.
static bool note(struct loader *loader, const struct loader_fault *fault)
{
	const struct pmm_listener *listener = loader->listener;
	if (fault->is_note)
		return listener && !listener->errors_only;
	if (loader_ends(loader) || is_told(loader, fault))
		return false;
	loader->result = -EINVAL;
	if (loader->errors++ >= LOADER_ERRORS_MAX)
		return false;
	loader->told[loader->errors - 1].node = fault->node;
	loader->told[loader->errors - 1].is_name = fault->is_name;
	loader->told[loader->errors - 1].is_lack = fault->is_lack;
	return listener != NULL;
}

void loader_find_as(
	struct loader *loader, const struct loader_fault *fault, const char *format, va_list values)
{
	char message[512];
	struct buf line = {0};
	struct place place = {0};
	if (!note(loader, fault))
		return;
	loader_text_as(message, sizeof message, 0, format, values);
	if (fault->node)
		place_find(loader, fault->node, fault->is_name, &place);
	else
		place.at = utf8_place(loader->text, fault->offset);
	if (fault->witness)
		write_witness(loader->rulebook, fault->witness, &line);
	const struct pmm_finding finding = {
		.is_error = !fault->is_note,
		.code = fault->code,
		.where = place.path,
		.message = message,
		.expected = fault->expected ? fault->expected : "",
		.did_you_mean = fault->near ? fault->near : "",
		.witness = fault->witness ? line.at : "",
		.line = place.at.line,
		.column = place.at.column,
	};
	if (line.failed)
		loader->result = -ENOMEM;
	else
		loader->listener->finding(loader->listener->cls, &finding);
	buf_finish(&line);
}

void loader_find(struct loader *loader, const struct loader_fault *fault, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	loader_find_as(loader, fault, format, values);
	va_end(values);
}

void loader_close(struct loader *loader)
{
	const struct loader_fault fault = {
		.code = "more_errors", .node = loader->root, .is_lack = true};
	const unsigned more = loader->errors - LOADER_ERRORS_MAX;
	if (loader->errors <= LOADER_ERRORS_MAX)
		return;
	loader->errors = 0; // so that it is told
	loader_find(loader, &fault, "There are %u more errors; mend these first.", more);
}

void *loader_take(struct loader *loader, size_t count, size_t size)
{
	void *room = loader_ends(loader) ? NULL
					 : arena_array(&loader->rulebook->arena, count, size);
	if (!room)
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
