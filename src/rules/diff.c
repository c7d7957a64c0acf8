// SPDX-License-Identifier: MIT
// Compares two proved rulebooks, for every complete profile that both can be asked about.
// What changes is cut into as few conditions as can be found (boxes.c). It reads the
// tables of both alone: their rules are for saying why.
#include "boxes.h"
#include "tree.h"

#include <errno.h>
#include <stdlib.h>

enum { BEFORE, AFTER, SIDES };

// Cells that are looked at for fewer conditions, in all: about a second's work.
static const uint64_t effort_max = 12000000;

struct pmm_diff {
	struct pmm_diff_info info;
	const struct pmm_fact *facts[PMM_FACTS_MAX];
	struct buf changes; // struct pmm_change
};

// Both rulebooks while they are compared.
struct both {
	struct pmm_diff *diff;
	const struct pmm_rulebook *side[SIDES];
	struct grid grid; // of the profiles
	uint32_t step[SIDES][PMM_FACTS_MAX][PMM_VALUES_MAX]; // a slice's part of an index
	struct arena arena;
	// Of each cell:
	const struct pmm_decision *(*decisions)[SIDES];
	bool *changes; // in any attribute
	uint16_t *codes; // how the attribute at hand changes; 0: it does not
	uint8_t *marks; // whether it changes in the way at hand
	size_t feature[SIDES], attribute[SIDES]; // at hand
	struct boxes boxes;
};

// --- what only one side has

// Tells the items of each side that the other does not have. All begin with their name.
static void tell_items(struct pmm_diff_info *info, enum pmm_only_kind kind, const char *owner,
	const void *const items[SIDES], const size_t counts[SIDES], size_t size)
{
	for (int side = 0; side < SIDES; side++)
		for (size_t i = 0; i < counts[side]; i++) {
			const void *item = (const char *)items[side] + i * size;
			const char *name = *(const char *const *)item;
			if (tree_find(items[!side], counts[!side], size, name) == counts[!side])
				info->only[info->only_count++] = (struct pmm_only){
					kind, side == AFTER, owner, name};
		}
}

#define TELL(info, kind, owner, one, other, member, count)                                         \
	tell_items(info, kind, owner, (const void *const[]){(one)->member, (other)->member},       \
		(const size_t[]){(one)->count, (other)->count}, sizeof *(one)->member)

// And of two lists the items' values, where both have the item.
#define TELL_VALUES(info, kind, before, after, member, count)                                      \
	for (size_t i = 0, other; i < (before)->count; i++) {                                      \
		other = TREE_FIND((after)->member, (after)->count, (before)->member[i].name);      \
		if (other < (after)->count)                                                        \
			TELL(info, kind, (before)->member[i].name, &(before)->member[i],           \
				&(after)->member[other], values, value_count);                     \
	}

static void tell_differences(struct pmm_diff_info *info, const struct pmm_rulebook_info *before,
	const struct pmm_rulebook_info *after)
{
	TELL(info, PMM_ONLY_FACT, NULL, before, after, facts, fact_count);
	TELL_VALUES(info, PMM_ONLY_FACT_VALUE, before, after, facts, fact_count)
	TELL(info, PMM_ONLY_FEATURE, NULL, before, after, features, feature_count);
	TELL(info, PMM_ONLY_ATTRIBUTE, NULL, before, after, attributes, attribute_count);
	TELL_VALUES(info, PMM_ONLY_ATTRIBUTE_VALUE, before, after, attributes, attribute_count)
}

// --- the profiles

// Makes a dimension of the fact NAME, with a slice for each value that is compared.
static void add_fact(struct both *both, const char *name)
{
	struct pmm_diff *diff = both->diff;
	const size_t d = both->grid.dims++;
	const struct pmm_fact *facts[SIDES];
	uint32_t stride[SIDES], count = 0;
	for (int side = 0; side < SIDES; side++) {
		const struct pmm_rulebook *of = both->side[side];
		const size_t at = TREE_FIND(of->facts, of->info.fact_count, name);
		facts[side] = at < of->info.fact_count ? &of->facts[at] : NULL;
		stride[side] = facts[side] ? of->stride[at] : 0;
	}
	const struct pmm_fact *fact = diff->facts[d] = facts[AFTER] ? facts[AFTER] : facts[BEFORE];
	for (uint32_t v = 0; v < fact->value_count; v++) {
		bool is_common = true;
		for (int side = 0; side < SIDES; side++) {
			const struct pmm_fact *own = facts[side] ? facts[side] : fact;
			const size_t at = TREE_FIND(
				own->values, own->value_count, fact->values[v].name);
			is_common &= at < own->value_count;
			both->step[side][d][count] = (uint32_t)(at + 1) * stride[side];
		}
		if (!is_common)
			continue;
		diff->info.common[d] |= UINT32_C(1) << v;
		both->grid.sets[d][count++] = UINT32_C(1) << v;
	}
	both->grid.size[d] = count;
}

// The facts of both, in the order of the later one. False: there are too many, or profiles.
static bool add_facts(struct both *both)
{
	const struct pmm_rulebook_info *after = &both->side[AFTER]->info;
	struct grid *grid = &both->grid;
	uint64_t cells = 1;
	for (int side = AFTER; side >= BEFORE; side--) {
		const struct pmm_rulebook_info *info = &both->side[side]->info;
		for (size_t f = 0; f < info->fact_count; f++) {
			const char *name = info->facts[f].name;
			if (side == BEFORE && TREE_FIND(after->facts, after->fact_count, name) <
						      after->fact_count)
				continue;
			if (grid->dims == PMM_FACTS_MAX)
				return false;
			add_fact(both, name);
		}
	}
	for (size_t d = grid->dims; d-- > 0 && cells <= PMM_SPACE_MAX; cells *= grid->size[d])
		grid->stride[d] = (uint32_t)cells;
	both->diff->info.fact_count = grid->dims;
	both->diff->info.profiles = (uint32_t)cells;
	return cells <= PMM_SPACE_MAX;
}

// Finds the decisions on all cells from dimension D on.
static void find_decisions(
	struct both *both, size_t d, size_t cell, uint32_t before, uint32_t after)
{
	for (uint32_t s = 0; d < both->grid.dims && s < both->grid.size[d]; s++)
		find_decisions(both, d + 1, cell + s * both->grid.stride[d],
			before + both->step[BEFORE][d][s], after + both->step[AFTER][d][s]);
	if (d < both->grid.dims)
		return;
	both->decisions[cell][BEFORE] = pmm_decide(both->side[BEFORE], before);
	both->decisions[cell][AFTER] = pmm_decide(both->side[AFTER], after);
}

// --- changes

// What SIDE says of the feature at hand.
static const struct pmm_outcome *outcome_of(const struct both *both, size_t cell, int side)
{
	return both->decisions[cell][side]->outcomes[both->feature[side]];
}

// Its value of the attribute at hand.
static size_t value_of(const struct both *both, size_t cell, int side)
{
	return (size_t)__builtin_ctz(outcome_of(both, cell, side)->possible[both->attribute[side]]);
}

// Adds to CHANGE the rules behind all cells of BOX from dimension D on.
static void add_rules(const struct both *both, const struct box *box, size_t d, size_t cell,
	struct pmm_change *change)
{
	const struct grid *grid = &both->grid;
	for (uint32_t s = 0; d < grid->dims && s < grid->size[d]; s++)
		if (grid->sets[d][s] & box->set[d])
			add_rules(both, box, d + 1, cell + s * grid->stride[d], change);
	for (int side = 0; side < SIDES && d == grid->dims; side++) {
		const struct pmm_outcome *outcome = outcome_of(both, cell, side);
		for (size_t i = 0; i < outcome->basis_count; i++) {
			const struct pmm_basis *basis = &outcome->basis[i];
			const size_t r = (size_t)(basis->rule - both->side[side]->rules);
			if (basis->attributes >> both->attribute[side] & 1)
				change->rules[side][r / 64] |= UINT64_C(1) << r % 64;
		}
	}
}

// Adds a change of the attribute at hand, for BOX.
static void add_change(struct both *both, const struct box *box, const struct pmm_value *before,
	const struct pmm_value *after)
{
	const struct pmm_rulebook_info *info = &both->side[AFTER]->info;
	struct pmm_change change = {
		.feature = &info->features[both->feature[AFTER]],
		.attribute = &info->attributes[both->attribute[AFTER]],
		.before = before,
		.after = after,
		.profiles = 1,
		.is_exact = both->boxes.is_exact,
	};
	for (size_t d = 0; d < both->grid.dims; d++) {
		change.profiles *= (uint32_t)__builtin_popcount(box->set[d]);
		change.when[d] = box->set[d];
	}
	add_rules(both, box, 0, 0, &change);
	if (both->diff->changes.size > both->boxes.memory_max)
		both->diff->changes.failed = true;
	buf_add(&both->diff->changes, &change, sizeof change);
}

// Finds the changes of the attribute at hand. A code is how it changes: 0, or 1 + the value
// before * PMM_VALUES_MAX + that after.
static int compare_attribute(struct both *both)
{
	const struct pmm_attribute *before = &both->side[BEFORE]
						      ->attributes[both->attribute[BEFORE]],
				   *after = &both->side[AFTER]->attributes[both->attribute[AFTER]];
	size_t twin[PMM_VALUES_MAX]; // of each value before, among those after
	bool is_found[1 + PMM_VALUES_MAX * PMM_VALUES_MAX] = {false};
	struct grid grid = both->grid;
	struct boxes *boxes = &both->boxes;
	for (size_t v = 0; v < before->value_count; v++)
		twin[v] = TREE_FIND(after->values, after->value_count, before->values[v].name);
	for (size_t cell = 0; cell < grid_cells(&grid); cell++) {
		const size_t b = value_of(both, cell, BEFORE);
		const size_t a = value_of(both, cell, AFTER);
		const size_t code = twin[b] == a ? 0 : 1 + b * PMM_VALUES_MAX + a;
		both->codes[cell] = (uint16_t)code;
		both->changes[cell] |= code != 0;
		is_found[code] = true;
	}
	grid_join(&grid, both->codes, sizeof *both->codes);
	for (size_t code = 1; code < sizeof is_found; code++) {
		if (!is_found[code])
			continue;
		for (size_t cell = 0; cell < grid_cells(&grid); cell++)
			both->marks[cell] = both->codes[cell] == code;
		if (boxes_cut(boxes, &grid, both->marks))
			return -ENOMEM;
		for (size_t at = 0; at < boxes->found.size; at += sizeof(struct box))
			add_change(both, (const void *)(boxes->found.at + at),
				&before->values[(code - 1) / PMM_VALUES_MAX],
				&after->values[(code - 1) % PMM_VALUES_MAX]);
	}
	return both->diff->changes.failed ? -ENOMEM : 0;
}

// Makes attribute I of all features' the one at hand. False: only the later rulebook has it.
static bool choose_attribute(struct both *both, size_t i)
{
	const struct pmm_rulebook_info *before = &both->side[BEFORE]->info,
				       *after = &both->side[AFTER]->info;
	const size_t f = both->feature[AFTER] = i / after->attribute_count;
	const size_t a = both->attribute[AFTER] = i % after->attribute_count;
	both->feature[BEFORE] = TREE_FIND(
		before->features, before->feature_count, after->features[f].name);
	both->attribute[BEFORE] = TREE_FIND(
		before->attributes, before->attribute_count, after->attributes[a].name);
	return both->feature[BEFORE] < before->feature_count &&
	       both->attribute[BEFORE] < before->attribute_count;
}

static int compare(struct both *both, struct pmm_diff_info *info)
{
	const size_t cells = info->profiles;
	struct grid *grid = &both->grid;
	struct arena *arena = &both->arena;
	both->decisions = arena_array(arena, cells, sizeof *both->decisions);
	both->changes = arena_array(arena, cells, sizeof *both->changes);
	both->codes = arena_array(arena, cells, sizeof *both->codes);
	both->marks = arena_array(arena, cells, sizeof *both->marks);
	if (!both->decisions || !both->changes || !both->codes || !both->marks || !cells)
		return cells ? -ENOMEM : 0;
	find_decisions(both, 0, 0, 0, 0);
	grid_join(grid, both->decisions, sizeof *both->decisions);
	const struct pmm_rulebook_info *after = &both->side[AFTER]->info;
	for (size_t i = 0; i < after->feature_count * after->attribute_count; i++)
		if (choose_attribute(both, i) && compare_attribute(both))
			return -ENOMEM;
	for (size_t cell = 0; cell < grid_cells(grid); cell++) {
		uint32_t profiles = both->changes[cell];
		for (size_t d = 0; d < grid->dims; d++)
			profiles *= (uint32_t)__builtin_popcount(
				grid->sets[d][cell / grid->stride[d] % grid->size[d]]);
		info->changed += profiles;
	}
	info->changes = (const void *)both->diff->changes.at;
	info->change_count = both->diff->changes.size / sizeof *info->changes;
	return 0;
}

int pmm_diff_create(struct pmm_diff **out, const struct pmm_rulebook *before,
	const struct pmm_rulebook *after, size_t memory_max)
{
	struct pmm_diff *diff = calloc(1, sizeof *diff);
	struct both both = {.diff = diff,
		.side = {before, after},
		.boxes = {.effort = effort_max, .memory_max = memory_max / 4}};
	if (!diff)
		return -ENOMEM;
	arena_init(&both.arena, NULL, 0, memory_max / 2);
	diff->info.facts = diff->facts;
	tell_differences(&diff->info, &before->info, &after->info);
	const int result = add_facts(&both) ? compare(&both, &diff->info) : -E2BIG;
	arena_finish(&both.arena);
	buf_finish(&both.boxes.found);
	if (result)
		pmm_diff_destroy(diff);
	else
		*out = diff;
	return result;
}

const struct pmm_diff_info *pmm_diff_info(const struct pmm_diff *diff)
{
	return &diff->info;
}

void pmm_diff_destroy(struct pmm_diff *diff)
{
	if (!diff)
		return;
	buf_finish(&diff->changes);
	free(diff);
}
