#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many clients there may be: connections, one address's, uploads, descriptors.

    crowd.py BINARY

Each limit is tried at the limit and one past it, and after it was left again. A
place that was given up is free when the server has noticed, so it is asked for
until it is there.
"""

import fcntl
import os
import re
import resource
import select
import socket
import sys
import termios
import time

sys.dont_write_bytecode = True

from harness import PATIENCE_S, Failure, Server, Tap, check_end  # noqa: E402
from program import get, require, require_present, stop  # noqa: E402

GET = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPLOAD = (b"POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
          b"Expect: 100-continue\r\nContent-Length: 16\r\n\r\n")
ROW = b'{"role":"guru"}\n'


CLOSE_WAIT = 8  # of TCP's states as Linux numbers them


def ask(connection):
    return receive(connection).status


def receive(connection):
    connection.send(GET)
    return connection.receive()


def expect_full(connection):
    """One answer, although nothing was asked yet, and the end."""
    response = connection.receive()
    require(response.status == 503, f"status {response.status}")
    require(response.json().get("code") == "overloaded", f"{response.body!r}")
    require(response.header("Retry-After"), "no Retry-After")
    require(response.header("Connection") == "close", "it does not say that it closes")
    require(connection.at_end(), "the connection lives on")
    return response


def ask_until_free(connect):
    """A new connection that is answered, once the server has noticed a free place."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        connection = connect()
        try:
            if ask(connection) == 200:
                return connection
        except Failure:
            pass
        connection.close()
    raise Failure("no place became free")


def check_connections(server):
    crowd = [server.connect() for _ in range(8)]
    require([ask(connection) for connection in crowd] == [200] * 8, "refused below the limit")
    expect_full(server.connect())
    refused = server.connect()
    refused.send(GET)  # asking does not help, and the answer is not lost
    expect_full(refused)
    require(ask(crowd[0]) == 200, "those who are in are no longer answered")
    crowd.pop().close()
    ask_until_free(server.connect)
    for connection in crowd:
        connection.close()


def state_of(sock):
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def takes_more(connection):
    """Whether what is sent behind the end of the answer is still taken, not reset."""
    sock = connection.socket
    try:
        sock.send(b"x")
        while (state_of(sock) == CLOSE_WAIT
               and fcntl.ioctl(sock, termios.TIOCOUTQ, b"\0" * 4) != b"\0" * 4):
            select.select([], [], [], 0.001)
    except ConnectionError:
        return False
    return state_of(sock) == CLOSE_WAIT


def check_half_close(server):
    """A client that is turned away is told so at once, and may go on sending for a while:
    a reset could overtake the answer."""
    crowd = [server.connect() for _ in range(8)]
    require([ask(connection) for connection in crowd] == [200] * 8, "refused below the limit")
    for _ in range(5):
        refused = server.connect()
        before = receive(crowd[0])
        require_present(expect_full(refused), before, receive(crowd[0]))
        if takes_more(refused):
            break  # else it was perhaps held up for the second that the server waits
    else:
        raise Failure("the connection is closed on both sides at once")
    for connection in crowd:
        connection.close()


def check_address(server):
    own = [server.connect() for _ in range(3)]
    require([ask(connection) for connection in own] == [200] * 3, "refused below the limit")
    expect_full(server.connect())
    other = server.connect(source="127.0.0.2")
    require(ask(other) == 200, "another address is refused, too")
    own.pop().close()
    ask_until_free(server.connect)


def start_upload(server):
    connection = server.connect()
    connection.send(UPLOAD)
    return connection, connection.receive("POST", interim=True)


def check_uploads(server):
    first, interim = start_upload(server)
    require(interim.status == 100, "the first upload is refused")
    second, interim = start_upload(server)
    require(interim.status == 100, "the second upload is refused")
    _, response = start_upload(server)
    require(response.status == 503, f"the third: status {response.status}")
    require(response.header("Retry-After"), "no Retry-After")
    require(response.json().get("code") == "overloaded", f"{response.body!r}")
    get(server, "/check?role=guru")  # single questions go on
    first.send(ROW)
    require(first.receive("POST").status == 200, "the first upload is not answered")
    require(ask(first) == 200, "and then")  # so the place is free by now
    third, interim = start_upload(server)
    require(interim.status == 100, "a place that became free is not given")
    second.close()  # in the middle
    third.send(ROW)
    require(third.receive("POST").status == 200, "the third upload is not answered")


# Workers


def sockets_watched(pid):
    """Of each epoll of the process, how many TCP connections it watches."""
    counts = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as info:
            watched = re.findall(r"^tfd: *([0-9]+)", info.read(), re.M)
        links = [os.readlink(f"/proc/{pid}/fd/{number}") for number in watched]
        if links:
            counts.append(sum(link.startswith("socket:") for link in links))
    return sorted(counts)


def check_workers(binary):
    """Each worker gets as many connections as the others."""
    server = Server(binary, ["--threads", "4"])
    crowd = [server.connect() for _ in range(8)]
    require([ask(connection) for connection in crowd] == [200] * 8, "not answered")
    counts = sockets_watched(server.process.pid)
    require(counts == [2, 2, 2, 2], f"the workers have {counts} connections")
    for connection in crowd:
        connection.close()
    stop(server)


# Descriptors


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_out_of_descriptors(binary):
    """accept fails: the server waits and tells a few times, and goes on at once when it can."""
    server = Server(binary)
    pid = server.process.pid
    get(server, "/livez")
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    open_now = max(int(name) for name in os.listdir(f"/proc/{pid}/fd")) + 1
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (open_now, limits[1]))
    crowd = [server.connect() for _ in range(20)]
    for connection in crowd:
        connection.send(GET)
        connection.flush()

    def library_log():
        return sum(b"cannot accept" in line for line in server.log)

    begin, cpu = time.monotonic(), cpu_s(pid)
    while library_log() < 15 and time.monotonic() - begin < PATIENCE_S:
        select.select([], [], [], 0.01)
    took, cpu = time.monotonic() - begin, cpu_s(pid) - cpu
    lines = library_log()
    require(lines >= 15, f"it told only {lines} times\n{server.log_text()}")
    require(lines <= 10 * (took + 1), f"{lines} lines in {took:.1f} s")
    require(cpu < took / 2, f"{cpu:.2f} s of work in {took:.2f} s of waiting: it spins")
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    require([connection.receive().status for connection in crowd] == [200] * 20, "not answered")
    stop(server)


def check_few_descriptors(binary):
    """--max-connections is kept below what the process may open."""
    script = 'ulimit -Sn 140; ulimit -Hn 150; exec "$@"'
    server = Server(binary, ["--max-connections", "1000"], prefix=["sh", "-c", script, "sh"])
    found = re.search(r"event=max_connections_lowered .*connections=([0-9]+)", server.log_text())
    require(found, f"it does not say so\n{server.log_text()}")
    most = int(found[1])
    require(10 <= most <= 150, f"{most} connections with 150 descriptors")
    crowd = [server.connect() for _ in range(most)]
    require([ask(connection) for connection in crowd] == [200] * most, "refused below the limit")
    expect_full(server.connect())
    for connection in crowd:
        connection.close()
    stop(server)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: crowd.py BINARY")
    binary = sys.argv[1]
    tap = Tap()
    for name, options, check in (
            ("8 connections and one more", ["--max-connections", "8"], check_connections),
            ("3 connections from one address and one more",
             ["--max-connections-per-address", "3"], check_address),
            ("2 uploads and one more", ["--max-bulk-requests", "2"], check_uploads)):
        server = Server(binary, options)
        tap.attempt(name, check, server)
        check_end(tap, server, name)
    server = Server(binary, ["--max-connections", "8"])
    tap.attempt("who is turned away may go on sending", check_half_close, server)
    check_end(tap, server, "half-close")
    tap.attempt("connections are shared out among the workers", check_workers, binary)
    tap.attempt("no descriptors are left", check_out_of_descriptors, binary)
    tap.attempt("few descriptors to begin with", check_few_descriptors, binary)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
