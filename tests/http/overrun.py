#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An answer that does not wait for the whole body reaches a client that goes on sending.

    overrun.py BINARY

Python's http.client sends a body to its end before it reads a byte, so a connection
that is reset in the middle shows as a broken pipe. Each body is larger than what the
service reads to its end; one never ends.
"""

import http.client
import ssl
import sys
import tempfile

sys.dont_write_bytecode = True

from certificates import Maker  # noqa: E402
from harness import PATIENCE_S, Server, Tap, check_end  # noqa: E402
from program import get, require  # noqa: E402

BLOCK = b"x" * (1 << 20)
OPTIONS = ["--max-body", "1000", "--max-bulk-bytes", "12M"]
# Content-Type, how the body begins, its MiB, whether it is in chunks, the answer.
CASES = [
    ("application/json", b'{"role":"', 11, False, 413),
    ("application/json", b'{"role":"', 40, False, 413),
    ("application/json", b'{"role":"', 40, True, 413),
    ("application/json", b"[}", 11, True, 400),
    ("application/x-www-form-urlencoded", b"role=", 40, False, 413),
    ("application/x-www-form-urlencoded", b"role=", 40, True, 413),
    ("application/x-ndjson", b"{}\n", 40, False, 413),
    ("application/x-ndjson", b"{}\n", 40, True, 413),
    ("image/png", b"", 40, False, 415),
    ("image/png", b"", 40, True, 415),
]


def check(server, context, case):
    kind, start, blocks, is_chunked, status = case
    if context:
        client = http.client.HTTPSConnection(server.host, server.port, timeout=PATIENCE_S,
                                             context=context)
    else:
        client = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE_S)
    body = [start, *[BLOCK] * blocks]
    headers = {"Content-Type": kind}
    if not is_chunked:
        headers["Content-Length"] = str(len(start) + blocks * len(BLOCK))
    try:
        client.request("POST", "/check", iter(body), headers, encode_chunked=is_chunked)
        answer = client.getresponse()
        require(answer.status == status, f"status {answer.status}")
        require(answer.headers.get_content_type() == "application/problem+json",
                f"{answer.headers}")
        require(f'"status":{status}'.encode() in answer.read(), "not the document of that status")
    finally:
        client.close()


def check_endless(server):
    """One that reads while it sends gets the answer in the middle, and then the end."""
    connection = server.connect()
    connection.send(b"POST /check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n")
    chunk = b"100000\r\n" + BLOCK + b"\r\n"
    for _ in range(2000):
        connection.send(chunk)
        connection.flush()
        if connection.received:
            break
    response = connection.receive("POST")
    require(response.status == 413, f"status {response.status}")
    require(response.header("Connection") == "close", "it does not say that it closes")
    connection.pieces.clear()
    require(connection.at_end(), "the connection lives on")
    connection.close()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: overrun.py BINARY")
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        pair = Maker(folder).signed_by_itself("overrun")
        context = ssl.create_default_context(cafile=pair.cert)
        context.check_hostname = False
        for name, options in (("plain", []), ("TLS", pair.arguments())):
            server = Server(sys.argv[1], [*OPTIONS, *options])
            for case in CASES:
                kind, start, blocks, is_chunked, status = case
                tap.attempt(f"{name}: {blocks} MiB of {kind} {start[:1].decode()!r}, "
                            f"{'chunked' if is_chunked else 'announced'}: {status}",
                            check, server, context if options else None, case)
            if not options:
                tap.attempt("a body without end", check_endless, server)
                get(server, "/check?role=guru")
            check_end(tap, server, name)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
