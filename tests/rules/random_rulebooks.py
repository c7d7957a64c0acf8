# SPDX-License-Identifier: MIT
"""Small rulebooks of many shapes, each from a seed, for what must hold for any.

make_rulebook(rng) gives one that holds; spoil(rng, rulebook) changes a rule of it, after
which it may hold still, or not; edit(seed, rulebook) makes another edition of it that holds.
"""

import copy
import itertools
import random

from naive import Naive

EDITS = 30  # that are tried, until one holds


def text(word):
    return {"id": word, "en": word}


def labelled(values):
    return [{"value": value, "label": text("label")} for value in values]


def make_facts(rng):
    """{name: values}"""
    return {f"fact{i}": [True, False] if rng.random() < 0.3 else
            [f"v{k}" for k in range(rng.randint(1, 4))] for i in range(rng.randint(1, 4))}


def parted(rng, values):
    """VALUES in a few lists, which rules take alike."""
    parts = [[] for _ in values]
    for value in values:
        rng.choice(parts).append(value)
    return [part for part in parts if part]


def make_rules(rng, facts, attribute, values, features):
    """One rule for each combination of the few facts that happen to matter, and
    sometimes one more that says the same of fewer people."""
    matter = rng.sample(list(facts), min(len(facts), rng.choice((0, 1, 2, 2))))
    rules = [{"when": dict(zip(matter, chosen)), "features": features,
              "then": {attribute: rng.choice(values)}}
             for chosen in itertools.product(*(parted(rng, facts[fact]) for fact in matter))]
    fact = rng.choice(list(facts))
    if rng.random() < 0.5 and fact not in matter:
        narrow = dict(rng.choice(rules))
        narrow["when"] = {**narrow["when"], fact: [rng.choice(facts[fact])]}
        rules.append(narrow)
    return rules


def make_attribute(rng, name, values):
    """Some say in words of their own, or in those of others, what they depend on."""
    depends = rng.choice((None, f"{name}: {{facts}}?", f"{name} {{facts}} {{facts}}",
                          "alike {facts}"))
    return {"name": name, "label": text(name), "values": labelled(values)} | (
        {"depends": text(depends)} if depends else {})


def make_notices(rng):
    return [{"since": f"203{i}-02-28", "text": text(f'"{i}"')} |
            ({"source": text("Dadu")} if rng.random() < 0.5 else {})
            for i in range(rng.randint(0, 2))]


def make_flags(rng, attributes):
    return [{"name": f"flag{i}", "label": text(f"flag{i}"),
             "when": {attribute: rng.choice(values) for attribute, values in attributes.items()
                      if rng.random() < 0.7} or {"attribute0": attributes["attribute0"][0]}}
            for i in range(rng.randint(0, 2))]


def make_rulebook(rng):
    facts = make_facts(rng)
    attributes = {f"attribute{i}": [f"x{k}" for k in range(rng.randint(1, 4))]
                  for i in range(rng.randint(1, 4))}
    features = [f"feature{i}" for i in range(rng.randint(1, 4))]
    apart = rng.randint(1, len(features))  # those of which different rules speak
    rules = [rule for i in range(apart) for attribute, values in attributes.items()
             for rule in make_rules(rng, facts, attribute, values, features[i::apart])]
    for number, rule in enumerate(rules):
        rule |= {"id": f"r{number}", "cite": {"document": "d", "point": str(number)},
                 "reason": text(f"({number})")}
    return {
        "format": "pmm-rulebook/1", "id": "acak", "version": "1", "title": text("Acak"),
        "effective_from": "2024-01-01",
        "documents": [{"id": "d", "number": "D", "title": "Acak", "issuer": "Dadu"}],
        "phrases": {"undetermined": text("?"), "depends": text("{facts}?"), "and": text("&")},
        "facts": [{"name": name, "label": text(name), "changeable": rng.random() < 0.5,
                   "values": labelled(values)} for name, values in facts.items()],
        "attributes": [make_attribute(rng, *item) for item in attributes.items()],
        "notices": make_notices(rng),
        "features": [{"name": name, "title": name} for name in features],
        "rules": rules,
        "flags": make_flags(rng, attributes),
    }


def spoil(rng, rulebook):
    """Another rulebook: a rule is gone, says something else, or is for others."""
    spoilt = copy.deepcopy(rulebook)
    rule = rng.choice(spoilt["rules"])
    way = rng.randrange(3)
    if way == 0 and len(spoilt["rules"]) > 1:
        spoilt["rules"].remove(rule)
    elif way == 1 and rule["when"]:
        values = rule["when"][rng.choice(list(rule["when"]))]
        values[:] = values[1:] or values
    else:
        then = rule["then"]
        name = rng.choice(list(then))
        values = [one["values"] for one in spoilt["attributes"] if one["name"] == name][0]
        then[name] = rng.choice(values)["value"]
    return spoilt


def edit(seed, rulebook):
    """A later edition that holds: of some rules a value is another, of fewer and fewer
    until that contradicts nothing. It may come out the same. What becomes of a rule does
    not depend on what others there are, so that the rulebook can be shrunk."""
    for step in range(EDITS):
        edited = copy.deepcopy(rulebook) | {"version": "later"}
        edited.pop("examples", None)
        for one in edited["attributes"]:
            names = [value["value"] for value in one["values"]]
            for rule in edited["rules"]:
                rng = random.Random(f"{seed} {step} {rule['id']} {one['name']}")
                if one["name"] in rule["then"] and rng.random() < 0.25 * 0.8 ** step:
                    rule["then"][one["name"]] = rng.choice(names)
        if not Naive(edited).faults():
            break
    return edited
