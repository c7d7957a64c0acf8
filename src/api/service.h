// SPDX-License-Identifier: MIT
// Private to api: what all requests share. Its files read it; service.c alone changes it,
// but for the count of bulk requests.
#pragma once

#include "api.h"

#include <pthread.h>
#include <stdatomic.h>

struct service {
	struct service_options options; // never changed
	struct metrics *metrics;
	pthread_mutex_t lock;
	// Changed under the lock, and referred to: whoever takes a reference has the
	// lock, too. Who only wants to know which one it is, or whether there is one,
	// need not take it.
	_Atomic(struct rulebook_set *) current;
	_Atomic(struct tokens *) tokens;
	atomic_uint bulk_count;
	atomic_bool draining;
	atomic_uint_fast64_t loads_taken, loads_refused;
	atomic_bool last_refused;
	atomic_uint refused_parts; // enum service_part
};

// A reference to the tokens that are needed now; there must be some.
struct tokens *service_tokens(struct service *service);
