#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hundreds of small rulebooks: the library's table against a naive reading of the rules.

Usage: run_model.py HEADER LIBRARY [SEED]

For each seed a rulebook is made, and spoilt at times. The library must refuse it for just
the reasons that naive.py finds; if it holds, every profile, whatever is known of it, must
have the possible values, missing facts, basis, flags, reason and explanation that naive.py
works out; and another edition must differ where it finds that. The library is asked through
its C interface. What goes wrong is shrunk to the smallest rulebook that still goes wrong in
the same way, and printed with the command that runs it again. At last faults are planted in
the naive reading, to see that they are found and how small they come out. Prints TAP.
"""

import itertools
import json
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(TESTS, folder) for folder in ("http", "consumer")]

from harness import Failure, Tap  # noqa: E402
from naive import Naive, differences  # noqa: E402
from pmmrules import LANGUAGES, Pmmrules, Refused  # noqa: E402
from random_rulebooks import edit, make_rulebook, spoil  # noqa: E402
from shrink import shrink  # noqa: E402

SEEDS, BATCH = 1000, 125
SPOILT = 0.2
EDITION = 2  # the seed of the edition that a rulebook is compared with
SHRUNK_AT_MOST = 200  # seeds that are tried until a planted fault shows


class Mismatch(Failure):
    """KIND: what is wrong, so that shrinking does not slip to another fault."""

    def __init__(self, kind, where, found, wanted):
        super().__init__(f"{kind}: {where}\nfound  {found}\nwanted {wanted}")
        self.kind = kind


def require_equal(kind, where, found, wanted):
    if found != wanted:
        raise Mismatch(kind, where, found, wanted)


def load(library, naive, rulebook):
    """The rulebook; None where it is refused, rightly."""
    wanted = sorted(naive.faults())
    try:
        book, found = library.load(json.dumps(rulebook).encode()), []
    except Refused as refused:
        book = None
        found = sorted({one["code"] for one in refused.findings if one["is_error"]})
    require_equal("proof", "what is wrong", found, wanted)
    return book


def check_profile(book, naive, profile):
    index = book.index(profile)
    require_equal("digits", profile, book.profile(index), profile)
    missing = set()
    for feature in naive.features:
        wanted, found = naive.answer(feature, profile), book.answer(feature, index)
        for part in found:
            require_equal(part, f"{profile}, {feature}", found[part], wanted[part])
        for language in LANGUAGES:
            require_equal("reason", f"{profile}, {feature}", book.reason(feature, index, language),
                          naive.reason(wanted, feature, language))
        missing |= set(wanted["missing"])
        require_equal("explain", f"{profile}, {feature}", book.explain(feature, index),
                      naive.explain(feature, profile))
        require_equal("changes", f"{profile}, {feature}", book.changes(feature, index),
                      naive.changes(feature, profile))
    require_equal("missing of all", profile, book.missing(index),
                  [fact for fact in naive.facts if fact in missing])


def check_condition(naive, edited, change, wanted):
    """The profiles of a condition, which must all be WANTED."""
    where = f"{change.feature}.{change.attribute} {change.before} -> {change.after} {change.when}"
    profiles = set(itertools.product(*(change.when[fact] for fact in naive.facts)))
    require_equal("diff", where, profiles - wanted, set())
    require_equal("diff profiles", where, change.profiles, len(profiles))
    for side, reading, found in (("before", naive, change.rules_before),
                                 ("after", edited, change.rules_after)):
        ids = {rule for full in profiles
               for rule in reading.deciding(change.feature, change.attribute, full)}
        require_equal(f"diff rules {side}", where, set(found), ids)
    return profiles


def check_diff(library, book, naive, rulebook):
    """Against another edition, both ways: the conditions are disjoint, and exact."""
    edited = edit(EDITION, rulebook)
    later = load(library, Naive(edited), edited)
    found = book.compare(later)
    wanted = {key: set(profiles) for key, profiles in differences(naive, Naive(edited)).items()}
    require_equal("diff changed", "profiles", found.changed, len(set().union(*wanted.values())))
    for change in found.changes:
        rest = wanted.setdefault(change[:4], set())
        rest -= check_condition(naive, Naive(edited), change, rest)
    require_equal("diff", "not told", {key: rest for key, rest in wanted.items() if rest}, {})
    later.close()


def check(library, rulebook, reading=Naive):
    naive = reading(rulebook)
    book = load(library, naive, rulebook)
    if not book:
        return
    try:
        for profile in naive.profiles():
            check_profile(book, naive, profile)
        check_diff(library, book, naive, rulebook)
    finally:
        book.close()


def find_fault(library, rulebook, reading=Naive):
    """The Mismatch that a rulebook shows, or None."""
    try:
        check(library, rulebook, reading)
    except Mismatch as mismatch:
        return mismatch
    return None


def make(seed):
    rng = random.Random(seed)
    rulebook = make_rulebook(rng)
    return spoil(rng, rulebook) if rng.random() < SPOILT else rulebook


def smallest(library, rulebook, kind, reading=Naive):
    def fails(candidate):
        fault = find_fault(library, candidate, reading)
        return fault is not None and fault.kind == kind
    return shrink(rulebook, fails)


def check_seeds(library, seeds):
    for seed in seeds:
        fault = find_fault(library, make(seed))
        if fault:
            small = smallest(library, make(seed), fault.kind)
            again = " ".join([sys.executable, *sys.argv[:3], str(seed)])
            raise Failure(f"seed {seed}; again: {again}\n{find_fault(library, small)}\n"
                          f"the smallest rulebook that shows it:\n{layout(small)}"
                          + (f"\nits other edition:\n{layout(edit(EDITION, small))}"
                             if fault.kind.startswith("diff") else ""))


def layout(rulebook):
    """As JSON, with a line for each fact, attribute, feature and rule."""
    def one(value):
        return json.dumps(value) if not isinstance(value, list) else (
            "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]")
    return "{" + ",\n ".join(f"{json.dumps(key)}: {one(value)}"
                             for key, value in rulebook.items()) + "}"


# ---- faults that are planted ----

class LastValueLost(Naive):
    """Of the values of a condition the last one is not seen."""

    def __init__(self, rulebook):
        super().__init__(rulebook)
        self.rules = [{**rule, "when": {fact: values[:-1] or values
                                        for fact, values in rule["when"].items()}}
                      for rule in self.rules]


class OneFactMissing(Naive):
    """Of the facts that are missing only the first is told."""

    def missing_of(self, feature, profile):
        found = super().missing_of(feature, profile)
        first = next((fact for fact in self.facts if any(fact in one for one in found.values())),
                     None)
        return {name: [fact for fact in facts if fact == first] for name, facts in found.items()}


class FirstRuleOnly(Naive):
    """Of rules that agree only the first is the basis."""

    def basis(self, feature, attribute, profile):
        return super().basis(feature, attribute, profile)[:1]


def sizes(rulebook):
    return {"facts": sum(len(fact["values"]) for fact in rulebook["facts"]),
            "features": len(rulebook["features"]),
            "values": sum(len(one["values"]) for one in rulebook["attributes"]),
            "rules": len(rulebook["rules"])}


def check_planted(library, reading, kind, wanted):
    for seed in range(SHRUNK_AT_MOST):
        fault = find_fault(library, make(seed), reading)
        if fault and fault.kind == kind:
            break
    else:
        raise Failure(f"no rulebook of {SHRUNK_AT_MOST} shows it")
    small = smallest(library, make(seed), kind, reading)
    if sizes(small) != wanted or "flags" in small:
        raise Failure(f"seed {seed}: {sizes(small)}, not {wanted}\n{layout(small)}")
    if find_fault(library, small):
        raise Failure("without the fault it is wrong, too")


PLANTED = [  # by hand: none smaller can show it
    (LastValueLost, "proof", {"facts": 2, "features": 1, "values": 1, "rules": 1}),
    (OneFactMissing, "missing", {"facts": 4, "features": 1, "values": 2, "rules": 3}),
    (FirstRuleOnly, "basis", {"facts": 1, "features": 1, "values": 1, "rules": 2}),
]


def main(header, path, *seed):
    tap = Tap()
    library = Pmmrules(header, path)
    if seed:
        tap.attempt(f"rulebook {seed[0]}", check_seeds, library, [int(seed[0])])
        return tap.finish()
    for first in range(0, SEEDS, BATCH):
        tap.attempt(f"rulebooks {first} to {first + BATCH - 1}", check_seeds, library,
                    range(first, first + BATCH))
    for reading, kind, wanted in PLANTED:
        tap.attempt(f"a planted fault is shrunk: {reading.__name__}", check_planted, library,
                    reading, kind, wanted)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("Usage: run_model.py HEADER LIBRARY [SEED]")
    sys.exit(main(*sys.argv[1:]))
