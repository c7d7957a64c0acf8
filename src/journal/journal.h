// SPDX-License-Identifier: MIT
// The log: one line for each event and each request, as logfmt or JSON, on a
// descriptor (stderr).
//
//     any thread --copy--> ring --> writer thread --format, one write--> fd
//
// Whoever logs only copies a record into a ring; a thread of the journal turns a
// batch of them into lines and writes it. So a descriptor that takes nothing (a
// pipe that nobody reads, a full disk, a terminal that was stopped) holds up
// that thread alone. When the ring is full, lines are dropped and counted, and
// the count is written once there is room again.
//
// A line goes out whole or not at all, and no text can forge a line or steer a
// terminal: controls, quotes and what is not UTF-8 are escaped. It knows no HTTP
// and no rulebook; what may be logged is for its callers to decide.
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

enum journal_format { JOURNAL_LOGFMT, JOURNAL_JSON };
enum journal_level { JOURNAL_INFO, JOURNAL_WARN, JOURNAL_ERROR };

enum {
	JOURNAL_LINE_MAX = 4096, // bytes of a line: what a pipe takes whole (PIPE_BUF)
	JOURNAL_TEXT_MAX = 1024, // bytes of one text, escaped; the rest is cut off
	JOURNAL_LINES_MAX = 4096, // lines that wait to be written
	JOURNAL_EVENTS_RESERVE = 64, // places among them that requests leave to events
	JOURNAL_DIGEST_MAX = 72, // "sha256:", 64 digits, NUL
	JOURNAL_ID_MAX = 36, // the text of a request id, with its NUL
};

struct journal_options {
	enum journal_format format;
	bool access; // whether journal_access writes anything
};

// Starts a journal on FD, which stays the caller's, must stay open, and is never
// changed: no flag is set on it. Its thread inherits the signal mask, so the
// caller blocks signals first, and ignores SIGPIPE. 0 or a negative errno.
int journal_create(struct journal **out, int fd, const struct journal_options *options);

// Writes what waits, for at most TIMEOUT_MS, and frees. If the descriptor takes
// nothing the rest is given up. Nobody may use the journal any more. NULL is allowed.
void journal_destroy(struct journal *journal, unsigned timeout_ms);

// One more value of an event.
struct journal_field {
	const char *name; // a word of the program
	const char *text; // any bytes; NULL: it is the number
	uint64_t number;
};

// Logs an event: EVENT names its kind, MESSAGE (may be NULL) is for people. A
// field that does not fit into the line is cut, or left out. Nothing is kept.
// Threads: any. A JOURNAL of NULL logs nothing, here and below.
void journal_event(struct journal *journal, enum journal_level level, const char *event,
	const char *message, const struct journal_field *fields, size_t count);

// A request's name: PROCESS-CONNECTION-REQUEST, in hexadecimal.
struct journal_id {
	uint32_t process; // random: tells one run of the program from another
	uint32_t request; // ordinal on its connection
	uint64_t connection; // ordinal of the connection
};

// Writes it as text with a NUL; returns the number of bytes without it.
size_t journal_id_write(char to[JOURNAL_ID_MAX], const struct journal_id *id);

// An answered request. The three texts must be constants of the program, of
// letters, digits and "/._-*{}" only: they are kept as pointers and written as
// they are. One that is NULL, and an empty digest, is left out of the line.
struct journal_access {
	struct journal_id id;
	const char *method, *route;
	const char *code; // of the error, if it is one
	uint64_t bytes; // of the answer's body
	uint64_t ended_ns; // CLOCK_MONOTONIC; the journal makes the time of day of it
	uint64_t duration_ns;
	unsigned status; // 0: the connection ended without an answer
	char digest[JOURNAL_DIGEST_MAX]; // of the rulebook
};

// Logs a request: a copy of RECORD into the ring. Threads: any. No memory is
// taken, no lock; some 20 times a second one call wakes the writer.
void journal_access(struct journal *journal, const struct journal_access *record);

// Whether it does anything; if not the caller need not gather a record.
bool journal_has_access(const struct journal *journal);

// Lines written, and lines that were lost, since the start. Threads: any.
uint64_t journal_written(const struct journal *journal);
uint64_t journal_dropped(const struct journal *journal);

#endif
