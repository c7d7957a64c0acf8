# SPDX-License-Identifier: MIT
"""Counts the instructions of a request over a socket, within the daemon.

One worker, one connection, each request after the whole answer to the one before
it, so that the worker wakes up once for each. Two servers are asked a different
number of times; the difference has neither their start nor their end.
The kernel is not counted, and neither are the other threads: the one that writes
the log, and the porter, who has nothing to do for a request.
"""

import os
import sys

import callgrind

os.environ.setdefault("PMM_TEST_PATIENCE_S", "60")
os.environ.pop("PMM_TEST_WRAPPER", None)
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))

from harness import Server  # noqa: E402

FEW, MANY = 50, 250
NAME = "a request over a socket"
OBJECTS = ("pmm-check", "libmicrohttpd", "libc")
BODY = b'{"role":"guru","employment":"PNS","belajar_id":true,"dapodik_gtk":true}'
REQUEST = (b"POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           b"Content-Length: %d\r\n\r\n" % len(BODY)) + BODY


def ask(server, times):
    connection = server.connect()
    for _ in range(times):
        connection.send(REQUEST)
        response = connection.receive("POST")
        if response.status != 200:
            raise RuntimeError(f"status {response.status}: {response.body[:300]!r}")
    connection.close()


def worker(binary, directory, times):
    """What the worker counted, by object: the thread with most of the library."""
    out = os.path.join(directory, f"{times}-requests")
    server = Server(binary, ["--threads", "1", "--sandbox", "off"], env=callgrind.PINNED,
                    prefix=callgrind.command(out, "--separate-threads=yes"))
    ask(server, times)
    if server.stop():
        raise RuntimeError(f"the server failed\n{server.log_text()}")
    threads = [part for name in os.listdir(directory) if name.startswith(f"{times}-requests-")
               for part in callgrind.parts(os.path.join(directory, name))]
    return max(threads, key=lambda counts: of(counts, "libmicrohttpd"))


def of(counts, name):
    return sum(count for where, count in counts.items()
               if where == name or where.startswith(name + "."))


def count(binary, directory):
    """{name: instructions} of one request, whole and by object."""
    few, many = worker(binary, directory, FEW), worker(binary, directory, MANY)
    each = {NAME: sum(many.values()) - sum(few.values())}
    each |= {f"a request in {name}": of(many, name) - of(few, name) for name in OBJECTS}
    return {name: difference / (MANY - FEW) for name, difference in each.items()}
