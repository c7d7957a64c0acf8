#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long a client may take: headers, bodies, answers, and silence.

    patience.py BINARY

The server runs with deadlines of one or two seconds. Every test waits for what
the server does, an answer or the end of the connection, and never for the clock;
what passes the other way, drop by drop, is paced by select. The rules themselves
are tested without a clock in tests/unit/http_deadline.c.
"""

import concurrent.futures
import select
import socket
import sys
import threading

sys.dont_write_bytecode = True

from harness import PATIENCE_S, Failure, Server, Tap, check_end  # noqa: E402
from program import get, require, require_present  # noqa: E402

HEAD = b"POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GET = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
OPTIONS = ["--header-timeout", "1", "--stall-timeout", "1", "--min-rate", "2000",
           "--idle-timeout", "2"]
DRIPPERS = 500


def expect_timeout(connection):
    response = connection.receive("POST")
    require(response.status == 408, f"status {response.status}")
    require(response.json().get("code") == "timeout", f"{response.body!r}")
    require(response.header("Connection") == "close", "it does not say that it closes")
    require(response.header("Date"), "no Date")
    require(connection.at_end(), "the connection lives on")
    return response


def drip(connection, data, size=1):
    """Sends DATA, SIZE bytes ten times a second, until the server says something."""
    for at in range(0, len(data), size):
        try:
            connection.socket.send(data[at:at + size])
        except ConnectionError:
            return
        if select.select([connection.socket], [], [], 0.1)[0]:
            return
    raise Failure("it took everything, drop by drop")


def check_silence(server):
    connection = server.connect()
    require(connection.at_end(), "a silent client got an answer")


def check_part_of_a_header(server):
    connection = server.connect()
    connection.send(HEAD[:40])
    expect_timeout(connection)


def check_dripping_header(server):
    connection = server.connect()
    drip(connection, HEAD + b"X-Long: " + b"x" * 200)
    expect_timeout(connection)


def check_dripping_second_header(server):
    connection = server.connect()
    connection.send(GET)
    require(connection.receive().status == 200, "no first answer")
    drip(connection, HEAD + b"X-Long: " + b"x" * 400)
    expect_timeout(connection)


def check_idle(server):
    connection = server.connect()
    connection.send(GET)
    require(connection.receive().status == 200, "no first answer")
    require(connection.at_end(), "it sent something to an idle client")


def check_stalled_body(server):
    connection = server.connect()
    connection.send(HEAD + b"Content-Length: 30\r\n\r\n" + b'{"role":')
    expect_timeout(connection)


def check_stalled_chunks(server):
    connection = server.connect()
    connection.send(HEAD.replace(b"json", b"x-ndjson")
                    + b'Transfer-Encoding: chunked\r\n\r\n10\r\n{"role":"guru"}\n\r\n')
    expect_timeout(connection)


def check_slow_body(server):
    connection = server.connect()
    connection.send(HEAD + b"Content-Length: 100000\r\n\r\n")
    connection.flush()
    drip(connection, b" " * 9999, size=10)
    expect_timeout(connection)


def check_fast_enough(server):
    """A body that comes in pieces, but above the rate, longer than --stall-timeout."""
    connection = server.connect()
    body = b" " * 19985 + b'{"role":"guru"}'
    connection.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body))
    connection.flush()
    for at in range(0, len(body), 800):
        connection.send(body[at:at + 800])
        connection.flush()
        require(not select.select([connection.socket], [], [], 0.1)[0] or at + 800 >= len(body),
                "it answered before the body was over")
    require(connection.receive("POST").status == 200, "not answered")
    connection.close()


def check_half_closed_body(server):
    """An upload that ends in the middle is given up, not kept until it times out."""
    connection = server.connect()
    connection.send(HEAD + b"Content-Length: 30\r\n\r\n" + b'{"role":')
    connection.flush()
    connection.socket.shutdown(socket.SHUT_WR)
    require(connection.at_end(), "it answered half a body")


def check_answer_that_nobody_takes(server):
    """The server hangs up on a client that does not read, which shows as a reset."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect((server.host, server.port))
    rows = b'{"role":"guru"}\n' * 200000
    sock.sendall(HEAD.replace(b"json", b"x-ndjson") + b"Content-Length: %d\r\n\r\n" % len(rows))
    sock.sendall(rows)
    poll = select.poll()
    poll.register(sock, 0)  # POLLERR and POLLHUP alone
    require(poll.poll(PATIENCE_S * 1000), "it waits for ever")
    sock.close()


def check_crowd_of_drippers(server):
    """They do not hurt others, and all of them are sent away."""
    drippers = [socket.create_connection((server.host, server.port)) for _ in range(DRIPPERS)]
    stop = threading.Event()
    ended = []

    def feed():
        waiting = set(drippers)
        while waiting and not stop.is_set():
            for sock in list(waiting):
                try:
                    sock.send(b"X")
                except ConnectionError:
                    waiting.discard(sock)
                    ended.append(sock)
            select.select([], [], [], 0.02)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        for _ in range(300):
            get(server, "/check?role=guru")
        feeder.join(PATIENCE_S * 3)
        require(len(ended) == DRIPPERS, f"{DRIPPERS - len(ended)} of {DRIPPERS} still drip")
    finally:
        stop.set()
        feeder.join()
        for sock in drippers:
            sock.close()
    get(server, "/check?role=guru")


def check_date(server):
    """After the others, so that the server has been running for some time."""
    connection = server.connect()
    before = get(server, "/livez")
    connection.send(HEAD[:40])
    require_present(expect_timeout(connection), before, get(server, "/livez"))


def attempt(check, server):
    try:
        check(server)
        return None
    except (Failure, OSError) as problem:
        return str(problem) or repr(problem)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: patience.py BINARY")
    tap = Tap()
    server = Server(sys.argv[1], OPTIONS)
    checks = (
            ("a client that says nothing is closed without a word", check_silence),
            ("part of a header is 408", check_part_of_a_header),
            ("a header in drops is 408", check_dripping_header),
            ("the second header in drops is 408", check_dripping_second_header),
            ("an idle connection is closed without a word", check_idle),
            ("a body that stops is 408", check_stalled_body),
            ("a chunked body that stops is 408", check_stalled_chunks),
            ("a body below the rate is 408", check_slow_body),
            ("a body above the rate is answered", check_fast_enough),
            ("half a body and an end is given up", check_half_closed_body),
            ("an answer that nobody takes is given up", check_answer_that_nobody_takes))
    # Side by side, for most of them only wait.
    with concurrent.futures.ThreadPoolExecutor(len(checks)) as pool:
        problems = pool.map(lambda item: attempt(item[1], server), checks)
        for (name, _), problem in zip(checks, problems):
            tap.result(problem, name)
    tap.attempt("a 408 has the date of its time", check_date, server)
    tap.attempt(f"{DRIPPERS} drippers do not hurt others", check_crowd_of_drippers, server)
    check_end(tap, server, "patience")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
