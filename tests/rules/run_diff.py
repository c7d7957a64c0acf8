#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `BINARY diff` says of two rulebooks.

    run_diff.py BINARY [PAIRS]

Without PAIRS, diff.json: each entry is base.json edited by `old` against base.json edited by `edits`
(rulebook_edits.py), with `args` behind them and `rows` as stdin (`groups`: so many people, each
in a group of its own). `id` and `en` are pieces of what is said in each language, `json` what
stands at those places of the answer to --json.

With it, so many pairs from fixed seeds, compared profile by profile (without it a few, for the
sanitizers): for each attribute of each feature the conditions must be disjoint, and together exactly the complete profiles whose value changes in
that way, with the rules of both sides; where few boxes are possible, no smaller number of
them may do; and of people of whom some facts are unknown, those must be counted whose
completions all lie in a condition, or some. Prints TAP.
"""

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path[:0] = [os.path.join(os.path.dirname(HERE), folder) for folder in ("http", "bench")]
sys.dont_write_bytecode = True

from harness import Failure, SANITIZER, Tap  # noqa: E402
from naive import Naive  # noqa: E402
from random_rulebooks import labelled, make_rulebook, text  # noqa: E402
from rulebook_edits import make_bytes, read_json  # noqa: E402
from rulebook_of_size import make_rulebook as make_large  # noqa: E402

FEW_PAIRS = 10
PEOPLE = 20  # of each pair
PATIENCE_S = 250
SUBSETS_MAX = 20000  # of boxes that are tried for a smaller number


def edited(rng, rulebook):
    """RULEBOOK as a successor might be: other values, another rule, a fact more."""
    new = json.loads(json.dumps(rulebook))
    for rule in new["rules"]:
        if rng.random() < 0.3:
            attribute = next(iter(rule["then"]))
            values = next(a["values"] for a in new["attributes"] if a["name"] == attribute)
            rule["then"][attribute] = rng.choice(values)["value"]
    rng.shuffle(new["attributes"][0]["values"])
    if rng.random() < 0.3:
        new["facts"].insert(0, {"name": "more", "label": text("more"), "changeable": False,
                                "values": labelled(["a", "b"])})
    if rng.random() < 0.3:
        new["facts"][-1]["values"].append({"value": "late", "label": text("late")})
        for rule in new["rules"]:
            when = rule["when"].get(new["facts"][-1]["name"])
            if when and rng.random() < 0.5:
                when.append("late")
    if rng.random() < 0.2:
        new["features"].append({"name": "added", "title": "added"})
        for rule in new["rules"]:
            if "feature0" in rule["features"]:
                rule["features"].append("added")
    return new


def common_profiles(old, new):
    facts = dict(new.facts)
    for fact, values in old.facts.items():
        facts[fact] = [v for v in facts[fact] if v in values] if fact in facts else values
    return [dict(zip(facts, values)) for values in itertools.product(*facts.values())]


def key(profile):
    return tuple(sorted((fact, str(value)) for fact, value in profile.items()))


def changes_by_hand(old, new, profiles):
    """{(feature, attribute, before, after): {profile: (rules before, rules after)}}"""
    found = {}
    for feature in new.features:
        for attribute in new.attributes:
            if feature not in old.features or attribute not in old.attributes:
                continue
            for profile in profiles:
                said, rules = [], []
                for side in old, new:
                    full = tuple(profile[fact] for fact in side.facts)
                    said.append(side.outcome(feature, full)[list(side.attributes).index(attribute)])
                    rules.append(side.deciding(feature, attribute, full))
                if said[0] != said[1]:
                    found.setdefault((feature, attribute, *said), {})[key(profile)] = rules
    return found


def boxes_in(members, facts):
    """All conditions that hold for MEMBERS alone."""
    subsets = [[c for n in range(1, len(v) + 1) for c in itertools.combinations(v, n)]
               for v in facts.values()]
    total = 1
    for sets in subsets:
        total *= len(sets)
    if total > SUBSETS_MAX:
        return None
    found = []
    for sets in itertools.product(*subsets):
        cells = {key(dict(zip(facts, values))) for values in itertools.product(*sets)}
        if cells <= members:
            found.append(frozenset(cells))
    return found


def covers(members, boxes, most):
    """Whether at most MOST disjoint BOXES make up MEMBERS."""
    if not members:
        return True
    first = min(members)
    return most > 0 and any(covers(members - box, boxes, most - 1)
                            for box in boxes if first in box and box <= members)


def check_changes(found, wanted, profiles, facts):
    parts = {}
    for change in found["changes"]:
        cells = {key(p) for p in profiles
                 if all(p[fact] in values for fact, values in change["when"].items())}
        name = tuple(change[part] for part in ("feature", "attribute", "before", "after"))
        if len(cells) != change["profiles"]:
            raise Failure(f"{name}: {change['profiles']} profiles instead of {len(cells)}")
        if any(cells & other for other, _ in parts.setdefault(name, [])):
            raise Failure(f"{name}: conditions overlap")
        for side, rules in enumerate(("before", "after")):
            behind = set().union(*(wanted[name][cell][side] for cell in cells
                                   if cell in wanted.get(name, {})))
            if {rule["rule"] for rule in change["rules"][rules]} != behind:
                raise Failure(f"{name}: the rules {rules} are {change['rules']}, not {behind}")
        parts[name].append((cells, change))
    if {name: set().union(*(cells for cells, _ in of)) for name, of in parts.items()} != {
            name: set(cells) for name, cells in wanted.items()}:
        raise Failure(f"found  {parts}\nwanted {wanted}")
    for name, of in parts.items():
        boxes = boxes_in(set(wanted[name]), facts) if 1 < len(of) < 5 else None
        if boxes and covers(set(wanted[name]), boxes, len(of) - 1):
            raise Failure(f"{name}: fewer than {len(of)} conditions would do")


def make_people(rng, new):
    """Profiles of which some facts are unknown, in two groups."""
    return [{"group": rng.choice("ab"), **{fact: rng.choice(values) for fact, values in new.facts.items()
                                           if rng.random() < 0.7}} for _ in range(PEOPLE)]


def check_people(found, people, old, new):
    facts = {**old.facts, **new.facts}
    full = [dict(zip(facts, values)) for values in itertools.product(*facts.values())]
    for change in found["changes"]:
        wanted = {"sure": 0, "possible": 0, "groups": {}}
        for person in people:
            group = person["group"]
            inside = {all(p[fact] in values for fact, values in change["when"].items()) for p in full
                      if all(p[fact] == value for fact, value in person.items() if fact != "group")}
            if True not in inside:
                continue
            name = "possible" if False in inside else "sure"
            for counts in wanted, wanted["groups"].setdefault(group, {"sure": 0, "possible": 0}):
                counts[name] += 1
        if change["people"] != wanted:
            raise Failure(f"{change} concerns {wanted}")
    beyond = sum(any(fact in old.facts and value not in old.facts[fact] for fact, value in person.items())
                 for person in people)
    if found["rows"]["not_compared"] != beyond:
        raise Failure(f"{found['rows']}: {beyond} are not compared")


def write(folder, *rulebooks):
    paths = [os.path.join(folder, name) for name in ("old.json", "new.json")]
    for path, rulebook in zip(paths, rulebooks):
        with open(path, "wb") as file:
            file.write(rulebook if isinstance(rulebook, bytes) else json.dumps(rulebook).encode())
    return paths


def diff(binary, *args, rows=b""):
    done = subprocess.run([binary, "diff", *args], input=rows, capture_output=True, check=False,
                          timeout=PATIENCE_S)
    if SANITIZER.search(done.stderr):
        raise Failure(done.stderr.decode())
    return done


def compare(binary, folder, rng):
    """A pair, people, and what the command says of them. An edit may leave a gap: then another."""
    old = make_rulebook(rng)
    while True:
        new = edited(rng, old)
        people = make_people(rng, Naive(new))
        done = diff(binary, "--json", *write(folder, old, new), "--rows", "-",
                    rows="".join(json.dumps(person) + "\n" for person in people).encode())
        if done.returncode in (0, 1):
            return Naive(old), Naive(new), people, done
        if b"is refused" not in done.stderr and b"ini ditolak" not in done.stderr:
            raise Failure(done.stderr.decode())


def check_pair(binary, folder, seed):
    old, new, people, done = compare(binary, folder, random.Random(seed))
    profiles = common_profiles(old, new)
    wanted = changes_by_hand(old, new, profiles)
    found = json.loads(done.stdout)
    changed = set().union(*wanted.values())
    if (found["profiles"], found["changed"]) != (len(profiles), len(changed)):
        raise Failure(f"{found['changed']} of {found['profiles']} instead of "
                      f"{len(changed)} of {len(profiles)}")
    if done.returncode != (1 if changed or found["only"] else 0) or not found["exact"]:
        raise Failure(f"exit status {done.returncode}, exact: {found['exact']}")
    facts = {fact: list({p[fact]: 0 for p in profiles}) for fact in (profiles or [{}])[0]}
    check_changes(found, wanted, profiles, facts)
    check_people(found, people, old, new)


def check_scattered(binary, folder, seed):
    """A rule for each of 16 profiles, any of which change."""
    rng = random.Random(seed)
    old = {**make_rulebook(random.Random(0)), "flags": [], "features": [{"name": "f", "title": "f"}], "facts": [
        {"name": fact, "label": text(fact), "changeable": False, "values": labelled(list("stuv"))}
        for fact in "ab"], "attributes": [{"name": "c", "label": text("c"), "values": labelled(["x", "y"])}]}
    sides = [{**old, "rules": [{"id": f"r-{a}-{b}", "when": {"a": [a], "b": [b]}, "features": ["f"],
                                "then": {"c": rng.choice(values)}, "reason": text("r"),
                                "cite": {"document": "d", "point": "1"}} for a in "stuv" for b in "stuv"]}
             for values in ("x", "xy")]
    found = json.loads(diff(binary, "--json", *write(folder, *sides)).stdout)
    oracles = [Naive(rulebook) for rulebook in sides]
    profiles = common_profiles(*oracles)
    check_changes(found, changes_by_hand(*oracles, profiles), profiles, oracles[0].facts)


def check_large(binary, folder):
    """Where the fewest are not certain, that is said."""
    large = [make_large(10000, "deep", features=1, trees=1, leaves=40, examples=0, seed=seed)
             for seed in (1, 2)]
    paths = write(folder, *large)
    found = json.loads(diff(binary, "--json", *paths).stdout)
    oracles = [Naive(rulebook) for rulebook in large]
    profiles = common_profiles(*oracles)
    wanted = changes_by_hand(*oracles, profiles)
    check_changes(found, wanted, profiles, {})
    said = diff(binary, "--lang", "en", *paths).stdout.decode()
    if found["exact"] or f"conditions: at most {found['conditions']}\n" not in said:
        raise Failure(said[:500])


def at(value, path):
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def check_entry(binary, folder, base, entry):
    old, new = make_bytes(base, {"edits": entry.get("old", [])}), make_bytes(base, {"edits": [], **entry})
    rows = "".join(f'{{"group":"{i}"}}\n' for i in range(entry.get("groups", 0))) + entry.get("rows", "")
    for extra in (["--lang", "id"], ["--lang", "en"], ["--json"]):
        if extra == ["--json"] and "json" not in entry:
            continue
        done = diff(binary, *extra, *write(folder, old, new), *entry.get("args", []), rows=rows.encode())
        said = (done.stdout + done.stderr).decode()
        if done.returncode != entry["status"] or (entry["status"] == 2 and done.stdout):
            raise Failure(f"status {done.returncode}\n{said[:2000]}")
        for piece in entry[extra[1]] if len(extra) == 2 else []:
            if piece not in said:
                raise Failure(f"{piece!r} is not said in\n{said[:2000]}")
        for path, value in entry["json"].items() if extra == ["--json"] else []:
            found = at(json.loads(done.stdout), path)
            if found != value:
                raise Failure(f"{path}: {found} instead of {value}")


def main(binary, pairs=None):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        base = {**read_json("base.json"), "examples": []}
        for entry in read_json("diff.json") if pairs is None else []:
            tap.attempt(entry["name"], check_entry, binary, folder, base, entry)
        tap.attempt("where it is not certain", check_large, binary, folder)
        count = FEW_PAIRS if pairs is None else int(pairs)
        for seed in range(count // 5):
            tap.attempt(f"scattered {seed}", check_scattered, binary, folder, seed)
        for seed in range(count):
            tap.attempt(f"pair {seed}", check_pair, binary, folder, seed)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
