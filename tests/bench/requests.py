# SPDX-License-Identifier: MIT
"""Counts the instructions of a request over a socket, within the daemon.

One worker, one connection, each request after the whole answer to the one before
it, so that the worker wakes up once for each. Two servers are asked a different
number of times; the difference has neither their start nor their end.
The kernel is not counted, and neither are the other threads: the one that writes
the log, and the acceptor, who has nothing to do for a request.
"""

import os
import sys

import callgrind
from processes import PROFILE

os.environ.setdefault("PMM_TEST_PATIENCE_S", "60")
os.environ.pop("PMM_TEST_WRAPPER", None)
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))

from harness import Server  # noqa: E402

FEW, MANY = 50, 250
NAME = "a request over a socket"
GET_NAME = "a GET over a socket"
OBJECTS = ("pmm-check", "libmicrohttpd", "libc")
REQUEST = (b"POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           b"Content-Length: %d\r\n\r\n" % len(PROFILE)) + PROFILE
GET = (b"GET /check?role=guru&employment=PNS&belajar_id=true HTTP/1.1\r\nHost: localhost\r\n"
       b"User-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n")


def ask(server, request, times):
    connection = server.connect()
    for _ in range(times):
        connection.send(request)
        response = connection.receive(request.split(b" ")[0].decode())
        if response.status != 200:
            raise RuntimeError(f"status {response.status}: {response.body[:300]!r}")
    connection.close()


def worker(binary, directory, request, times):
    """What the worker counted, by object: the thread with most of the library."""
    name = f"{request.split(b' ')[0].decode()}-{times}"
    out = os.path.join(directory, name)
    server = Server(binary, ["--threads", "1", "--sandbox", "off"], env=callgrind.PINNED,
                    prefix=callgrind.command(out, "--separate-threads=yes"))
    ask(server, request, times)
    if server.stop():
        raise RuntimeError(f"the server failed\n{server.log_text()}")
    threads = [part for file in os.listdir(directory) if file.startswith(name + "-")
               for part in callgrind.parts(os.path.join(directory, file))]
    return max(threads, key=lambda counts: of(counts, "libmicrohttpd"))


def of(counts, name):
    return sum(count for where, count in counts.items()
               if where == name or where.startswith(name + "."))


def difference(binary, directory, request):
    """{object: instructions} of one request."""
    few, many = (worker(binary, directory, request, times) for times in (FEW, MANY))
    return {where: (many[where] - few.get(where, 0)) / (MANY - FEW) for where in many}


def count(binary, directory):
    """{name: instructions} of a POST, whole and by object, and of a GET."""
    post, get = (difference(binary, directory, request) for request in (REQUEST, GET))
    each = {NAME: sum(post.values())}
    each |= {f"a request in {name}": of(post, name) for name in OBJECTS}
    return each | {GET_NAME: sum(get.values())}
