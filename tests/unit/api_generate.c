// SPDX-License-Identifier: MIT
// Writes rulebooks of a chosen size. The first fact decides; the others only
// make the space large.
#include "api_support.h"

#include <stdio.h>

static const char *const ugly_text = "\"\\\n\t\x01<&> \xC3\xA9 \xF0\x9F\x99\x82 /x/";

__attribute__((format(printf, 2, 3))) void support_add(struct buf *buf, const char *format, ...)
{
	char text[600];
	va_list values;
	va_start(values, format);
	int size = vsnprintf(text, sizeof text, format, values);
	va_end(values);
	buf_add(buf, text, (size_t)size);
}

// "NAME":{"id":"TEXT id","en":"TEXT en"}
static void add_text(struct buf *buf, const char *name, const char *text)
{
	static const char *const languages[] = {"id", "en"};
	buf_json(buf, str_of(name));
	for (int i = 0; i < 2; i++) {
		char both[200];
		snprintf(both, sizeof both, "%s %s", text, languages[i]);
		buf_text(buf, i ? "," : ":{");
		buf_json(buf, str_of(languages[i]));
		buf_char(buf, ':');
		buf_json(buf, str_of(both));
	}
	buf_char(buf, '}');
}

static void add_identity(struct buf *buf, const char *name, const char *text)
{
	buf_text(buf, "{\"format\":\"pmm-rulebook/1\",\"id\":");
	buf_json(buf, str_of(name));
	buf_text(buf, ",\"version\":\"1\",");
	add_text(buf, "title", text);
	buf_text(buf, ",\"effective_from\":\"2024-02-02\",\"documents\":[{\"id\":\"d\"");
	buf_text(buf, ",\"number\":");
	buf_json(buf, str_of(text));
	buf_text(buf, ",\"title\":");
	buf_json(buf, str_of(text));
	buf_text(buf, ",\"issuer\":");
	buf_json(buf, str_of(text));
	buf_text(buf, "}],\"phrases\":{");
	add_text(buf, "undetermined", text);
	buf_char(buf, ',');
	add_text(buf, "depends", "{facts}");
	buf_char(buf, ',');
	add_text(buf, "and", text);
	buf_char(buf, '}');
}

static void add_facts(struct buf *buf, unsigned facts, unsigned values, const char *text)
{
	for (unsigned f = 0; f < facts; f++) {
		support_add(buf, f ? ",{\"name\":\"f%u\"," : ",\"facts\":[{\"name\":\"f%u\",", f);
		add_text(buf, "label", text);
		buf_text(buf, ",\"changeable\":true,\"values\":[");
		for (unsigned v = 0; v < values; v++) {
			support_add(buf, v ? ",{\"value\":\"v%u\"," : "{\"value\":\"v%u\",", v);
			add_text(buf, "label", text);
			support_add(buf, ",\"aliases\":[\"word %u/%u\"]}", f, v);
		}
		buf_text(buf, "],\"unknown\":[\"\\u00e9\\n?\"]}");
	}
	buf_char(buf, ']');
}

void support_generate(struct buf *buf, const char *name, unsigned facts, unsigned values, bool ugly)
{
	const char *text = ugly ? ugly_text : "text";
	add_identity(buf, name, text);
	add_facts(buf, facts, values, text);
	for (unsigned a = 0; a < 2; a++) {
		support_add(
			buf, a ? ",{\"name\":\"a%u\"," : ",\"attributes\":[{\"name\":\"a%u\",", a);
		add_text(buf, "label", text);
		for (unsigned v = 0; v < values; v++) {
			support_add(buf,
				v ? ",{\"value\":\"w%u\"," : ",\"values\":[{\"value\":\"w%u\",", v);
			add_text(buf, "label", text);
			buf_char(buf, '}');
		}
		buf_text(buf, "]}");
	}
	buf_text(buf, "],\"features\":[{\"name\":\"p\",\"title\":");
	buf_json(buf, str_of(text));
	buf_text(buf, "},{\"name\":\"q\",\"title\":\"\"}],\"rules\":[");
	for (unsigned v = 0; v < values; v++) {
		support_add(buf,
			v ? ",{\"id\":\"r%u\",\"when\":{\"f0\":[\"v%u\"]},"
			  : "{\"id\":\"r%u\",\"when\":{\"f0\":[\"v%u\"]},",
			v, v);
		support_add(buf,
			"\"features\":[\"p\",\"q\"],\"then\":{\"a0\":\"w%u\",\"a1\":\"w0\"},", v);
		buf_text(buf, "\"cite\":{\"document\":\"d\",\"point\":");
		buf_json(buf, str_of(text));
		buf_text(buf, "},");
		add_text(buf, "reason", text);
		buf_char(buf, '}');
	}
	buf_text(buf, "],\"flags\":[{\"name\":\"k\",");
	add_text(buf, "label", text);
	buf_text(buf, ",\"when\":{\"a0\":\"w0\"}}]}");
	assert_false(buf->failed);
}
