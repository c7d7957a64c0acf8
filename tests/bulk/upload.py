# SPDX-License-Identifier: MIT
"""What the bulk tests share: a request with a body of any size, and what a
server's process uses.

It builds on tests/http/harness.py and adds nothing that a single request needs.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))

from harness import (SANITIZER, Connection, Failure, Server, Tap,  # noqa: E402,F401
                     check_end)

TYPES = {"json": "application/json", "ndjson": "application/x-ndjson", "csv": "text/csv"}
BULK_PATIENCE_S = 300  # for one answer, before a test is given up as hanging


def head(target, kind, accept=None, size=None):
    """The head of a POST; SIZE None is a chunked body."""
    lines = [f"POST {target} HTTP/1.1", "Host: localhost",
             f"Content-Type: {TYPES.get(kind, kind)}",
             "Transfer-Encoding: chunked" if size is None else f"Content-Length: {size}"]
    if accept:
        lines.append(f"Accept: {TYPES.get(accept, accept)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(connection, target, kind, body, accept=None):
    """The response to BODY, sent with its length."""
    connection.patience_s = BULK_PATIENCE_S
    connection.send(head(target, kind, accept, len(body)))
    connection.send(body)
    return connection.receive("POST")


def post_chunks(connection, target, kind, body, accept, cuts):
    """The response to BODY in chunks that end at CUTS, each of them sent for itself: the
    server may read several at once or parts of one, as the kernel likes."""
    connection.send(head(target, kind, accept))
    for start, end in zip([0, *cuts], [*cuts, len(body)]):
        if end > start:
            connection.send(b"%x\r\n%s\r\n" % (end - start, body[start:end]))
    connection.send(b"0\r\n\r\n")
    return connection.receive("POST")


def ask(server, target, kind, body, accept=None, status=200, cuts=None):
    """The same on a connection of its own; Failure unless the status is STATUS."""
    connection = server.connect()
    try:
        response = (post(connection, target, kind, body, accept) if cuts is None else
                    post_chunks(connection, target, kind, body, accept, cuts))
    finally:
        connection.close()
    if response.status != status:
        raise Failure(f"status {response.status} for {target}, {kind}: {response.body[:300]!r}")
    return response


def memory_kib(pid, name):
    """VmRSS, VmHWM, ... of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1])
    raise Failure(f"/proc/{pid}/status has no {name}")


def is_sanitized(binary):
    """A sanitizer's own memory says nothing about the program's."""
    with open(binary, "rb") as file:
        content = file.read()
    return any(mark in content for mark in (b"__asan_init", b"__tsan_init", b"__msan_init"))
