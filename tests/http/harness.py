# SPDX-License-Identifier: MIT
"""What the HTTP tests share: a server process, a raw connection, TAP lines.

The connection is a bare socket that sends the bytes it is given and splits
what comes back into responses, so a test sees what is on the wire. It does
not follow redirects, retry, decode content or correct anything.
Nothing waits by the clock: every wait ends with an event, and PATIENCE_S only
bounds how long a test that has failed already may hang.
PMM_TEST_WRAPPER in the environment is a command under which servers run, such as
valgrind, which needs more than the sandbox leaves it, so there they have none;
PMM_TEST_PATIENCE_S is for what is slow under it.
"""

import atexit
import collections
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from response import Failure, Response

PATIENCE_S = float(os.environ.get("PMM_TEST_PATIENCE_S", "10"))
os.environ["LC_ALL"] = "en_US.UTF-8"  # messages are judged in English
WRAPPER = os.environ.get("PMM_TEST_WRAPPER", "").split()
LISTENING = re.compile(rb"listening on https?://(\[[0-9a-f:.]+\]|[0-9.]+):([0-9]+)")
SANITIZER = re.compile(
    rb"ERROR: \w+Sanitizer|WARNING: \w+Sanitizer|SUMMARY: \w+Sanitizer|runtime error:")


class NoResponse(Failure):
    """The connection ended, or was cut, without a byte of an answer."""


class Tap:
    """Counts and prints results in the Test Anything Protocol."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, problem, name, *comments):
        """PROBLEM is None (or empty) for a pass, else the text of what is wrong."""
        self.count += 1
        # One line; a '#' would begin a TAP directive.
        name = " ".join(name.replace("#", "number ").splitlines())
        print(f"{'not ok' if problem else 'ok'} {self.count} - {name}")
        if problem:
            self.failed += 1
            for text in (str(problem), *comments):
                for line in text.splitlines() or [""]:
                    print(f"# {line}")
        sys.stdout.flush()

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}", flush=True)

    def attempt(self, name, function, *args):
        """Runs FUNCTION; what it raises is the problem."""
        try:
            function(*args)
            self.result(None, name)
        except (Failure, OSError, subprocess.SubprocessError) as problem:
            self.result(str(problem) or repr(problem), name)

    def finish(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed or not self.count else 0


class Server:
    """`BINARY serve`, listening; the constructor returns when it can answer."""

    def __init__(self, binary, args=(), listen="127.0.0.1:0", prefix=(), **popen):
        """PREFIX stands before the command, POPEN goes to subprocess.Popen."""
        self.command = [*prefix, *WRAPPER, binary, "serve", "--listen", listen, *args,
                        *(["--sandbox", "off"] if WRAPPER else [])]
        self.stdout = tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                        stdout=self.stdout, stderr=subprocess.PIPE, **popen)
        atexit.register(self.process.kill)  # of no effect once it has ended
        self.log = []
        self.host = self.port = None
        self.listening = threading.Event()
        self.news = threading.Condition()  # a line was added to the log, or it ended
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        in_time = self.listening.wait(PATIENCE_S)
        if self.port is None:
            self.process.kill()
            self.process.wait()
            why = "ended" if in_time else f"said nothing for {PATIENCE_S} s"
            raise Failure(f"{' '.join(self.command)}: {why} before it listened\n"
                          + self.log_text())

    def _read_log(self):
        for line in self.process.stderr:
            with self.news:
                self.log.append(line)
                self.news.notify_all()
            found = LISTENING.search(line)
            if found and self.port is None:
                self.host = found[1].decode().strip("[]")
                self.port = int(found[2])
                self.listening.set()
        self.listening.set()
        with self.news:
            self.news.notify_all()

    def wait_log(self, pattern, count=1):
        """Waits until COUNT lines of the log match PATTERN."""
        def done():
            return sum(1 for line in self.log if re.search(pattern, line)) >= count
        with self.news:
            if not self.news.wait_for(lambda: done() or self.process.poll() is not None,
                                      PATIENCE_S) or not done():
                raise Failure(f"the log does not say {pattern!r} {count} times\n"
                              + self.log_text()[-3000:])

    def log_text(self):
        return b"".join(self.log).decode("utf-8", "replace")

    def connect(self, source=None):
        return Connection(self.host, self.port, source)

    def stop(self, number=signal.SIGTERM):
        """Sends the signal and returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self):
        try:
            status = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = "none: it did not end and was killed"
        self.reader.join(PATIENCE_S)
        return status

    def output(self):
        """All that the process wrote; call after stop or wait."""
        self.stdout.seek(0)
        return b"".join(self.log) + self.stdout.read()


class Connection:
    """A TCP connection: queue bytes with send, take responses with receive."""

    def __init__(self, host, port, source=None):
        """SOURCE: the address to come from."""
        self.socket = socket.create_connection((host, port), PATIENCE_S,
                                               source_address=source and (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.pieces = collections.deque()  # not sent yet
        self.received = bytearray()        # not yet part of a response
        self.ended = False                 # the server sends no more
        self.patience_s = PATIENCE_S

    def send(self, data, piece_size=None):
        step = piece_size or len(data) or 1
        self.pieces.extend(memoryview(data[i:i + step]) for i in range(0, len(data), step))

    def close(self):
        self.socket.close()

    def _pump(self, deadline):
        """Sends and receives what the socket takes and has; waits for one of it."""
        left = deadline - time.monotonic()
        writers = [self.socket] if self.pieces else []
        readable, writable, _ = select.select([self.socket], writers, [], max(left, 0))
        if not readable and not writable:
            raise Failure(f"no answer after {self.patience_s} s; received {self.received[:200]!r}")
        if readable:
            try:
                data = self.socket.recv(1 << 16)
            except ConnectionError:
                data = b""
            self.received += data
            self.ended = not data
        if writable and not self.ended:
            self._send_some()

    def _send_some(self):
        try:
            count = self.socket.send(self.pieces[0])
        except ConnectionError:  # the server will not read it; it may have answered
            self.pieces.clear()
            return
        rest = self.pieces.popleft()[count:]
        if rest:
            self.pieces.appendleft(rest)

    def _fill(self, done):
        deadline = time.monotonic() + self.patience_s
        while not done() and not self.ended:
            self._pump(deadline)
        return done()

    def flush(self):
        """Returns when the kernel has taken all that was queued."""
        self._fill(lambda: not self.pieces)

    def receive(self, method="GET", interim=False):
        """The next response; one of 1xx is passed over unless INTERIM."""
        while True:
            response = self._receive_one(method)
            if response.status >= 200 or interim:
                return response

    def _receive_one(self, method):
        if not self._fill(lambda: b"\r\n\r\n" in self.received):
            if self.ended and not self.received:
                raise NoResponse("the connection ended where a response was due")
            raise Failure("the connection ended where a response was due; "
                          f"received {self.received[:200]!r}")
        size = self.received.index(b"\r\n\r\n") + 4
        lines = self.received[:size - 4].decode("latin-1").split("\r\n")
        start = re.fullmatch(r"HTTP/1\.[01] ([1-5][0-9][0-9])( .*)?", lines[0])
        if not start:
            raise Failure(f"not a status line: {lines[0]!r}")
        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
                raise Failure(f"not a header field: {line!r}")
            headers.append((name, value.strip(" \t")))
        head = self._take(size)
        response = Response(int(start[1]), headers, b"", head)
        if not (method == "HEAD" or response.status in (204, 304) or response.status < 200):
            self._receive_body(response)
            response.raw = head + response.body
        return response

    def _receive_body(self, response):
        if (response.header("Transfer-Encoding") or "").lower() == "chunked":
            response.body = self._receive_chunks()
        elif response.header("Content-Length") is not None:
            length = response.header("Content-Length")
            if not length.isdigit():
                raise Failure(f"Content-Length: {length}")
            response.body = self._take(int(length))
        else:
            self._fill(lambda: False)
            response.body = self._take(len(self.received))

    def _take(self, size):
        if not self._fill(lambda: len(self.received) >= size):
            raise Failure(f"the body ended after {len(self.received)} of {size} bytes")
        data = bytes(self.received[:size])
        del self.received[:size]
        return data

    def _receive_chunks(self):
        body = b""
        while True:
            if not self._fill(lambda: b"\r\n" in self.received):
                raise Failure("a chunked body ended too early")
            line = self._take(self.received.index(b"\r\n") + 2)
            size = int(line.split(b";")[0], 16)
            body += self._take(size)
            if self._take(2) != b"\r\n":
                raise Failure("a chunk is not followed by a line end")
            if size == 0:
                return body

    def at_end(self, patient=False):
        """Waits until the server closes; False if it sends something instead,
        unless PATIENT: then `received` has that."""
        self._fill(lambda: bool(self.received) and not patient)
        return self.ended and (patient or not self.received)


def check_end(tap, server, where, secrets=None):
    """Stops SERVER; three results: exit status, sanitizers, nothing of users logged."""
    status = server.stop()
    tap.result(None if status == 0 else f"exit status {status}\n{server.log_text()}",
               f"{where}: SIGTERM ends the server with status 0")
    output = server.output()
    tap.result(server.log_text() if SANITIZER.search(output) else None,
               f"{where}: no sanitizer has anything to report")
    if secrets:
        found = re.search(secrets, output)
        tap.result(f"the log has {found[0]!r}\n{server.log_text()}" if found else None,
                   f"{where}: no name and no value of a user was logged")
