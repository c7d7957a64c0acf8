#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a request costs the server, beside floors that return a constant.

    single.py BINARY FLOOR [--rounds N] [--seconds S]

FLOOR is tests/bench/floor.c, built with the rest. CPU time of the server for a
POST /check over 32 connections that stay open, server on one core, client (wrk) on
another, all servers in turns in one run; medians, and medians of the ratios. nginx
joins in where it is installed. It passes no judgement. Needs wrk and taskset.
"""

import argparse
import pathlib
import shutil
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True

from processes import (ask, free_port, measure, start, start_nginx, start_ours,  # noqa: E402
                       write_script)

CONNECTIONS = 32


def start_all(options, folder):
    """The servers by name, each with its port; ours is the first."""
    servers = {}

    def add(name, starter):
        port = free_port()
        servers[name] = starter(port), port

    add("pmm-check", lambda port: start_ours(options.binary, port))
    add("without log", lambda port: start_ours(options.binary, port,
                                               arguments=["--access-log", "off"]))
    add("without log, sandbox", lambda port: start_ours(
        options.binary, port, arguments=["--access-log", "off", "--sandbox", "off"]))
    body = folder / "body"
    body.write_bytes(ask(servers["pmm-check"][1]))
    for kind in ("library", "epoll"):
        add(f"floor: {kind}", lambda port, kind=kind: start(
            [options.floor, kind, str(port), str(body)], port))
    if shutil.which("nginx"):
        add("nginx", lambda port: start_nginx(folder, port, body.stat().st_size))
    return servers


def show(figures):
    ours = figures["pmm-check"]
    print(f"{'':22}{'us':>8}{'ours / this':>14}")
    for name, row in figures.items():
        ratio = statistics.median(a / b for a, b in zip(ours, row))
        print(f"{name:22}{statistics.median(row):8.2f}{ratio:14.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", metavar="BINARY")
    parser.add_argument("floor", metavar="FLOOR")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2, help="of each round")
    options = parser.parse_args()
    servers = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # nginx may give up being root
        script = folder / "post.lua"
        write_script(script)
        try:
            servers = start_all(options, folder)
            show(measure(servers, script, options, CONNECTIONS))
        finally:
            for process, _ in servers.values():
                process.terminate()


if __name__ == "__main__":
    main()
