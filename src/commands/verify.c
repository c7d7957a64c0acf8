// SPDX-License-Identifier: MIT
// pmm-check verify: proves rulebooks and shows what they decide.
#include "commands.h"
#include "load.h"

#include <errno.h>
#include <getopt.h>

// What is printed of the rulebooks, and of the one at hand until it is known to hold.
struct report {
	struct output output;
	struct buf overlaps;
	uint64_t begun_ns; // when its proof did, or a little before
};

static void take_finding(void *cls, const char *file, const struct pmm_finding *finding)
{
	struct report *report = cls;
	if (finding->is_error)
		diagnostics_stderr->tell(NULL, file, finding);
	else
		buf_print(&report->overlaps, "  [%s] %s\n    %s\n", finding->code, finding->message,
			finding->witness);
}

static void print_facts(
	struct buf *to, const struct pmm_rulebook_info *info, const char *path, uint64_t took_ns)
{
	buf_print(to, "%s: holds\n", path);
	buf_print(to, "  rulebook   %s %s\n", info->id, info->version);
	buf_print(to, "  digest     %s\n", info->digest);
	buf_print(to, "  in force   %s to %s\n", info->effective_from,
		info->effective_to ? info->effective_to : "(open)");
	buf_print(to, "  space      %u profiles, %u of them with every fact known\n", info->space,
		info->full_space);
	buf_print(to, "  decisions  %u distinct answers, made of %u distinct feature outcomes\n",
		info->decision_count, info->outcome_count);
	buf_print(to, "  examples   %zu kept\n", info->example_count);
	buf_print(to, "  proved     in %.2f ms\n", (double)took_ns / 1e6);
	buf_print(to, "\n  %-32s %10s  %s\n", "rule", "decides", "cites");
	for (size_t r = 0; r < info->rule_count; r++)
		buf_print(to, "  %-32s %10u  %s, %s\n", info->rules[r].id, info->rules[r].decides,
			info->rules[r].document->number, info->rules[r].point);
}

// What is decided when every fact is known.
struct full {
	uint32_t *profiles; // by decision: how many have it
	const struct pmm_decision **decisions; // in the order of their first profiles
	uint32_t count;
};

// The next profile of which everything is known.
static bool next_full(const struct pmm_rulebook_info *info, uint8_t digits[PMM_FACTS_MAX])
{
	for (size_t f = info->fact_count; f-- > 0; digits[f] = 1)
		if (digits[f]++ < info->facts[f].value_count)
			return true;
	return false;
}

static void count_full(const struct pmm_rulebook *rulebook, struct full *full)
{
	uint8_t digits[PMM_FACTS_MAX];
	memset(digits, 1, sizeof digits);
	do {
		const struct pmm_decision *decision = pmm_decide(
			rulebook, pmm_profile_index(rulebook, digits));
		if (full->profiles[decision->ordinal]++ == 0)
			full->decisions[full->count++] = decision;
	} while (next_full(pmm_rulebook_info(rulebook), digits));
}

// A line of the report: a feature's outcomes that have the same values.
struct line {
	const struct pmm_outcome *outcome; // one of them
	uint32_t profiles;
};

static void print_feature(struct buf *to, const struct pmm_rulebook_info *info,
	const struct full *full, size_t feature, struct line *lines)
{
	uint32_t count = 0, i;
	for (uint32_t d = 0; d < full->count; d++) {
		const struct pmm_outcome *outcome = full->decisions[d]->outcomes[feature];
		const size_t size = info->attribute_count * sizeof outcome->possible[0];
		i = 0;
		while (i < count && memcmp(lines[i].outcome->possible, outcome->possible, size))
			i++;
		if (i == count)
			lines[count++] = (struct line){outcome, 0};
		lines[i].profiles += full->profiles[full->decisions[d]->ordinal];
	}
	for (i = 0; i < count; i++) {
		const uint32_t *possible = lines[i].outcome->possible;
		buf_print(to, "  %-24s %10u", info->features[feature].name, lines[i].profiles);
		for (size_t a = 0; a < info->attribute_count; a++)
			buf_print(to, a + 1 < info->attribute_count ? "  %-14s" : "  %s",
				info->attributes[a].values[__builtin_ctz(possible[a])].name);
		buf_print(to, "\n");
	}
}

static void print_outcomes(struct buf *to, const struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	struct arena arena;
	arena_init(&arena, NULL, 0, PMM_MEMORY_MAX);
	struct full full = {
		.profiles = arena_array(&arena, info->decision_count, sizeof *full.profiles),
		.decisions = arena_array(&arena, info->decision_count, sizeof *full.decisions),
	};
	struct line *lines = arena_array(&arena, info->outcome_count, sizeof *lines);
	if (full.profiles && full.decisions && lines) {
		count_full(rulebook, &full);
		buf_print(to, "\n  %-24s %10s", "feature", "profiles");
		for (size_t a = 0; a < info->attribute_count; a++)
			buf_print(to, a + 1 < info->attribute_count ? "  %-14s" : "  %s",
				info->attributes[a].name);
		buf_print(to, "\n");
		for (size_t f = 0; f < info->feature_count; f++)
			print_feature(to, info, &full, f, lines);
	} else {
		to->failed = true;
	}
	arena_finish(&arena);
}

static void print_rulebook(void *cls, const char *file, const struct pmm_rulebook *rulebook)
{
	struct report *report = cls;
	struct buf *to = &report->output.buf;
	print_facts(to, pmm_rulebook_info(rulebook), file,
		clock_ns(CLOCK_MONOTONIC) - report->begun_ns);
	print_outcomes(to, rulebook);
	if (report->overlaps.size) {
		buf_text(to, "\n  overlaps (rules that agree)\n");
		buf_str(to, buf_view(&report->overlaps));
	}
	to->failed |= report->overlaps.failed;
	buf_reset(&report->overlaps);
	report->begun_ns = clock_ns(CLOCK_MONOTONIC);
}

int command_verify(enum pmm_lang lang, int argc, char **argv)
{
	struct verify_options options = {lang};
	struct report report = {.output.lang = lang};
	struct arena arena;
	int worst;
	arena_init(&arena, NULL, 0, SETTINGS_BYTES_MAX);
	const bool goes_on = settings_read(
		&options_of_verify, lang, &arena, &options, argc, argv, &worst);
	arena_finish(&arena);
	if (!goes_on)
		return worst;
	if (optind == argc)
		return tell_trouble(lang, "sebutkan berkas atau folder buku aturan",
			"name the file or directory of a rulebook");
	const struct diagnostics diagnostics = {take_finding, &report, PMM_LANG_EN};
	worst = EXIT_OK;
	// What cannot be written need not be proved.
	for (int i = optind; i < argc && output_flush(&report.output); i++) {
		report.begun_ns = clock_ns(CLOCK_MONOTONIC);
		buf_reset(&report.overlaps);
		int result = rulebooks_verify(argv[i], &diagnostics, print_rulebook);
		result = result == 0 ? EXIT_OK : result == -EINVAL ? EXIT_NO : EXIT_TROUBLE;
		worst = result > worst ? result : worst;
	}
	buf_finish(&report.overlaps);
	return output_end(&report.output, worst);
}
