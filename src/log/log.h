// SPDX-License-Identifier: MIT
// The log: one line for each event and each request, as logfmt or JSON, on a
// descriptor (stderr).
//
//     any thread --copy--> ring --> writer thread --format, one write--> fd
//
// Whoever logs only copies a record into a ring; a thread of the log turns a
// batch of them into lines and writes it. So a descriptor that takes nothing (a
// pipe that nobody reads, a full disk, a terminal that was stopped) holds up
// that thread alone. When the ring is full, lines are dropped and counted, and
// the count is written once there is room again.
//
// A line goes out whole or not at all, and no text can forge a line or steer a
// terminal: controls, quotes and what is not UTF-8 are escaped. It knows no HTTP
// and no rulebook; what may be logged is for its callers to decide.
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log;

enum log_format { LOG_LOGFMT, LOG_JSON };
enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

enum {
	LOG_LINE_MAX = 4096, // bytes of a line: what a pipe takes whole (PIPE_BUF)
	LOG_TEXT_MAX = 1024, // bytes of one text, escaped; the rest is cut off
	LOG_LINES_MAX = 4096, // lines that wait to be written
	LOG_EVENTS_RESERVE = 64, // places among them that requests leave to events
	LOG_DIGEST_MAX = 72, // "sha256:", 64 digits, NUL
	LOG_ID_MAX = 36, // the text of a request id, with its NUL
};

struct log_options {
	enum log_format format;
	bool access; // whether log_access writes anything
};

// Starts a log on FD, which stays the caller's, must stay open, and is never
// changed: no flag is set on it. Its thread inherits the signal mask, so the
// caller blocks signals first, and ignores SIGPIPE. 0 or a negative errno.
int log_create(struct log **out, int fd, const struct log_options *options);

// Writes what waits, for at most TIMEOUT_MS, and frees. If the descriptor takes
// nothing the rest is given up. Nobody may use the log any more. NULL is allowed.
void log_destroy(struct log *log, unsigned timeout_ms);

// One more value of an event.
struct log_field {
	const char *name; // a word of the program
	const char *text; // any bytes; NULL: it is the number
	uint64_t number;
};

// Logs an event: EVENT names its kind, MESSAGE (may be NULL) is for people. A
// field that does not fit into the line is cut, or left out. Nothing is kept.
// Threads: any. A LOG of NULL logs nothing, here and below.
void log_event(struct log *log, enum log_level level, const char *event, const char *message,
	const struct log_field *fields, size_t count);

// A request's name: PROCESS-CONNECTION-REQUEST, in hexadecimal.
struct log_id {
	uint32_t process; // random: tells one run of the program from another
	uint32_t request; // ordinal on its connection
	uint64_t connection; // ordinal of the connection
};

// Writes it as text with a NUL; returns the number of bytes without it.
size_t log_id_write(char to[LOG_ID_MAX], const struct log_id *id);

// An answered request. The three texts must be constants of the program, of
// letters, digits and "/._-*{}" only: they are kept as pointers and written as
// they are. One that is NULL, and an empty digest, is left out of the line.
struct log_access {
	struct log_id id;
	const char *method, *route;
	const char *code; // of the error, if it is one
	uint64_t bytes; // of the answer's body
	uint64_t ended_ns; // CLOCK_MONOTONIC; the log makes the time of day of it
	uint64_t duration_ns;
	unsigned status; // 0: the connection ended without an answer
	char digest[LOG_DIGEST_MAX]; // of the rulebook
};

// Logs a request: a copy of RECORD into the ring. Threads: any. No memory is
// taken, no lock; some 20 times a second one call wakes the writer.
void log_access(struct log *log, const struct log_access *record);

// Whether it does anything; if not the caller need not gather a record.
bool log_has_access(const struct log *log);

// Lines written, and lines that were lost, since the start. Threads: any.
uint64_t log_written(const struct log *log);
uint64_t log_dropped(const struct log *log);

#endif
