#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails on an arrow that points upwards or runs in a circle.

    layering.py SOURCE_ROOT BUILD_ROOT

    main -> commands -> http -> api -> bulk -> rows -+-> profile -+-> rules -> base
                |         |      +---> metrics       +-> answer --+
                +-> log <-+                            +--> web --> base

A room may include the one header ROOM/ROOM.h of the rooms listed for it here, and the
headers from outside that are listed here; everything else is an error, so a new
dependency is a decision that shows up in this file. What calls what is read from the
objects in BUILD_ROOT, since a header can hide it: no call leaves a room upwards, and
none of the files of a room call each other in a circle.
At the end violations are planted in what was read, and each must be found.
"""

import collections
import pathlib
import re
import subprocess
import sys

C_LIBRARY = {
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h",
    "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h",
    "time.h",
}
THREADS = {"pthread.h"}
# Processes and files: for those who start the service, not for the service.
SYSTEM = {
    "dirent.h", "fcntl.h", "getopt.h", "libgen.h", "malloc.h", "poll.h", "signal.h", "sys/ioctl.h",
    "sys/mman.h", "sys/prctl.h", "sys/resource.h", "sys/stat.h", "sys/syscall.h", "sys/types.h",
    "sys/uio.h", "sys/wait.h", "syslog.h", "unistd.h",
}
SOCKETS = {
    "arpa/inet.h", "ifaddrs.h", "net/if.h", "netdb.h", "netinet/in.h", "netinet/tcp.h",
    "sys/epoll.h", "sys/socket.h", "sys/un.h",
}
# What Linux alone has: the acceptor waits for events and asks about TCP.
LINUX = {"linux/sockios.h", "linux/tcp.h", "sys/eventfd.h", "sys/ioctl.h"}
PUBLIC = "pmm/rules.h"

BELOW_ROWS = {"answer", "profile", "include", "base"}
# Room -> (rooms whose headers it may include, headers from outside).
MAY = {
    "include": (set(), {"stdbool.h", "stddef.h", "stdint.h"}),
    "base": (set(), C_LIBRARY),
    "rules": ({"base", "include"}, C_LIBRARY),
    "web": ({"base"}, C_LIBRARY),
    "answer": ({"base", "include", "web"}, C_LIBRARY),
    "profile": ({"base", "include"}, C_LIBRARY),
    "rows": (BELOW_ROWS, C_LIBRARY),
    "bulk": (BELOW_ROWS | {"rows"}, C_LIBRARY),
    "metrics": (BELOW_ROWS, C_LIBRARY | THREADS),
    "api": (BELOW_ROWS | {"rows", "bulk", "metrics", "web"}, C_LIBRARY | THREADS),
    "log": ({"base"}, C_LIBRARY | THREADS | SYSTEM | {"sys/socket.h"}),
    "http": ({"api", "log"} | BELOW_ROWS | {"metrics"},
             C_LIBRARY | THREADS | SYSTEM | SOCKETS | LINUX | {"microhttpd.h", "sys/random.h"}),
    "commands": ({"http", "api", "log", "bulk", "rows", "metrics"} | BELOW_ROWS,
                 C_LIBRARY | THREADS | SYSTEM | SOCKETS | LINUX),
    "main": ({"commands"}, C_LIBRARY),
    "man": ({"commands"}, C_LIBRARY),  # prints the options, at build time
    "tests": (None, None),
}
CORE = {"include", "base", "rules", "web", "answer", "profile"}  # what decides, without the rest

# Libraries that only some files of a room may see: the loader reads a tree and nobody
# else, only the canonical form and tokens are hashed, only one file knows certificates,
# and two tell the libraries' versions.
ONLY = [
    ("cjson/cJSON.h", re.compile(r"src/rules/(load\w*\.[ch]|tree\.[ch]|canon\.c|versions\.c)$")),
    ("gnutls/", re.compile(r"src/(rules/(canon|versions)|api/tokens|http/tls)\.c$")),
    ("seccomp.h", re.compile(r"src/commands/sandbox_calls\.c$")),
    ("linux/landlock.h", re.compile(r"src/commands/sandbox_paths\.c$")),
]

GENERATED = {("web", "assets.h")}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include\b[ \t]*([<"]?)([^>"\n]*)', re.M)


def room_of(path):
    parts = path.parts
    if parts[0] in ("include", "tests"):
        return parts[0]
    return "main" if len(parts) == 2 else parts[1]


def read(root):
    """Path below ROOT -> text, of all sources and headers."""
    return {path.relative_to(root): path.read_text(encoding="utf-8")
            for top in ("include", "src", "tests") for path in sorted((root / top).rglob("*"))
            if path.suffix in (".c", ".h", ".def")}


def judge(path, quote, name, texts):
    """What is wrong with one include, or None."""
    room = room_of(path)
    rooms, outside = MAY[room]
    if not quote:
        return f"{name}: the name must stand there, not a macro"
    if name.endswith(".c"):
        return f"{name}: a source file is compiled, not included"
    if name == PUBLIC:
        return None if rooms is None or "include" in rooms else f"{name}: too far down for it"
    for library, who in ONLY:
        if name.startswith(library) and room != "tests":
            return None if who.search(path.as_posix()) else f"{name}: not in this file"
    if quote == "<":
        return None if outside is None or name in outside else f"<{name}>: not for {room}"
    if (room, name) in GENERATED:
        return None
    if room == "tests" or ("/" not in name and path.parent / name in texts):
        return None
    target = pathlib.Path("src", name)
    if len(target.parts) != 3 or target not in texts:
        return f'"{name}": there is no such header'
    if target.stem != target.parent.name:
        return f'"{name}": private to {target.parent.name}'
    if target.parent.name not in rooms:
        return f'"{name}": {room} must not know {target.parent.name}'
    return None


def look_at_includes(texts, paths):
    """(problems, number of includes) of PATHS among TEXTS."""
    problems, count = [], 0
    for path in paths:
        text = texts[path]
        if room_of(path) not in MAY:
            problems.append(f"{path}: {room_of(path)} is a room without rules")
            continue
        for match in INCLUDE.finditer(text):
            count += 1
            problem = judge(path, match[1], match[2], texts)
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: {problem}")
    return problems, count


def read_symbols(build):
    """ROOM/SOURCE -> (what its object defines, what it wants)."""
    objects = {path: path.name.removesuffix(".c.o").partition("_")
               for path in sorted(build.glob("src/lib*.p/*.c.o"))}
    listing = subprocess.run(["nm", "-A", *objects], capture_output=True, text=True, check=True)
    symbols = {}
    for line in listing.stdout.splitlines():
        path, _, rest = line.partition(":")
        room, _, name = objects[pathlib.Path(path)]
        *_, kind, symbol = rest.split()
        if room in MAY:  # else meson's name for what is generated
            defines, wants = symbols.setdefault(f"{room}/{name}", (set(), set()))
            if kind in "TDBRVWU":
                (wants if kind == "U" else defines).add(symbol)
    return symbols


def look_at_symbols(symbols):
    """(problems, arrows): arrows from room to room point where includes may."""
    where = {symbol: unit for unit, (defines, _) in symbols.items() for symbol in defines
             if not symbol.startswith(("__asan", "__odr"))}
    problems, arrows = [], set()
    for unit, (_, wants) in symbols.items():
        for symbol in wants & where.keys():
            room, target = unit.split("/")[0], where[symbol].split("/")[0]
            if room == target:
                arrows.add((unit, where[symbol]))
            elif target not in {"rules" if may == "include" else may for may in MAY[room][0]}:
                problems.append(f"{unit} wants {symbol}: {room} must not know {target}")
    return problems, arrows


def circles(arrows):
    """The files that stand in a circle, each circle as one text."""
    after = collections.defaultdict(set)
    for one, other in arrows:
        if one != other:
            after[one].add(other)

    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for other in after[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        return seen

    reached = {unit: reach(unit) for unit in list(after)}
    return sorted({" <-> ".join(sorted(other for other in reached[unit] | {unit}
                                       if unit in reached.get(other, ())))
                   for unit in reached if unit in reached[unit]})


# File that a line is added to (made if it is not there), line, and what must be found.
PLANTED = [
    ("src/base/buf.c", "#include <pmm/rules.h>", "too far down"),
    ("src/base/arena.h", '#include "api/api.h"', "base must not know api"),
    ("src/base/utf8.c", "#include <unistd.h>", "not for base"),
    ("src/base/utf8.c", "#include <cjson/cJSON.h>", "not in this file"),
    ("src/rules/prove.c", '#include "answer/answer.h"', "rules must not know answer"),
    ("src/rules/space.c", "#include <cjson/cJSON.h>", "not in this file"),
    ("src/rules/load.c", "#include <gnutls/crypto.h>", "not in this file"),
    ("src/rules/words.c", "#include <pthread.h>", "not for rules"),
    ("src/answer/snapshot.c", '#include "metrics/metrics.h"', "answer must not know metrics"),
    ("src/answer/snapshot.c", '#include "profile/profile.h"', "answer must not know profile"),
    ("src/profile/profile.c", '#include "rows/rows.h"', "profile must not know rows"),
    ("src/profile/profile.c", '#include "../base/buf.h"', "no such header"),
    ("src/bulk/bulk.c", '#include "api/api.h"', "bulk must not know api"),
    ("src/rows/rows.c", '#include "base/buf.h"', "private to base"),
    ("src/metrics/metrics.c", '#include "api/api.h"', "metrics must not know api"),
    ("src/api/check.c", "#include <microhttpd.h>", "not for api"),
    ("src/api/check.c", "  #  include <cjson/cJSON.h>", "not in this file"),
    ("src/api/reply.c", '#include "log/log.h"', "api must not know log"),
    ("src/api/service.c", "#include <sys/socket.h>", "not for api"),
    ("src/log/line.c", '#include "api/api.h"', "log must not know api"),
    ("src/http/http.c", "#include <gnutls/gnutls.h>", "not in this file"),
    ("src/http/http.c", '#include "commands/commands.h"', "http must not know commands"),
    ("src/commands/serve.c", "#include <seccomp.h>", "not in this file"),
    ("src/commands/sandbox.c", "#include <linux/landlock.h>", "not in this file"),
    ("src/main.c", '#include "api/api.h"', "main must not know api"),
    ("src/main.c", "#include HEADER", "not a macro"),
    ("src/main.c", '#include "nowhere.h"', "no such header"),
    ("include/pmm/rules.h", '#include "base/base.h"', "include must not know base"),
    ("include/pmm/rules.h", "#include <stdio.h>", "not for include"),
    ("src/extra/new.c", "#include <stdio.h>", "without rules"),
    ("tests/unit/new.c", '#include "code.c"', "compiled, not included"),
]


class Tap:
    count = failed = 0

    def result(self, problems, name):
        self.count += 1
        self.failed += bool(problems)
        name = name.replace("#", "")  # it would begin a TAP directive
        print(f"{'not ok' if problems else 'ok'} {self.count} - {name}")
        for problem in problems:
            print(f"# {problem}")


def plant(tap, texts, problems):
    for where, line, wanted in PLANTED:
        path = pathlib.Path(where)
        spoilt = {**texts, path: f"{texts.get(path, '')}\n{line}\n"}
        found = set(look_at_includes(spoilt, [path])[0]) - set(problems)
        good = len(found) == 1 and wanted in next(iter(found)) and where in next(iter(found))
        tap.result([] if good else [f"found {sorted(found)}"], f"{line} in {where} is found")


def main(root, build):
    tap = Tap()
    texts, symbols = read(root), read_symbols(build)
    problems, count = look_at_includes(texts, texts)
    tap.result(problems, f"{count} includes point downwards")
    tap.result([] if count > 100 else [f"{count} includes are too few to be all"],
               "the sources were found")
    allowed = {(room, other) for room, (rooms, _) in MAY.items() for other in rooms or ()}
    tap.result(circles(allowed), "no rooms may include each other in a circle")
    tap.result(sorted(arrow for arrow in allowed if arrow[0] in CORE and arrow[1] not in CORE),
               "the core may include nothing of the equipment")
    wrong, calls = look_at_symbols(symbols)
    tap.result(wrong, f"{len(calls)} uses of symbols point downwards")
    tap.result([] if len(symbols) > 50 else [f"{len(symbols)} objects are too few to be all"],
               "the objects were found")
    tap.result(circles(calls), "no file of a room stands in a circle")
    plant(tap, texts, problems)
    tap.result([] if circles({("a/one", "a/two"), ("a/two", "a/three"), ("a/three", "a/one")})
               == ["a/one <-> a/three <-> a/two"] else ["it is not"], "a circle of three is found")
    planted = {"base/buf": ({"buf"}, {"route_find"}), "api/route": ({"route_find"}, set())}
    tap.result([] if look_at_symbols(planted)[0] else ["it is not"], "a call upwards is found")
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


sys.exit(main(*map(pathlib.Path, sys.argv[1:3])))
