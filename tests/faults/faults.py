#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every read and write of the command that is cut short, interrupted or fails.

    faults.py FAULTY_BINARY

The binary is the program with tests/faults/faults.c in it. What is only slow or
short changes nothing. What fails gives status 2 and one message; what was
written before are whole rows. A reader that has left is no fault: the command
just ends. Faults of real descriptors are for streams.py.
"""

import os
import pathlib
import re
import sys
import tempfile

import runs
from runs import COMMANDS, RULEBOOK, SECRET, Command, Scenes, require, show

# Of a write or read: what must change nothing.
HARMLESS = ["1 1+", "7 1+", "4095 1+", "1 1/", "EINTR 1/", "EAGAIN 1/"]
ERRORS = {"ENOSPC": b"No space left on device", "EIO": b"Input/output error"}


def check_harmless(binary, command, call, fd):
    expected = runs.usual(binary, command)
    for faults in HARMLESS:
        if "long" in command.name and faults.startswith("1 "):
            continue  # a million calls show no more than a thousand
        runs.check_same(binary, command, expected, f"{call} {fd} {faults}")


def is_part(command, out, expected):
    """Of an answer in rows, only whole ones."""
    has_rows = "csv" in command.name or "ndjson" in command.name
    return expected.startswith(out) and (
        not has_rows or "json" in command.args or out == b"" or out.endswith(b"\n"))


def check_write_fails(binary, command, error):
    """Nothing that was not written goes unnoticed, whichever write it was."""
    expected = runs.usual(binary, command)

    def judge(faults, result):
        message = rb"pmm-check: cannot write the answer: " + ERRORS[error] + rb"; [^\n]+\n"
        require(result.status == 2, f"{faults}: {show(result)}")
        require(re.fullmatch(message, result.err), f"{faults}: {show(result)}")
        require(result.out != expected.out and is_part(command, result.out, expected.out),
                f"{faults}: {show(result)}")

    count = runs.every_call(binary, command, f"write 1 {error} K+", judge)
    require(count >= (2 if "long" in command.name else 1), f"{count} writes")


def check_reader_left(binary, command):
    def judge(faults, result):
        require(result.status == 2 and result.err == b"", f"{faults}: {show(result)}")

    require(runs.every_call(binary, command, "write 1 EPIPE K+", judge), "no write")


def check_close_fails(binary, command):
    """A disk in a network may tell only at the end that it is full."""
    result = runs.run(binary, command, "close 1 EIO 1")
    require(result.fired and result.status == 2 and ERRORS["EIO"] in result.err, show(result))


def check_read_fails(binary, command, name, fd):
    """Rows that came before are answered; the message has no word of the input."""
    expected = runs.usual(binary, command)

    def judge(faults, result):
        message = rb"pmm-check: " + re.escape(name) + rb": Input/output error(; [^\n]+)?\n"
        require(result.status == 2, f"{faults}: {show(result)}")
        require(re.fullmatch(message, result.err), f"{faults}: {show(result)}")
        require(SECRET not in result.err, f"{faults}: {show(result)}")
        require(is_part(command, result.out, expected.out), f"{faults}: {show(result)}")

    count = runs.every_call(binary, command, f"read {fd} EIO K+", judge)
    require(count >= 2, f"{count} reads")


def check_partly_read(binary, command):
    """The rows that were read before the fault are there, and counted."""
    result = runs.run(binary, command, "read 0 EIO 2+")
    rows = [line for line in result.out.splitlines() if line.startswith(b'{"row":')]
    require(rows and b"; rows 1 to %d are answered\n" % len(rows) in result.err, show(result))


def inputs(folder):
    """(command, the name that a message gives to its input, descriptor)"""
    for command in COMMANDS:
        if command.name.startswith("check") and command.data:
            yield command, b"stdin", 0
    for name, data, status in [("a.json", runs.ARRAY, 1), ("b.json", runs.OBJECT, 0),
                               ("c.csv", runs.LONG_CSV, 1), ("d.ndjson", runs.LONG, 1)]:
        path = os.path.join(folder, name)
        pathlib.Path(path).write_bytes(data)
        yield Command(f"check {name}", ["check", path], b"", status), path.encode(), "file"
    yield Command("verify", ["verify", RULEBOOK], b"", 0), RULEBOOK.encode(), "file"
    yield (Command("check --rules", ["check", "--rules", RULEBOOK], runs.OBJECT, 0),
           RULEBOOK.encode(), "file")


def main(binary):
    scenes = Scenes()
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            name = command.name
            if name.endswith(" --help"):
                continue  # written as --help is
            scenes.add(f"{name}: short and interrupted writes", check_harmless, binary, command,
                       "write", 1)
            scenes.add(f"{name}: ENOSPC at every write", check_write_fails, binary, command,
                       "ENOSPC")
            scenes.add(f"{name}: EPIPE at every write", check_reader_left, binary, command)
            scenes.add(f"{name}: EIO when it closes", check_close_fails, binary, command)
        for command, source, fd in inputs(folder):
            scenes.add(f"{command.name}: short and interrupted reads", check_harmless, binary,
                       command, "read", fd)
            scenes.add(f"{command.name}: EIO at every read", check_read_fails, binary, command,
                       source, fd)
        scenes.add("rows before a fault", check_partly_read, binary,
                   Command("", ["check", "--from", "ndjson"], runs.LONG, 1))
        return scenes.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
