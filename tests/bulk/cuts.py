#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bulk requests that end badly, slowly, or all at once.

    cuts.py BINARY

Connections that are cut during the upload and during the download, a reader that
takes its time, and ten bulk requests beside single ones: the server lives, every
other answer is right, and nothing is left behind. How fast it is then is a matter
of tests/bench/beside.py. Results are TAP.
"""

import os
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True

from upload import (BULK_PATIENCE_S, SANITIZER, Failure, Server, Tap, ask,  # noqa: E402
                    check_end, head, is_sanitized, memory_kib, post)

CUTS = 50
ROWS = 20_000  # of a request, and of one that is cut during the upload:
UPLOAD_ROWS = 60_000
LEAK_KIB = 4 << 10  # requests that are not freed leave ten MiB or more
ROUNDS = 5
SLOW_BYTES = 1024  # that the slow reader takes at a time,
SLOW_PAUSE_S = 0.003  # and how long it then looks elsewhere,
SLOW_S = 1  # for this long
BULK_AT_ONCE = 10
SINGLE = b'{"role":"guru","employment":"PNS"}'


def generated(kind, rows=ROWS):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "generate.py")
    return subprocess.run([sys.executable, script, str(rows), "--format", kind], check=True,
                          capture_output=True).stdout


def open_socket(server):
    opened = socket.create_connection((server.host, server.port), BULK_PATIENCE_S)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def drop(opened, is_reset):
    """Ends the connection: with a reset, as if the cable was cut, or a close."""
    if is_reset:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    opened.close()


def open_files(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def wait_until_idle(server, idle_files):
    """Asks until the server has closed all that was cut."""
    deadline = time.monotonic() + BULK_PATIENCE_S
    connection = server.connect()
    while open_files(server) > idle_files + 1:
        if time.monotonic() > deadline:
            raise Failure(f"{open_files(server) - idle_files} connections are never closed")
        if post(connection, "/check", "json", SINGLE).status != 200:
            raise Failure("a single request is not answered")
    connection.close()


def cut_upload(server, kind, body, number):
    opened = open_socket(server)
    target = "/summary" if number % 7 == 0 else "/check"
    target += "?id_from=NUPTK" if kind == "csv" else ""
    opened.sendall(head(target, kind, None, None if number % 2 else len(body)))
    part = body[:len(body) * (number % 10 + 1) // 11]
    opened.sendall(b"%x\r\n%s\r\n" % (len(part), part) if number % 2 else part)
    drop(opened, number % 4 < 2)


def cut_download(server, kind, body, number):
    opened = open_socket(server)
    opened.sendall(head("/check", kind, None, len(body)) + body)
    received = 0
    while received < number * 10_000 + 1:
        data = opened.recv(1 << 16)
        if not data:
            raise Failure("the answer ended before it was cut")
        received += len(data)
    drop(opened, number % 4 < 2)


def cut_often(server, cut, bodies, idle_files):
    """CUTS of them; returns what the server uses when it has closed all."""
    kinds = list(bodies)
    for number in range(CUTS):
        kind = kinds[number % len(kinds)]
        cut(server, kind, bodies[kind], number)
        ask(server, "/check", "json", SINGLE)
    wait_until_idle(server, idle_files)
    return memory_kib(server.process.pid, "VmRSS")


def check_cuts(binary, cut, bodies, measure):
    """Cuts again and again. The heap may need some time to find its size, but what
    leaks does so every time."""
    # The library sees a connection that is closed within a request only when it
    # times out (a reset it sees at once).
    server = Server(binary, ["--idle-timeout", "1"])
    idle_files = open_files(server)
    used = [cut_often(server, cut, bodies, idle_files)]
    grown = LEAK_KIB
    while measure and grown >= LEAK_KIB:
        if len(used) == ROUNDS:
            raise Failure(f"after each {CUTS} cuts more is used: {used} KiB")
        used.append(cut_often(server, cut, bodies, idle_files))
        grown = used[-1] - used[-2]
    stop(server)


def stop(server):
    status = server.stop()
    if status != 0 or SANITIZER.search(server.output()):
        raise Failure(f"exit status {status}\n{server.log_text()}")


class SlowReader(threading.Thread):
    """Takes an answer bit by bit, and after a while the rest."""

    def __init__(self, server, kind, body, wanted):
        super().__init__()
        self.left = len(wanted)  # bytes of the answer's body
        self.socket = open_socket(server)
        self.socket.sendall(head("/check", kind, None, len(body)) + body)
        self.received = bytearray()
        self.is_slow = True

    def _take(self, most):
        data = self.socket.recv(most)
        self.received += data
        return data

    def run(self):
        until = time.monotonic() + SLOW_S
        while time.monotonic() < until and self._take(SLOW_BYTES):
            time.sleep(SLOW_PAUSE_S)
        self.is_slow = False
        size = self.received.index(b"\r\n\r\n") + 4 + self.left
        while len(self.received) < size and self._take(1 << 20):
            pass
        self.socket.close()

    def body(self):
        return self.received.partition(b"\r\n\r\n")[2]


def check_slow_reader(binary, body):
    server = Server(binary, ["--threads", "1"])  # all that there is must not wait for it
    wanted = ask(server, "/check", "ndjson", body).body
    single = ask(server, "/check", "json", SINGLE).body
    reader = SlowReader(server, "ndjson", body, wanted)
    reader.start()
    answered = 0
    while reader.is_slow:
        if ask(server, "/check", "json", SINGLE).body != single:
            raise Failure("beside a slow reader a single answer is another")
        answered += 1
    reader.join()
    if not answered:
        raise Failure("no request was answered beside a slow reader")
    if reader.body() != wanted:
        raise Failure("the slow reader's answer is not what a fast one gets")
    stop(server)


def bulk_worker(server, kind, accept, body, results):
    try:
        results.append(ask(server, "/check", kind, body, accept).body)
    except (Failure, OSError) as problem:
        results.append(problem)


def check_at_once(server, bodies):
    """Ten bulk requests, and single ones until the last of them is answered."""
    jobs = [(kind, accept) for kind in bodies for accept in ("json", "ndjson", "csv")]
    jobs += [("csv", "text/plain")]
    wanted = {job: ask(server, "/check", job[0], bodies[job[0]], job[1]).body for job in jobs}
    single = ask(server, "/check", "json", SINGLE).body
    results = {job: [] for job in jobs}
    workers = [threading.Thread(target=bulk_worker, args=(server, *job, bodies[job[0]],
                                                          results[job])) for job in jobs]
    for worker in workers:
        worker.start()
    answered = 0
    while any(worker.is_alive() for worker in workers):
        if ask(server, "/check", "json", SINGLE).body != single:
            raise Failure("beside bulk requests a single answer is another")
        answered += 1
    if len(jobs) != BULK_AT_ONCE or not answered:
        raise Failure(f"{len(jobs)} bulk requests, {answered} single ones")
    for job, (found,) in results.items():
        if found != wanted[job]:
            raise Failure(f"{job}: {str(found)[:300]}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: cuts.py BINARY")
    binary = sys.argv[1]
    kinds = ("ndjson", "csv", "json")
    bodies = {kind: generated(kind) for kind in kinds}
    uploads = {kind: generated(kind, UPLOAD_ROWS) for kind in kinds}
    measure = not is_sanitized(binary)
    tap = Tap()
    tap.attempt(f"{CUTS} uploads that are cut", check_cuts, binary, cut_upload, uploads, measure)
    tap.attempt(f"{CUTS} downloads that are cut", check_cuts, binary, cut_download, bodies,
                measure)
    server = Server(binary)
    tap.attempt(f"{BULK_AT_ONCE} bulk requests at once beside single ones", check_at_once,
                server, bodies)
    check_end(tap, server, "afterwards")
    tap.attempt("a slow reader beside single requests", check_slow_reader, binary,
                bodies["ndjson"])
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
