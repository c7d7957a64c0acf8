// SPDX-License-Identifier: MIT
// pmm-check serve: puts rulebooks, service and daemon together, and waits for
// signals. SIGTERM and SIGINT drain and end; SIGHUP loads the rulebooks again, and
// the certificate and the tokens.
#include "serve.h"

#include "sandbox.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

// Descriptors that are kept back: refused connections that are still told why,
// two for each worker, files, the listening socket.
enum { DESCRIPTOR_RESERVE = 128 };

// At the end the log has this long to get out its last lines.
enum { LOG_END_MS = 500 };

// Past the limit of descriptors accept would fail again and again. The soft limit
// is raised if that is enough; what the hard one does not allow is not promised.
static unsigned limit_connections(const struct settings *settings, struct log *log)
{
	struct rlimit limit;
	uint64_t most = settings->connections_max, wanted = most + DESCRIPTOR_RESERVE;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return (unsigned)most;
	const struct rlimit more = {
		wanted < limit.rlim_max ? wanted : limit.rlim_max, limit.rlim_max};
	if (limit.rlim_cur < wanted && setrlimit(RLIMIT_NOFILE, &more) == 0)
		limit = more;
	if (limit.rlim_cur >= wanted)
		return (unsigned)most;
	most = limit.rlim_cur > DESCRIPTOR_RESERVE ? limit.rlim_cur - DESCRIPTOR_RESERVE : 1;
	const struct log_field fields[] = {
		{.name = "connections", .number = most},
		{.name = "descriptors", .number = limit.rlim_cur},
	};
	log_event(log, LOG_WARN, "max_connections_lowered",
		"there are too few descriptors for --max-connections", fields, 2);
	return (unsigned)most;
}

// What the running daemon is made of.
struct daemon {
	const struct settings *settings;
	const sigset_t *signals;
	struct process process;
	struct service *service;
	struct tls *tls; // or NULL
	struct sandbox sandbox;
	struct log *log;
	_Atomic(struct http *) http; // once it has started
	int listen_fds[LISTEN_MAX];
	int listen_count;
	bool is_inherited;
};

// An event, and which rulebook answers now; how many there are, if not one. MESSAGE
// may be NULL.
static void tell_rulebooks(struct daemon *daemon, const char *event, const char *message)
{
	struct rulebook_set *set = service_set(daemon->service);
	const struct snapshot *snapshot = rulebook_set_current(set, rulebooks_today);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	const struct log_field fields[] = {
		{.name = "rulebook", .text = info->id},
		{.name = "digest", .text = info->digest},
		{.name = "rulebooks", .number = rulebook_set_count(set)},
	};
	log_event(
		daemon->log, LOG_INFO, event, message, fields, rulebook_set_count(set) > 1 ? 3 : 2);
	rulebook_set_unref(set);
}

// Waits for the signal to end, and returns it. Most of what loading took was for the
// moment only, and is given back: it may be long until the next time.
static int wait_for_end(struct daemon *daemon)
{
	const struct settings *settings = daemon->settings;
	const struct diagnostics diagnostics = diagnostics_log(daemon->log);
	for (;;) {
		int signal = 0;
		malloc_trim(0);
		if (sigwait(daemon->signals, &signal) || signal != SIGHUP)
			return signal;
		if (rulebooks_publish(daemon->service, settings->rules, &diagnostics) == 0) {
			tell_rulebooks(daemon, "loaded", NULL);
		} else {
			service_note_refusal(daemon->service);
			log_event(daemon->log, LOG_ERROR, "refused", "what was in use stays", NULL,
				0);
		}
		credentials_reload(daemon->service, daemon->tls, settings, daemon->log);
	}
}

// What /metrics asks, from any worker.
static void tell_transport(void *cls, struct transport_stats *stats)
{
	struct daemon *daemon = cls;
	struct http *http = atomic_load(&daemon->http);
	if (http)
		http_stats(http, stats);
	stats->log_lines = log_written(daemon->log);
	stats->log_dropped = log_dropped(daemon->log);
}

// Answers from here on, under the whole sandbox.
static int start(struct daemon *daemon)
{
	const struct settings *settings = daemon->settings;
	struct log *log = daemon->log;
	struct http *http;
	char urls[LISTEN_MAX][LISTEN_URL_MAX], message[LISTEN_URL_MAX + 64];
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);
	const unsigned usual_threads = cores > 0 && cores <= 256 ? (unsigned)cores : 1;
	const struct http_options options = {
		.threads = settings->threads ? (unsigned)settings->threads : usual_threads,
		.connections_max = limit_connections(settings, log),
		.address_max = (unsigned)settings->address_max,
		.header_timeout_ms = (unsigned)settings->header_timeout_s * 1000,
		.stall_timeout_ms = (unsigned)settings->stall_timeout_s * 1000,
		.idle_timeout_ms = (unsigned)settings->idle_timeout_s * 1000,
		.rate_min = settings->rate_min,
		.is_inherited = daemon->is_inherited,
		.log = log,
		.tls = daemon->tls,
	};
	for (int i = 0; i < daemon->listen_count; i++)
		if (listen_url(daemon->listen_fds[i], daemon->tls != NULL, urls[i]))
			strcpy(urls[i], "http://?");
	int result = http_start(
		&http, daemon->service, daemon->listen_fds, (size_t)daemon->listen_count, &options);
	if (result) {
		log_event(log, LOG_ERROR, "failed",
			result == -ENOTSUP ? "libmicrohttpd was built without TLS"
					   : "the HTTP server cannot start",
			NULL, 0);
		return EXIT_TROUBLE;
	}
	if (sandbox_complete(&daemon->sandbox, log)) {
		http_stop(http, 0);
		return EXIT_TROUBLE;
	}
	atomic_store(&daemon->http, http);
	// Scripts read the address up to the blank behind it.
	for (int i = 0; i < daemon->listen_count; i++) {
		snprintf(message, sizeof message, "listening on %.*s (pmm-check %s)",
			LISTEN_URL_MAX, urls[i], PMM_VERSION);
		tell_rulebooks(daemon, "listening", message);
	}
	return EXIT_OK;
}

// Opens what is needed, gives up the right to open more, and answers until a signal
// ends it. The log's thread is the first one, so it comes after the sandbox.
static int run(struct daemon *daemon)
{
	const struct settings *settings = daemon->settings;
	const char *const needed[] = {// by a reload
		settings->rules, settings->tls_cert, settings->tls_key, settings->token_file, NULL};
	const struct log_options options = {
		.format = settings->log_format ? LOG_JSON : LOG_LOGFMT,
		.access = settings->has_access_log,
	};
	daemon->listen_count = sockets_open(settings, daemon->listen_fds, &daemon->is_inherited);
	if (daemon->listen_count < 0)
		return EXIT_TROUBLE;
	if (sandbox_begin(&daemon->sandbox, settings, needed))
		return EXIT_TROUBLE;
	int result = log_create(&daemon->log, STDERR_FILENO, &options);
	if (result)
		return tell_trouble((enum pmm_lang)settings->lang, "log tidak dapat dimulai: %s",
			"the log cannot start: %s",
			error_text((enum pmm_lang)settings->lang, -result));
	result = start(daemon);
	if (result == EXIT_OK) {
		const int signal = wait_for_end(daemon);
		const struct log_field field = {
			.name = "signal", .text = signal == SIGINT ? "SIGINT" : "SIGTERM"};
		log_event(daemon->log, LOG_INFO, "draining", NULL, &field, 1);
		service_drain(daemon->service);
		http_stop(daemon->http, (unsigned)settings->drain_timeout_s * 1000);
		log_event(daemon->log, LOG_INFO, "stopped", NULL, NULL, 0);
	}
	log_destroy(daemon->log, LOG_END_MS);
	return result;
}

static int serve(const struct settings *settings, const sigset_t *signals)
{
	struct daemon daemon = {.settings = settings, .signals = signals};
	char public_url[PUBLIC_URL_MAX] = "";
	if (addresses_check_origins(settings) || addresses_read_public_url(settings, public_url))
		return EXIT_TROUBLE;
	const struct service_options options = {
		.body_max = (size_t)settings->body_max,
		.bulk_bytes_max = settings->bulk_bytes_max,
		.rows_max = settings->rows_max,
		.bulk_max = (unsigned)settings->bulk_max,
		.cors_origins = settings->cors_origins.items,
		.cors_count = settings->cors_origins.count,
		.frame_origins = settings->frame_origins.items,
		.frame_count = settings->frame_origins.count,
		.public_url = public_url[0] ? public_url : NULL,
		.release = http_release,
		.today = rulebooks_today,
		.stats = tell_transport,
		.stats_cls = &daemon,
		.process = process_read,
		.process_cls = &daemon.process,
	};
	int result = EXIT_TROUBLE;
	process_init(&daemon.process);
	if (credentials_open_tls(&daemon.tls, settings) == EXIT_OK &&
		service_create(&daemon.service, &options) == 0 &&
		rulebooks_publish(daemon.service, settings->rules,
			&diagnostics_stderr[settings->lang]) == 0 &&
		credentials_open_tokens(daemon.service, settings) == EXIT_OK)
		result = run(&daemon);
	service_destroy(daemon.service);
	tls_destroy(daemon.tls);
	process_finish(&daemon.process);
	return result;
}

int command_serve(enum pmm_lang lang, int argc, char **argv)
{
	struct settings settings = {.lang = lang};
	struct arena arena;
	sigset_t signals;
	int result;
	// Blocked before any thread starts, so that only wait_for_end gets them.
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	// A shell may have started us with these ignored, and then sigwait would
	// never see them.
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	tzset(); // or the first answer would open /etc/localtime
	arena_init(&arena, NULL, 0, SETTINGS_BYTES_MAX);
	if (settings_read(&options_of_serve, lang, &arena, &settings, argc, argv, &result))
		result = serve(&settings, &signals);
	arena_finish(&arena);
	return result;
}
