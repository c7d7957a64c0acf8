// SPDX-License-Identifier: MIT
// Cells of a grid as few conditions: a box takes, in each dimension, the values of a set,
// as the condition of a rule does. It knows nothing of rulebooks.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// Each dimension is cut into slices. A slice stands for values of its fact.
struct grid {
	size_t dims; // at most PMM_FACTS_MAX
	uint32_t size[PMM_FACTS_MAX]; // slices, at most PMM_VALUES_MAX
	uint32_t stride[PMM_FACTS_MAX]; // in cells; the last dimension has 1
	uint32_t sets[PMM_FACTS_MAX][PMM_VALUES_MAX]; // bit v: the slice stands for value v
};

size_t grid_cells(const struct grid *grid);

// Makes slices one that are the same in all CELLS, of SIZE bytes each.
void grid_join(struct grid *grid, void *cells, size_t size);

struct box {
	uint32_t set[PMM_FACTS_MAX]; // bit v: value v of the dimension
};

struct boxes {
	struct buf found; // struct box
	size_t memory_max; // bytes of these
	uint64_t effort; // cells that may still be looked at; each cut takes a share at most
	bool is_exact; // there is no way with fewer
};

// Cuts the cells that are 1 (others are 0) into disjoint boxes, as few as it can find. CELLS
// is spoilt. 0, or -ENOMEM.
int boxes_cut(struct boxes *boxes, const struct grid *grid, uint8_t *cells);
