// SPDX-License-Identifier: MIT
// pmm-check verify: proves rulebooks and shows what they decide.
#include "commands.h"
#include "output.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] = "Usage: pmm-check verify FILE...\n"
			    "\n"
			    "Membuktikan buku aturan dan menampilkan apa yang diputuskannya.\n"
			    "Proves rulebooks and shows what they decide.\n"
			    "\n"
			    "Exit status: 0 it holds, 1 it does not, 2 it could not be read.\n";

// What the proof says besides errors; they are kept until the report.
struct overlaps {
	const char *path;
	struct buf text;
};

static void listen_to_proof(void *cls, const struct pmm_finding *finding)
{
	struct overlaps *overlaps = cls;
	if (finding->is_error)
		finding_print((void *)(uintptr_t)overlaps->path, finding);
	else
		output_print(&overlaps->text, "  [%s] %s\n    %s\n", finding->code,
			finding->message, finding->witness);
}

static double now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void print_head(
	struct buf *to, const struct pmm_rulebook_info *info, const char *path, double took_ms)
{
	output_print(to, "%s: holds\n", path);
	output_print(to, "  rulebook   %s %s\n", info->id, info->version);
	output_print(to, "  digest     %s\n", info->digest);
	output_print(to, "  in force   %s to %s\n", info->effective_from,
		info->effective_to ? info->effective_to : "(open)");
	output_print(to, "  space      %u profiles, %u of them with every fact known\n",
		info->space, info->full_space);
	output_print(to, "  decisions  %u distinct answers, made of %u distinct feature outcomes\n",
		info->decision_count, info->outcome_count);
	output_print(to, "  examples   %zu kept\n", info->example_count);
	output_print(to, "  proved     in %.2f ms\n", took_ms);
}

static void print_rules(struct buf *to, const struct pmm_rulebook_info *info)
{
	output_print(to, "\n  %-32s %10s  %s\n", "rule", "decides", "cites");
	for (size_t r = 0; r < info->rule_count; r++)
		output_print(to, "  %-32s %10u  %s, %s\n", info->rules[r].id,
			info->rules[r].decides, info->rules[r].document->number,
			info->rules[r].point);
}

static bool is_full(const struct pmm_rulebook *rulebook, uint32_t index)
{
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(rulebook, index, digits);
	for (size_t f = 0; f < pmm_rulebook_info(rulebook)->fact_count; f++)
		if (digits[f] == PMM_DIGIT_UNKNOWN)
			return false;
	return true;
}

static bool same_values(const struct pmm_rulebook_info *info, const struct pmm_outcome *a,
	const struct pmm_outcome *b)
{
	for (size_t i = 0; i < info->attribute_count; i++)
		if (a->possible[i] != b->possible[i])
			return false;
	return a->feature == b->feature;
}

// How many full profiles have the very values of OUTCOME; 0 if an earlier
// profile than FIRST has them, so that each line is printed once.
static uint32_t count_like(
	const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome, uint32_t first)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	uint32_t count = 0;
	for (uint32_t index = 0; index < info->space; index++) {
		const struct pmm_decision *decision = pmm_decide(rulebook, index);
		if (!same_values(info, decision->outcomes[outcome->feature], outcome) ||
			!is_full(rulebook, index))
			continue;
		if (index < first)
			return 0;
		count++;
	}
	return count;
}

static void print_outcome(struct buf *to, const struct pmm_rulebook_info *info,
	const struct pmm_outcome *outcome, uint32_t count)
{
	output_print(to, "  %-24s %10u", info->features[outcome->feature].name, count);
	for (size_t a = 0; a < info->attribute_count; a++) {
		const char *value =
			info->attributes[a].values[__builtin_ctz(outcome->possible[a])].name;
		output_print(to, a + 1 < info->attribute_count ? "  %-14s" : "  %s", value);
	}
	output_print(to, "\n");
}

static void print_outcomes(struct buf *to, const struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	bool *seen = calloc(info->outcome_count, sizeof *seen);
	to->failed |= !seen;
	output_print(to, "\n  %-24s %10s", "feature", "profiles");
	for (size_t a = 0; a < info->attribute_count; a++)
		output_print(to, a + 1 < info->attribute_count ? "  %-14s" : "  %s",
			info->attributes[a].name);
	output_print(to, "\n");
	for (size_t f = 0; f < info->feature_count && seen; f++) {
		for (uint32_t index = 0; index < info->space; index++) {
			const struct pmm_outcome *outcome = pmm_decide(rulebook, index)
								    ->outcomes[f];
			if (seen[outcome->ordinal] || !is_full(rulebook, index))
				continue;
			seen[outcome->ordinal] = true;
			uint32_t count = count_like(rulebook, outcome, index);
			if (count)
				print_outcome(to, info, outcome, count);
		}
	}
	free(seen);
}

static int prove(struct buf *to, const char *path, const char *text, size_t size)
{
	struct overlaps overlaps = {.path = path};
	const struct pmm_listener listener = {listen_to_proof, &overlaps};
	struct pmm_rulebook *rulebook;
	double from = now_ms();
	int result = pmm_rulebook_create(&rulebook, text, size, PMM_MEMORY_MAX, &listener);
	double took_ms = now_ms() - from;
	if (result == 0) {
		print_head(to, pmm_rulebook_info(rulebook), path, took_ms);
		print_rules(to, pmm_rulebook_info(rulebook));
		print_outcomes(to, rulebook);
		if (overlaps.text.size) {
			buf_text(to, "\n  overlaps (rules that agree)\n");
			buf_str(to, buf_view(&overlaps.text));
		}
		to->failed |= overlaps.text.failed;
		pmm_rulebook_destroy(rulebook);
	} else if (result == -ENOMEM) {
		fprintf(stderr, "pmm-check: %s: not enough memory\n", path);
	} else {
		fprintf(stderr, "%s: does not hold\n", path);
	}
	buf_finish(&overlaps.text);
	return result == 0 ? EXIT_OK : result == -ENOMEM ? EXIT_TROUBLE : EXIT_NO;
}

static int verify_file(struct output *output, const char *path)
{
	char *text;
	size_t size;
	int result = file_read(path, &text, &size);
	if (result) {
		fprintf(stderr, "pmm-check: %s: %s\n", path, strerror(-result));
		return EXIT_TROUBLE;
	}
	result = prove(&output->buf, path, text, size);
	free(text);
	return result;
}

int command_verify(int argc, char **argv)
{
	static const struct option flags[] = {{"help", no_argument, NULL, 'h'}, {0}};
	struct output output = {0};
	int worst = EXIT_OK;
	int flag = getopt_long(argc, argv, "h", flags, NULL);
	if (flag == 'h')
		return output_text(usage, EXIT_OK);
	if (flag != -1 || optind == argc) {
		fputs(usage, stderr);
		return EXIT_TROUBLE;
	}
	// What cannot be written need not be proved.
	for (int i = optind; i < argc && output_flush(&output); i++) {
		int result = verify_file(&output, argv[i]);
		worst = result > worst ? result : worst;
	}
	return output_end(&output, worst);
}
