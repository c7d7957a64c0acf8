# SPDX-License-Identifier: MIT
"""Rulebooks given as files: `serve --rules` and `verify`, for lifecycle.py.

The files are made of the default rulebook as the server serves it; each broken
one has one thing spoilt. That every kind of fault is found, and where, is the
matter of the tests of the rules core; here it counts what the program makes of it.
"""

import copy
import json
import os
import re

from harness import Failure, Server
from program import check_refused, get, require, run, run_refused, stop, write


def check_rules_file(binary, path, digest):
    server = Server(binary, ["--rules", path])
    try:
        found = get(server, "/check").json()["rulebook"]["digest"]
        require(found == digest, f"digest {found}, expected {digest}")
    finally:
        stop(server)


def check_missing_rules(binary, path):
    message = run_refused(binary, "serve", "--listen", "127.0.0.1:0", "--rules", path)
    require(os.path.basename(path) in message, f"the file is not named: {message}")


def without_rule(rulebook):
    """A gap: nothing says what holds for CPNS."""
    rulebook["rules"] = [rule for rule in rulebook["rules"]
                         if rule["when"].get("employment") != ["CPNS"]]


def with_contradiction(rulebook):
    """Non-ASN both need and need not use it."""
    for rule in list(rulebook["rules"]):
        if rule["when"].get("employment") == ["non_ASN"]:
            other = copy.deepcopy(rule)
            other["id"] = "aturan-yang-berlawanan"
            other["then"]["obligation"] = "required"
            rulebook["rules"].append(other)


def with_unknown_fact(rulebook):
    rulebook["rules"][0]["when"]["fakta_asing"] = ["guru"]


def with_bad_date(rulebook):
    rulebook["effective_from"] = "2024-02-30"


def with_failing_example(rulebook):
    rulebook["examples"] = [{"name": "contoh-yang-keliru", "profile": {"role": "guru"},
                             "expect": {"komunitas": {"obligation": "required"}}}]


BROKEN = [
    ("a gap", without_rule, ["curl", "/check"]),
    ("a contradiction", with_contradiction, ["aturan-yang-berlawanan", "curl", "/check"]),
    ("an unknown fact", with_unknown_fact, ["fakta_asing"]),
    ("a bad date", with_bad_date, ["effective_from"]),
    ("a failing example", with_failing_example, ["contoh-yang-keliru"]),
]


def check_broken_rules(binary, path, words):
    message = run_refused(binary, "serve", "--listen", "127.0.0.1:0", "--rules", path)
    for word in words:
        require(word in message, f"{word} is not in the message\n{message}")


def check_verify_broken(binary, path, words):
    out, err = run(binary, "verify", path, status=1)
    for word in words:
        require(word in out + err, f"{word} is not in what it says\n{out}{err}")


def check_verify(binary, path, rulebook):
    out, _ = run(binary, "verify", path, status=0)
    require(re.search(r"\b(36|144)\b", out), f"the size of the profile space is not in\n{out}")
    words = [rule["id"] for rule in rulebook["rules"]]
    words += [feature["name"] for feature in rulebook["features"]]
    for word in words:
        require(word in out, f"{word} is not in\n{out}")


def default_rulebook(binary):
    """As the server serves it, with its digest: (bytes, digest)."""
    server = Server(binary)
    try:
        text = get(server, "/rulebook").body
        return text, get(server, "/check").json()["rulebook"]["digest"]
    finally:
        server.stop()


def reordered(value):
    """The same JSON value with the members of all objects in another order."""
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in sorted(value, reverse=True)}
    return [reordered(one) for one in value] if isinstance(value, list) else value


def check_directory(binary, folder, text):
    """All of it or nothing: two broken ones are both named, and nothing is served."""
    directory = os.path.join(folder, "banyak")
    os.mkdir(directory)
    check_broken_rules(binary, directory, ["banyak: there is no *.json"])
    write(directory, "baik.json", text)
    write(directory, "rusak-a.json", "{}")
    write(directory, "rusak-b.json", text[:-20])
    check_broken_rules(binary, directory, ["rusak-a.json:1:1: error [", "rusak-b.json:", "none of its"])
    os.unlink(os.path.join(directory, "rusak-a.json"))
    os.unlink(os.path.join(directory, "rusak-b.json"))
    server = Server(binary, ["--rules", directory])
    get(server, "/check")
    stop(server)


def run_verify(binary, paths, status):
    run(binary, "verify", *paths, status=status)


def play_rulebooks(tap, binary, folder):
    try:
        text, digest = default_rulebook(binary)
    except Failure as problem:
        tap.result(problem, "the default rulebook is served")
        return
    rulebook = json.loads(text)
    good = write(folder, "baik.json", text.decode())
    other = write(folder, "lain.json", json.dumps(reordered(rulebook), indent=3))
    missing = os.path.join(folder, "tidak-ada.json")
    tap.attempt("--rules takes a file", check_rules_file, binary, good, digest)
    tap.attempt("white space and order of members do not change the digest",
                check_rules_file, binary, other, digest)
    tap.attempt("a rules file that is missing", check_missing_rules, binary, missing)
    tap.attempt("--rules takes a directory, whole or not at all", check_directory, binary,
                folder, text.decode())
    tap.attempt("verify holds", check_verify, binary, good, rulebook)
    tap.attempt("verify of a missing file", check_refused, binary, ["verify", missing])
    for name, spoil, words in BROKEN:
        spoilt = copy.deepcopy(rulebook)
        spoil(spoilt)
        path = write(folder, "rusak.json", json.dumps(spoilt))
        tap.attempt(f"serve refuses {name}", check_broken_rules, binary, path, words)
        tap.attempt(f"verify refuses {name}", check_verify_broken, binary, path, words)
    path = write(folder, "rusak.json", text.decode()[:-20])
    tap.attempt("serve refuses what is not JSON", check_broken_rules, binary, path, ["rusak.json"])
    tap.attempt("verify refuses what is not JSON", check_verify_broken, binary, path, [])
    tap.attempt("verify of two good ones", run_verify, binary, [good, other], 0)
    tap.attempt("verify of a good and a broken one", run_verify, binary, [good, path], 1)
    tap.attempt("verify of a broken and a good one", run_verify, binary, [path, good], 1)
    tap.attempt("verify of a good and a missing one", run_verify, binary, [good, missing], 2)
