# SPDX-License-Identifier: MIT
"""The smallest rulebook that still goes wrong.

shrink(rulebook, fails) makes RULEBOOK smaller by one step after the other, each of which
must leave fails(rulebook) true, until none is left. A step drops a feature, an attribute,
a fact, a value, a rule, a condition or an optional member. Where rules speak of what goes,
they are cut so that a rulebook that was decided everywhere still is: of a fact that goes
one value stays true, and of an attribute's value that goes another takes the place.
It knows nothing of what is wrong.
"""

import copy

NEEDED = {"format", "id", "version", "title", "effective_from", "documents", "phrases", "facts",
          "attributes", "features", "rules"}
NEEDED_OF = {"facts": {"name", "label", "changeable", "values"},
             "attributes": {"name", "label", "values"}, "features": {"name", "title"},
             # Without a reason an answer would have no sentence, which is another fault.
             "rules": {"id", "when", "features", "then", "cite", "reason"}}


def names(items):
    return [one["name"] for one in items]


def values(one):
    return [value["value"] for value in one["values"]]


def named(rulebook, kind, name):
    return next(one for one in rulebook[kind] if one["name"] == name)


def without(rulebook, kind, name):
    rulebook[kind] = [one for one in rulebook[kind] if one["name"] != name]


def drop_feature(rulebook, name):
    without(rulebook, "features", name)
    for rule in rulebook["rules"]:
        rule["features"] = [one for one in rule["features"] if one != name]
    rulebook["rules"] = [rule for rule in rulebook["rules"] if rule["features"]]


def drop_attribute(rulebook, name):
    without(rulebook, "attributes", name)
    for one in [*rulebook["rules"], *rulebook.get("flags", [])]:
        one["then" if "then" in one else "when"].pop(name, None)
    rulebook["rules"] = [rule for rule in rulebook["rules"] if rule["then"]]
    if "flags" in rulebook:
        rulebook["flags"] = [flag for flag in rulebook["flags"] if flag["when"]]


def fix_fact(rulebook, name, value):
    """Without the fact, as if it were always VALUE."""
    without(rulebook, "facts", name)
    rulebook["rules"] = [rule for rule in rulebook["rules"]
                         if value in rule["when"].pop(name, [value])]


def drop_value(rulebook, name, value):
    fact = named(rulebook, "facts", name)
    fact["values"] = [one for one in fact["values"] if one["value"] != value]
    for rule in rulebook["rules"]:
        if name in rule["when"]:
            rule["when"][name] = [one for one in rule["when"][name] if one != value]
    rulebook["rules"] = [rule for rule in rulebook["rules"] if rule["when"].get(name, True)]


def merge_value(rulebook, name, value, other):
    attribute = named(rulebook, "attributes", name)
    attribute["values"] = [one for one in attribute["values"] if one["value"] != value]
    for one in [*rulebook["rules"], *rulebook.get("flags", [])]:
        said = one["then" if "then" in one else "when"]
        if said.get(name) == value:
            said[name] = other


def drop_key(rulebook, path, key):
    for step in path:
        rulebook = rulebook[step]
    del rulebook[key]


def replace(rulebook, path, key, value):
    for step in path:
        rulebook = rulebook[step]
    rulebook[key] = value


def steps(rulebook):
    """The (function, arguments) of each single step, the larger ones first."""
    for kind, drop in (("features", drop_feature), ("attributes", drop_attribute)):
        for name in names(rulebook[kind]):
            if len(rulebook[kind]) > 1:
                yield drop, name
    for fact in rulebook["facts"]:
        for value in values(fact):
            if len(rulebook["facts"]) > 1:
                yield fix_fact, fact["name"], value
    for at, rule in enumerate(rulebook["rules"]):
        if len(rulebook["rules"]) > 1:
            yield drop_key, ["rules"], at
    for fact in rulebook["facts"]:
        for value in values(fact):
            if len(fact["values"]) > 1 and not isinstance(value, bool):
                yield drop_value, fact["name"], value
    for attribute in rulebook["attributes"]:
        for value in values(attribute)[1:]:
            yield merge_value, attribute["name"], value, values(attribute)[0]
    yield from smaller_rules(rulebook)
    yield from optional_members(rulebook)


def smaller_rules(rulebook):
    for at, rule in enumerate(rulebook["rules"]):
        for fact, given in rule["when"].items():
            yield drop_key, ["rules", at, "when"], fact
            if len(given) > 1:
                for value in given:
                    yield (replace, ["rules", at, "when"], fact,
                           [one for one in given if one != value])
        for key in ("features", "then"):
            for one in rule[key]:
                if len(rule[key]) > 1:
                    yield (drop_key, ["rules", at, key],
                           one if key == "then" else rule[key].index(one))


def optional_members(rulebook):
    for key in rulebook:
        if key not in NEEDED:
            yield drop_key, [], key
            for at in range(len(rulebook[key]) if isinstance(rulebook[key], list) else 0):
                yield drop_key, [key], at
    for kind, needed in NEEDED_OF.items():
        for at, one in enumerate(rulebook[kind]):
            for key in set(one) - needed:
                yield drop_key, [kind, at], key


def shrink(rulebook, fails):
    done = False
    while not done:
        done = True
        for function, *arguments in steps(rulebook):
            smaller = copy.deepcopy(rulebook)
            function(smaller, *arguments)
            if fails(smaller):
                rulebook, done = smaller, False
                break
    return rulebook
