#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What /metrics counts is what clients counted.

    metrics.py BINARY

Clients on several connections at once send requests of every kind and keep
their own accounts, from what they sent and what came back; then the server's
must be the same, to the last one. Every scrape is read strictly (promtext.py)
and no count may have fallen since the one before, also over reloads. What
single functions count is in tests/unit/service_metrics.c.
"""

import collections
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

import promtext  # noqa: E402
from accounts import (CANARY, MAX_BODY, MAX_ROWS, NDJSON, REQUESTS, Account,  # noqa: E402
                      canary_requests)
from harness import PATIENCE_S, Failure, Server, Tap, check_end  # noqa: E402
from program import require, write  # noqa: E402

BASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rules", "base.json")
CLIENTS = 4


class Scraper:
    """Reads /metrics on a connection of its own, and sees that no count falls."""

    def __init__(self, server, account):
        self.connection = server.connect()
        self.account = account
        self.before = {}
        self.text = ""

    def scrape(self):
        """(name, labels) -> number, labels as they are."""
        self.connection.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        response = self.connection.receive()
        require(response.status == 200, f"/metrics: status {response.status}")
        self.check_head(response)
        self.text = response.body.decode("utf-8")
        families = promtext.read(self.text)
        now = {key: value for family in families.values() for key, value in family.series.items()}
        growing = {key for family in families.values() if family.type != "gauge"
                   for key in family.series}
        for key, value in self.before.items():
            require(key in now, f"{key} has gone")
            require(now[key] >= value, f"{key} fell from {value} to {now[key]}")
        self.before = {key: now[key] for key in growing}
        # This one is counted when it has been answered, so from the next on.
        self.account.add_request("/metrics", "GET", response)
        return now

    @staticmethod
    def check_head(response):
        kind = response.header("Content-Type")
        require(kind == "text/plain; version=0.0.4; charset=utf-8", f"Content-Type: {kind}")
        require(response.header("Cache-Control") == "no-store", "it may be cached")

    def compare(self, wanted):
        """What differs between WANTED (by metric) and the server's counts. A metric's
        counts of 0 are as good as none."""
        now = self.scrape()
        for metric, counts in wanted.items():
            found = {tuple(value for _, value in labels): number
                     for (name, labels), number in now.items() if name == metric and number}
            for labels in set(found) | set(counts):
                if found.get(labels, 0) != counts[labels]:
                    return (f"{metric}{labels}: {found.get(labels, 0)}, "
                            f"the clients counted {counts[labels]}")
        return None

    def settle(self):
        """Until the server's counts are the clients': a request is counted when its
        answer was sent, which may be a moment after it was received."""
        end = time.monotonic() + PATIENCE_S
        while True:
            wanted = {metric: collections.Counter(counts)
                      for metric, counts in self.account.counts.items()}
            problem = self.compare(wanted)
            if not problem:
                return
            if time.monotonic() > end:
                raise Failure(problem)

    def wait_for(self, name, value):
        end = time.monotonic() + PATIENCE_S
        while self.scrape()[(name, ())] != value:
            require(time.monotonic() < end, f"{name} does not become {value}\n{self.text}")


def play_client(server, account, number, problems):
    try:
        # Each begins elsewhere, so that different requests are under way at once.
        first, last = REQUESTS[:-1], REQUESTS[-1]
        start = number * len(first) // CLIENTS
        connection = server.connect()
        account.add("pmm_connections_accepted_total")
        for request in first[start:] + first[:start]:
            if not request.play(connection, account):
                connection.close()
                connection = server.connect()
                account.add("pmm_connections_accepted_total")
        last.play(connection, account)
        connection.close()
    except Exception as problem:  # whatever it is, the test must not pass
        problems.append(f"client {number}: {problem!r}")


def play_clients(server, account):
    problems = []
    clients = [threading.Thread(target=play_client, args=(server, account, number, problems))
               for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    require(not problems, "\n".join(problems))


def cut_upload(server, account):
    """Three rows of an upload that is longer, and then nobody is there."""
    connection = server.connect()
    account.add("pmm_connections_accepted_total")
    connection.send(b"POST /check HTTP/1.1\r\nHost: localhost\r\n" + NDJSON.encode() +
                    b"\r\nContent-Length: 1000\r\n\r\n" + b'{"role":"guru"}\n' * 3 + b'{"ro')
    connection.flush()
    connection.close()
    account.add("pmm_rows_total", "evaluated", count=3)
    account.add("pmm_requests_cut_total")


def reload(server, scraper, account, path, text, result, last):
    write(os.path.dirname(path), os.path.basename(path), text)
    server.process.send_signal(signal.SIGHUP)
    account.add("pmm_reloads_total", result)
    scraper.settle()
    scraper.wait_for("pmm_last_reload_successful", last)


def infos(scraper):
    return [dict(labels) for name, labels in scraper.scrape() if name == "pmm_rulebook_info"]


def play_reloads(server, scraper, account, path):
    first = infos(scraper)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(BASE, encoding="utf-8") as file:
        base = file.read()
    reload(server, scraper, account, path, base, "applied", 1)
    others = infos(scraper)
    require(len(first) == len(others) == 1 and first != others, f"{first}, then {others}")
    # Its first attribute stands where "obligation" is elsewhere.
    connection = server.connect()
    account.add("pmm_connections_accepted_total")
    connection.send(b"GET /check HTTP/1.1\r\nHost: localhost\r\n\r\n")
    response = connection.receive()
    account.add_request("/check", "GET", response)
    for feature, outcome in response.json()["features"].items():
        account.add("pmm_answers_total", feature, outcome["permission"])
    connection.close()
    require(response.json()["rulebook"] == others[0], f"{others[0]} is not what answers")
    scraper.settle()
    reload(server, scraper, account, path, "{}", "refused", 0)
    require(infos(scraper) == others, "a refused rulebook is shown")
    reload(server, scraper, account, path, text, "applied", 1)
    require(infos(scraper) == first, "the first rulebook is not shown again")
    play_clients(server, account)
    scraper.settle()


def play_canaries(server, scraper):
    echoed = 0
    for head, body in canary_requests():
        connection = server.connect()
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        connection.send((head + length + "\r\n").encode() + body)
        echoed += CANARY.encode() in connection.receive(head.split()[0]).body
        connection.close()
    require(echoed > 5, f"only {echoed} answers show, as they may, that a word arrived")
    text = server_text(scraper)
    require(CANARY not in text.lower(), f"a client's word is in\n{text}")


def server_text(scraper):
    scraper.scrape()
    return scraper.text


def check_promtool(text):
    result = subprocess.run(["promtool", "check", "metrics"], input=text.encode(),
                            capture_output=True, timeout=60)
    said = (result.stdout + result.stderr).decode("utf-8", "replace").strip()
    require(result.returncode == 0 and not said, f"status {result.returncode}\n{said}")


def check_process(server, scraper):
    """The process figures are those of this process."""
    scraper.wait_for("pmm_connections_open", 1)
    now = scraper.scrape()
    links = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    require(now[("process_open_fds", ())] == links,
            f"{now[('process_open_fds', ())]} descriptors, the kernel says {links}")
    with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as file:
        sizes = [int(word) * os.sysconf("SC_PAGESIZE") for word in file.read().split()]
    for name, size in (("virtual", sizes[0]), ("resident", sizes[1])):
        shown = now[(f"process_{name}_memory_bytes", ())]
        require(size / 2 < shown < size * 2, f"{name}: {shown}, the kernel says {size}")
    with open(f"/proc/{server.process.pid}/limits", encoding="ascii") as file:
        most = next(int(line.split()[3]) for line in file if line.startswith("Max open files"))
    require(now[("process_max_fds", ())] == most, f"the most descriptors are {most}")
    started = now[("process_start_time_seconds", ())]
    require(abs(started - time.time()) < 86400, f"it started at {started}")
    require(now[("process_cpu_seconds_total", ())] > 0, "no CPU time")


def play(tap, binary, folder):
    server = Server(binary)
    connection = server.connect()
    connection.send(b"GET /rulebook HTTP/1.1\r\nHost: localhost\r\n\r\n")
    path = os.path.join(folder, "aturan.json")
    write(folder, "aturan.json", connection.receive().body.decode())
    connection.close()
    server.stop()
    server = Server(binary, ["--rules", path, "--threads", "3", "--max-body", str(MAX_BODY),
                             "--max-rows", str(MAX_ROWS)])
    account = Account()
    scraper = Scraper(server, account)
    account.add("pmm_connections_accepted_total")

    def count_all():
        play_clients(server, account)
        cut_upload(server, account)
        scraper.settle()
        scraper.wait_for("pmm_connections_open", 1)

    tap.attempt("the server's counts are the clients'", count_all)
    tap.attempt("no count falls when rulebooks come and go", play_reloads, server, scraper,
                account, path)
    tap.attempt("figures of the process", check_process, server, scraper)
    if shutil.which("promtool"):
        tap.attempt("promtool check metrics", check_promtool, server_text(scraper))
    else:
        tap.skip("promtool check metrics", "promtool is not installed (Debian: prometheus)")
    tap.attempt("nothing that a client wrote is shown", play_canaries, server, scraper)
    check_end(tap, server, "metrics", CANARY.encode())


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: metrics.py BINARY")
    tap = Tap()
    tap.attempt("the reader of the test refuses what is not the format", promtext.check)
    with tempfile.TemporaryDirectory() as folder:
        play(tap, sys.argv[1], folder)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
