#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `pmm-check serve` writes to stderr, and that it never depends on it.

    log.py BINARY

One line for each request, with the right values, in both formats; none if the
access log is off; a stderr that nobody reads, that is closed, or on a full disk
neither holds up an answer nor the end. The bytes of a line are the matter of
unit/log_line.c, and what must never stand in one that of canaries.py.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True

from harness import (LISTENING, PATIENCE_S, SANITIZER, Connection, Failure,  # noqa: E402
                     Server, Tap)
from program import require, run_refused, stop  # noqa: E402

ROWS = b'{"role":"guru"}\n{"role":"gruu"}\n'
FLOOD = 12000  # more than the pipe and the two buffers hold together
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^ "=]+)(?: |$)')


def ask(method, target, body=b"", fields=""):
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{fields}{length}\r\n".encode() + body


JSON = "Content-Type: application/json\r\n"
# (request, method, route, status, code) as they must be logged.
REQUESTS = [
    (ask("GET", "/livez"), "GET", "/livez", 200, None),
    (ask("POST", "/check", b'{"role":"guru"}', JSON), "POST", "/check", 200, None),
    (ask("GET", "/check?role=guru&pretty=true"), "GET", "/check", 200, None),
    (ask("HEAD", "/check?role=guru"), "HEAD", "/check", 200, None),
    (ask("GET", "/check?role=guru", fields="If-None-Match: *\r\n"), "GET", "/check", 304, None),
    (ask("QUERY", "/summary", ROWS, "Content-Type: application/x-ndjson\r\n"),
     "QUERY", "/summary", 200, None),
    (ask("POST", "/check", ROWS, "Content-Type: application/x-ndjson\r\n"),
     "POST", "/check", 200, None),
    (ask("OPTIONS", "/check"), "OPTIONS", "/check", 204, None),
    (ask("GET", "/rulebook/kenari"), "GET", "/rulebook/{id}", 404, "not_found"),
    (ask("GET", "/problems/not_found"), "GET", "/problems/{code}", 200, None),
    (ask("GET", "/kenari"), "GET", "other", 404, "not_found"),
    (ask("KENARI", "/check"), "other", "/check", 405, "method_not_allowed"),
    (ask("POST", "/check", b'{"role":"kenari"}', JSON), "POST", "/check", 422, "invalid_profile"),
    (ask("POST", "/check", b"{", JSON), "POST", "/check", 400, "malformed_json"),
    (ask("GET", "/livez", fields="Host: twice\r\n"), "GET", "other", 400, "bad_request"),
]


def read_logfmt(line):
    """The pairs of a line; anything left over is a failure."""
    fields, at = {}, 0
    for match in PAIR.finditer(line):
        require(match.start() == at and match[1] not in fields, f"not logfmt: {line!r}")
        at = match.end()
        value = match[2]
        if value.startswith('"'):
            value = json.loads(value)
        elif re.fullmatch(r"\d+", value) and match[1] in ("status", "bytes", "duration_us",
                                                          "lines"):
            value = int(value)
        fields[match[1]] = value
    require(at == len(line), f"not logfmt: {line!r}")
    return fields


def read_lines(log, form):
    text = log.decode("utf-8")
    require(text.endswith("\n"), f"the last line does not end: {text[-100:]!r}")
    lines = [json.loads(line) if form == "json" else read_logfmt(line)
             for line in text.split("\n")[:-1]]
    for line in lines:
        require(list(line)[:3] == ["time", "level", "event"], f"{line}")
        require(TIME.fullmatch(line["time"]), f"{line}")
    return lines


def requests_of(lines):
    """Those of requests, by their ids: what ends at the same time on two connections
    may be logged in either order."""
    return sorted((line for line in lines if line["event"] == "request"),
                  key=lambda line: [int(part, 16) for part in line["id"].split("-")])


def check_line(line, response, request, process, connection, ordinal):
    _, method, route, status, code = request
    identity = f"{process}-{connection:x}-{ordinal:x}"
    require(line["id"] == identity, f"{line}: id, expected {identity}")
    found = (line["method"], line["route"], line["status"], line.get("code"))
    require(found == (method, route, status, code), f"{line}: expected {request[1:]}")
    require(response.status == status, f"{request[0]!r}: status {response.status}")
    require(line["bytes"] == len(response.body), f"{line}: {len(response.body)} bytes came")
    require(isinstance(line["duration_us"], int), f"{line}")
    shown = response.header("X-Request-Id")
    require(shown in (None, identity), f"{line}: the client was told {shown}")
    require(status < 400 or shown, f"{line}: an error without X-Request-Id")
    order = [name for name in ("time", "level", "event", "id", "method", "route", "status",
                               "code", "bytes", "duration_us", "digest") if name in line]
    require(list(line) == order, f"the order of {list(line)}")


def check_format(binary, form):
    server = Server(binary, ["--log-format", form])
    responses = []
    for _ in range(2):
        connection = server.connect()
        for request, method, *_ in REQUESTS:
            connection.send(request)
            responses.append(connection.receive(method))
        connection.close()
    stop(server)
    lines = read_lines(b"".join(server.log), form)
    require([line["event"] for line in lines if line["event"] != "request"]
            == ["sandbox", "listening", "draining", "stopped"], server.log_text())
    start = lines[1]
    digest = start["digest"]
    require(re.fullmatch("sha256:[0-9a-f]{64}", digest), f"{start}")
    address = f"listening on http://127.0.0.1:{server.port} (pmm-check "
    require(start["msg"].startswith(address), f"{start}")
    logged = requests_of(lines)
    require(len(logged) == len(responses), f"{len(logged)} lines for {len(responses)} requests")
    process = logged[0]["id"].split("-")[0]
    for i, (line, response) in enumerate(zip(logged, responses)):
        connection, ordinal = divmod(i, len(REQUESTS))
        check_line(line, response, REQUESTS[ordinal], process, connection + 1, ordinal + 1)
        require(line["digest"] == digest, f"{line}")


def check_unanswered(binary):
    """A client that leaves in the middle is logged, without a status of its own."""
    server = Server(binary, ["--log-format", "json"])
    connection = server.connect()
    request = ask("POST", "/check", b'{"role":', JSON + "Expect: 100-continue\r\n")
    head, end, part = request.replace(b"Length: 8", b"Length: 80").partition(b"\r\n\r\n")
    connection.send(head + end)  # without the body, or no go-ahead would be needed
    require(connection.receive(interim=True).status == 100, "no 100 Continue")
    connection.send(part)
    connection.flush()
    connection.close()
    stop(server)
    logged = requests_of(read_lines(b"".join(server.log), "json"))
    require([(line["route"], line["status"], line["bytes"]) for line in logged]
            == [("/check", 0, 0)], f"{logged}")


def check_access_off(binary):
    server = Server(binary, ["--access-log", "off", "--log-format", "json"])
    connection = server.connect()
    for request, method, *_ in REQUESTS:
        connection.send(request)
        connection.receive(method)
    connection.close()
    stop(server)
    events = [line["event"] for line in read_lines(b"".join(server.log), "json")]
    require(events == ["sandbox", "listening", "draining", "stopped"], f"{events}")


# A stderr that does not take what is written


class Bare:
    """A server whose stderr is the caller's: found by the socket that it listens on."""

    def __init__(self, binary, stderr=None, close_stderr=False):
        command = [binary, "serve", "--listen", "127.0.0.1:0"]
        if close_stderr:
            command = ["sh", "-c", 'exec "$@" 2>&-', "sh", *command]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=stderr)
        self.port = None
        end = time.monotonic() + PATIENCE_S
        while self.port is None:
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                raise Failure("it does not listen")
            self.port = self._find_port()

    def _find_port(self):
        folder = f"/proc/{self.process.pid}/fd"
        try:
            links = {os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)}
        except OSError:
            return None
        with open(f"/proc/{self.process.pid}/net/tcp", encoding="ascii") as table:
            for row in list(table)[1:]:
                words = row.split()
                if words[3] == "0A" and f"socket:[{words[9]}]" in links:
                    return int(words[1].split(":")[1], 16)
        return None

    def flood(self, count):
        """COUNT requests, a hundred at a time, each answered with 200."""
        connection = Connection("127.0.0.1", self.port)
        for _ in range(count // 100):
            connection.send(100 * ask("GET", "/livez"))
            for _ in range(100):
                status = connection.receive().status
                require(status == 200, f"status {status}")
        connection.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure("it does not end") from None
        require(status == 0, f"exit status {status}")


def check_end_unread(binary):
    """Nobody ever reads: all is answered, and the end comes all the same."""
    reader, writer = os.pipe()
    server = Bare(binary, writer)
    os.close(writer)
    server.flood(FLOOD)
    server.stop()
    with open(reader, "rb") as pipe:
        log = pipe.read()
    require(LISTENING.search(log), "the first line is missing")
    require(not SANITIZER.search(log), log.decode("utf-8", "replace"))
    lines = read_lines(log, "logfmt")
    require(0 < len(requests_of(lines)) < FLOOD, f"{len(lines)} lines")


def check_read_late(binary):
    """A reader comes back: every request has its line, or is counted as lost."""
    reader, writer = os.pipe()
    server = Bare(binary, writer)
    os.close(writer)
    server.flood(FLOOD)
    log = []
    with open(reader, "rb") as pipe:
        thread = threading.Thread(target=lambda: log.append(pipe.read()))
        thread.start()
        server.stop()
        thread.join(PATIENCE_S)
    lines = read_lines(log[0], "logfmt")
    dropped = sum(line["lines"] for line in lines if line["event"] == "log_dropped")
    count = len(requests_of(lines))
    require(dropped > 0, "nothing was lost: the flood is too small")
    require(count + dropped == FLOOD, f"{count} lines, {dropped} lost, {FLOOD} requests")
    require(lines[-1]["event"] == "stopped", f"{lines[-1]}")


def check_reader_gone(binary):
    reader, writer = os.pipe()
    server = Bare(binary, writer)
    os.close(writer)
    os.close(reader)
    server.flood(200)
    server.stop()


def check_full(binary):
    with open("/dev/full", "wb") as full:
        server = Bare(binary, full)
    server.flood(200)
    server.stop()


def check_closed(binary):
    """Its number must not become that of a client's connection, which would then
    get the log."""
    server = Bare(binary, close_stderr=True)
    server.flood(200)
    require(os.readlink(f"/proc/{server.process.pid}/fd/2") == "/dev/null",
            "descriptor 2 is something else")
    server.stop()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: log.py BINARY")
    tap, binary = Tap(), sys.argv[1]
    for form in ("logfmt", "json"):
        tap.attempt(f"each request has its line: {form}", check_format, binary, form)
    tap.attempt("a request that was not answered", check_unanswered, binary)
    tap.attempt("--access-log off", check_access_off, binary)
    tap.attempt("a stderr that nobody ever reads", check_end_unread, binary)
    tap.attempt("a stderr that is read late", check_read_late, binary)
    tap.attempt("a stderr whose reader is gone", check_reader_gone, binary)
    tap.attempt("a stderr on a full disk", check_full, binary)
    tap.attempt("a stderr that is closed", check_closed, binary)
    for option in ("--log-format", "--access-log"):
        tap.attempt(f"{option} kenari is refused", run_refused, binary, "serve", option, "kenari")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
