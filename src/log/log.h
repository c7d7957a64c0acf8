// SPDX-License-Identifier: MIT
// The log: one line for each event and each request, as logfmt or JSON, on a
// descriptor (stderr).
//
//     any thread --lock, format--> buffer --swap--> one thread --write--> fd
//
// Whoever logs puts its line into a buffer; a thread of the log writes what came
// together. So a descriptor that takes nothing (a pipe that nobody reads, a full
// disk, a terminal that was stopped) holds up that thread alone. When the buffer is
// full, lines are dropped and counted, and the count is written where they are
// missing, once there is room again.
//
// A line goes out whole or not at all, and no text can forge a line or steer a
// terminal: controls, quotes and what is not UTF-8 are escaped. It knows no HTTP
// and no rulebook; what may be logged is for its callers to decide.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log;

enum log_format { LOG_LOGFMT, LOG_JSON };
enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

enum {
	LOG_LINE_MAX = 4096, // bytes of a line: what a pipe takes whole (PIPE_BUF)
	LOG_TEXT_MAX = 1024, // bytes of one text, escaped; the rest is cut off
	LOG_BUFFER_MAX = 768 << 10, // bytes of lines that wait, while as many are written
	LOG_EVENTS_RESERVE = 64 << 10, // of them, which requests leave to events
	LOG_WORD_MAX = 71, // bytes of a request's word: "sha256:" and 64 digits
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

// An answered request. The texts must be of letters, digits and "/._-*{}:" only, and of
// at most LOG_WORD_MAX bytes: they are written as they are. One that is NULL or empty is
// left out of the line.
struct log_access {
	struct log_id id;
	const char *method, *route;
	const char *code; // of the error, if it is one
	const char *digest; // of the rulebook
	uint64_t bytes; // of the answer's body
	uint64_t duration_ns;
	unsigned status; // 0: the connection ended without an answer
};

// Logs a request. Threads: any. No memory is taken; the lock is held for as long as
// a line takes to be put together; some 20 times a second one call wakes the thread.
void log_access(struct log *log, const struct log_access *record);

// Whether it does anything; if not the caller need not gather a record.
bool log_has_access(const struct log *log);

// Lines written, and lines that were lost, since the start. Threads: any.
uint64_t log_written(const struct log *log);
uint64_t log_dropped(const struct log *log);
