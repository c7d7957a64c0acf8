#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The standard descriptors as they really fail: full, closed, left, stuck.

    streams.py BINARY

A failing stdout gives status 2 and a message, a failing stderr changes nothing,
and a reader that leaves ends the command at once, whatever there is to read.
Faults of a chosen call are for faults.py.
"""

import contextlib
import fcntl
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

import runs
from runs import COMMANDS, PATIENCE_S, RULEBOOK, Command, Scenes, require, show

from harness import Connection  # noqa: E402

TROUBLE = [
    Command("no command", [], b"", 2),
    Command("an unknown command", ["nonsense"], b"", 2),
    Command("an unknown option", ["check", "--nonsense"], b"", 2),
    Command("a wrong option", ["serve", "--threads", "many"], b"", 2),
    Command("verify without a file", ["verify"], b"", 2),
    Command("no such file", ["check", "/absent/file"], b"", 2),
    Command("no such rulebook", ["verify", "/absent/file", RULEBOOK], b"", 2),
    Command("a rulebook that is none", ["verify", "/dev/null"], b"", 1),
    Command("rows that are none", ["check", "--from", "json"], b"[1,", 2),
]


def shell(text):
    """Has a shell do something before it becomes the program."""
    return ["sh", "-c", text + ' exec "$@"', "sh"]


CLOSING = {"stdin": "exec <&-;", "stdout": "exec >&-;", "stderr": "exec 2>&-;",
           "all": "exec <&- >&- 2>&-;"}


@contextlib.contextmanager
def sink(kind, stream):
    """STREAM ("stdout", "stderr") as one that fails: (what to begin the command
    with, what Popen is to know)"""
    if kind == "closed":
        yield shell(CLOSING[stream]), {stream: subprocess.DEVNULL}
    elif kind == "left":
        read, write = os.pipe()
        os.close(read)
        yield [], {stream: write}
        os.close(write)
    elif kind == "limited":
        with tempfile.TemporaryFile() as file:
            yield shell("ulimit -f 0;"), {stream: file}
    else:
        with open("/dev/full", "wb") as full:
            yield [], {stream: full}


def run_to(binary, command, stream, kind):
    with sink(kind, stream) as (before, streams):
        return runs.run(binary, command, before=before, **streams)


SAYS = {"full": b"No space left on device", "closed": b"Bad file descriptor",
        "limited": b"it is too large"}


def check_stdout(binary, command, kind):
    result = run_to(binary, command, "stdout", kind)
    message = rb"pmm-check: cannot write the answer: " + SAYS.get(kind, b"") + rb"; [^\n]+\n"
    require(result.status == 2, show(result))
    require(re.fullmatch(message if kind in SAYS else b"", result.err), show(result))


def check_stderr(binary, command, kind):
    """The same status and the same answer."""
    expected = runs.run(binary, command)
    result = run_to(binary, command, "stderr", kind)
    require(expected.status == command.status, show(expected))
    require(result[:2] == expected[:2], show(result))


def check_no_stdin(binary):
    before = shell(CLOSING["stdin"])
    result = runs.run(binary, Command("", ["check"], b"", 2), before=before)
    require(result.status == 2 and result.out == b"", show(result))
    require(result.err == b"pmm-check: stdin: Bad file descriptor\n", show(result))
    # Who does not read it does not miss it, nor takes another file for it.
    for args in (["verify", RULEBOOK], ["check", "--rules", RULEBOOK, "/dev/null"]):
        command = Command("", args, b"", 0)
        result = runs.run(binary, command, before=before)
        require(result[:3] == runs.run(binary, command)[:3], show(result))


def check_unreadable(binary, args):
    """Nothing is at address 0 of a process, so to read it is EIO."""
    result = runs.run(binary, Command("", args, b"", 2))
    require(result.status == 2 and result.out == b"", show(result))
    require(result.err == b"pmm-check: /proc/self/mem: Input/output error\n", show(result))


# --- readers that leave, or do not read

@contextlib.contextmanager
def started(binary, args, before=(), **streams):
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
               **streams}
    process = subprocess.Popen([*before, binary, *args], **streams)
    impatience = threading.Timer(PATIENCE_S, process.kill)  # else a test could hang
    impatience.start()
    try:
        yield process
    finally:
        impatience.cancel()
        process.kill()
        process.wait()


def require_quiet_end(process):
    status = process.wait(PATIENCE_S)
    said = process.stderr.read()
    require(status == 2 and said == b"", f"status {status}, stderr {said!r}")


def check_endless_input(binary, line):
    """Of an input without end, only the begin is wanted."""
    feeder = subprocess.Popen(["yes", line], stdout=subprocess.PIPE)
    try:
        with started(binary, ["check", "--from", "ndjson"], stdin=feeder.stdout) as process:
            feeder.stdout.close()
            process.stdout.read(1)
            process.stdout.close()
            require_quiet_end(process)
    finally:
        feeder.kill()
        feeder.wait()


def check_silent_input(binary):
    """The reader leaves while there is nothing to be read or written."""
    with started(binary, ["check", "--from", "ndjson"]) as process:
        process.stdin.write(runs.LONG)
        process.stdin.flush()
        rows = sum(1 for _ in zip(range(2100), process.stdout))
        process.stdout.close()
        require_quiet_end(process)
    require(rows == 2100, f"{rows}")


def check_conversation(binary):
    """A row is answered before the next one is asked."""
    with started(binary, ["check", "--from", "ndjson"]) as process:
        for number in range(1, 4):
            process.stdin.write(b'{"role":"guru"}\n')
            process.stdin.flush()
            line = process.stdout.readline()
            require(line.startswith(b'{"row":%d,' % number), f"{line[:80]!r}")


def is_caught(process, number):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.M)[1], 16) >> (number - 1) & 1


def until(condition):
    """Waits for what the kernel shows but does not announce."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        require(time.monotonic() < deadline, "it did not come to that")
        time.sleep(0.001)


def full_pipe():
    read, write = os.pipe()
    os.set_blocking(write, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(write, b"x")
    os.set_blocking(write, True)
    return read, write


def is_stuck(process):
    """It has taken all of its input and sleeps: not for more, before that is out."""
    left = struct.unpack("i", fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)))[0]
    stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
    return left == 0 and stat.rpartition(")")[2].split()[0] == "S"


def check_second_signal(binary, number):
    """A reader that is stuck keeps the first one waiting, not the second."""
    read, write = full_pipe()
    with started(binary, ["check", "--from", "ndjson"], stdout=write) as process:
        process.stdin.write(runs.ROWS)
        process.stdin.flush()
        until(lambda: is_stuck(process))
        process.send_signal(number)
        until(lambda: not is_caught(process, number))
        process.send_signal(number)
        status = process.wait(PATIENCE_S)
    os.close(read)
    os.close(write)
    require(status == -number, f"status {status}")


def feed(stream, data):
    with contextlib.suppress(BrokenPipeError):
        stream.write(data)
        stream.flush()


def check_not_blocking(binary):
    """Who shares a pipe may have made it so; nothing is lost, nothing said."""
    command = Command("", ["check", "--from", "ndjson"], runs.LONG, 1)
    expected = runs.usual(binary, command)
    read, write = os.pipe()
    os.set_blocking(write, False)
    with started(binary, command.args, stdout=write) as process, open(read, "rb") as answer:
        os.close(write)
        writer = threading.Thread(target=feed_all, args=(process.stdin, runs.LONG))
        writer.start()
        out = answer.read()
        writer.join()
        require(process.wait(PATIENCE_S) == 1 and process.stderr.read() == expected.err, "status")
    require(out == expected.out, f"{out[-100:]!r}")


def feed_all(stream, data):
    feed(stream, data)
    stream.close()


# --- serve

def find_port(process):
    """Of the socket that PROCESS listens on, as the kernel shows it."""
    require(process.poll() is None, f"it ended with status {process.poll()}")
    sockets = set()
    for entry in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(os.readlink(entry))
    for line in pathlib.Path(f"/proc/{process.pid}/net/tcp").read_text("ascii").splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
            return int(fields[1].split(":")[1], 16)
    return None


def ask(port):
    connection = Connection("127.0.0.1", port)
    connection.send(b"GET /check?role=guru HTTP/1.1\r\nHost: localhost\r\n\r\n")
    response = connection.receive()
    require(response.status == 200 and response.body.startswith(b'{"facts"'), f"{response.raw}")
    return connection


@contextlib.contextmanager
def serving(binary, kind):
    args = ["serve", "--listen", "127.0.0.1:0", "--threads", "2"]
    if kind == "all closed":
        with started(binary, args, shell(CLOSING["all"])) as process:
            yield process
    else:
        with sink(kind, "stderr") as (before, streams), \
                started(binary, args, before, **streams) as process:
            yield process


def check_serve(binary, kind):
    """It answers, loads again and ends as ever, though it cannot say so."""
    found = []
    with serving(binary, kind) as process:
        until(lambda: found.append(find_port(process)) or found[-1])
        connection = ask(found[-1])
        for number in range(3):
            target = os.readlink(f"/proc/{process.pid}/fd/{number}")
            require(not target.startswith(("socket", "anon_inode")), f"{number} is {target}")
        process.send_signal(signal.SIGHUP)
        ask(found[-1]).close()
        connection.close()
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE_S)
    require(status == 0, f"status {status}")


def main(binary):
    scenes = Scenes()
    for command in COMMANDS:
        for kind in ("full", "closed", "left", "limited"):
            scenes.add(f"{command.name}: stdout {kind}", check_stdout, binary, command, kind)
    for command in [*COMMANDS, *TROUBLE]:
        for kind in ("full", "closed", "left"):
            scenes.add(f"{command.name}: stderr {kind}", check_stderr, binary, command, kind)
    scenes.add("stdin closed", check_no_stdin, binary)
    for args in (["check"], ["verify"], ["check", "--rules"], ["serve", "--rules"],
                 ["serve", "--config"]):
        scenes.add(f"{' '.join(args)}: a file that cannot be read", check_unreadable, binary,
                   [*args, "/proc/self/mem"])
    scenes.add("the reader of endless rows leaves", check_endless_input, binary,
               '{"role":"guru"}')
    scenes.add("the reader leaves, and nothing more comes", check_silent_input, binary)
    scenes.add("one row asked, one answered", check_conversation, binary)
    for number in (signal.SIGINT, signal.SIGTERM):
        scenes.add(f"a second {number.name} ends what is stuck", check_second_signal, binary,
                   number)
    scenes.add("a pipe that does not block", check_not_blocking, binary)
    for kind in ("full", "closed", "left", "limited", "all closed"):
        scenes.add(f"serve: stderr {kind}", check_serve, binary, kind)
    return scenes.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
