#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A valid rulebook whose space has about CELLS profiles, as JSON on stdout.

    rulebook_of_size.py CELLS [--shape wide|even|deep] [--features N] [--trees N]
                        [--leaves N] [--examples N] [--seed N]

The shapes reach a size in different ways:

    wide   4 facts, with more values the larger it is: a profile and its answer are as
           long at every size, so that times can be compared
    even   facts of nine values, more of them the larger it is (10^6 is exactly the limit)
    deep   facts of two and three values, more of them the larger it is: most profiles
           have unknown facts, and each is decided by its completions

The space is cut into LEAVES boxes in TREES ways, along facts and values that differ;
each feature follows one of them, and each box has a rule for those that do. So there
are thousands of distinct answers with three trees, and hundreds of thousands with eight.
Two more rules speak of all features. The same arguments give the same bytes.
"""

import argparse
import itertools
import json
import math
import random

SPACE_MAX = 1000000  # PMM_SPACE_MAX
FACTS_MAX = 16
DIGITS_MAX = 33  # 32 values, and unknown

NAMES = ["jabatan", "wilayah", "jenjang", "mapelnya", "golongan", "ijazahnya", "masa_kerja",
         "beban_jam", "sertifikat", "akun_aktif", "terdaftar", "penugasan", "pelatihan",
         "bersedia", "pendamping", "komunitas"]
ATTRIBUTES = {"obligation": ["required", "optional", "released"],
              "deadline": ["month", "year", "none"],
              "burden": ["report", "none"],
              "access": ["open", "shut"]}
TREE = ["obligation", "deadline", "burden"]  # what the rules of a tree decide


def near(cells):
    """How near a product is to CELLS, for min(); one past the limit is never near."""
    return lambda digits: (math.inf if math.prod(digits) > SPACE_MAX
                           else abs(math.log(math.prod(digits) / cells)))


def wide(cells):
    side = round(cells ** 0.25)
    sides = range(max(2, side - 1), min(DIGITS_MAX, side + 2) + 1)
    return min(itertools.combinations_with_replacement(sides, 4), key=near(cells))


def even(cells):
    return [10] * max(1, min(6, round(math.log10(cells))))


def deep(cells):
    return min(([3] * two + [4] * three for two in range(1, FACTS_MAX + 1)
                for three in range(1, FACTS_MAX + 1 - two)), key=near(cells))


SHAPES = {"wide": wide, "even": even, "deep": deep}


def text(indonesian, english):
    return {"id": indonesian, "en": english}


def values_of(digits):
    """The values of a fact with so many digits, unknown being one."""
    return [True, False] if digits == 3 else [f"v{value:02}" for value in range(1, digits)]


def describe_value(name, value):
    word = str(value).lower()
    return {"value": value, "label": text(f"{name} {word}", f"{name} {word}"),
            "aliases": [f"{name} {word}"]}


def describe_fact(name, values):
    return {"name": name, "label": text(name.replace("_", " "), name.replace("_", " ")),
            "aliases": [f"kode_{name}"], "changeable": values == [True, False],
            "values": [describe_value(name, value) for value in values]}


def cut(rng, box):
    """BOX in two, along a fact that still has a choice; None if there is none."""
    facts = [fact for fact, values in box.items() if len(values) > 1]
    if not facts:
        return None
    fact = rng.choice(facts)
    values = box[fact]
    some = set(rng.sample(range(len(values)), rng.randint(1, len(values) - 1)))
    return ({**box, fact: [value for at, value in enumerate(values) if at in some]},
            {**box, fact: [value for at, value in enumerate(values) if at not in some]})


def cut_space(rng, facts, leaves):
    """At most LEAVES boxes that share nothing and leave nothing out."""
    boxes = [dict(facts)]
    whole = []  # a single profile each
    while boxes and len(boxes) + len(whole) < leaves:
        box = boxes.pop(rng.randrange(len(boxes)))
        halves = cut(rng, box)
        if halves:
            boxes.extend(halves)
        else:
            whole.append(box)
    return boxes + whole


def make_rules(rng, facts, features, trees, leaves):
    """Those of each tree, and those that open and shut all features."""
    rules = [{"when": box, "features": features[tree::trees],
              "then": {attribute: rng.choice(ATTRIBUTES[attribute]) for attribute in TREE}}
             for tree in range(trees) for box in cut_space(rng, facts, leaves)]
    last = list(facts)[-1]
    first, *rest = facts[last]
    rules += [{"when": {last: [first]}, "features": features, "then": {"access": "open"}},
              {"when": {last: rest}, "features": features, "then": {"access": "shut"}}]
    for number, rule in enumerate(rules):
        rule["id"] = f"r{number:03}"
        rule["when"] = {fact: values for fact, values in rule["when"].items()
                        if values != facts[fact]}
        rule["cite"] = {"document": "d1", "point": f"{1 + number // 26}.{chr(97 + number % 26)}"}
        rule["reason"] = text(f"Untuk {{feature}} berlaku butir {number:03}.",
                              f"Item {number:03} holds for {{feature}}.")
    return rules


def follows(rules, features, profile):
    """What the rules say of a profile of which everything is known."""
    answer = {feature: {} for feature in features}
    for rule in rules:
        if all(profile[fact] in values for fact, values in rule["when"].items()):
            for feature in rule["features"]:
                answer[feature] |= rule["then"]
    return answer


def make_examples(rng, facts, features, rules, count):
    for number in range(count):
        profile = {fact: rng.choice(values) for fact, values in facts.items()}
        yield {"name": f"contoh {number}", "profile": profile,
               "expect": follows(rules, features, profile)}


def make_rulebook(cells, shape="wide", features=8, trees=3, leaves=16,
                  examples=16, seed=559):
    rng = random.Random(f"{cells} {shape} {features} {trees} {leaves} {seed}")
    digits = SHAPES[shape](cells)
    facts = {name: values_of(count) for name, count in zip(NAMES, digits)}
    names = [f"fitur_{number:02}" for number in range(1, features + 1)]
    rules = make_rules(rng, facts, names, min(trees, features), leaves)
    return {
        "format": "pmm-rulebook/1", "id": f"{shape}-{math.prod(digits):07}", "version": "1",
        "title": text("Buku aturan buatan", "A generated rulebook"),
        "effective_from": "2024-01-01",
        "documents": [{"id": "d1", "number": "Buatan 1/2024", "title": "Surat Edaran Buatan",
                       "issuer": "Pembuat", "date": "2024-01-01"}],
        "phrases": {"undetermined": text("belum pasti", "undetermined"),
                    "depends": text("Jawaban pastinya bergantung pada {facts}.",
                                    "The exact answer depends on {facts}."),
                    "and": text("dan", "and")},
        "facts": [describe_fact(name, values) for name, values in facts.items()],
        "attributes": [{"name": name, "label": text(name, name),
                        "values": [{"value": value, "label": text(value, value)}
                                   for value in values]}
                       for name, values in ATTRIBUTES.items()],
        "features": [{"name": name, "title": name.replace("_", " ").title()} for name in names],
        "rules": rules,
        "examples": list(make_examples(rng, facts, names, rules, examples)),
    }


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("cells", type=int)
    parser.add_argument("--shape", choices=list(SHAPES), default="wide")
    parser.add_argument("--features", type=int, default=8)
    parser.add_argument("--trees", type=int, default=3)
    parser.add_argument("--leaves", type=int, default=16)
    parser.add_argument("--examples", type=int, default=16)
    parser.add_argument("--seed", type=int, default=559)
    print(json.dumps(make_rulebook(**vars(parser.parse_args())), indent=1))


if __name__ == "__main__":
    main()
