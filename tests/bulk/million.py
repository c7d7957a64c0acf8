#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A million rows in one request: every byte of the answer, and what it costs in
memory.

    million.py BINARY [ROWS]

The rows differ in their ids and repeat a few profiles, whose answers are asked
for in a small request first (oracle.py holds those to be right); so the whole
answer is known and compared while it arrives. Memory is that of a server of its
own for each request, above what it used after a small one; it is not measured in
a binary with a sanitizer. Results are TAP.
"""

import json
import os
import socket
import sys
import threading

sys.dont_write_bytecode = True

from upload import (BULK_PATIENCE_S, Failure, Server, Tap, ask, check_end,  # noqa: E402
                    head, is_sanitized, memory_kib)

ROWS = 1_000_000
BATCH = 5000  # rows that are made, sent and compared at a time
CHECK_GROWTH_KIB = 64 << 10  # for a million rows with ids of ten bytes
SUMMARY_GROWTH_KIB = 4 << 10  # for any number of rows
WRONG_BYTES_PER_ROW = 64 + 10  # and so much where every row is wrong in its own way
SLACK_KIB = 4 << 10

PROFILES = [
    '"role":"guru","employment":"PNS","belajar_id":true,"dapodik_gtk":true}',
    '"role":"Guru Kelas","employment":"Guru Honor Sekolah","belajar_id":false}',
    '"jenis_ptk":"Guru Mapel","tugas_tambahan":"Kepala Sekolah","employment":"PPPK"}',
    '"role":"Tenaga Perpustakaan"}',
    '"role":"guru","employment":"tidak dikenal"}',
    '"employment":"CPNS","role":"guru","dapodik_gtk":"ya"}',
    '"role":"guru","employment":"PNS",}',
]


def rows_of(first, count):
    """COUNT rows of input from number FIRST on."""
    variants = len(PROFILES)
    return "".join([f'{{"id":"{n:010}",{PROFILES[n % variants]}\n'
                    for n in range(first, first + count)]).encode()


def batches(rows):
    return [(first, min(BATCH, rows + 1 - first)) for first in range(1, rows + 1, BATCH)]


class Transfer:
    """Sends pieces from a thread of its own and gives what comes back."""

    def __init__(self, server, head_bytes, pieces):
        self.socket = socket.create_connection((server.host, server.port), BULK_PATIENCE_S)
        self.buffer = b""
        self.problem = None
        self.sender = threading.Thread(target=self._send, args=(head_bytes, pieces))
        self.sender.start()

    def _send(self, head_bytes, pieces):
        try:
            self.socket.sendall(head_bytes)
            for piece in pieces:
                self.socket.sendall(piece)
        except OSError as problem:
            self.problem = problem

    def more(self):
        data = self.socket.recv(1 << 20)
        if not data:
            raise Failure(f"the connection ended too early ({self.problem})")
        self.buffer += data

    def headers(self):
        """(status line, {name: value}) of the answer."""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        text, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = text.decode().split("\r\n")
        return first, {name.lower(): value.strip() for name, _, value in
                       (line.partition(":") for line in lines)}

    def take(self, size):
        parts, have = [self.buffer], len(self.buffer)
        while have < size:
            data = self.socket.recv(1 << 20)
            if not data:
                raise Failure(f"the body ended {size - have} bytes too early ({self.problem})")
            parts.append(data)
            have += len(data)
        whole = b"".join(parts)
        self.buffer = whole[size:]
        return whole[:size]

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # so that the sender cannot hang
        except OSError:
            pass
        self.sender.join()
        self.socket.close()


def answer_templates(server):
    """For each profile what follows the row's number and id in its answer."""
    count = len(PROFILES)
    lines = ask(server, "/check", "ndjson", rows_of(1, count)).body.decode().splitlines()
    result = {}
    for n, line in enumerate(lines[:count], 1):
        start = f'{{"row":{n},"id":"{n:010}",'
        if not line.startswith(start):  # a line that is not JSON has no id
            start = f'{{"row":{n},'
        result[n % count] = (len(start) > 20, line[len(start):])
    return result


def expected(templates, first, count):
    variants, parts = len(PROFILES), []
    for n in range(first, first + count):
        has_id, rest = templates[n % variants]
        parts.append(f'{{"row":{n},"id":"{n:010}",{rest}\n' if has_id
                     else f'{{"row":{n},{rest}\n')
    return "".join(parts).encode()


def rejected_of(rows):
    return sum(1 for n in range(1, rows + 1) if n % len(PROFILES) in (4, 6))


def start_transfer(server, target, rows, make=rows_of, accept=None):
    sizes = sum(len(make(*one)) for one in batches(rows))
    return Transfer(server, head(target, "ndjson", accept, sizes),
                    (make(*one) for one in batches(rows)))


def begin(transfer):
    """The length that the answer announces."""
    status, headers = transfer.headers()
    if " 200 " not in status + " ":
        raise Failure(status)
    return int(headers["content-length"])


def check_every_byte(server, rows):
    templates = answer_templates(server)
    transfer = start_transfer(server, "/check", rows)
    try:
        left = begin(transfer)
        for first, count in batches(rows):
            wanted = expected(templates, first, count)
            found = transfer.take(len(wanted))
            left -= len(wanted)
            if found != wanted:
                raise Failure(f"rows {first} to {first + count - 1}: {first_difference(found, wanted)}")
        tail = json.loads(transfer.take(left))
        if transfer.buffer:
            raise Failure(f"after the announced length came {transfer.buffer[:100]!r}")
    finally:
        transfer.close()
    rejected = rejected_of(rows)
    if tail["summary"] != {"rows": rows, "evaluated": rows - rejected, "rejected": rejected}:
        raise Failure(f"the last line says {tail['summary']}")


def first_difference(found, wanted):
    at = next(i for i, (a, b) in enumerate(zip(found, wanted)) if a != b)
    start = found.rfind(b"\n", 0, at) + 1
    return f"{found[start:at + 80]!r}, expected {wanted[start:at + 80]!r}"


def check_summary(server, rows):
    transfer = start_transfer(server, "/summary", rows)
    try:
        found = json.loads(transfer.take(begin(transfer)))
    finally:
        transfer.close()
    count = len(PROFILES)
    of = [sum(1 for n in range(1, rows + 1) if n % count == k) for k in range(count)]
    rejected = of[4] + of[6]
    wanted = {"rows": rows, "evaluated": rows - rejected, "rejected": rejected,
              "rejections": {"invalid_profile": of[4], "malformed_json": of[6]},
              "errors": {"unknown_value": of[4]}}
    for name, value in wanted.items():
        if found[name] != value:
            raise Failure(f"{name}: {found[name]}, expected {value}")
    obligation = {"required": of[0] + of[2], "not_required": of[1],
                  "not_covered": of[3] + of[5], "undetermined": 0}
    if found["features"]["pengelolaan_kinerja"]["obligation"] != obligation:
        raise Failure(f"{found['features']['pengelolaan_kinerja']}, expected {obligation}")


def wrong_rows(first, count):
    """Each with a mistake whose description is unlike that of all others."""
    return "".join([f'{{"id":"{n:010}","kolom yang tidak dikenal nomor {n}":1}}\n'
                    for n in range(first, first + count)]).encode()


def check_wrong(server, rows):
    transfer = start_transfer(server, "/check", rows, wrong_rows)
    try:
        left, last = begin(transfer), b""
        while left:
            last = (last + transfer.take(min(left, 1 << 20)))[-1000:]
            left = left - min(left, 1 << 20)
    finally:
        transfer.close()
    summary = json.loads(last.splitlines()[-1])["summary"]
    if summary != {"rows": rows, "evaluated": 0, "rejected": rows}:
        raise Failure(f"the last line says {summary}")


def with_server(tap, binary, name, check, rows, limit_kib):
    server = Server(binary)
    ask(server, "/check", "ndjson", rows_of(1, 100))
    idle = memory_kib(server.process.pid, "VmHWM")
    tap.attempt(name, check, server, rows)
    grown = memory_kib(server.process.pid, "VmHWM") - idle
    name = f"{name}: memory above idle stays below {limit_kib} KiB"
    if is_sanitized(binary):
        tap.skip(name, "a sanitizer has its own")
    else:
        tap.result(f"{grown} KiB" if grown >= limit_kib else None, name)
        print(f"# {grown} KiB above {idle} KiB", flush=True)
    check_end(tap, server, name.split(":")[0])


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: million.py BINARY [ROWS]")
    binary = sys.argv[1]
    rows = int(sys.argv[2]) if len(sys.argv) == 3 else ROWS
    wrong = rows // 5
    tap = Tap()
    with_server(tap, binary, f"/check of {rows} rows", check_every_byte, rows, CHECK_GROWTH_KIB)
    with_server(tap, binary, f"/summary of {rows} rows", check_summary, rows,
                SUMMARY_GROWTH_KIB)
    with_server(tap, binary, f"/check of {wrong} rows that are all wrong", check_wrong, wrong,
                (wrong * WRONG_BYTES_PER_ROW >> 10) + SLACK_KIB)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
