#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a second worker on a second core brings.

    cores.py BINARY [--rounds N] [--seconds S]

Where client and server share the cores, requests a second say little: so the CPU time
of the server for a request is taken, with one worker and with two, in turns in one
run. Work that costs C microseconds with one worker and D with two is done 2 C / D times
as fast on two cores that have nothing else to do. It passes no judgement. Needs wrk
and taskset.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True

from processes import free_port, measure, start_ours, write_script  # noqa: E402

CONNECTIONS = 64


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", metavar="BINARY")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2, help="of each round")
    options = parser.parse_args()
    processes = {}
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, "post.lua")
        write_script(script)
        try:
            for threads in (1, 2):
                port = free_port()
                processes[threads] = start_ours(options.binary, port, threads, "0,1"), port
            figures = measure(processes, script, options, CONNECTIONS, threads=2, cores="0,1")
        finally:
            for process, _ in processes.values():
                process.terminate()
    for threads, row in figures.items():
        print(f"--threads {threads} {statistics.median(row):8.2f} us of CPU time a request")
    gain = statistics.median(2 * one / two for one, two in zip(figures[1], figures[2]))
    print(f"two workers on two cores: {gain:.2f} times one")


if __name__ == "__main__":
    main()
