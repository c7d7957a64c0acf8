#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long a single request takes beside ten bulk requests.

    beside.py BINARY [--threads N] [--rows ROWS] [--requests N]

Single questions are asked one after the other, first alone, then while ten
processes post bulk requests without a pause; medians, the slowest of a hundred,
and their ratio are printed. Which worker a connection gets matters, so every so
often a new one is opened, outside the time that is taken. It passes no judgement: absolute figures of a shared
machine mean nothing, and clients and server share the cores.
"""

import argparse
import multiprocessing
import os
import socket
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bulk"))

from processes import PROFILE  # noqa: E402
from upload import Server, head  # noqa: E402

BULK_CLIENTS = 10
PER_CONNECTION = 50


def connect(address):
    opened = socket.create_connection(address)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def exchange(opened, request, buffer):
    """Sends REQUEST and reads one answer into BUFFER, which is thrown away."""
    opened.sendall(request)
    count = opened.recv_into(buffer)
    text = bytes(buffer[:2000])
    start = text.index(b"\r\n\r\n") + 4
    if b" 200 " not in text[:15]:
        raise RuntimeError(f"not 200: {text[:200]!r}")
    size = int(text[:start].lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    left = start + size - count
    while left > 0:
        left -= opened.recv_into(buffer)


def post_bulk(address, request, running, done):
    """A bulk client: posts until RUNNING is cleared."""
    opened, buffer = connect(address), bytearray(1 << 20)
    while running.is_set():
        exchange(opened, request, buffer)
        with done.get_lock():
            done.value += 1


def latencies_us(address, count):
    opened, buffer = None, bytearray(1 << 16)
    request = head("/check", "json", None, len(PROFILE)) + PROFILE
    result = []
    for number in range(count):
        if number % PER_CONNECTION == 0:
            if opened:
                opened.close()
            opened = connect(address)
            exchange(opened, request, buffer)
        start = time.perf_counter()
        exchange(opened, request, buffer)
        result.append((time.perf_counter() - start) * 1e6)
    opened.close()
    return sorted(result)


def describe(name, latencies, extra=""):
    worst = latencies[len(latencies) * 99 // 100]
    print(f"{name:24} median {statistics.median(latencies):9.1f} us   "
          f"99 of 100 below {worst:9.1f} us{extra}", flush=True)


def bulk_body(rows):
    line = '{{"id":"{:010}","role":"guru","employment":"{}","belajar_id":true}}\n'
    words = ("PNS", "PPPK", "Guru Honor Sekolah", "GTY/PTY")
    return "".join([line.format(n, words[n & 3]) for n in range(rows)]).encode()


def run(options):
    server = Server(options.binary, ["--threads", str(options.threads)])
    address = (server.host, server.port)
    body = bulk_body(options.rows)
    request = head("/check", "ndjson", None, len(body)) + body
    latencies_us(address, 500)  # warm up
    idle = latencies_us(address, options.requests)
    describe("alone", idle)
    running, done = multiprocessing.Event(), multiprocessing.Value("Q", 0)
    running.set()
    clients = [multiprocessing.Process(target=post_bulk, args=(address, request, running, done))
               for _ in range(BULK_CLIENTS)]
    for client in clients:
        client.start()
    while done.value < BULK_CLIENTS and all(client.is_alive() for client in clients):
        latencies_us(address, 1)  # until all of them are under way
    start, before = time.perf_counter(), done.value
    busy = latencies_us(address, options.requests)
    seconds = time.perf_counter() - start
    finished = done.value - before
    running.clear()
    for client in clients:
        client.join()
    describe(f"beside {BULK_CLIENTS} bulk requests", busy,
             f"   ({finished * options.rows / seconds / 1e6:.2f} M rows/s)")
    ratio = statistics.median(busy) / statistics.median(idle)
    print(f"ratio of the medians     {ratio:.2f}")
    server.stop()
    return 1 if any(client.exitcode for client in clients) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", metavar="BINARY")
    parser.add_argument("--threads", type=int, default=0, help="of the server (0: its default)")
    parser.add_argument("--rows", type=int, default=20_000, help="of a bulk request")
    parser.add_argument("--requests", type=int, default=3000, help="single ones in each part")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
