#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the daemon has given up once it listens, and what it still can do.

    sandbox.py BINARY [INTRUDER OLDER_KERNEL WITHOUT]

INTRUDER and OLDER_KERNEL are libraries to be preloaded, WITHOUT runs a command as
on a kernel that lacks a system call; each says in its source what it does. Where
they are not given, the build has no sandbox, and must say so. That nothing more
is needed than what is left is shown by the other tests, which are run with a build
that ends at any other call (-Dseccomp_strict=true). Results are TAP.
"""

import ctypes
import os
import re
import signal
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))

from harness import Failure, Server, Tap  # noqa: E402
from program import get, require, run_refused, stop, write  # noqa: E402
from reloads import Books, default_rulebook, play_reloads, reload  # noqa: E402

LANDLOCK_CREATE_RULESET, ASK_VERSION = 444, 1  # the same on all machines
LANDLOCK_ABIS = range(1, 7)  # those that differ in what they can hold back


def landlock_abi():
    """What the kernel has; 0 for none."""
    return max(ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, 0, ASK_VERSION), 0)


def is_x86():
    return os.uname().machine == "x86_64"


def said(server):
    """What the log says is in force."""
    found = re.findall(r"event=sandbox (.*)", server.log_text())
    require(len(found) == 1, f"not one line about the sandbox\n{server.log_text()}")
    return found[0]


def preload(library, **variables):
    return ["env", f"LD_PRELOAD={os.path.abspath(library)}",
            *(f"{name}={value}" for name, value in variables.items())]


# What is in force


def figures(task):
    """The lines of /proc about the privileges of a process or thread."""
    with open(f"/proc/{task}/status", encoding="utf-8") as file:
        lines = dict(line.split(":", 1) for line in file)
    return tuple(int(lines[name]) for name in ("NoNewPrivs", "Seccomp", "Seccomp_filters"))


def check_threads(binary, mode, has_seccomp):
    _, _, filters = figures("self")
    server = Server(binary, ["--sandbox", mode, "--threads", "3"])
    try:
        tasks = os.listdir(f"/proc/{server.process.pid}/task")
        require(len(tasks) >= 4, f"there are {len(tasks)} threads")
        wanted = (1, 2, filters + 1) if has_seccomp else figures("self")
        for task in tasks:
            found = figures(f"{server.process.pid}/task/{task}")
            require(found == wanted, f"a thread has {found}, not {wanted}")
    finally:
        stop(server)


def check_privileges(binary, without):
    """The bit does not come with the other layer alone."""
    server = Server(binary, prefix=[without, "seccomp"])
    try:
        require(figures(server.process.pid)[0] == 1, "it could get new privileges")
    finally:
        stop(server)


def check_said(binary, args, wanted, prefix=()):
    server = Server(binary, args, prefix=prefix)
    try:
        require(said(server) == wanted, f"it says {said(server)!r}, not {wanted!r}")
        get(server, "/check?role=guru")
    finally:
        stop(server)


def check_required(binary, word, prefix=()):
    first, *rest = [*prefix, binary]
    message = run_refused(first, *rest, "serve", "--listen", "127.0.0.1:0",
                          "--sandbox", "require")
    require(word in message and "listening" not in message, message)


def check_mode(binary):
    message = run_refused(binary, "serve", "--listen", "127.0.0.1:0", "--sandbox", "kenari")
    require("auto|off|require" in message, message)


# What can be done from within


def intrude(binary, intruder, act, wanted, path="/", args=(), prefix=()):
    """WANTED is the name of the errno, or the signal that ends the server."""
    server = Server(binary, args, prefix=[*prefix, *preload(intruder, INTRUDER=act,
                                                            INTRUDER_FILE=path)])
    connection = server.connect()
    connection.send(b"GET /check?role=guru HTTP/1.1\r\nHost: localhost\r\n\r\n")
    connection.flush()
    if isinstance(wanted, signal.Signals):
        status = server.wait()
        require(status == -wanted, f"status {status}\n{server.log_text()}")
    else:
        response = connection.receive()
        connection.close()  # before the end, which would wait for it
        require(response.status == 200, f"status {response.status}")
        stop(server)
        require(f"intruder: {act}: {wanted}\n" in server.log_text(), server.log_text())


def play_intruder(tap, binary, intruder, folder, abi):
    """Each act with the sandbox off first, so that it is known to be one."""
    rules = os.path.join(folder, "rules")
    os.mkdir(rules)
    book = write(rules, "buku.json", default_rulebook(binary))
    beside = write(rules, "lain.txt", "")
    outside = write(folder, "rahasia.txt", "")
    missing = os.path.join(folder, "tidak-ada")
    died = signal.SIGSYS
    for act, path, off, on in [
            ("nothing", "/", "0", "0"),
            ("read", outside, "0", "EACCES"), ("read", "/etc/passwd", "0", "EACCES"),
            ("read", beside, "0", "0"), ("list", rules, "0", "EACCES"),
            ("list", folder, "0", "EACCES"), ("read", missing, "ENOENT", "ENOENT"),
            ("write", outside, "0", died), ("write", beside, "0", died),
            ("create", missing, "0", died), ("remove", missing, "0", died),
            ("exec", missing, "ENOENT", died), ("fork", "/", "0", died),
            ("thread", "/", "0", died), ("netlink", "/", "0", died), ("bind", "/", "0", died),
            ("signal", "/", "0", died), ("code", "/", "0", died),
            ("entrance", "/", "ENOSYS", died if is_x86() else "ENOSYS"),
            ("abort", "/", signal.SIGABRT, signal.SIGABRT)]:
        for mode, wanted in ("off", off), ("auto", on):
            fate = getattr(wanted, "name", wanted)
            name = f"an intruder, sandbox {mode}: {act} {os.path.basename(path)}: {fate}"
            if wanted == "EACCES" and not abi:
                tap.skip(name, "this kernel has no Landlock")
            else:
                tap.attempt(name, intrude, binary, intruder, act, wanted, path,
                            ["--sandbox", mode, "--rules", book])


def check_beside_stdin(binary, intruder, folder):
    """A rulebook from stdin does not open the directory of /dev/stdin."""
    book = write(folder, "buku.json", default_rulebook(binary))
    from_book = ["sh", "-c", 'exec "$@" <"$0"', book]
    for mode, wanted in ("off", "0"), ("auto", "EACCES"):
        intrude(binary, intruder, "read", wanted, "/dev/zero",
                ["--sandbox", mode, "--rules", "/dev/stdin"], from_book)


def play_landlock_alone(tap, binary, intruder, without, folder, abi):
    """What Landlock holds back without the other layer."""
    outside = write(folder, "rahasia.txt", "")
    missing = os.path.join(folder, "tidak-ada")
    if abi:
        tap.attempt("nothing is opened beside /dev/stdin", check_beside_stdin, binary, intruder,
                    folder)
    for act, path, wanted, since in [
            ("read", outside, "EACCES", 1), ("write", outside, "EACCES", 1),
            ("create", missing, "EACCES", 1), ("remove", outside, "EACCES", 1),
            ("exec", "/bin/true", "EACCES", 1), ("bind", "/", "EACCES", 4),
            ("signal", "/", "EPERM", 6), ("thread", "/", "0", 1)]:
        name = f"Landlock alone: {act}: {wanted}"
        if abi < since:
            tap.skip(name, f"this kernel's Landlock is {abi}")
        else:
            tap.attempt(name, intrude, binary, intruder, act, wanted, path, (),
                        [without, "seccomp"])


# Older kernels


def check_older_kernel(binary, library, folder, abi):
    books = Books(binary)
    path = books.write(os.path.join(folder, str(abi)), "buku.json", "1.0.0")
    server = Server(binary, ["--rules", path, "--sandbox", "require"],
                    prefix=preload(library, LANDLOCK_ABI=abi))
    try:
        require(said(server) == f"seccomp=on landlock={abi}", server.log_text())
        os.rename(books.write(folder, "baru", "1.0.1"), path)
        reload(server, "1.0.1")
    finally:
        stop(server)


def play_kernels(tap, binary, older_kernel, without, folder, abi):
    for number in LANDLOCK_ABIS:
        name = f"a kernel with Landlock {number}"
        if number > abi:
            tap.skip(name, f"this kernel's Landlock is {abi}")
        else:
            tap.attempt(name, check_older_kernel, binary, older_kernel, folder, number)
    lacks_landlock = [without, "landlock_create_ruleset"]
    lacks_seccomp = [without, "seccomp"]
    tap.attempt("a kernel without Landlock", check_said, binary, (), "seccomp=on landlock=none",
                lacks_landlock)
    tap.attempt("a kernel without seccomp", check_said, binary, (),
                f"seccomp=none landlock={abi or 'none'}", lacks_seccomp)
    tap.attempt("Landlock is required and missing", check_required, binary, "Landlock",
                lacks_landlock)
    if abi:
        tap.attempt("seccomp is required and missing", check_required, binary, "seccomp",
                    lacks_seccomp)


def play(tap, binary, intruder, older_kernel, without):
    abi = landlock_abi()
    in_force = f"seccomp=on landlock={abi or 'none'}"
    tap.attempt("what is in force is said", check_said, binary, (), in_force)
    if abi:
        tap.attempt("what is required is there", check_said, binary, ["--sandbox", "require"],
                    in_force)
    tap.attempt("every thread is held", check_threads, binary, "auto", True)
    tap.attempt("sandbox off: no thread is held", check_threads, binary, "off", False)
    tap.attempt("no new privileges, with Landlock alone", check_privileges, binary, without)
    with tempfile.TemporaryDirectory() as folder:
        play_intruder(tap, binary, intruder, folder, abi)
    with tempfile.TemporaryDirectory() as folder:
        play_landlock_alone(tap, binary, intruder, without, folder, abi)
        play_kernels(tap, binary, older_kernel, without, folder, abi)
    play_reloads(tap, binary, abi)


def main():
    if len(sys.argv) not in (2, 5):
        sys.exit("usage: sandbox.py BINARY [INTRUDER OLDER_KERNEL WITHOUT]")
    tap = Tap()
    binary, parts = sys.argv[1], sys.argv[2:]
    tap.attempt("--sandbox off says so", check_said, binary, ["--sandbox", "off"],
                "seccomp=off landlock=off")
    tap.attempt("--sandbox of another word is refused", check_mode, binary)
    if parts:
        play(tap, binary, *parts)
    else:
        tap.attempt("a build without a sandbox says so", check_said, binary, (),
                    "seccomp=none landlock=none")
        tap.attempt("a build without a sandbox refuses to require it", check_required, binary,
                    "Landlock")
    return tap.finish()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as problem:
        sys.exit(f"{problem}")
