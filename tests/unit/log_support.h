// SPDX-License-Identifier: MIT
// For tests of the log: a descriptor whose writes can be made to fail, and a reader
// that judges the lines that come out. The program must be linked with
// -Wl,--wrap=write,--wrap=pthread_create,--wrap=pthread_detach.
#pragma once

#include "log/log.h"

#include <pthread.h>
#include <sys/types.h>

enum { LOGGERS = 4 }; // connections that requests may name

// What the writes to FD do from now on, one after the other: 0 writes all, a
// positive number that many bytes at most, a negative one is the error. The last
// one stays. SCRIPT_END closes the list.
enum { SCRIPT_END = -100000 };
void script_play(int fd, const ssize_t *steps);

// Waits until there were so many writes.
void script_wait(int calls);

// Whether every one of these writes was of whole lines, and no more than a pipe takes
// in one piece.
bool script_is_whole(void);

// How many threads were left behind by pthread_detach.
int script_detached(void);

// Whether pthread_create fails.
void script_refuse_threads(bool refuse);

struct output {
	int fd;
	pthread_t reader;
	char *bytes; // NUL-terminated; heap
	size_t size, room;
	size_t requests, kept; // lines
	uint64_t dropped; // as told
	long last[LOGGERS]; // request of each connection
};

// The number behind PREFIX, with which TEXT begins; else 0.
unsigned long number_after(const char *text, const char *prefix, int base);

// A thread that reads FD to its end; to be given to output_judge.
void output_start(struct output *output, int fd);

// Waits for the end, and asserts that every line is whole, and that requests of one
// connection are in order.
void output_judge(struct output *output);

// Ends the log on ENDS[1], while a reader takes what comes out at ENDS[0].
struct output output_finish(struct log *log, const int ends[2]);
