// SPDX-License-Identifier: MIT
// One profile offline: the very request that HTTP would have brought, given to
// the service without a socket.
#include "check.h"

#include <errno.h>

static void write_escaped(struct buf *target, struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		buf_print(target, "%%%02X", (unsigned)(unsigned char)text.at[i]);
}

// The query that the flags stand for.
static void write_target(const struct check *check, struct buf *target)
{
	const struct check_options *options = &check->options;
	buf_print(target, "/check?lang=%s%s%s%s", options->lang == PMM_LANG_EN ? "en" : "id",
		options->is_pretty ? "&pretty=true" : "",
		options->is_explained ? "&explain=true" : "",
		options->ignores_unknown ? "&unknown=ignore" : "");
	if (options->as_of)
		buf_print(target, "&as_of=%s", options->as_of);
	if (options->id_from) {
		buf_text(target, "&id_from=");
		write_escaped(target, check->id_from);
	}
	for (size_t i = 0; i < options->sets.count; i++) {
		struct str value = str_of(options->sets.items[i]);
		buf_char(target, '&');
		write_escaped(target, str_split(&value, '='));
		buf_char(target, '=');
		write_escaped(target, value);
	}
}

int check_single(struct check *check, struct str text)
{
	struct buf target = {0};
	struct exchange *exchange = exchange_create(check->service);
	const struct reply *reply = NULL;
	int result = EXIT_TROUBLE;
	write_target(check, &target);
	if (exchange && !target.failed) {
		const struct request request = {.method = STR("POST"),
			.target = buf_view(&target),
			.content_type = STR("application/json"),
			.accept = check->options.to == SHAPE_TEXT ? STR("text/plain") : STR(""),
			.has_body = true,
			.has_length = true,
			.content_length = text.size};
		if (exchange_begin(exchange, &request))
			exchange_feed(exchange, text.at, text.size);
		reply = exchange_finish(exchange);
	}
	if (reply && reply->status < 500) {
		buf_str(&check->output.buf, reply->body);
		result = reply->status == 200 ? EXIT_OK : EXIT_NO;
	} else { // a shortage of the service is no answer here
		tell_error(check->lang, "pmm-check", ENOMEM);
	}
	exchange_destroy(exchange);
	buf_finish(&target);
	return result;
}
