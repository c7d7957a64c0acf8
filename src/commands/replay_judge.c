// SPDX-License-Identifier: MIT
// Whether an answer is what its rulebook says. It is decided again from its facts, written by
// the functions that wrote it, and compared byte by byte; so it need not be parsed first. A
// name in quotes stands nowhere but where it is one, since in a string quotes are escaped.
// What follows from no rulebook (ids, errors, how columns were read) is taken from the answer
// itself, and shown nowhere.
#include "replay.h"

enum { DAYS_MAX = 10000 * 366, DIGEST_SIZE = sizeof "sha256:" - 1 + 64 };

// What follows the first NAME in TEXT; at == NULL: there is none.
static struct str find(struct str text, const char *name)
{
	const size_t size = strlen(name);
	const char *at = text.size ? memmem(text.at, text.size, name, size) : NULL;
	return at ? (struct str){at + size, text.size - size - (size_t)(at - text.at)}
		  : (struct str){NULL, 0};
}

static struct str find_digest(struct str text)
{
	const struct str found = find(find(text, "\"rulebook\":{"), "\"digest\":\"");
	return found.size < DIGEST_SIZE ? (struct str){NULL, 0}
					: (struct str){found.at, DIGEST_SIZE};
}

static uint64_t find_number(struct str text, const char *name)
{
	const struct str found = find(text, name);
	uint64_t number = 0;
	for (size_t i = 0; i < found.size && found.at[i] >= '0' && found.at[i] <= '9'; i++)
		number = number * 10 + (uint64_t)(found.at[i] - '0');
	return number;
}

static size_t common_size(struct str a, struct str b)
{
	size_t size = 0;
	while (size < a.size && size < b.size && a.at[size] == b.at[size])
		size++;
	return size;
}

// --- what is told

void replay_tell_undecided(struct replay *replay, const char *id, const char *en, struct str more)
{
	if (!replay->failed)
		replay->status = tell_trouble(replay->lang, "%s:%llu: %s%.*s", "%s:%llu: %s%.*s",
			replay->name, (unsigned long long)replay->number,
			lang_pick(replay->lang, id, en), (int)more.size, more.at);
	replay->is_over = true;
}

void replay_tell_difference(struct replay *replay, struct str text, size_t at)
{
	struct buf *to = &replay->output.buf;
	struct json_reader reader;
	struct json_token token;
	struct str name;
	if (replay->failed)
		return;
	text.size = at < text.size ? at + 1 : text.size;
	json_open(&reader, text, &replay->arena);
	while (json_next(&reader, &token) != JSON_END && token.kind != JSON_FAULT)
		;
	buf_print(to, lang_pick(replay->lang, "%s:%llu: berbeda di \"", "%s:%llu: differs at \""),
		replay->name, (unsigned long long)replay->number);
	for (unsigned step = 0; json_fault_path(&reader, step, &name); step++)
		buf_print(to, "/%.*s", (int)name.size, name.at);
	buf_text(to, "\"\n");
	replay->differ++;
	replay->status = replay->status ? replay->status : EXIT_NO;
}

// Makes the rulebook of DIGEST that of the results. False: there is none, which is told.
static bool find_rulebook(struct replay *replay, struct str digest)
{
	struct buf *told = &replay->expected;
	buf_reset(told);
	buf_text(told, "\n  ");
	(buf_is_printable(digest) ? buf_str : buf_quoted)(told, digest);
	for (size_t i = 0; i < replay->count; i++) {
		const struct pmm_rulebook_info *info = pmm_rulebook_info(
			snapshot_rulebook(replay->snapshots[i]));
		replay->results.snapshot = replay->snapshots[i];
		if (str_equal(digest, str_of(info->digest)))
			return true;
		buf_print(told, "\n  %s %s %s", info->digest, info->id, info->version);
	}
	replay->failed |= told->failed;
	replay_tell_undecided(replay,
		"tidak ada buku aturan dengan digest ini, hanya yang di bawahnya; sebutkan "
		"berkasnya dengan --rules:",
		"there is no rulebook with this digest, only those below it; name its file with "
		"--rules:",
		buf_view(told));
	return false;
}

// --- deciding again

// Which profile the facts are that TEXT begins with, as far as they are understood: what is
// not will differ. No name of a value has a brace in it.
static uint32_t read_index(struct replay *replay, struct str text)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(replay->results.snapshot);
	const char *end = memchr(text.at, '}', text.size);
	uint8_t digits[PMM_FACTS_MAX] = {0};
	struct profile profile;
	size_t at;
	profile_init(&profile, rulebook, &replay->arena);
	text.size = end ? (size_t)(end + 1 - text.at) : 0;
	replay->failed |= profile_read_json(&profile, text, &at) == JSON_FAULT_MEMORY;
	profile_finish(&profile, digits);
	replay->failed |= profile.out_of_memory;
	return pmm_profile_index(rulebook, digits);
}

// The day from which TEXT counts the days that are left until a date of the profile INDEX, to
// DAY; NULL: it does not.
static const int32_t *find_day(
	const struct replay *replay, struct str text, uint32_t index, int32_t *day)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(replay->results.snapshot);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct str left = find(text, "\"days_left\":");
	const bool is_past = str_starts(left, STR("-"));
	const uint64_t days = is_past ? find_number(left, "-") : find_number(left, "");
	static const int32_t day_0 = 0; // from which days are counted otherwise
	int32_t date;
	for (size_t f = 0; left.at && info->dated && f < info->feature_count; f++)
		if (table_days_left(
			    info, pmm_decide(rulebook, index)->outcomes[f], &day_0, &date)) {
			const int64_t found = is_past ? date + (int64_t)days : date - (int64_t)days;
			*day = (int32_t)found;
			// On any other day there is no answer.
			return days < DAYS_MAX &&
					       snapshot_is_in_force(replay->results.snapshot, *day)
				       ? day
				       : NULL;
		}
	return NULL;
}

// Writes what stands before the facts at FACTS: a row's number, and an id that may be any.
static struct str write_head(struct replay *replay, struct str text, const char *facts)
{
	struct buf *head = &replay->head;
	struct str id = find((struct str){text.at, (size_t)(facts - text.at)}, "\"id\":");
	id.size -= id.at ? sizeof ",\"facts\":" - 1 : 0;
	buf_reset(head);
	buf_char(head, '{');
	if (find(text, "{\"row\":").at)
		buf_print(
			head, "\"row\":%llu,", (unsigned long long)find_number(text, "{\"row\":"));
	if (id.size && !json_is_blank(id.at[0]) && !json_is_blank(id.at[id.size - 1]) &&
		json_check(id, &replay->arena, NULL) == JSON_FAULT_NONE)
		buf_print(head, "\"id\":%.*s,", (int)id.size, id.at);
	replay->failed |= head->failed;
	return buf_view(head);
}

// How much of TEXT is what should stand there: HEAD, and what is decided of INDEX.
static size_t compare(
	struct replay *replay, struct str text, struct str head, enum format format, uint32_t index)
{
	struct buf *to = &replay->expected, scratch = {0};
	int32_t day;
	const struct str part = snapshot_part(replay->results.snapshot, index, replay->results.lang,
		format, find_day(replay, text, index, &day), &scratch);
	const size_t extra = format % FORMAT_EXPLAIN == FORMAT_JSON; // a brace, and a line feed
	buf_reset(to);
	buf_str(to, head);
	if (part.size)
		buf_add(to, part.at + extra, part.size - 2 * extra);
	replay->failed |= scratch.failed || to->failed;
	buf_finish(&scratch);
	return common_size(text, buf_view(to));
}

// In which language TEXT is shows by trying; mostly it is in that of the one before.
static void judge(struct replay *replay, struct str text, struct str head, enum format format)
{
	enum pmm_lang *lang = &replay->results.lang;
	const uint32_t index = read_index(replay, find(text, "\"facts\":"));
	format += find(text, "\"explain\":{").at ? FORMAT_EXPLAIN : 0;
	size_t same[PMM_LANG_COUNT];
	for (int tries = 0; tries < PMM_LANG_COUNT; tries++, *lang = (enum pmm_lang) !*lang) {
		same[*lang] = compare(replay, text, head, format, index);
		if (str_equal(text, buf_view(&replay->expected))) {
			replay->same += !replay->is_cut;
			return;
		}
	}
	*lang = same[PMM_LANG_EN] > same[PMM_LANG_ID] ? PMM_LANG_EN : PMM_LANG_ID;
	compare(replay, text, head, format, index);
	if (!replay->is_cut)
		replay_tell_difference(replay, buf_view(&replay->expected), same[*lang]);
}

// Whether what is at hand is of the rulebook that decided the rows before it.
static bool is_of_same(struct replay *replay)
{
	if (!replay->of_rows)
		replay->of_rows = replay->results.snapshot;
	return replay->of_rows == replay->results.snapshot;
}

// One answer, or one of many, which may be an error.
static void take_answer(struct replay *replay, struct str text)
{
	const bool is_row = str_starts(text, STR("{\"row\":"));
	const struct str facts = find(text, "\"facts\":"), own = find_digest(text);
	const struct str digest = own.at || !is_row ? own : replay->digest;
	const bool is_error = is_row && !facts.at && find(text, "\"error\":{").at &&
			      json_check(text, &replay->arena, NULL) == JSON_FAULT_NONE;
	if (!is_error && !(facts.at && (own.at || is_row)))
		replay_tell_undecided(replay,
			"ini bukan jawaban: perlu JSON atau NDJSON seperti dari POST /check",
			"this is no answer: JSON or NDJSON is needed, as of POST /check", STR(""));
	else if (!is_error && !digest.at)
		replay_tell_undecided(replay,
			"baris ringkas menyebut buku aturannya baru di akhir; sebutkan satu berkas "
			"dengan --rules",
			"rows in brief name their rulebook at the end only; name one file with "
			"--rules",
			STR(""));
	else if (!is_error && find_rulebook(replay, digest))
		judge(replay, text, write_head(replay, text, facts.at),
			!is_row  ? FORMAT_JSON
			: own.at ? FORMAT_ROW_FULL
				 : FORMAT_ROW);
	if (!is_row || replay->is_over)
		return;
	const uint64_t row = find_number(text, "{\"row\":");
	if (row <= replay->last_row)
		replay_tell_difference(replay, STR("{\"row\":0"), SIZE_MAX);
	else if (!is_error && !is_of_same(replay))
		replay_tell_difference(replay, STR("{\"rulebook\":0"), SIZE_MAX);
	replay->last_row = row;
	replay->is_brief |= !is_error && !own.at;
	replay->errors += is_error;
	replay->counts.rows[is_error ? CODE_invalid_profile : CODE_none]++;
}

// The end of many, from "summary" on, counts them and names their rulebook. How columns were
// read, and how many gave no fact, does not follow from the rows.
static void take_closing(struct replay *replay, struct str text)
{
	struct row_counts *counts = &replay->counts;
	struct buf *to = &replay->expected;
	counts->skipped = find_number(text, "\"skipped\":");
	counts->bare = find_number(text, "\"without_facts\":");
	if (find_rulebook(replay, find_digest(text))) {
		buf_reset(to);
		results_tail(&replay->results, to, counts, NULL);
		replay->failed |= to->failed;
	}
	if (!replay->failed && !replay->is_over) {
		const struct str wanted = {to->at + 1, to->size - 2}; // no brace, no line feed
		const size_t same = common_size(text, wanted), rest = wanted.size - same;
		bool holds = str_equal(text, wanted);
		if (find(text, ",\"columns\":{").at && text.size > wanted.size) // in between
			holds = !memcmp(text.at + text.size - rest, wanted.at + same, rest);
		if (!holds || replay->last_row > row_counts_rows(counts) ||
			counts->bare > counts->rows[CODE_none] || !is_of_same(replay))
			replay_tell_difference(replay, STR("{\"summary\":0"), SIZE_MAX);
	}
	*counts = (struct row_counts){0};
	replay->last_row = 0;
	replay->is_brief = false;
	replay->of_rows = NULL;
}

// All results in one document.
static void take_results(struct replay *replay, struct str text)
{
	static const char closing[] = "],\"summary\":", next[] = ",{\"row\":";
	const struct str before = replay->digest;
	const uint64_t number = replay->number;
	struct str rest = find(text, "{\"results\":["), behind = find(rest, closing);
	if (behind.at) {
		rest.size -= behind.size + sizeof closing - 1;
		behind.at -= sizeof closing - 3; // its name and colon
		behind.size += sizeof closing - 3;
	}
	replay->digest = find_digest(behind);
	for (replay->number = 1; rest.size && !replay->is_over; replay->number++) {
		const struct str more = find((struct str){rest.at + 1, rest.size - 1}, next);
		const size_t size = rest.size - (more.at ? more.size + sizeof next - 1 : 0);
		take_answer(replay, (struct str){rest.at, size});
		rest = (struct str){rest.at + size + 1, rest.size - size - (more.at != NULL)};
	}
	replay->digest = before;
	if (!replay->is_over)
		take_closing(replay, behind);
	replay->number = number;
}

void replay_judge(struct replay *replay, struct str text)
{
	if (str_starts(text, STR("{\"results\":[")))
		take_results(replay, text);
	else if (str_starts(text, STR("{\"summary\":{")))
		take_closing(replay, (struct str){text.at + 1, text.size - 1});
	else
		take_answer(replay, text);
}
