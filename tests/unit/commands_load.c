// SPDX-License-Identifier: MIT
// Rulebooks from files: what is told of them, and that a load which fails, for
// whatever reason, leaves everything as it was. What the daemon makes of it is
// for tests/http/reload.py.
//
//     commands-load RULEBOOK DIRECTORY      the directory holds ruang-2003 and others
#include "api_support.h"
#include "commands/load.h"
#include "failing.h"

#include <errno.h>
#include <stdio.h>

static const char *rulebook_path, *directory;

struct heard {
	unsigned count;
	char last[400];
};

static void hear(const struct diagnostics *self, const char *file, struct str text,
	const struct pmm_finding *finding)
{
	struct heard *heard = self->cls;
	(void)text;
	heard->count++;
	snprintf(heard->last, sizeof heard->last, "%s: %s", file,
		finding->code[0] ? finding->code : finding->message);
}

static void assert_answered_by(struct exchange *x, const char *id)
{
	char text[100];
	snprintf(text, sizeof text, "\"rulebook\":{\"id\":\"%s\",", id);
	assert_has(ASK(x, .target = "/check"), text);
}

static int publish(struct service *service, const char *path, struct heard *heard)
{
	const struct diagnostics diagnostics = {hear, heard, PMM_LANG_EN};
	*heard = (struct heard){0};
	return rulebooks_publish(service, path, &diagnostics);
}

static void test_where_rulebooks_come_from(void **state)
{
	static const struct service_options options = {USUAL_LIMITS, .today = rulebooks_today};
	struct service *service = NULL;
	struct heard heard;
	(void)state;
	assert_int_equal(service_create(&service, &options), 0);
	struct exchange *x = exchange_create(service);
	assert_int_equal(publish(service, "", &heard), 0);
	assert_answered_by(x, "se-dirjen-gtk-0559-2024");
	assert_int_equal(publish(service, directory, &heard), 0);
	assert_answered_by(x, "ruang-2003");
	assert_int_equal(publish(service, rulebook_path, &heard), 0);
	assert_answered_by(x, "se-dirjen-gtk-0559-2024");
	assert_int_equal(heard.count, 0);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_what_is_told(void **state)
{
	struct service *service = support_service(NULL);
	struct heard heard;
	(void)state;
	assert_int_equal(publish(service, "/dev/null", &heard), -EINVAL);
	assert_int_equal(heard.count, 2); // the finding, and what follows
	assert_string_equal(heard.last, "/dev/null: this rulebook is refused");
	assert_int_equal(publish(service, "/nowhere/a.json", &heard), -ENOENT);
	assert_int_equal(heard.count, 1);
	assert_string_equal(
		heard.last, "/nowhere/a.json: no such file; check the name and the folder");
	assert_int_equal(publish(service, "/dev/fd", &heard), -ENOENT);
	assert_int_equal(heard.count, 1); // no *.json in it
	assert_int_equal(service->loads_taken, 1);
	service_destroy(service);
}

// PATH under a shortage of memory, however late it comes.
static void check_shortage(const char *path, enum failing_mode mode, const char *id)
{
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	struct heard heard;
	bool failed = true;
	for (size_t count = 0; failed; count++) {
		failing_start(count, mode);
		int result = publish(service, path, &heard);
		failed = failing_stop();
		if (result == 0)
			break; // the last, or one that could do without
		assert_true(failed);
		assert_true(heard.count > 0);
		assert_answered_by(x, "se-dirjen-gtk-0559-2024");
		assert_true(count < 5000);
	}
	assert_answered_by(x, id);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_every_allocation_of_a_load(void **state)
{
	(void)state;
	for (int mode = FAILING_ONCE; mode <= FAILING_ON; mode++) {
		check_shortage(directory, (enum failing_mode)mode, "ruang-2999");
		check_shortage("", (enum failing_mode)mode, "se-dirjen-gtk-0559-2024");
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_where_rulebooks_come_from),
		cmocka_unit_test(test_what_is_told),
		cmocka_unit_test(test_every_allocation_of_a_load),
	};
	support_open(argc, argv);
	rulebook_path = argv[1];
	directory = argc > 2 ? argv[2] : "";
	int failed = cmocka_run_group_tests_name("commands/load", tests, NULL, NULL);
	support_close();
	return failed;
}
