#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Limits of bulk requests that take more than a few lines to reach: groups of a
summary, rows by default, kept descriptions of errors.

    limits.py BINARY

Each is tested at the limit and one past it. The limits that options set are in
tests/http/. Results are TAP.
"""

import json
import sys

sys.dont_write_bytecode = True

from upload import (Failure, Server, Tap, ask, check_end, is_sanitized,  # noqa: E402
                    memory_kib)

GROUPS_MOST = 10_000
ROWS_MOST = 1_000_000
TEXT_MOST = 128
# What 10,000 groups may take, names of 128 bytes and the answer included.
GROUPS_GROWTH_KIB = 48 << 10


def grouped(count, kind):
    """Two rows for each of COUNT groups."""
    names = [f"{n:0{TEXT_MOST}}" for n in range(count)] * 2
    if kind == "csv":
        return "".join(["role;Kecamatan\n", *(f"guru;{name}\n" for name in names)]).encode()
    lines = [f'{{"role":"guru","kecamatan":"{name}"}}' for name in names]
    text = "\n".join(lines) if kind == "ndjson" else "[" + ",".join(lines) + "]"
    return text.encode()


def check_groups(server, kind):
    response = ask(server, "/summary?group_by=Kecamatan", kind, grouped(GROUPS_MOST, kind))
    groups = response.json()["groups"]
    if len(groups) != GROUPS_MOST:
        raise Failure(f"{len(groups)} groups")
    if {one["rows"] for one in groups.values()} != {2}:
        raise Failure("a group has not two rows")
    order = [int(name) for name in groups]
    if order != sorted(order):
        raise Failure("the groups are not in the order in which they came")


def check_too_many_groups(server, kind):
    body = grouped(GROUPS_MOST + 1, kind)
    problem = ask(server, "/summary?group_by=Kecamatan", kind, body, status=422).json()
    if problem["code"] != "too_many_groups":
        raise Failure(f"code {problem['code']}")


def check_rows(server, target, kind, first, row, last):
    """The default number of rows, and one more."""
    body = first + row * ROWS_MOST + last
    response = ask(server, target, kind, body, "json" if target == "/summary" else "csv")
    if target == "/summary":
        count = response.json()["rows"]
    else:
        count = response.body.count(b"\n") - 1
    if count != ROWS_MOST:
        raise Failure(f"{count} rows")
    problem = ask(server, target, kind, first + row * (ROWS_MOST + 1) + last, status=413).json()
    if problem["code"] != "too_large":
        raise Failure(f"code {problem['code']}")


def check_array(server):
    body = b"[" + b"{}," * (ROWS_MOST - 1) + b"{}]"
    count = ask(server, "/summary", "json", body).json()["rows"]
    if count != ROWS_MOST:
        raise Failure(f"{count} rows")
    ask(server, "/summary", "json", b"[{}," + body[1:], status=413)


def check_many_descriptions(server):
    """So many different mistakes that not each can be kept in full: the first ones
    are, every row has its code, and the same mistake is told in the same words."""
    count = 20_000
    lines = [json.dumps({"id": str(n), f"tidak dikenal {n:0100}": 1}) for n in range(count)]
    results = ask(server, "/check", "ndjson", "\n".join(lines).encode()).document()[:-1]
    if [one["id"] for one in results] != [str(n) for n in range(count)]:
        raise Failure("the rows are not in order")
    if {one["error"]["code"] for one in results} != {"invalid_profile"}:
        raise Failure("a row has another code")
    full = [one for one in results if "errors" in one["error"]]
    if not 100 < len(full) < count:
        raise Failure(f"{len(full)} of {count} rows are described in full")
    for one in full:
        found = one["error"]["errors"][0]["pointer"]
        if found != f"/tidak dikenal {int(one['id']):0100}":
            raise Failure(f"row {one['row']} has the pointer {found}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: limits.py BINARY")
    tap, server = Tap(), Server(sys.argv[1])
    ask(server, "/summary", "json", b"[{}]")
    idle = memory_kib(server.process.pid, "VmHWM")
    for kind in ("ndjson", "csv", "json"):
        tap.attempt(f"{GROUPS_MOST} groups of {kind}", check_groups, server, kind)
        tap.attempt(f"{GROUPS_MOST + 1} groups of {kind} are too many", check_too_many_groups,
                    server, kind)
    name = f"{GROUPS_MOST} groups take less than {GROUPS_GROWTH_KIB} KiB"
    if is_sanitized(sys.argv[1]):
        tap.skip(name, "a sanitizer has its own memory")
    else:
        grown = memory_kib(server.process.pid, "VmHWM") - idle
        tap.result(f"{grown} KiB" if grown >= GROUPS_GROWTH_KIB else None, name)
        print(f"# {grown} KiB above {idle} KiB", flush=True)
    tap.attempt(f"{ROWS_MOST} rows of NDJSON and one more", check_rows, server, "/summary",
                "ndjson", b"", b"{}\n", b"")
    tap.attempt(f"{ROWS_MOST} elements and one more", check_array, server)
    tap.attempt(f"{ROWS_MOST} rows of CSV and one more", check_rows, server, "/check", "csv",
                b"role\n", b"guru\n", b"\n")
    tap.attempt("more descriptions of errors than are kept", check_many_descriptions, server)
    check_end(tap, server, "afterwards")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
