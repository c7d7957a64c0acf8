// SPDX-License-Identifier: MIT
// Reads a rulebook from stdin and asks it about one person (c-library.md).
#include <pmm/rules.h>
#include <stdio.h>
#include <string.h>

// Notes a fact as a person would write it. What is not understood stays unknown.
static void give(
	const struct pmm_rulebook *book, uint8_t *digits, const char *name, const char *value)
{
	const struct pmm_member *member = pmm_member_find(book, name, strlen(name));
	if (!member)
		return;
	int digit = pmm_value_find(book, member->fact, value, strlen(value));
	if (digit > 0)
		digits[member->fact] = (uint8_t)digit;
}

int main(void)
{
	static char text[1 << 20];
	struct pmm_rulebook *book;
	uint8_t digits[PMM_FACTS_MAX] = {0}; // 0: not known
	size_t size = fread(text, 1, sizeof text, stdin);
	if (pmm_rulebook_create(&book, text, size, PMM_MEMORY_MAX, NULL))
		return 1;
	give(book, digits, "Jenis PTK", "Guru Kelas");
	give(book, digits, "Status Kepegawaian", "PPPK");
	const struct pmm_rulebook_info *info = pmm_rulebook_info(book);
	const struct pmm_decision *decision = pmm_decide(book, pmm_profile_index(book, digits));
	for (size_t f = 0; f < info->feature_count; f++)
		printf("%s: %s\n", info->features[f].title,
			decision->outcomes[f]->reason[PMM_LANG_EN]);
	pmm_rulebook_destroy(book);
	return 0;
}
