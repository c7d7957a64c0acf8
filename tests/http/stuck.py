#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bytes that can make libmicrohttpd lose a connection, or stand still over it.

    stuck.py BINARY [WORD]     all kinds, or those with WORD in their name

Fifty clients of each kind come at once, half of them with an end behind what they
send. Beside them ordinary clients lose nothing; each of the fifty gets an answer or
the end, within the bound (twice --stall-timeout, and what a look takes); and
SIGTERM ends the server, also with all kinds just begun. A kind is a list of pieces
that are sent one by one; ENDLESS begins again behind its last one with the third.
"""

import itertools
import selectors
import signal
import socket
import sys
import threading
import time

sys.dont_write_bytecode = True

from harness import PATIENCE_S, Failure, Server, Tap, check_end  # noqa: E402
from program import require  # noqa: E402

OPTIONS = ["--header-timeout", "1", "--stall-timeout", "1", "--idle-timeout", "2",
           "--min-rate", "1000", "--threads", "2", "--max-connections", "8000",
           "--drain-timeout", "3600"]
EACH = 50
BATCH = 8  # kinds at the same time
POOL = 16 << 10  # of a connection; src/http/http.c

GET = b"GET /check?role=guru HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST /check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
LONG = b"a" * 20000


def field_block(size, end=b"\r\n\r\n"):
    """A head of SIZE bytes, of short fields."""
    head = b"GET /check HTTP/1.1\r\nHost: x"
    while len(head) + 60 + len(end) < size:
        head += b"\r\nX-Field: " + b"v" * 40
    return head + b"\r\nY: " + b"w" * (size - len(head) - 5 - len(end)) + end


def bytewise(data, head=0):
    return [data[:head], *(data[i:i + 1] for i in range(head, len(data)))]


KINDS = {
    "an extension past the pool": [CHUNKED + b"\r\n2;" + LONG + b"\r\n{}\r\n0\r\n\r\n"],
    "the same without a type": [
        b"POST /check HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;" + LONG
        + b"\r\n{}\r\n0\r\n\r\n"],
    "an extension past the pool, in pieces": [CHUNKED + b"\r\n2;", *[LONG[:1000]] * 20],
    "an extension that never ends": [CHUNKED + b"\r\n", b"2;", LONG, "endless"],
    "an extension of the second chunk": [
        CHUNKED + b"\r\n1\r\n{\r\n1;" + LONG + b"\r\n}\r\n0\r\n\r\n"],
    "an extension of the last chunk": [
        CHUNKED + b"\r\n2\r\n{}\r\n0;" + LONG + b"\r\n\r\n"],
    "a blank in place of an extension": [CHUNKED + b"\r\n2" + b" " * 20000 + b"\r\n{}\r\n"],
    "a chunk size of zeros": [CHUNKED + b"\r\n" + b"0" * 20000 + b"2\r\n{}\r\n0\r\n\r\n"],
    "a chunk size of zeros without end": [CHUNKED, b"\r\n", b"0" * 1000, "endless"],
    "a chunk size of digits": [CHUNKED + b"\r\n" + b"f" * 20000 + b"\r\n{}\r\n0\r\n\r\n"],
    "a chunk size that all numbers end before": [CHUNKED + b"\r\n" + b"f" * 17 + b"\r\n{}"],
    "a chunk that never comes": [CHUNKED + b"\r\nffffffffffffffff\r\n{"],
    "a chunk size without its line end": [CHUNKED + b"\r\n2"],
    "a long trailer field": [CHUNKED + b"\r\n2\r\n{}\r\n0\r\nX: " + LONG + b"\r\n\r\n"],
    "many trailer fields": [CHUNKED + b"\r\n2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 8000 + b"\r\n"],
    "trailer fields without end": [CHUNKED + b"\r\n2\r\n", b"{}\r\n0\r\n", b"X: y\r\n" * 40,
                                   "endless"],
    "a trailer field without end": [CHUNKED + b"\r\n2\r\n", b"{}\r\n0\r\nX: ", b"y" * 500,
                                    "endless"],
    "a trailer that stops": [CHUNKED + b"\r\n2\r\n{}\r\n0\r\nX: y\r\n"],
    "Upgrade": [HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\n{}"],
    "Upgrade to h2c, and its preface": [
        GET[:-2] + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n"
        b"\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    "Upgrade in chunks": [
        CHUNKED + b"Connection: Upgrade\r\nUpgrade: x\r\n\r\n2;" + LONG + b"\r\n{}\r\n0\r\n\r\n"],
    "Expect, and no body": [GET[:-2] + b"Expect: 100-continue\r\n\r\n" + GET],
    "Expect, and a body that waits for nothing": [
        HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}" + GET],
    "Expect, and nothing comes": [HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"],
    "Expect in chunks, and an extension": [
        CHUNKED + b"Expect: 100-continue\r\n\r\n", b"2;" + LONG + b"\r\n{}\r\n0\r\n\r\n"],
    "Expect in chunks, all at once": [
        CHUNKED + b"Expect: 100-continue\r\n\r\n2;" + LONG + b"\r\n{}\r\n0\r\n\r\n"],
    "Expect of a body that is too large": [
        HEAD + b"Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n", LONG],
    "a request in front of an extension": [
        GET + CHUNKED + b"\r\n2;" + LONG + b"\r\n{}\r\n0\r\n\r\n" + GET],
    "requests behind a body that is refused": [
        HEAD + b"Content-Length: 900000000\r\n\r\n" + GET * 200],
    "many requests, and half of one": [GET * 300 + GET[:30]],
    "a head at the pool's edge": [field_block(POOL)],
    "a head one byte under its half": [field_block(POOL // 2 - 1)],
    "a head past the pool": [field_block(POOL + 1)],
    "a head without end": [GET[:-2], b"", b"X: y\r\n" * 40, "endless"],
    "a head past the pool, byte by byte": bytewise(field_block(POOL + 8), POOL - 90),
    "a head under the pool, byte by byte": bytewise(field_block(POOL - 32), POOL - 90),
    "an address past the pool": [b"GET /" + LONG + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
    "a method past the pool": [LONG + b" / HTTP/1.1\r\nHost: x\r\n\r\n"],
    "a head that fills the pool, and a body": [
        field_block(POOL - 300, b"\r\nContent-Length: 4000\r\n\r\n").replace(b"GET", b"PUT")
        + b" " * 4000],
    "a head that fills the pool, and chunks": [
        field_block(POOL - 400, b"\r\nTransfer-Encoding: chunked\r\n\r\n").replace(b"GET", b"PUT")
        + b"100;" + LONG + b"\r\n" + b" " * 256 + b"\r\n0\r\n\r\n"],
    "empty lines without end": [b"\r\n", b"\r\n", b"\r\n" * 50, "endless"],
}


class Client:
    """Sends what its kind says as quickly as it is taken, and reads until the end."""

    def __init__(self, server, kind, half_closes):
        self.kind = kind
        pieces = KINDS[kind]
        if pieces[-1] == "endless":
            pieces = itertools.chain(pieces[:2], itertools.cycle(pieces[2:-1]))
        self.pieces, self.half_closes = iter(pieces), half_closes
        self.left, self.received, self.ended_at = b"", b"", None
        self.socket = socket.create_connection((server.host, server.port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def write(self):
        """Whether there is more to send."""
        try:
            self.left = self.left or next(self.pieces, b"")
            if self.left:
                self.left = self.left[self.socket.send(self.left):]
                return True
            if self.half_closes:
                self.socket.shutdown(socket.SHUT_WR)
            return False
        except BlockingIOError:
            return True
        except OSError:
            return False  # it has gone, and reading will show it

    def read(self):
        """Whether more may come."""
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            data = b""
        self.received += data[:200]
        return bool(data)


class Crowd(threading.Thread):
    """EACH clients of each kind; runs until all have ended or patience has."""

    def __init__(self, server, kinds):
        super().__init__()
        self.clients = [Client(server, kind, n % 2) for kind in kinds for n in range(EACH)]
        self.selector = selectors.DefaultSelector()
        self.begun = time.monotonic()
        self.has_sent = threading.Event()

    def run(self):
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        for client in self.clients:
            self.selector.register(client.socket, both, client)
        while self.selector.get_map() and time.monotonic() < self.begun + PATIENCE_S:
            for key, events in self.selector.select(PATIENCE_S):
                client = key.data
                if events & selectors.EVENT_READ and not client.read():
                    client.ended_at = time.monotonic() - self.begun
                    self.selector.unregister(client.socket)
                elif events & selectors.EVENT_WRITE and not client.write():
                    self.selector.modify(client.socket, selectors.EVENT_READ, client)
            if all(key.events == selectors.EVENT_READ or KINDS[key.data.kind][-1] == "endless"
                   for key in self.selector.get_map().values()):
                self.has_sent.set()
        self.has_sent.set()

    def close(self):
        for client in self.clients:
            client.socket.close()


def ask_much(server, crowd, connection, stays, problems):
    """An ordinary client, all the while: on CONNECTION, or half the time on a new one."""
    try:
        while crowd.is_alive():
            for _ in range(2):
                connection.send(GET)
                status = connection.receive().status
                require(status == 200, f"status {status}")
            if not stays:
                connection.close()
                connection = server.connect()
    except (Failure, OSError) as problem:
        problems.append(str(problem))
    connection.close()


def verdict(crowd, kind):
    clients = [client for client in crowd.clients if client.kind == kind]
    open_still = sum(client.ended_at is None for client in clients)
    ends = [client.ended_at for client in clients if client.ended_at is not None]
    starts = {}
    for client in clients:
        word = client.received[:12].decode("latin-1")
        starts[word] = starts.get(word, 0) + 1
    print(f"# {kind}: last end {max(ends, default=0):.1f} s; {starts}")
    return f"{open_still} of {EACH} are open after {PATIENCE_S} s" if open_still else None


def check_crowd(tap, server, kinds):
    """The ordinary clients are there first: the library looks after its oldest
    connection whenever it wakes up, and so finds there what it has lost."""
    problems = []
    connections = [server.connect() for _ in range(4)]
    crowd = Crowd(server, kinds)
    askers = [threading.Thread(target=ask_much, args=(server, crowd, asker, n < 2, problems))
              for n, asker in enumerate(connections)]
    for thread in (crowd, *askers):
        thread.start()
    for thread in (crowd, *askers):
        thread.join()
    crowd.close()
    for kind in kinds:
        tap.result(verdict(crowd, kind), f"{EACH} times {kind}")
    tap.result("\n".join(problems[:5]), "ordinary clients lose nothing beside them")


def check_stop(server, kinds):
    """SIGTERM while all kinds are in the middle of it."""
    crowd = Crowd(server, kinds)
    crowd.start()
    crowd.has_sent.wait(PATIENCE_S)
    begun = time.monotonic()
    status = server.stop()
    print(f"# stopped after {time.monotonic() - begun:.1f} s")
    crowd.join()
    crowd.close()
    require(status == 0, f"exit status {status}")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: stuck.py BINARY [WORD]")
    kinds = [kind for kind in KINDS if len(sys.argv) < 3 or sys.argv[2] in kind]
    tap = Tap()
    server = Server(sys.argv[1], OPTIONS)
    for at in range(0, len(kinds), BATCH):
        check_crowd(tap, server, kinds[at:at + BATCH])
    tap.attempt("SIGTERM ends it with all kinds begun", check_stop, server, kinds[:BATCH])
    check_end(tap, server, "stuck")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
