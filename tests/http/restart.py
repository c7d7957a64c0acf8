#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stopping and starting again without losing a request.

    restart.py BINARY

The test is the supervisor: it holds the listening socket and hands it to one
server after the other (LISTEN_FDS, as systemd does), while clients go on asking,
some on a new connection each time, some on one that they keep. A client that
keeps its connection looks whether it has ended before it uses it again, as every
HTTP client does.
"""

import http.client
import os
import select
import signal
import socket
import sys
import threading

sys.dont_write_bytecode = True

from harness import PATIENCE_S, Failure, Server, Tap  # noqa: E402
from program import get, require, run_refused, stop  # noqa: E402

RESTARTS = 20
REQUESTS = 10000
CLIENTS = 4
KILLS = 5
BODY = b'{"role":"guru","employment":"PNS"}'
# What a supervisor does between fork and exec: the socket becomes descriptor 3.
HAND_OVER = 'eval "exec 3<&$0"; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'


def open_socket():
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    sock.listen(512)
    return sock


def start(binary, sock):
    return Server(binary, prefix=["sh", "-c", HAND_OVER, str(sock.fileno())],
                  pass_fds=[sock.fileno()])


class Client(threading.Thread):
    """Asks again and again; COUNTS good answers and keeps what went wrong."""

    def __init__(self, port, keeps, stopping):
        super().__init__()
        self.port, self.keeps, self.stopping = port, keeps, stopping
        self.good, self.lost = 0, []
        self.start()

    def connection(self, old):
        if old and self.keeps and old.sock and not select.select([old.sock], [], [], 0)[0]:
            return old
        if old:
            old.close()
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def run(self):
        connection = None
        while not self.stopping.is_set():
            connection = self.connection(connection)
            try:
                connection.request("POST", "/check", BODY, {"Content-Type": "application/json"})
                response = connection.getresponse()
                answer = response.read()
                if response.status != 200 or not answer.endswith(b"}\n"):
                    raise Failure(f"status {response.status}: {answer[:80]!r}")
                self.good += 1
            except (OSError, http.client.HTTPException, Failure) as problem:
                self.lost.append(repr(problem))
                connection.close()
                connection = None


def play(sock, restart, times):
    """Lets clients ask while RESTART is called TIMES times; returns them."""
    stopping = threading.Event()
    port = sock.getsockname()[1]
    clients = [Client(port, i % 2 == 0, stopping) for i in range(CLIENTS)]

    def wait_for(count):
        while sum(client.good for client in clients) < count:
            select.select([], [], [], 0.01)
            require(sum(len(client.lost) for client in clients) < 1000, clients[0].lost[-1:])

    try:
        for i in range(times):
            wait_for((i + 1) * REQUESTS // (times + 1))
            restart()
        wait_for(REQUESTS)
    finally:
        stopping.set()
        for client in clients:
            client.join()
    return clients


def check_restarts(binary):
    sock = open_socket()
    servers = [start(binary, sock)]

    def restart():
        old = servers[-1]
        old.process.send_signal(signal.SIGTERM)
        servers.append(start(binary, sock))
        status = old.wait()
        require(status == 0, f"exit status {status}\n{old.log_text()}")

    clients = play(sock, restart, RESTARTS)
    stop(servers[-1])
    lost = [problem for client in clients for problem in client.lost]
    require(not lost, f"{len(lost)} lost: {lost[:3]}")


def check_kills(binary):
    """kill -9: what was in flight may be lost, one request a client, and no more."""
    sock = open_socket()
    servers = [start(binary, sock)]

    def restart():
        servers[-1].process.kill()
        servers[-1].process.wait()
        servers.append(start(binary, sock))

    clients = play(sock, restart, KILLS)
    stop(servers[-1])
    for client in clients:
        require(len(client.lost) <= KILLS, f"{len(client.lost)} lost: {client.lost[:3]}")


def check_last_answer(binary):
    """A request of which a part had come is answered, and its connection told to close."""
    server = Server(binary)
    connection = server.connect()
    connection.send(b"GET /livez HTTP/1.1\r\nHo")
    connection.flush()
    server.process.send_signal(signal.SIGTERM)
    while True:  # until it no longer listens
        try:
            socket.create_connection((server.host, server.port)).close()
        except ConnectionError:
            break
    connection.send(b"st: localhost\r\n\r\n")
    response = connection.receive()
    require(response.status == 200, f"status {response.status}")
    require(response.header("Connection") == "close", "it does not say that it closes")
    require(connection.at_end(), "the connection lives on")
    require(server.wait() == 0, server.log_text())


def check_drain_timeout(binary):
    """A request that never ends does not hold up the end for ever."""
    server = Server(binary, ["--drain-timeout", "1"])
    connection = server.connect()
    connection.send(b"POST /check HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                    b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n")
    require(connection.receive("POST", interim=True).status == 100, "no 100 Continue")
    stop(server)


def check_bad_socket(binary, script):
    message = run_refused("sh", "-c", script + 'exec "$0" serve --listen 127.0.0.1:0', binary)
    require("LISTEN_FDS" in message, message)


def check_for_another_process(binary):
    """The variables of a parent are not ours."""
    server = Server(binary, env={**os.environ, "LISTEN_FDS": "1", "LISTEN_PID": "1"})
    get(server, "/livez")
    stop(server)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: restart.py BINARY")
    binary = sys.argv[1]
    tap = Tap()
    tap.attempt(f"{RESTARTS} restarts on an inherited socket lose none of {REQUESTS} requests",
                check_restarts, binary)
    tap.attempt(f"{KILLS} times kill -9 loses what was in flight at most", check_kills, binary)
    tap.attempt("a request that has begun gets its answer", check_last_answer, binary)
    tap.attempt("--drain-timeout ends a request that does not", check_drain_timeout, binary)
    tap.attempt("a socket too few is refused", check_bad_socket, binary,
                "export LISTEN_FDS=2 LISTEN_PID=$$; ")
    tap.attempt("an inherited descriptor that is no socket is refused", check_bad_socket, binary,
                "exec 3</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; ")
    tap.attempt("a socket that is not there is refused", check_bad_socket, binary,
                "exec 3>&-; export LISTEN_FDS=1 LISTEN_PID=$$; ")
    tap.attempt("LISTEN_PID of another process means nothing", check_for_another_process, binary)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
