#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The smallest witness of every gap and contradiction, against a search through everything.

Usage: run_witness.py BINARY

Random rulebooks (random_rulebooks.py) from fixed seeds lose rules, or get some that disagree. For
each partial profile all completions are looked at here; the profile that `verify` offers must
be one with the fewest facts given all of whose completions show that fault, the first of
them in the order of the rulebook, and the faults must be all that there are, those with the
smallest witness first. Prints TAP: one point for each rulebook.
"""

import itertools
import json
import os
import random
import re
import sys
import tempfile

from random_rulebooks import make_rulebook
from run_broken import Tap, WITNESS, require, verify

SEEDS = 150
GAP = re.compile(r'No rule decides "(\w+)" of "(\w+)" for (\d+) of \d+ profiles\.')
PAIR = re.compile(r'The rules "(\w+)" and "(\w+)" contradict each other on "(\w+)" of "(\w+)" '
                  r'for (\d+) profiles\.')


class Oracle:
    """RULEBOOK, and all of its profiles."""

    def __init__(self, rulebook):
        self.rules = rulebook["rules"]
        self.facts = {fact["name"]: [value["value"] for value in fact["values"]]
                      for fact in rulebook["facts"]}
        self.attributes = [attribute["name"] for attribute in rulebook["attributes"]]
        self.features = [feature["name"] for feature in rulebook["features"]]

    def profiles(self, unknown=(None,)):
        """All of them, those with unknown facts too."""
        for values in itertools.product(*([*unknown, *values] for values in self.facts.values())):
            yield {fact: value for fact, value in zip(self.facts, values) if value is not None}

    def completions(self, profile):
        return [full for full in self.profiles(unknown=()) if profile.items() <= full.items()]


def spoil(rng, rulebook):
    rules = rulebook["rules"]
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.5 and rules:
            rules.pop(rng.randrange(len(rules)))
        else:
            attribute = rng.choice(rulebook["attributes"])
            facts = rng.sample(rulebook["facts"], rng.randint(0, len(rulebook["facts"])))
            rules.append({
                "id": f"odd{len(rules)}", "cite": {"document": "d", "point": "x"},
                "features": [rng.choice(rulebook["features"])["name"]],
                "when": {fact["name"]: [value["value"] for value in rng.sample(
                    fact["values"], rng.randint(1, len(fact["values"])))] for fact in facts},
                "then": {attribute["name"]: rng.choice(attribute["values"])["value"]}})
    for number, rule in enumerate(rules):
        rule["id"] = f"r{number}"
    rulebook["examples"] = []
    return rulebook


def faults_of(oracle, full):
    """(feature, attribute, rules) of every fault of a complete profile; a gap has no rules."""
    for feature in oracle.features:
        for attribute in oracle.attributes:
            found = [rule for rule in oracle.rules if feature in rule["features"]
                     and attribute in rule["then"] and all(
                         full[fact] in values for fact, values in rule["when"].items())]
            if not found:
                yield feature, attribute, ()
            for one, other in itertools.combinations(found, 2):
                if one["then"][attribute] != other["then"][attribute]:
                    yield feature, attribute, (one["id"], other["id"])


def order_of(oracle, profile):
    """The fewest facts first, then the first in the rulebook's order."""
    return len(profile), [values.index(profile[fact]) if fact in profile else len(values)
                          for fact, values in oracle.facts.items()]


def expected(oracle):
    """{fault: (smallest witness, complete profiles that show it)}"""
    faults = {str(full): set(faults_of(oracle, full)) for full in oracle.profiles(unknown=())}
    found = {}
    for profile in sorted(oracle.profiles(), key=lambda one: order_of(oracle, one)):
        common = set.intersection(*(faults[str(full)] for full in oracle.completions(profile)))
        for fault in common:
            found.setdefault(fault, (profile, sum(fault in one for one in faults.values())))
    return found


def read(finding):
    gap = GAP.fullmatch(finding["message"])
    pair = PAIR.fullmatch(finding["message"])
    fault, count = ((gap[2], gap[1], ()), gap[3]) if gap else \
        ((pair[4], pair[3], (pair[1], pair[2])), pair[5])
    return fault, (json.loads(WITNESS.match(finding["witness"])[1]), int(count))


def check_rulebook(rulebook, wanted, said):
    found = [read(finding) for finding in said["findings"]
             if finding["code"] in ("gap", "contradiction")]
    require(len(wanted) <= 100, "too many to be told")
    sizes = [len(profile) for _, (profile, _) in found]
    require(sizes == sorted(sizes), f"the smallest does not come first\n{found}")
    require(len(found) == len(dict(found)) and dict(found) == wanted,
            f"found  {found}\nwanted {wanted}\n{json.dumps(rulebook)}")


def main(binary):
    tap, rulebooks = Tap(), {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(SEEDS):
            rng = random.Random(seed)
            path = os.path.join(folder, f"{seed}.json")
            rulebooks[path] = spoil(rng, make_rulebook(rng))
            with open(path, "w", encoding="utf-8") as file:
                json.dump(rulebooks[path], file)
        said = json.loads(verify(binary, list(rulebooks), "--json")[1])["files"]
    wanted = [expected(Oracle(rulebook)) for rulebook in rulebooks.values()]
    for seed, case in enumerate(zip(rulebooks.values(), wanted, said, strict=True)):
        tap.attempt(f"random rulebook {seed}", check_rulebook, *case)
    faulty = sum(map(bool, wanted))
    tap.attempt("most of them have faults", require, faulty > SEEDS / 2, f"only {faulty}")
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: run_witness.py BINARY")
    sys.exit(main(sys.argv[1]))
