// SPDX-License-Identifier: MIT
#include "metrics_text.h"

#include <inttypes.h>
#include <stdio.h>

static const uint64_t ns_per_second = 1000000000;

static void add_value(struct buf *buf, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n') {
			buf_text(buf, "\\n");
			continue;
		}
		if (*text == '\\' || *text == '"')
			buf_char(buf, '\\');
		buf_char(buf, *text);
	}
}

void metrics_family(struct buf *buf, const char *name, const char *type, const char *help)
{
	const char *const parts[] = {
		"# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n"};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		buf_text(buf, parts[i]);
}

// A series up to its value.
static void add_name(struct buf *buf, const char *name, const struct label *labels)
{
	buf_text(buf, name);
	for (const struct label *label = labels; label && label->name; label++) {
		buf_char(buf, label == labels ? '{' : ',');
		buf_text(buf, label->name);
		buf_text(buf, "=\"");
		add_value(buf, label->value);
		buf_char(buf, '"');
	}
	buf_text(buf, labels && labels->name ? "} " : " ");
}

void metrics_series(struct buf *buf, const char *name, const struct label *labels, uint64_t value)
{
	add_name(buf, name, labels);
	buf_uint(buf, value);
	buf_char(buf, '\n');
}

const char *metrics_seconds(char to[METRICS_SECONDS_MAX], uint64_t ns)
{
	int size = snprintf(to, METRICS_SECONDS_MAX, "%" PRIu64 ".%09" PRIu64, ns / ns_per_second,
		ns % ns_per_second);
	while (to[size - 1] == '0')
		size--;
	to[to[size - 1] == '.' ? size - 1 : size] = '\0';
	return to;
}

void metrics_series_ns(
	struct buf *buf, const char *name, const struct label *labels, uint64_t value_ns)
{
	char text[METRICS_SECONDS_MAX];
	add_name(buf, name, labels);
	buf_text(buf, metrics_seconds(text, value_ns));
	buf_char(buf, '\n');
}

void metrics_single(
	struct buf *buf, const char *name, const char *type, const char *help, uint64_t value)
{
	metrics_family(buf, name, type, help);
	metrics_series(buf, name, NULL, value);
}

void metrics_single_ns(
	struct buf *buf, const char *name, const char *type, const char *help, uint64_t value_ns)
{
	metrics_family(buf, name, type, help);
	metrics_series_ns(buf, name, NULL, value_ns);
}
