#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How time and memory grow with rows, connections and the space of a rulebook.

    growth.py rows|connections|space|all BINARY --out DIR [--quick]

    rows         `check` of 10^3 to 10^7 rows from a pipe, NDJSON and CSV
    connections  1 to 1000 of them ask one question (needs wrk)
    space        generated rulebooks of 10^2 to 10^6 profiles: their proof, and questions
                 about one profile and about profiles from all over the space (needs wrk)

Prints a table in Markdown for each and leaves its numbers in DIR, from which gnuplot
(growth.gp) draws DIR/growth.svg when all three are there. The binary is pinned to the
first core and what asks it to the second. CPU time is that of the binary alone, user
and system; of several rounds, taken in turns, the median counts. --quick is for
looking whether the script works. Exit status 77: a tool is missing.
"""

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TESTS, "bulk"), HERE]

from processes import PROFILE, free_port, start_ours, wrk  # noqa: E402
from rulebook_of_size import make_rulebook  # noqa: E402
from upload import Failure, memory_kib  # noqa: E402

CORES = sorted(os.sched_getaffinity(0))
FIRST, SECOND = str(CORES[0]), str(CORES[-1])
BLOCK_ROWS = 1000  # generated once, then repeated
PIPE_BYTES = 1 << 20
QUESTIONS = 20000  # different ones from all over a space
UNKNOWN = 1 / 8  # of the facts of a question
SHAPES = ["wide", "even", "deep"]


class Table:
    """Rows for people as Markdown, and for gnuplot as DIR/NAME.dat."""

    def __init__(self, title, columns):
        self.title = title
        self.columns = columns
        self.rows = []

    def add(self, *cells):
        self.rows.append(cells)

    def show(self, folder, name):
        print(f"\n### {self.title}\n")
        for cells in (self.columns, ["---"] * len(self.columns), *self.rows):
            print("| " + " | ".join(str(cell) for cell in cells) + " |")
        sys.stdout.flush()
        with open(os.path.join(folder, name + ".dat"), "w", encoding="ascii") as file:
            for cells in self.rows:
                print(*(str(cell).replace(",", "") for cell in cells), file=file)


def run_measured(command, feed=None):
    """CPU and elapsed seconds and peak memory in KiB of a command, and its output.
    FEED writes to its stdin. GNU time starts it, because a process that Python
    starts begins with Python's own peak."""
    with tempfile.NamedTemporaryFile() as peak, tempfile.TemporaryFile() as output:
        began = time.monotonic()
        process = subprocess.Popen(
            ["/usr/bin/time", "--quiet", "-f", "%M", "-o", peak.name, "taskset", "-c", FIRST,
             *command], stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if feed else output, pipesize=PIPE_BYTES)
        if feed:
            feed(process.stdin.fileno())
            process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took_s = time.monotonic() - began
        if process.returncode not in (0, 1):
            raise Failure(f"{' '.join(command)}: exit status {process.returncode}")
        output.seek(0)
        return (usage.ru_utime + usage.ru_stime, took_s, int(peak.read()),
                output.read().decode())


def write_all(descriptor, data):
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view):]


# --- rows

def generate(form, rows):
    return subprocess.run([sys.executable, os.path.join(TESTS, "generate.py"), str(rows),
                           "--format", form], check=True, stdout=subprocess.PIPE).stdout


def feeder(head, block, rows):
    def feed(descriptor):
        write_all(descriptor, head)
        for _ in range(rows // BLOCK_ROWS):
            write_all(descriptor, block)
    return feed


def measure_rows(binary, folder, quick):
    table = Table("Rows: `generate.py N | pmm-check check >/dev/null`",
                  ["rows", "form", "bytes a row", "CPU s", "elapsed s",
                   "ns CPU a row, the start included", "peak KiB"])
    sizes = [10 ** power for power in range(3, 6 if quick else 8)]
    for form in ("ndjson", "csv"):
        head = generate(form, 0)
        block = generate(form, BLOCK_ROWS)[len(head):]
        command = [binary, "check", "--from", form]
        for rows in sizes:
            runs = [run_measured(command, feeder(head, block, rows))
                    for _ in range(1 if quick else max(3, min(9, 10 ** 7 // rows)))]
            cpu, took, peak = (statistics.median(run[i] for run in runs) for i in range(3))
            table.add(f"{rows:,}", form, len(block) // BLOCK_ROWS, f"{cpu:.4f}", f"{took:.4f}",
                      f"{cpu / rows * 1e9:.0f}", int(peak))
    table.show(folder, "rows")


# --- asking with wrk

def write_lua(path, bodies):
    with open(path, "w", encoding="ascii") as file:
        file.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
                   "local bodies, made, at = {\n")
        file.writelines(f"'{body}',\n" for body in bodies)
        file.write("}, {}, 0\nfunction request()\n at = at % #bodies + 1\n"
                   " made[at] = made[at] or wrk.format(nil, nil, nil, bodies[at])\n"
                   " return made[at]\nend\n")


def to_number(text):
    """What wrk writes as 1.23ms, 4.5k or 6.78MB, in seconds or units."""
    value, unit = re.fullmatch(r"([\d.]+)([a-zA-Z]*)", text).groups()
    return float(value) * {"": 1, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "B": 1,
                           "KB": 2 ** 10, "MB": 2 ** 20, "GB": 2 ** 30}[unit]


def ask(server, lua, connections, seconds):
    """CPU us a request, requests a second, median and 99th percentile of the latency
    in seconds, bytes of an answer with its head."""
    cpu_us, said = wrk(server, lua, seconds, connections, cores=SECOND)
    count, took, read = re.search(r"(\d+) requests in (\S+), (\S+) read", said).groups()
    return (cpu_us, int(count) / to_number(took),
            to_number(re.search(r" 50% +(\S+)", said)[1]),
            to_number(re.search(r" 99% +(\S+)", said)[1]), to_number(read) / int(count))


def serve(binary, *options):
    """(process, port): one worker, with its log on and thrown away."""
    port = free_port()
    return start_ours(binary, port, cores=FIRST, arguments=options), port


def stop(server):
    process, _ = server
    process.terminate()
    if process.wait():
        raise Failure(f"the server ended with {process.returncode}")


def medians(runs):
    return [statistics.median(values) for values in zip(*runs)]


def rounds_of(quick):
    """How often, and for how many seconds. One more goes before, and does not count."""
    return (1, 1) if quick else (5, 2)


# --- connections

def measure_connections(binary, folder, quick):
    table = Table("Connections: `wrk -t1 -cN --latency -s single.lua`, server and wrk on a "
                  "core each", ["connections", "CPU us a request", "requests a second",
                                "median ms", "p99 ms"])
    counts = [1, 10, 100] if quick else [1, 3, 10, 30, 100, 300, 1000]
    rounds, seconds = rounds_of(quick)
    lua = os.path.join(folder, "single.lua")
    write_lua(lua, [PROFILE.decode()])
    server = serve(binary, "--max-connections", "2000")
    try:
        runs = {count: [] for count in counts}
        for _ in range(rounds + 1):
            for count in counts:
                runs[count].append(ask(server, lua, count, seconds))
    finally:
        stop(server)
    for count in counts:
        cpu, rate, half, most, _ = medians(runs[count][1:])
        table.add(count, f"{cpu:.2f}", f"{rate:.0f}", f"{half * 1e3:.3f}", f"{most * 1e3:.3f}")
    table.show(folder, "connections")


# --- space

def questions(rulebook):
    rng = random.Random(559)
    facts = {fact["name"]: [value["value"] for value in fact["values"]]
             for fact in rulebook["facts"]}
    for _ in range(QUESTIONS):
        yield json.dumps({fact: rng.choice(values) for fact, values in facts.items()
                          if rng.random() >= UNKNOWN}, separators=(",", ":"))


def one_question(rulebook):
    return json.dumps(rulebook["examples"][0]["profile"], separators=(",", ":"))


class Size:
    """A generated rulebook, and what is measured of it."""

    def __init__(self, binary, folder, shape, cells):
        self.shape = shape
        self.path = os.path.join(folder, f"{shape}-{cells}.json")
        rulebook = make_rulebook(cells, shape)
        with open(self.path, "w", encoding="ascii") as file:
            json.dump(rulebook, file)
        self.lua = {"one": self.path + ".one.lua", "all": self.path + ".all.lua"}
        write_lua(self.lua["one"], [one_question(rulebook)])
        write_lua(self.lua["all"], questions(rulebook))
        self.runs = {"one": [], "all": []}
        self.prove(binary)
        self.server = serve(binary, "--rules", self.path)
        self.served_kib = memory_kib(self.server[0].pid, "VmHWM")

    def prove(self, binary):
        runs = [run_measured([binary, "verify", self.path]) for _ in range(5)]
        self.verify_ms = statistics.median(run[1] for run in runs) * 1e3
        self.verify_kib = max(run[2] for run in runs)
        report = runs[0][3]
        self.proof_ms = statistics.median(float(re.search(r"proved +in ([\d.]+) ms", run[3])[1])
                                          for run in runs)
        self.space, self.answers = (int(re.search(pattern, report)[1]) for pattern in (
            r"space +(\d+) ", r"decisions +(\d+) "))

    def finish(self):
        self.asked_kib = memory_kib(self.server[0].pid, "VmHWM")
        stop(self.server)


def show_ratio(sizes, kind, column, name):
    first, *_, last = (medians(size.runs[kind][1:])[column] for size in sizes)
    print(f"{name}, {sizes[-1].space:,} profiles against {sizes[0].space:,}: {last / first:.3f}")


def ask_sizes(sizes, quick):
    rounds, seconds = rounds_of(quick)
    for _ in range(rounds + 1):
        for size in sizes:
            for kind, runs in size.runs.items():
                runs.append(ask(size.server, size.lua[kind], 32, seconds))
    for size in sizes:
        size.finish()


def measure_space(binary, folder, quick):
    table = Table("Space: `rulebook_of_size.py N --shape S >f; pmm-check verify f; pmm-check "
                  "serve --rules f`", [
                      "profiles", "shape", "answers", "load and proof ms", "verify ms",
                      "verify peak KiB", "serve peak KiB", "one profile: CPU us", "bytes",
                      "whole space: CPU us", "bytes", "serve peak KiB then"])
    powers = (2, 4, 6) if quick else (2, 3, 4, 5, 6)
    with tempfile.TemporaryDirectory() as scratch:
        for shape in SHAPES:
            sizes = [Size(binary, scratch, shape, 10 ** power) for power in powers]
            ask_sizes(sizes, quick)
            for size in sizes:
                one, whole = (medians(size.runs[kind][1:]) for kind in ("one", "all"))
                table.add(f"{size.space:,}", shape, f"{size.answers:,}", f"{size.proof_ms:.2f}",
                          f"{size.verify_ms:.0f}", size.verify_kib, size.served_kib,
                          f"{one[0]:.2f}", f"{one[4]:.0f}", f"{whole[0]:.2f}",
                          f"{whole[4]:.0f}", size.asked_kib)
            show_ratio(sizes, "one", 0, f"{shape}, one profile")
            show_ratio(sizes, "all", 0, f"{shape}, whole space")
    table.show(folder, "space")


# --- all

PARTS = {"rows": measure_rows, "connections": measure_connections, "space": measure_space}


def draw(folder):
    if not all(os.path.exists(os.path.join(folder, part + ".dat")) for part in PARTS):
        return
    if not shutil.which("gnuplot"):
        print("no gnuplot, no growth.svg", file=sys.stderr)
        return
    subprocess.run(["gnuplot", "-e", f"folder='{folder}'", os.path.join(HERE, "growth.gp")],
                   check=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("binary")
    parser.add_argument("--out", required=True)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    lacking = [tool for tool in ("wrk", "/usr/bin/time") if not shutil.which(tool)]
    if lacking:
        print(f"growth: {' and '.join(lacking)} missing")
        return 77
    os.makedirs(given.out, exist_ok=True)
    os.sched_setaffinity(0, {CORES[-1]})
    for part in PARTS if given.part == "all" else [given.part]:
        PARTS[part](os.path.abspath(given.binary), given.out, given.quick)
    draw(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
