// SPDX-License-Identifier: MIT
// pmm-check verify: proves rulebooks and shows what they decide, as text or JSON.
#include "commands.h"
#include "load.h"

#include <errno.h>
#include <getopt.h>

// What is printed, and what waits until the file at hand is judged.
struct report {
	struct output output;
	bool is_json;
	struct json_writer json; // of the output
	struct buf findings, set; // JSON of the file at hand, of no file alone; as text overlaps
	struct json_writer findings_json;
	uint64_t begun_ns; // when the proof did, or a little before
	unsigned errors, files; // how many in how many
	bool has_more; // than are told
	const char *file; // the last of them, of the path at hand
};

// TEXT may be NULL.
static void put(struct json_writer *json, const char *name, const char *text)
{
	json_name(json, name);
	if (text)
		json_string(json, text);
	else
		json_null(json);
}

static void put_file(struct json_writer *json, const char *path)
{
	// A path is any bytes, JSON is not.
	put(json, "file", utf8_valid(str_of(path)) ? path : NULL);
}

static void put_finding(
	struct json_writer *json, const char *file, const struct pmm_finding *finding)
{
	json_object(json);
	put_file(json, file);
	put(json, "severity", finding->is_error ? "error" : "note");
	put(json, "code", finding->code[0] ? finding->code : "unreadable");
	put(json, "where", finding->where);
	json_number(json_name(json, "line"), finding->line);
	json_number(json_name(json, "column"), finding->column);
	put(json, "message", finding->message);
	put(json, "expected", finding->expected[0] ? finding->expected : NULL);
	put(json, "did_you_mean", finding->did_you_mean[0] ? finding->did_you_mean : NULL);
	put(json, "witness", finding->witness[0] ? finding->witness : NULL);
	json_object_end(json);
}

static void take_finding(const struct diagnostics *self, const char *file, struct str text,
	const struct pmm_finding *finding)
{
	struct report *report = self->cls;
	if (finding->is_error && finding->code[0]) {
		const bool is_more = strcmp(finding->code, "more_errors") == 0;
		report->has_more |= is_more;
		report->errors += !is_more;
		report->files += report->file != file;
		report->file = file;
	}
	if (report->is_json)
		put_finding(&report->findings_json, file, finding);
	else if (finding->is_error)
		diagnostics_stderr[self->lang].tell(
			&diagnostics_stderr[self->lang], file, text, finding);
	else
		buf_print(&report->findings, "  [%s] %s\n    %s\n", finding->code, finding->message,
			finding->witness);
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

// The lines of a feature, and how many there are.
static uint32_t find_lines(const struct pmm_rulebook_info *info, const struct full *full,
	size_t feature, struct line *lines)
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
	return count;
}

static void add_line(struct report *report, const struct pmm_rulebook_info *info, size_t feature,
	const struct line *line)
{
	struct buf *to = &report->output.buf;
	struct json_writer *json = report->is_json ? &report->json : NULL;
	if (json) {
		json_object(json);
		put(json, "feature", info->features[feature].name);
		json_number(json_name(json, "profiles"), line->profiles);
		json_object(json_name(json, "outcome"));
	} else {
		buf_print(to, "  %-24s %10u", info->features[feature].name, line->profiles);
	}
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		const char *value = attribute->values[__builtin_ctz(line->outcome->possible[a])]
					    .name;
		if (json)
			put(json, attribute->name, value);
		else
			buf_print(to, a + 1 < info->attribute_count ? "  %-14s" : "  %s\n", value);
	}
	if (json) {
		json_object_end(json);
		json_object_end(json);
	}
}

static void add_outcomes(struct report *report, const struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	struct arena arena;
	arena_init(&arena, NULL, 0, PMM_MEMORY_MAX);
	struct full full = {
		.profiles = arena_array(&arena, info->decision_count, sizeof *full.profiles),
		.decisions = arena_array(&arena, info->decision_count, sizeof *full.decisions),
	};
	struct line *lines = arena_array(&arena, info->outcome_count, sizeof *lines);
	if (full.profiles && full.decisions && lines)
		count_full(rulebook, &full);
	else
		report->output.buf.failed = true;
	for (size_t f = 0; full.count && f < info->feature_count; f++) {
		const uint32_t count = find_lines(info, &full, f, lines);
		for (uint32_t i = 0; i < count; i++)
			add_line(report, info, f, &lines[i]);
	}
	arena_finish(&arena);
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

static void print_rulebook(
	struct report *report, const char *path, const struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	struct buf *to = &report->output.buf;
	print_facts(to, info, path, clock_ns(CLOCK_MONOTONIC) - report->begun_ns);
	buf_print(to, "\n  %-24s %10s", "feature", "profiles");
	for (size_t a = 0; a < info->attribute_count; a++)
		buf_print(to, a + 1 < info->attribute_count ? "  %-14s" : "  %s\n",
			info->attributes[a].name);
	add_outcomes(report, rulebook);
	if (report->findings.size)
		buf_text(to, "\n  overlaps (rules that agree)\n");
	buf_str(to, buf_view(&report->findings));
}

static void put_facts(struct json_writer *json, const struct pmm_rulebook_info *info)
{
	json_object(json_name(json, "rulebook"));
	put(json, "id", info->id);
	put(json, "version", info->version);
	put(json, "digest", info->digest);
	put(json, "effective_from", info->effective_from);
	put(json, "effective_to", info->effective_to);
	json_object_end(json);
	json_object(json_name(json, "space"));
	json_number(json_name(json, "profiles"), info->space);
	json_number(json_name(json, "complete"), info->full_space);
	json_number(json_name(json, "decisions"), info->decision_count);
	json_number(json_name(json, "outcomes"), info->outcome_count);
	json_object_end(json);
	json_number(json_name(json, "examples"), info->example_count);
	json_array(json_name(json, "rules"));
	for (size_t r = 0; r < info->rule_count; r++) {
		json_object(json);
		put(json, "rule", info->rules[r].id);
		json_number(json_name(json, "decides"), info->rules[r].decides);
		put(json, "document", info->rules[r].document->number);
		put(json, "point", info->rules[r].point);
		json_object_end(json);
	}
	json_array_end(json);
}

// What is known of a rulebook that is refused (NULL) are its findings.
static void put_rulebook(
	struct report *report, const char *path, const struct pmm_rulebook *rulebook)
{
	struct json_writer *json = &report->json;
	json_object(json);
	put_file(json, path);
	json_bool(json_name(json, "holds"), rulebook != NULL);
	if (rulebook) {
		put_facts(json, pmm_rulebook_info(rulebook));
		json_array(json_name(json, "outcomes"));
		add_outcomes(report, rulebook);
		json_array_end(json);
	}
	json_array(json_name(json, "findings"));
	if (report->findings.size)
		json_fragment(json, buf_view(&report->findings));
	json_array_end(json);
	json_object_end(json);
}

static void forget_findings(struct report *report)
{
	report->output.buf.failed |= report->findings.failed;
	buf_reset(&report->findings);
	report->findings_json = json_writer_within(&report->findings, false, 1, false);
}

static void take_judged(void *cls, const char *file, const struct pmm_rulebook *rulebook)
{
	struct report *report = cls;
	if (report->is_json)
		put_rulebook(report, file, rulebook);
	else if (rulebook)
		print_rulebook(report, file, rulebook);
	forget_findings(report);
	report->begun_ns = clock_ns(CLOCK_MONOTONIC);
}

// Returns whether it holds, as an exit status.
static int verify(struct report *report, const char *path, enum pmm_lang lang)
{
	const struct diagnostics diagnostics = {take_finding, report, lang};
	report->begun_ns = clock_ns(CLOCK_MONOTONIC);
	report->file = NULL;
	const int result = rulebooks_verify(path, &diagnostics, take_judged);
	if (report->is_json && report->findings.size) {
		buf_text(&report->set, report->set.size ? "," : "");
		buf_str(&report->set, buf_view(&report->findings));
	}
	forget_findings(report);
	return result == 0 ? EXIT_OK : result == -EINVAL ? EXIT_NO : EXIT_TROUBLE;
}

static void begin_json(struct report *report)
{
	report->json = json_writer_of(&report->output.buf, false);
	if (!report->is_json)
		return;
	json_object(&report->json);
	json_array(json_name(&report->json, "files"));
}

static void tell_sum(const struct report *report)
{
	const enum pmm_lang lang = report->output.lang;
	const char *more = report->has_more ? lang_pick(lang, "lebih dari ", "more than ") : "";
	tell_trouble(lang, "%s%u kesalahan%s dalam %u berkas%s", "%s%u error%s in %u file%s", more,
		report->errors, lang == PMM_LANG_EN && report->errors != 1 ? "s" : "",
		report->files, lang == PMM_LANG_EN && report->files != 1 ? "s" : "");
}

static void end(struct report *report, bool holds)
{
	struct json_writer *json = &report->json;
	if (report->is_json) {
		json_array_end(json);
		json_array(json_name(json, "set"));
		if (report->set.size)
			json_fragment(json, buf_view(&report->set));
		json_array_end(json);
		json_bool(json_name(json, "holds"), holds);
		json_object_end(json);
		buf_char(&report->output.buf, '\n');
	} else if (report->errors) {
		tell_sum(report);
	}
	report->output.buf.failed |= report->set.failed;
	buf_finish(&report->set);
	buf_finish(&report->findings);
}

int command_verify(enum pmm_lang lang, int argc, char **argv)
{
	struct verify_options options = {lang, 0};
	struct report report = {.output.lang = lang};
	int worst;
	if (!settings_read(&options_of_verify, lang, NULL, &options, argc, argv, &worst))
		return worst;
	if (optind == argc)
		return tell_trouble(lang, "sebutkan berkas atau folder buku aturan",
			"name the file or directory of a rulebook");
	worst = EXIT_OK;
	report.is_json = options.is_json;
	begin_json(&report);
	forget_findings(&report);
	// What cannot be written need not be proved.
	for (int i = optind; i < argc && output_flush(&report.output); i++) {
		const int result = verify(&report, argv[i], lang);
		worst = result > worst ? result : worst;
	}
	end(&report, worst == EXIT_OK);
	return output_end(&report.output, worst);
}
