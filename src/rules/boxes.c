// SPDX-License-Identifier: MIT
// Three steps: slices that are the same become one; then box after box is made as wide as it
// can be, beginning with each dimension in turn; last a search among all ways. Cells of which
// no box can have two say how many boxes it takes at least. The search has a bounded effort:
// what is found by then is right, and perhaps not the shortest.
#include "boxes.h"

#include <errno.h>
#include <stdlib.h>

enum {
	SEARCH_MAX = 128, // boxes; past it nothing is searched for
	SHARE = 8, // a cut may take one in so many of the effort that is left
};

// A cut in progress. Its sets are of slices.
struct cutter {
	struct grid grid;
	uint8_t *cells; // 1: free, 2: in a box, 0: not to be covered
	uint64_t effort;
	struct boxes *out;
	struct box lone[SEARCH_MAX];
	struct box boxes[SEARCH_MAX]; // of the way that is tried
	size_t count, most; // of these, and of the best way
};

size_t grid_cells(const struct grid *grid)
{
	return grid->dims ? (size_t)grid->stride[0] * grid->size[0] : 1;
}

static bool slices_equal(
	const struct grid *grid, const char *cells, size_t size, size_t dim, uint32_t s, uint32_t t)
{
	const size_t bytes = grid->stride[dim] * size, step = bytes * grid->size[dim];
	for (size_t at = 0; at < grid_cells(grid) * size; at += step)
		if (memcmp(cells + at + s * bytes, cells + at + t * bytes, bytes) != 0)
			return false;
	return true;
}

// Keeps the slices in KEPT alone.
static void keep_slices(struct grid *grid, char *cells, size_t size, size_t dim,
	const uint32_t *kept, uint32_t count)
{
	const size_t bytes = grid->stride[dim] * size, step = bytes * grid->size[dim];
	char *to = cells;
	for (size_t at = 0; at < grid_cells(grid) * size; at += step)
		for (uint32_t i = 0; i < count; i++, to += bytes)
			memmove(to, cells + at + kept[i] * bytes, bytes);
	grid->size[dim] = count;
	for (size_t d = dim; d-- > 0;)
		grid->stride[d] = grid->stride[d + 1] * grid->size[d + 1];
}

void grid_join(struct grid *grid, void *cells, size_t size)
{
	for (size_t d = 0; d < grid->dims; d++) {
		uint32_t kept[PMM_VALUES_MAX], *sets = grid->sets[d], count = 0;
		for (uint32_t s = 0; s < grid->size[d]; s++) {
			uint32_t i = 0;
			while (i < count && !slices_equal(grid, cells, size, d, kept[i], s))
				i++;
			if (i == count)
				kept[count++] = s;
			sets[i] = kept[i] == s ? sets[s] : sets[i] | sets[s];
		}
		keep_slices(grid, cells, size, d, kept, count);
	}
}

static struct box box_of(const struct grid *grid, size_t cell)
{
	struct box box = {{0}};
	for (size_t d = 0; d < grid->dims; d++)
		box.set[d] = UINT32_C(1) << cell / grid->stride[d] % grid->size[d];
	return box;
}

// Whether all cells of BOX are free, from dimension D on, where CELL is the place so far.
static bool is_free(struct cutter *cutter, const struct box *box, size_t d, size_t cell)
{
	if (d == cutter->grid.dims) {
		cutter->effort -= cutter->effort > 0;
		return cutter->cells[cell] == 1;
	}
	for (uint32_t rest = box->set[d]; rest; rest &= rest - 1)
		if (!is_free(cutter, box, d + 1,
			    cell + (size_t)__builtin_ctz(rest) * cutter->grid.stride[d]))
			return false;
	return true;
}

static void fill(struct cutter *cutter, const struct box *box, size_t d, size_t cell, uint8_t with)
{
	if (d == cutter->grid.dims) {
		cutter->cells[cell] = with;
		return;
	}
	for (uint32_t rest = box->set[d]; rest; rest &= rest - 1)
		fill(cutter, box, d + 1,
			cell + (size_t)__builtin_ctz(rest) * cutter->grid.stride[d], with);
}

// The slices by which BOX can be widened in dimension D.
static uint32_t find_wider(struct cutter *cutter, struct box box, size_t d)
{
	const uint32_t own = box.set[d];
	uint32_t wider = 0;
	for (uint32_t s = 0; s < cutter->grid.size[d]; s++) {
		box.set[d] = UINT32_C(1) << s;
		if (!(own & box.set[d]) && is_free(cutter, &box, 0, 0))
			wider |= box.set[d];
	}
	return wider;
}

// Covers all, each box as wide as it can be, from dimension FIRST on. How many boxes.
static size_t cover(struct cutter *cutter, size_t first)
{
	struct buf *found = &cutter->out->found;
	const size_t cells = grid_cells(&cutter->grid), dims = cutter->grid.dims;
	buf_reset(found);
	for (size_t cell = 0; cell < cells && !found->failed; cell++) {
		struct box box = box_of(&cutter->grid, cell);
		if (cutter->cells[cell] != 1)
			continue;
		for (size_t d = first; d < first + dims; d++)
			box.set[d % dims] |= find_wider(cutter, box, d % dims);
		fill(cutter, &box, 0, 0, 2);
		buf_add(found, &box, sizeof box);
		found->failed |= found->size > cutter->out->memory_max;
	}
	for (size_t cell = 0; cell < cells; cell++)
		cutter->cells[cell] = cutter->cells[cell] != 0;
	return found->size / sizeof(struct box);
}

// --- the search

// How many boxes the free cells from FROM on take at least: so many of them can be found no
// two of which a box can have. ENOUGH are not looked for any further.
static size_t count_lone(struct cutter *cutter, size_t from, size_t enough)
{
	size_t count = 0;
	for (; from < grid_cells(&cutter->grid) && count < enough && cutter->effort; from++) {
		const struct box cell = box_of(&cutter->grid, from);
		bool is_lone = cutter->cells[from] == 1;
		for (size_t i = 0; i < count && is_lone; i++) {
			struct box both = cell;
			for (size_t d = 0; d < cutter->grid.dims; d++)
				both.set[d] |= cutter->lone[i].set[d];
			is_lone = !is_free(cutter, &both, 0, 0);
		}
		if (is_lone)
			cutter->lone[count++] = cell;
	}
	return count;
}

static void search(struct cutter *cutter, size_t from);

// Tries every box of free cells that has BOX, widened from dimension D on; large ones first.
static void widen(struct cutter *cutter, struct box box, size_t d, size_t from)
{
	if (d == cutter->grid.dims) {
		cutter->boxes[cutter->count++] = box;
		fill(cutter, &box, 0, 0, 2);
		search(cutter, from);
		fill(cutter, &box, 0, 0, 1);
		cutter->count--;
		return;
	}
	const uint32_t own = box.set[d], wider = find_wider(cutter, box, d);
	for (uint32_t more = wider;; more = (more - 1) & wider) {
		box.set[d] = own | more;
		widen(cutter, box, d + 1, from);
		if (!more || !cutter->effort)
			break;
	}
}

// Covers the free cells, the first of which is at FROM or behind it, in every way that may
// have less than MOST boxes.
static void search(struct cutter *cutter, size_t from)
{
	const size_t cells = grid_cells(&cutter->grid), left = cutter->most - cutter->count;
	for (; from < cells && cutter->cells[from] != 1; from++)
		cutter->effort -= cutter->effort > 0;
	if (from == cells && left) {
		cutter->most = cutter->count;
		buf_reset(&cutter->out->found);
		buf_add(&cutter->out->found, cutter->boxes, cutter->count * sizeof(struct box));
	} else if (cutter->effort && left && count_lone(cutter, from, left) < left) {
		widen(cutter, box_of(&cutter->grid, from), 0, from);
	}
}

// Finds boxes, as few as it can. Whether no way has fewer.
static bool find(struct cutter *cutter)
{
	size_t best = 0;
	cutter->most = SIZE_MAX;
	for (size_t first = 0; first < cutter->grid.dims; first++) {
		const size_t count = cover(cutter, first);
		best = count < cutter->most ? first : best;
		cutter->most = count < cutter->most ? count : cutter->most;
	}
	cover(cutter, best);
	if (cutter->most <= SEARCH_MAX)
		search(cutter, 0);
	return cutter->most <= SEARCH_MAX && cutter->effort;
}

int boxes_cut(struct boxes *boxes, const struct grid *grid, uint8_t *cells)
{
	struct cutter *cutter = calloc(1, sizeof *cutter);
	if (!cutter)
		return -ENOMEM;
	cutter->grid = *grid;
	cutter->cells = cells;
	cutter->effort = boxes->effort / SHARE;
	cutter->out = boxes;
	boxes->effort -= cutter->effort;
	grid_join(&cutter->grid, cells, 1);
	boxes->is_exact = find(cutter);
	boxes->effort += cutter->effort;
	struct box *found = (void *)boxes->found.at;
	for (size_t i = 0; i < boxes->found.size / sizeof *found; i++)
		for (size_t d = 0; d < grid->dims; d++) {
			uint32_t values = 0;
			for (uint32_t rest = found[i].set[d]; rest; rest &= rest - 1)
				values |= cutter->grid.sets[d][__builtin_ctz(rest)];
			found[i].set[d] = values;
		}
	free(cutter);
	return boxes->found.failed ? -ENOMEM : 0;
}
