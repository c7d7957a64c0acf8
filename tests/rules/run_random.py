#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rulebooks of many shapes, each profile of each asked over HTTP.

Usage: run_random.py BINARY

What must come back is worked out here from the rules, by enumerating the
completions of each profile (contract: an attribute is determined if all agree,
a fact is missing if two completions that differ in it alone have different
outcomes; what each attribute depends on is said in its own words). The rulebooks come from fixed seeds, so a run is like every other.
Prints TAP: one point for each rulebook.
"""

import http.client
import itertools
import json
import os
import random
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

from harness import Failure, SANITIZER, Server, Tap  # noqa: E402

SEEDS = 60


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
    depends = rng.choice((None, f"{name}: {{facts}}?", f"{name} {{facts}} {{facts}}", "alike {facts}"))
    return {"name": name, "label": text(name), "values": labelled(values)} | (
        {"depends": text(depends)} if depends else {})


def make_notices(rng):
    return [{"since": f"203{i}-02-28", "text": text(f'"{i}"')} |
            ({"source": text("Dadu")} if rng.random() < 0.5 else {})
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
        "facts": [{"name": name, "label": text(name), "changeable": False,
                   "values": labelled(values)} for name, values in facts.items()],
        "attributes": [make_attribute(rng, *item) for item in attributes.items()],
        "notices": make_notices(rng),
        "features": [{"name": name, "title": name} for name in features],
        "rules": rules,
    }


class Oracle:
    """What follows from RULEBOOK, by looking at every rule for every completion."""

    def __init__(self, rulebook):
        self.rules = rulebook["rules"]
        self.facts = {fact["name"]: [value["value"] for value in fact["values"]]
                      for fact in rulebook["facts"]}
        self.attributes = {one["name"]: [value["value"] for value in one["values"]]
                           for one in rulebook["attributes"]}
        self.depends = {one["name"]: one.get("depends", rulebook["phrases"]["depends"])["id"]
                        for one in rulebook["attributes"]}
        self.notices = [{name: value["id"] if name != "since" else value
                         for name, value in one.items()} for one in rulebook["notices"]]
        self.features = [feature["name"] for feature in rulebook["features"]]

    def profiles(self, unknown=(None,)):
        """All of them, those with unknown facts too."""
        for values in itertools.product(*([*unknown, *values] for values in self.facts.values())):
            yield {fact: value for fact, value in zip(self.facts, values) if value is not None}

    def completions(self, profile):
        return [full for full in self.profiles(unknown=()) if profile.items() <= full.items()]

    def applying(self, feature, attribute, full):
        return {rule["id"] for rule in self.rules
                if feature in rule["features"] and attribute in rule["then"]
                and all(full[fact] in values for fact, values in rule["when"].items())}

    def outcome(self, feature, full):
        return {attribute: value for rule in self.rules if feature in rule["features"]
                and all(full[fact] in values for fact, values in rule["when"].items())
                for attribute, value in rule["then"].items()}

    def missing(self, feature, profile, attributes):
        found = []
        outcomes = [(full, {name: self.outcome(feature, full)[name] for name in attributes})
                    for full in self.completions(profile)]
        for fact in self.facts:
            pairs = ((one, other) for (a, one), (b, other) in itertools.combinations(outcomes, 2)
                     if all((a[name] != b[name]) == (name == fact) for name in a))
            if fact not in profile and any(one != other for one, other in pairs):
                found.append(fact)
        return found

    def basis(self, feature, attribute, profile):
        """Rules that apply to every completion; failing that, to some."""
        sets = [self.applying(feature, attribute, full) for full in self.completions(profile)]
        found = set.intersection(*sets) or set.union(*sets)
        return [rule["id"] for rule in self.rules if rule["id"] in found]


    def reason(self, feature, profile, basis):
        """The sentences of the rules that carry it, then what is open depends on."""
        rules = [f"({number})" for number, rule in enumerate(self.rules)
                 if any(rule["id"] in one for one in basis.values())]
        alike = {}  # attributes of which the same is said
        for name, sentence in self.depends.items():
            alike.setdefault(sentence, []).append(name)
        facts = {sentence: self.missing(feature, profile, names)
                 for sentence, names in alike.items()}
        # In the order of the first attribute that is open.
        order = dict.fromkeys(self.depends[name] for name in self.depends if name not in basis)
        return " ".join(rules + [sentence.replace("{facts}", " & ".join(
            [", ".join(facts[sentence][:-1])] * (len(facts[sentence]) > 1) + facts[sentence][-1:]))
            for sentence in order])


def expected_feature(oracle, feature, profile):
    outcomes = [oracle.outcome(feature, full) for full in oracle.completions(profile)]
    answer = {"possible": {}, "basis": {},
              "missing": oracle.missing(feature, profile, oracle.attributes)}
    for attribute, values in oracle.attributes.items():
        possible = [value for value in values if any(o[attribute] == value for o in outcomes)]
        answer[attribute] = possible[0] if len(possible) == 1 else "undetermined"
        if len(possible) > 1:
            answer["possible"][attribute] = possible
        else:
            answer["basis"][attribute] = oracle.basis(feature, attribute, profile)
    answer["reason"] = oracle.reason(feature, profile, answer["basis"])
    return answer


def found_feature(oracle, feature):
    answer = {"possible": feature.get("possible", {}), "missing": feature.get("missing", []),
              "basis": {}, "reason": feature["reason"]}
    for attribute in oracle.attributes:
        answer[attribute] = feature[attribute]
        rules = [rule["rule"] for rule in feature["basis"] if attribute in rule["for"]]
        if rules:
            answer["basis"][attribute] = rules
    return answer


def check_profile(connection, oracle, profile):
    connection.request("POST", "/check", json.dumps(profile), {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    missing = set()
    for feature in oracle.features:
        wanted = expected_feature(oracle, feature, profile)
        found = found_feature(oracle, answer["features"][feature])
        missing |= set(wanted["missing"])
        if found != wanted:
            raise Failure(f"{profile}, {feature}\nfound  {found}\nwanted {wanted}")
    if answer["missing"] != [fact for fact in oracle.facts if fact in missing]:
        raise Failure(f"{profile}: missing is {answer['missing']}")
    members = ["facts", "features", "missing", *["notices"] * bool(oracle.notices), "rulebook"]
    if list(answer) != members or answer.get("notices", []) != oracle.notices:
        raise Failure(f"{profile}: {list(answer)}, notices {answer.get('notices')}")


def check_rulebook(binary, path, seed):
    rulebook = make_rulebook(random.Random(seed))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(rulebook, file)
    oracle = Oracle(rulebook)
    server = Server(binary, ["--rules", path])
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    try:
        for profile in oracle.profiles():
            check_profile(connection, oracle, profile)
    finally:
        connection.close()
        status = server.stop()
    if status != 0 or SANITIZER.search(server.output()):
        raise Failure(f"exit status {status}\n{server.log_text()}")


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rulebook.json")
        for seed in range(SEEDS):
            tap.attempt(f"random rulebook {seed}", check_rulebook, binary, path, seed)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: run_random.py BINARY")
    sys.exit(main(sys.argv[1]))
