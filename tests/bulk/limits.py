#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Limits of bulk requests that take more than a few lines to reach, and what so much
costs in memory: groups of a summary, rows by default, kept descriptions of errors.

    limits.py BINARY

Each is tested at the limit and one past it, and every byte of long answers: rows
repeat a few profiles whose answers are asked for in a small request first (oracle.py
holds those to be right). Memory is that of a server of its own for each request,
above what it used after a small one; it is not measured in a binary with a
sanitizer. The limits that options set are in tests/http/. Results are TAP.
"""

import json
import sys

sys.dont_write_bytecode = True

from upload import (Failure, Server, Tap, ask, check_end, is_sanitized,  # noqa: E402
                    memory_kib)

GROUPS_MOST = 10_000
ROWS_MOST = 1_000_000
ROWS_MANY = 200_000  # whose answers, as JSON, are a hundred million bytes
TEXT_MOST = 128
# What 10,000 groups may take, names of 128 bytes and the answer included.
GROUPS_GROWTH_KIB = 48 << 10
ROW_GROWTH_BYTES = 64  # with an id of ten bytes
WRONG_GROWTH_BYTES = 64 + 10  # where every row is wrong in its own way
SUMMARY_GROWTH_KIB = 4 << 10  # for any number of rows
SLACK_KIB = 4 << 10

PROFILES = [
    '"role":"guru","employment":"PNS","belajar_id":true,"dapodik_gtk":true}',
    '"role":"Guru Kelas","employment":"Guru Honor Sekolah","belajar_id":false}',
    '"jenis_ptk":"Guru Mapel","tugas_tambahan":"Kepala Sekolah","employment":"PPPK"}',
    '"role":"Tenaga Perpustakaan"}',
    '"role":"guru","employment":"tidak dikenal"}',
    '"employment":"CPNS","role":"guru","dapodik_gtk":"ya"}',
    '"role":"guru","employment":"PNS",}',
]


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


def first_difference(found, wanted):
    at = next((i for i, (a, b) in enumerate(zip(found, wanted)) if a != b),
              min(len(found), len(wanted)))
    start = found.rfind(b"\n", 0, at) + 1
    return f"{found[start:at + 80]!r}, expected {wanted[start:at + 80]!r}"


def require_same(found, wanted):
    if found != wanted:
        raise Failure(first_difference(found, wanted))


def rows_of(count):
    return "".join([f'{{"id":"{n:010}",{PROFILES[n % len(PROFILES)]}\n'
                    for n in range(1, count + 1)]).encode()


def check_lines(server):
    """Every byte of the answer; a line that is not JSON has no id."""
    count = len(PROFILES)
    few = ask(server, "/check", "ndjson", rows_of(count)).body.decode().splitlines()
    rest = {n % count: (f'"id":"{n:010}",' in few[n - 1],
                        few[n - 1].replace(f'"id":"{n:010}",', "").removeprefix(f'{{"row":{n},'))
            for n in range(1, count + 1)}
    wanted = []
    for n in range(1, ROWS_MANY + 1):
        has_id, text = rest[n % count]
        wanted.append(f'{{"row":{n},"id":"{n:010}",{text}\n' if has_id else
                      f'{{"row":{n},{text}\n')
    bad = sum(n % count in (4, 6) for n in range(1, ROWS_MANY + 1))
    wanted.append(few[-1].partition(',"rulebook"')[2].join(
        [f'{{"summary":{{"rows":{ROWS_MANY},"evaluated":{ROWS_MANY - bad},'
         f'"rejected":{bad},"skipped":0,"without_facts":0}},"rulebook"', "\n"]))
    require_same(ask(server, "/check", "ndjson", rows_of(ROWS_MANY)).body,
                 "".join(wanted).encode())


def check_too_many_rows(server, target, kind, first, row, last):
    problem = ask(server, target, kind, first + row * (ROWS_MOST + 1) + last, status=413).json()
    if problem["code"] != "too_large":
        raise Failure(f"code {problem['code']}")


def check_table(server):
    """As many rows as there may be, and one more, of CSV."""
    head, line = ask(server, "/check", "csv", b"id;role\n0000000001;guru\n").body.splitlines()
    mark = head.decode()[len("row")]
    rest = line.decode().removeprefix(f"1{mark}0000000001")
    numbers = range(1, ROWS_MOST + 1)
    body = "id;role\n" + "".join([f"{n:010};guru\n" for n in numbers])
    wanted = head.decode() + "\n" + "".join([f"{n}{mark}{n:010}{rest}\n" for n in numbers])
    require_same(ask(server, "/check", "csv", body.encode()).body, wanted.encode())
    check_too_many_rows(server, "/check", "csv", b"role\n", b"guru\n", b"\n")


def check_summary(server, kind, first, row, last):
    body = first + row * (ROWS_MOST - 1) + last
    count = ask(server, "/summary", kind, body).json()["rows"]
    if count != ROWS_MOST:
        raise Failure(f"{count} rows")
    check_too_many_rows(server, "/summary", kind, first, row, last)


def check_wrong(server):
    """Each row with a mistake whose description is unlike that of all others."""
    body = "".join([f'{{"id":"{n:010}","kolom yang tidak dikenal nomor {n}":1}}\n'
                    for n in range(ROWS_MANY)])
    last = ask(server, "/check", "ndjson", body.encode()).body.splitlines()[-1]
    summary = json.loads(last)["summary"]
    if (summary["rows"], summary["rejected"]) != (ROWS_MANY, ROWS_MANY):
        raise Failure(f"the last line says {summary}")


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


def measured(tap, binary, limit_kib, name, check, *args):
    """CHECK with a server of its own, which may grow by LIMIT_KIB."""
    server = Server(binary)
    ask(server, "/check", "ndjson", rows_of(100))
    ask(server, "/summary", "json", b"[{}]")
    idle = memory_kib(server.process.pid, "VmHWM")
    tap.attempt(name, check, server, *args)
    grown = memory_kib(server.process.pid, "VmHWM") - idle
    name = f"{name}: memory above idle stays below {limit_kib} KiB"
    if is_sanitized(binary):
        tap.skip(name, "a sanitizer has its own")
    else:
        tap.result(f"{grown} KiB" if grown >= limit_kib else None, name)
        print(f"# {grown} KiB above {idle} KiB", flush=True)
    check_end(tap, server, name.split(":")[0])


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: limits.py BINARY")
    tap, binary = Tap(), sys.argv[1]
    server = Server(binary)
    for kind in ("ndjson", "csv", "json"):
        measured(tap, binary, GROUPS_GROWTH_KIB, f"{GROUPS_MOST} groups of {kind}", check_groups,
                 kind)
        tap.attempt(f"{GROUPS_MOST + 1} groups of {kind} are too many", check_too_many_groups,
                    server, kind)
    tap.attempt("more descriptions of errors than are kept", check_many_descriptions, server)
    check_end(tap, server, "afterwards")
    measured(tap, binary, (ROWS_MANY * ROW_GROWTH_BYTES >> 10) + SLACK_KIB,
             f"/check of {ROWS_MANY} rows", check_lines)
    measured(tap, binary, (ROWS_MANY * WRONG_GROWTH_BYTES >> 10) + SLACK_KIB,
             f"/check of {ROWS_MANY} rows that are all wrong", check_wrong)
    measured(tap, binary, ROWS_MOST * ROW_GROWTH_BYTES >> 10,
             f"/check of {ROWS_MOST} rows of CSV and one more", check_table)
    for kind, parts in (("ndjson", (b"", b"{}\n", b"{}")), ("json", (b"[", b"{},", b"{}]"))):
        measured(tap, binary, SUMMARY_GROWTH_KIB,
                 f"/summary of {ROWS_MOST} rows of {kind} and one more", check_summary, kind,
                 *parts)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
