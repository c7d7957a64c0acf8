#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same answer however the body is cut into chunks, over a socket.

    splits.py BINARY

tests/unit/bulk_splits.c cuts many more files at every byte, without a server;
this one holds that the way from the socket to there cuts nothing and adds
nothing. Results are TAP.
"""

import random
import sys

sys.dont_write_bytecode = True

from upload import Failure, Server, Tap, check_end, chunked, head  # noqa: E402

SEED = 559
LONG_CUTS = 30
ROW_MOST = 64 << 10

BOM = b"\xef\xbb\xbf"
FILES = [
    ("json", BOM + ' [{"id":"a\\"]\\u00e9\\ud83d\\udc26é🐦","role":"Guru"} ,\r\n{"jabatan":"x\\\\"},'
     '7,{"belajar_id":true}] \n'.encode()),
    ("json", BOM + ' {"id":"a\\u00e9é🐦","role":"Guru Kelas"}\r\n'.encode()),
    ("json", b'[{"id":"a"},{"id":]'),
    ("ndjson", BOM + '{"id":"a\\"\\u00e9\\ud83d\\udc26é🐦"}\r\n\r\n {"role":"x\\\\"}\n{"id":\n'
     '{"role":"Guru","employment":null}'.encode()),
    ("csv", BOM + '"Daftar\r\n""Guru""";\r\nid;"Jenis\r\nPTK";Nama\r\n"é""🐦";Guru;"x;\r\n'
     'y"\r\n\r\n=1;"Guru";a"b\r\nb"c;Guru;d\r\nc;?;"open'.encode()),
]


def long_files():
    """Rows about as long as a row may be, and quotes that stay open."""
    for size in (ROW_MOST, ROW_MOST + 1, 2 * ROW_MOST):
        pad = size - len('{"role":"guru"}')
        yield "ndjson", b'{"id":"a"}\n{"role":' + b" " * pad + b'"guru"}\n{"id":"c"}\n'
        yield "json", b'[{"id":"a"},{"role":' + b" " * pad + b'"guru"},{"id":"c"}]'
        pad = size - len('a,guru,""')
        yield "csv", b'id,role,x\na,guru,"' + b"x" * pad + b'"\nb,guru,"y\n'
        yield "csv", (b'id,role,x\na,guru,"open\n' + b"b,guru,x\n" * (size // 9) +
                      b'c,"guru",y\n')


class Asker:
    """Asks over one connection, as long as the server keeps it."""

    def __init__(self, server):
        self.server = server
        self.connection = None

    def ask(self, target, kind, pieces, accept):
        if self.connection is None or self.connection.ended:
            self.connection = self.server.connect()
        # Each chunk is sent for itself: the server may read several at once or
        # parts of one, as the kernel likes.
        self.connection.send(head(target, kind, accept))
        for piece in pieces:
            if piece:
                self.connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.connection.send(b"0\r\n\r\n")
        response = self.connection.receive("POST")
        if (response.header("Connection") or "").lower() == "close":
            self.connection.close()
            self.connection = None
        return response.status, response.header("Content-Type"), response.body

    def compare(self, target, kind, body, cuts, accept, whole):
        ends = [0, *cuts, len(body)]
        pieces = [body[a:b] for a, b in zip(ends, ends[1:])]
        answer = self.ask(target, kind, pieces, accept)
        if answer != whole:
            raise Failure(f"cut at {cuts[:9]}: {answer[0]} {answer[2][:300]!r}\n"
                          f"uncut: {whole[0]} {whole[2][:300]!r}")


def cut_everywhere(asker, target, kind, body, accept):
    whole = asker.ask(target, kind, [body], accept)
    for cut in range(1, len(body)):
        asker.compare(target, kind, body, [cut], accept, whole)
    asker.compare(target, kind, body, list(range(1, len(body))), accept, whole)


def cut_at_random(asker, kind, body, rng):
    whole = asker.ask("/check", kind, [body], "ndjson")
    for i in range(LONG_CUTS):
        count = 1 if i % 2 else rng.randint(2, 20)
        cuts = sorted(rng.randrange(len(body)) for _ in range(count))
        asker.compare("/check", kind, body, cuts, "ndjson", whole)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: splits.py BINARY")
    tap, server, rng = Tap(), Server(sys.argv[1]), random.Random(SEED)
    asker = Asker(server)
    for number, (kind, body) in enumerate(FILES, 1):
        if len(body) > 300:
            raise ValueError("a file to be cut everywhere is small")
        for target in ("/check", "/summary"):
            tap.attempt(f"{target} of {kind} (file {number}), cut at each of {len(body)} bytes",
                        cut_everywhere, asker, target, kind, body, None)
    for number, (kind, body) in enumerate(long_files(), 1):
        tap.attempt(f"{kind} with a row about as long as it may be ({number}), seed {SEED}",
                    cut_at_random, asker, kind, body, rng)
    check_end(tap, server, "afterwards")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
