#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long a request waits at half load, beside nginx at the same rate.

    latency.py BINARY [--rounds N] [--seconds S] [--rate R]

nginx returns a constant of the same length as our answer. Server on one core with
one worker, client (h2load of nghttp2) on another; the rate is half of what the slower
of the two reaches, and both get it in turns in one run. Medians over the rounds of
the median, of the 99th and of the 99.9th percentile, and the ratios. It passes no
judgement. Needs h2load (nghttp2-client), nginx (nginx-light) and taskset.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from processes import PROFILE, ask, free_port, start_nginx, start_ours  # noqa: E402

CLIENTS = 32
PERCENTILES = (50, 99, 99.9)


def load(folder, port, seconds, rate=None):
    """Runs h2load and returns the microseconds that each request took."""
    log = folder / "log"
    log.unlink(missing_ok=True)
    limits = ["--rps", str(max(1, round(rate / CLIENTS)))] if rate else []
    result = subprocess.run(
        ["taskset", "-c", "1", "h2load", "--h1", "-c", str(CLIENTS), "-D", str(seconds), *limits,
         "-d", str(folder / "profile"), "-H", "Content-Type: application/json",
         "--log-file", str(log), f"http://127.0.0.1:{port}/check"],
        capture_output=True, text=True, check=True)
    if not re.search(r"\b0 failed, 0 errored", result.stdout):
        sys.exit("latency: not every request was answered\n" + result.stdout)
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    if any(row[1] != "200" for row in rows):
        sys.exit("latency: an answer was not 200")
    return sorted(int(row[2]) for row in rows)


def percentile(ordered, percent):
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def measure(folder, ports, options):
    rate = options.rate or min(len(load(folder, port, 2)) / 2 for port in ports.values()) / 2
    print(f"{rate:.0f} requests a second over {CLIENTS} connections, "
          f"{options.rounds} rounds of {options.seconds} s", flush=True)
    figures = {name: [] for name in ports}
    for _ in range(options.rounds):
        for name, port in ports.items():
            times = load(folder, port, options.seconds, rate)
            figures[name].append([percentile(times, p) for p in PERCENTILES])
    print(f"{'us':10}" + "".join(f"{f'{p} %':>12}" for p in PERCENTILES))
    for name, rounds in figures.items():
        print(f"{name:10}" + "".join(f"{statistics.median(c):12.0f}" for c in zip(*rounds)))
    ratios = [[a / b for a, b in zip(*pair)] for pair in zip(figures["pmm-check"],
                                                             figures["nginx"])]
    print(f"{'ratio':10}" + "".join(f"{statistics.median(c):12.2f}" for c in zip(*ratios)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", metavar="BINARY")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3, help="of each round")
    parser.add_argument("--rate", type=float, help="requests a second (default: half load)")
    options = parser.parse_args()
    processes = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # nginx may give up being root
        (folder / "profile").write_bytes(PROFILE)
        ports = {"pmm-check": free_port()}
        try:
            processes.append(start_ours(options.binary, ports["pmm-check"]))
            size = len(ask(ports["pmm-check"]))
            ports["nginx"] = free_port()
            processes.append(start_nginx(folder, ports["nginx"], size))
            measure(folder, ports, options)
        finally:
            for process in processes:
                process.terminate()


if __name__ == "__main__":
    main()
