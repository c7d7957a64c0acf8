#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rulebooks of many shapes, served, and profiles of each asked over HTTP.

Usage: run_rulebooks.py BINARY RULEBOOK...

Each RULEBOOK, and some more from fixed seeds, is served. All its profiles, or 4,000 of
them if there are more, are asked in one body, for whole answers, for CSV and for counts,
and a few one by one, which must be the same. What comes back is held against a naive
reading of the rules (naive.py): values, what is possible and missing, basis, reason, flags.
Prints TAP: one point for each rulebook.
"""

import collections
import csv
import http.client
import io
import itertools
import json
import os
import random
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

from harness import SANITIZER, Failure, Server, Tap  # noqa: E402
from naive import Naive  # noqa: E402
from random_rulebooks import make_rulebook  # noqa: E402

SEEDS = 40
ASKED = 4_000
SINGLE = 50  # of those, one by one
PATIENCE_S = 300


def choose(rng, naive):
    """All profiles, or some."""
    every = list(itertools.islice(naive.profiles(), ASKED + 1))
    if len(every) <= ASKED:
        return every
    return [{}] + [{fact: value for fact, values in naive.facts.items()
                    if (value := rng.choice([None, *values, *values])) is not None}
                   for _ in range(ASKED - 1)]


def ask(connection, target, body, kind="application/x-ndjson", accept="*/*"):
    connection.request("POST", target, body.encode(), {"Content-Type": kind, "Accept": accept})
    response = connection.getresponse()
    text = response.read().decode()
    if response.status != 200:
        raise Failure(f"{target}: status {response.status}: {text[:500]}")
    return text


def require_equal(where, found, wanted):
    if found != wanted:
        raise Failure(f"{where}\nfound  {found}\nwanted {wanted}")


def wanted_feature(naive, feature, profile):
    answer = naive.answer(feature, profile)
    possible = answer["possible"]
    return {"values": {name: values[0] if len(values) == 1 else "undetermined"
                       for name, values in possible.items()},
            "possible": {name: values for name, values in possible.items() if len(values) > 1},
            "missing": answer["missing"], "basis": answer["basis"],
            "reason": naive.reason(answer, feature, "id")}, answer["flags"]


def found_feature(naive, feature):
    basis = {}
    for one in feature["basis"]:
        for name in one["for"]:
            basis.setdefault(name, []).append(one["rule"])
    return {"values": {name: feature[name] for name in naive.attributes},
            "possible": feature.get("possible", {}), "missing": feature.get("missing", []),
            "basis": basis, "reason": feature["reason"]}


class Asked:
    """Profiles, and what must follow from them."""

    def __init__(self, naive, notices, profiles):
        self.naive = naive
        self.notices = {"notices": [{name: value if name == "since" else value["id"]
                                     for name, value in one.items()}
                                    for one in notices]} if notices else {}
        self.profiles = profiles
        self.body = "".join(json.dumps(profile) + "\n" for profile in profiles)
        self.wanted = [{feature: wanted_feature(naive, feature, profile)
                        for feature in naive.features} for profile in profiles]
        self.missing = [[fact for fact in naive.facts
                         if any(fact in one["missing"] for one, _ in wanted.values())]
                        for wanted in self.wanted]

    def check_rows(self, rows):
        for profile, wanted, missing, row in zip(self.profiles, self.wanted, self.missing, rows):
            for feature, (one, _) in wanted.items():
                require_equal(f"{profile}, {feature}",
                              found_feature(self.naive, row["features"][feature]), one)
            require_equal(f"{profile}", {**row, "features": list(row["features"])}, {
                "row": row["row"], "facts": profile, "features": list(self.naive.features),
                "missing": missing, **self.notices, "rulebook": row["rulebook"]})
            require_equal("members", list(row), ["row", "facts", "features", "missing",
                                                 *self.notices, "rulebook"])

    def check_csv(self, text):
        head, *rows = csv.reader(io.StringIO(text))
        columns = [f"{feature}.{name}" for feature in self.naive.features
                   for name in self.naive.attributes]
        require_equal("header", head, ["row", "id", *self.naive.facts, *columns, "error"])
        require_equal("rows of CSV", len(rows), len(self.profiles))
        for number, (profile, wanted, row) in enumerate(zip(self.profiles, self.wanted, rows), 1):
            facts = [json.dumps(profile[fact]).strip('"') if fact in profile else ""
                     for fact in self.naive.facts]
            values = [value for one, _ in wanted.values() for value in one["values"].values()]
            require_equal(f"{profile} as CSV", row, [str(number), "", *facts, *values, ""])

    def check_summary(self, summary):
        require_equal("evaluated", [summary["rows"], summary["evaluated"]],
                      [len(self.profiles)] * 2)
        for feature in self.naive.features:
            counts = collections.Counter()
            for wanted in self.wanted:
                one, flags = wanted[feature]
                counts.update([*one["values"].items(), *flags])
            require_equal(f"counts of {feature}", summary["features"][feature], {
                **{name: {value: counts[name, value] for value in [*values, "undetermined"]}
                   for name, values in self.naive.attributes.items()},
                **{flag: counts[flag] for flag in self.naive.flags}})
        missing = collections.Counter(fact for facts in self.missing for fact in facts)
        require_equal("missing", summary["missing"],
                      {fact: missing[fact] for fact in self.naive.facts})


def check_all(connection, rng, naive, notices):
    asked = Asked(naive, notices, choose(rng, naive))
    *rows, end = map(json.loads, ask(connection, "/check?detail=full", asked.body).splitlines())
    require_equal("rows", [len(rows), end["summary"]["evaluated"]], [len(asked.profiles)] * 2)
    asked.check_rows(rows)
    asked.check_csv(ask(connection, "/check", asked.body, accept="text/csv"))
    asked.check_summary(json.loads(ask(connection, "/summary", asked.body)))
    for at in rng.sample(range(len(rows)), min(SINGLE, len(rows))):
        single = json.loads(ask(connection, "/check", json.dumps(asked.profiles[at]),
                                "application/json"))
        require_equal("a row, and one alone", rows[at], {"row": at + 1, **single})


def check_rulebook(binary, path):
    with open(path, encoding="utf-8") as file:
        rulebook = json.load(file)
    server = Server(binary, ["--rules", path])
    connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE_S)
    try:
        check_all(connection, random.Random(559), Naive(rulebook),
                  rulebook.get("notices"))
    finally:
        connection.close()
        status = server.stop()
    if status != 0 or SANITIZER.search(server.output()):
        raise Failure(f"exit status {status}\n{server.log_text()}")


def main(binary, *paths):
    tap = Tap()
    for path in paths:
        tap.attempt(os.path.basename(path), check_rulebook, binary, path)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rulebook.json")
        for seed in range(SEEDS):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(make_rulebook(random.Random(seed)), file)
            tap.attempt(f"random rulebook {seed}", check_rulebook, binary, path)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Usage: run_rulebooks.py BINARY RULEBOOK...")
    sys.exit(main(*sys.argv[1:]))
