#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails on an #include that points upwards. usage: layering.py SOURCE_ROOT

    main -> commands -> http -> service -> rules -> base
    commands, http -> journal -> base

Each component may include itself, the components below it that are listed
here, and the headers from outside that are listed here; everything else is an
error, so a new dependency is a decision that shows up in this file. Reads the
text of #include lines; what the linker does with it is meson's to say.
At the end it plants violations in a copy and expects each to be found.
"""

import pathlib
import re
import shutil
import sys
import tempfile

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
# What Linux alone has: the porter waits for events and asks about TCP.
LINUX = {"linux/sockios.h", "linux/tcp.h", "sys/eventfd.h", "sys/ioctl.h"}
PUBLIC = "pmm/rules.h"

# Component -> (components whose headers it may include, headers from outside).
MAY = {
    "include": ({"include"}, {"stdbool.h", "stddef.h", "stdint.h"}),
    "base": ({"base"}, C_LIBRARY),
    "rules": ({"rules", "base", "include"}, C_LIBRARY),
    "service": ({"service", "base", "include"}, C_LIBRARY | THREADS),
    "journal": ({"journal", "base"},
                C_LIBRARY | THREADS | SYSTEM | {"sys/eventfd.h", "sys/socket.h"}),
    "http": ({"http", "service", "journal", "base", "include"},
             C_LIBRARY | THREADS | SYSTEM | SOCKETS | LINUX | {"microhttpd.h", "sys/random.h"}),
    "commands": ({"commands", "http", "service", "journal", "base", "include"},
                 C_LIBRARY | THREADS | SYSTEM | SOCKETS | LINUX),
    "main": ({"commands"}, C_LIBRARY),
    "man": ({"man", "commands"}, C_LIBRARY),  # prints the options, at build time
    "tests": (None, None),
}

# Libraries that only some files of a component may see: the loader reads a tree
# and nobody else, only the canonical form and tokens are hashed, only one file
# knows certificates, and two tell the libraries' versions.
ONLY = [
    ("cjson/cJSON.h", re.compile(r"src/rules/(load\w*\.[ch]|tree\.[ch]|facts\.h|canon\.c|"
                                  r"versions\.c)$")),
    ("gnutls/", re.compile(r"src/(rules/(canon|versions)|service/tokens|http/tls)\.c$")),
    ("seccomp.h", re.compile(r"src/commands/sandbox_calls\.c$")),
    ("linux/landlock.h", re.compile(r"src/commands/sandbox_paths\.c$")),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include\b[ \t]*([<"]?)([^>"\n]*)', re.M)


def component_of(path):
    parts = path.parts
    if parts[0] in ("include", "tests"):
        return parts[0]
    return "main" if len(parts) == 2 else parts[1]


def sources(root):
    for top in ("include", "src", "tests"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".c", ".h", ".def"):
                yield path.relative_to(root)


def owners(paths):
    """Basename of a header -> the files of that name."""
    found = {}
    for path in paths:
        if path.suffix != ".c":
            found.setdefault(path.name, []).append(path)
    return found


def judge(path, quote, name, headers):
    """What is wrong with one include, or None."""
    component = component_of(path)
    components, outside = MAY[component]
    if not quote:
        return f"{name}: the name must stand there, not a macro"
    if name.endswith(".c"):
        return f"{name}: a source file is compiled, not included"
    if name == PUBLIC:
        known = components is None or "include" in components
        return None if known else f"{name}: too far down for it"
    for library, who in ONLY:
        if name.startswith(library) and component != "tests":
            return None if who.search(path.as_posix()) else f"{name}: not in this file"
    if quote == "<":
        known = outside is None or name in outside
        return None if known else f"<{name}>: not for {component}"
    candidates = headers.get(pathlib.PurePosixPath(name).name, [])
    if "/" in name or len(candidates) == 0:
        return f'"{name}": there is no such header'
    near = [header for header in candidates if header.parent == path.parent]
    target = (near or candidates)[0]
    if not near and len(candidates) > 1:
        return f'"{name}": more than one header has this name'
    if components is not None and component_of(target) not in components:
        return f'"{name}": {component} must not know {component_of(target)}'
    return None


def check(root):
    """All violations, and how many includes were looked at."""
    paths = list(sources(root))
    headers = owners(paths)
    problems, count = [], 0
    for path in paths:
        if component_of(path) not in MAY:
            problems.append(f"{path}: {component_of(path)} is a component without rules")
            continue
        text = (root / path).read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            count += 1
            problem = judge(path, match[1], match[2], headers)
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: {problem}")
    return problems, count


# File to append to (made if it is not there), line, and what must be found.
PLANTED = [
    ("src/base/buf.c", "#include <pmm/rules.h>", "too far down"),
    ("src/base/arena.h", '#include "service.h"', "base must not know service"),
    ("src/base/word.c", '#include "rulebook.h"', "base must not know rules"),
    ("src/base/utf8.c", "#include <unistd.h>", "not for base"),
    ("src/base/utf8.c", "#include <cjson/cJSON.h>", "not in this file"),
    ("src/rules/prove.c", '#include "edition.h"', "rules must not know service"),
    ("src/rules/space.c", "#include <cjson/cJSON.h>", "not in this file"),
    ("src/rules/load.c", "#include <gnutls/crypto.h>", "not in this file"),
    ("src/rules/words.c", "#include <pthread.h>", "not for rules"),
    ("src/service/check.c", "#include <microhttpd.h>", "not for service"),
    ("src/service/check.c", "  #  include <cjson/cJSON.h>", "not in this file"),
    ("src/service/edition.c", '#include "rulebook.h"', "service must not know rules"),
    ("src/service/reply.c", '#include "http.h"', "service must not know http"),
    ("src/service/reply.c", '#include "journal.h"', "service must not know journal"),
    ("src/rules/reason.c", '#include "journal.h"', "rules must not know journal"),
    ("src/journal/sink.c", '#include "service.h"', "journal must not know service"),
    ("src/journal/line.c", "#include <microhttpd.h>", "not for journal"),
    ("src/service/service.c", "#include <sys/socket.h>", "not for service"),
    ("src/service/service.c", "#include <fcntl.h>", "not for service"),
    ("src/http/http.c", "#include <gnutls/gnutls.h>", "not in this file"),
    ("src/service/exchange.c", "#include <gnutls/crypto.h>", "not in this file"),
    ("src/http/http.c", '#include "commands.h"', "http must not know commands"),
    ("src/http/listen.c", '#include "tree.h"', "http must not know rules"),
    ("src/commands/serve.c", "#include <microhttpd.h>", "not for commands"),
    ("src/commands/load.c", '#include "loader.h"', "commands must not know rules"),
    ("src/commands/serve.c", "#include <seccomp.h>", "not in this file"),
    ("src/commands/sandbox.c", "#include <linux/landlock.h>", "not in this file"),
    ("src/main.c", '#include "service.h"', "main must not know service"),
    ("src/main.c", "#include <unistd.h>", "not for main"),
    ("src/main.c", "#include HEADER", "not a macro"),
    ("src/main.c", '#include "nowhere.h"', "no such header"),
    ("src/service/query.c", '#include "../base/buf.h"', "no such header"),
    ("src/service/query.c", '#include "code.c"', "compiled, not included"),
    ("include/pmm/rules.h", '#include "str.h"', "include must not know base"),
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


def plant(root, where, line):
    """The violations after LINE was added to a copy of ROOT."""
    with tempfile.TemporaryDirectory() as copy:
        copy = pathlib.Path(copy)
        for top in ("include", "src", "tests"):
            shutil.copytree(root / top, copy / top,
                            ignore=lambda folder, names: [
                                name for name in names
                                if not (pathlib.Path(folder) / name).is_dir()
                                and pathlib.Path(name).suffix not in (".c", ".h", ".def")])
        target = copy / where
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
        return check(copy)[0]


def main(root):
    tap = Tap()
    problems, count = check(root)
    tap.result(problems, f"{count} includes point downwards")
    tap.result([] if count > 100 else [f"{count} includes are too few to be all"],
               "the sources were found")
    for where, line, wanted in PLANTED:
        found = set(plant(root, where, line)) - set(problems)
        good = len(found) == 1 and wanted in next(iter(found)) and where in next(iter(found))
        tap.result([] if good else [f"found {sorted(found)}"], f"{line} in {where} is found")
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
