// SPDX-License-Identifier: MIT
// One profile offline: the very request that HTTP would have brought, given to
// the service without a socket.
#include "check.h"
#include "commands.h"

// The query that the flags stand for.
static void write_target(const struct check_options *options, struct buf *target)
{
	static const char hex[] = "0123456789ABCDEF";
	buf_text(target, "/check?lang=");
	buf_text(target, options->lang == PMM_LANG_EN ? "en" : "id");
	buf_text(target, options->pretty ? "&pretty=true" : "");
	buf_text(target, options->ignore_unknown ? "&unknown=ignore" : "");
	for (size_t i = 0; i < options->set_count; i++) {
		bool is_value = false;
		buf_char(target, '&');
		for (const char *c = options->sets[i]; *c; c++) {
			if (*c == '=' && !is_value) {
				buf_char(target, '=');
				is_value = true;
				continue;
			}
			buf_char(target, '%');
			buf_char(target, hex[(unsigned char)*c >> 4]);
			buf_char(target, hex[*c & 15]);
		}
	}
}

int check_single(struct check *check, struct str text)
{
	struct buf target = {0};
	struct exchange *exchange = exchange_create(check->service);
	const struct reply *reply = NULL;
	int result = EXIT_TROUBLE;
	write_target(&check->options, &target);
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
	if (reply) {
		buf_str(&check->output.buf, reply->body);
		result = reply->status == 200 ? EXIT_OK : EXIT_NO;
	}
	exchange_destroy(exchange);
	buf_finish(&target);
	return result;
}
