// SPDX-License-Identifier: MIT
// Private to log: the ring between those who log and the writer.
//
//     head                    tail
//      v                       v
//     [w][w][w][w][w][w][ ][w][ ][ ]...      w: written, its turn says so
//
// Many threads put, one takes. To put is to move tail by one with a single
// compare-and-swap, copy, and set the slot's turn to its position + 1; so there
// is no lock, and nobody waits for anybody. The positions only grow; 64 bits do
// not run out. A full ring refuses: it never overwrites and never blocks.
#ifndef LOG_RING_H
#define LOG_RING_H

#include "log.h"

#include <stdatomic.h>

struct slot {
	_Atomic(uint64_t) turn;
	char *line; // heap: the line of an event, SIZE bytes; NULL: access
	size_t size;
	struct log_access access;
};

// What the threads write to and what they only read lies apart, so that no core
// waits for a line of cache because of its neighbour.
struct ring {
	_Atomic(uint64_t) tail; // next position to be put
	char apart[64];
	_Atomic(uint64_t) head; // next position to be taken
	char apart_too[64];
	struct slot slots[LOG_LINES_MAX];
};

// Takes the next place unless fewer than RESERVE are left after it. NULL: full.
static inline struct slot *ring_claim(struct ring *ring, uint64_t reserve, uint64_t *position)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	do {
		uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
		// An old tail may lie behind head: then it is not full, and the swap fails.
		if ((int64_t)(tail - head) >= (int64_t)(LOG_LINES_MAX - reserve))
			return NULL;
		// Sequentially consistent: see writer_rest about why.
	} while (!atomic_compare_exchange_weak(&ring->tail, &tail, tail + 1));
	*position = tail;
	return &ring->slots[tail % LOG_LINES_MAX];
}

static inline void ring_publish(struct slot *slot, uint64_t position)
{
	atomic_store_explicit(&slot->turn, position + 1, memory_order_release);
}

// For the writer alone: the slot at POSITION if it was published, or NULL.
static inline struct slot *ring_look(struct ring *ring, uint64_t position)
{
	struct slot *slot = &ring->slots[position % LOG_LINES_MAX];
	uint64_t turn = atomic_load_explicit(&slot->turn, memory_order_acquire);
	return turn == position + 1 ? slot : NULL;
}

// For the writer alone: all before POSITION are taken and may be used again.
static inline void ring_release(struct ring *ring, uint64_t position)
{
	atomic_store_explicit(&ring->head, position, memory_order_release);
}

#endif
