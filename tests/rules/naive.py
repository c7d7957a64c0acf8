# SPDX-License-Identifier: MIT
"""What follows from a rulebook, by looking at every rule for every completion.

It shares no code with the program, no tables, and no idea of how to be quick; it is
what every answer of a rulebook is held against (run_model.py,
run_rulebooks.py, ../consumer). Only what was worked out once for a complete profile is
kept. A profile is a dictionary of the facts that are known, and a complete one is a
tuple of values in the order of the facts.
"""

import functools
import itertools

APPLIED, NOT_APPLIED, OPEN = "applied", "not_applied", "open"


class Naive:
    def __init__(self, rulebook):
        def named(kind):
            return {one["name"]: [value["value"] for value in one["values"]]
                    for one in rulebook[kind]}
        self.rules = rulebook["rules"]
        self.facts, self.attributes = named("facts"), named("attributes")
        self.features = {one["name"]: one for one in rulebook["features"]}
        self.phrases = rulebook["phrases"]
        self.labels = {fact["name"]: fact["label"] for fact in rulebook["facts"]}
        self.depends = {one["name"]: one.get("depends") or rulebook["phrases"]["depends"]
                        for one in rulebook["attributes"]}
        self.flags = {flag["name"]: flag["when"] for flag in rulebook.get("flags") or []}
        self.changeable = [fact["name"] for fact in rulebook["facts"] if fact["changeable"]]
        for name in ("applying", "deciding", "outcome"):
            setattr(self, name, functools.cache(getattr(self, name)))

    # ---- profiles ----

    def profiles(self):
        """All of them, those with unknown facts too."""
        for values in itertools.product(*([None, *values] for values in self.facts.values())):
            yield {fact: value for fact, value in zip(self.facts, values) if value is not None}

    def completions(self, profile):
        return itertools.product(*([profile[fact]] if fact in profile else values
                                   for fact, values in self.facts.items()))

    # ---- complete profiles ----

    def applying(self, feature, full):
        """The rules that speak of FEATURE and apply."""
        known = dict(zip(self.facts, full))
        return [rule for rule in self.rules if feature in rule["features"]
                and all(known[fact] in values for fact, values in rule["when"].items())]

    def outcome(self, feature, full):
        """A value for each attribute, in their order; where the rules do not agree, or
        say nothing, a set."""
        said = [{rule["then"][name] for rule in self.applying(feature, full)
                 if name in rule["then"]} for name in self.attributes]
        return tuple(one.pop() if len(one) == 1 else frozenset(one) for one in said)

    def deciding(self, feature, attribute, full):
        """The ids of those that say something of ATTRIBUTE, too."""
        return frozenset(rule["id"] for rule in self.applying(feature, full)
                         if attribute in rule["then"])

    def faults(self):
        """The codes of what is wrong with the rules."""
        found, applied = set(), set()
        for full in self.completions({}):
            for feature in self.features:
                applied |= {rule["id"] for rule in self.applying(feature, full)}
                found |= {"contradiction" if value else "gap"
                          for value in self.outcome(feature, full) if isinstance(value, frozenset)}
        if applied != {rule["id"] for rule in self.rules}:
            found.add("unreachable_rule")
        return found

    # ---- any profile ----

    def possible(self, feature, profile):
        """For each attribute the values that some completion has."""
        found = set(self.outcome(feature, full) for full in self.completions(profile))
        return {name: [value for value in values if any(one[at] == value for one in found)]
                for at, (name, values) in enumerate(self.attributes.items())}

    def missing_of(self, feature, profile):
        """For each attribute the unknown facts of which two values, all else being equal,
        give it different values."""
        found = {name: [] for name in self.attributes}
        outcomes = {full: self.outcome(feature, full) for full in self.completions(profile)}
        if len(set(outcomes.values())) == 1:
            return found
        for at, fact in enumerate(self.facts):
            if fact in profile:
                continue
            alike = {}  # completions that differ in FACT alone -> their outcomes
            for full, outcome in outcomes.items():
                alike.setdefault(full[:at] + full[at + 1:], set()).add(outcome)
            various = [one for one in alike.values() if len(one) > 1]
            for place, name in enumerate(self.attributes):
                if any(len({outcome[place] for outcome in one}) > 1 for one in various):
                    found[name].append(fact)
        return found

    def basis(self, feature, attribute, profile):
        """Rules that apply to every completion; failing that, to some."""
        sets = {self.deciding(feature, attribute, full) for full in self.completions(profile)}
        found = frozenset.intersection(*sets) or frozenset.union(*sets)
        return [rule["id"] for rule in self.rules if rule["id"] in found]

    def answer(self, feature, profile):
        possible = self.possible(feature, profile)
        missing_of = self.missing_of(feature, profile)
        certain = {name: values[0] for name, values in possible.items() if len(values) == 1}
        return {
            "possible": possible,
            "missing": [fact for fact in self.facts
                        if any(fact in facts for facts in missing_of.values())],
            "missing_of": missing_of,
            "basis": {name: self.basis(feature, name, profile) for name in certain},
            "flags": [flag for flag, when in self.flags.items()
                      if all(certain.get(name) == value for name, value in when.items())],
        }

    def listed(self, facts, language):
        *most, last = [self.labels[fact][language] for fact in self.facts if fact in facts]
        return f"{', '.join(most)} {self.phrases['and'][language]} {last}" if most else last

    def reason(self, answer, feature, language):
        """Of an answer for FEATURE the sentences: of the rules that carry it, of what each
        attribute depends on that is open, of the feature. Alike ones are one, with all
        facts."""
        title, note = self.features[feature]["title"], self.features[feature].get("note")
        carrying = {rule for rules in answer["basis"].values() for rule in rules}
        sentences = [rule["reason"][language].replace("{feature}", title) for rule in self.rules
                     if rule["id"] in carrying and rule.get("reason")]
        facts = {}
        for name, missing in answer["missing_of"].items():
            if missing:
                facts.setdefault(self.depends[name][language], set()).update(missing)
        sentences += [sentence.replace("{facts}", self.listed(missing, language))
                      for sentence, missing in facts.items()]
        if note:
            sentences.append(note[language].replace("{feature}", title))
        return " ".join(sentences)

    def explain(self, feature, profile):
        """Of each rule that speaks of FEATURE, whether it applies, and the facts that it
        names, or those that exclude it or leave it open."""
        result = {}
        for rule in self.rules:
            if feature not in rule["features"]:
                continue
            when = [(fact, rule["when"][fact]) for fact in self.facts if fact in rule["when"]]
            excluding = [fact for fact, values in when
                         if fact in profile and profile[fact] not in values]
            unknown = [fact for fact, values in when
                       if fact not in profile and set(values) != set(self.facts[fact])]
            result[rule["id"]] = ((NOT_APPLIED, excluding) if excluding else
                                  (OPEN, unknown) if unknown else
                                  (APPLIED, [fact for fact, _ in when]))
        return result

    def changes(self, feature, profile):
        """The (fact, value) that change what an answer shows, of facts that can be changed."""
        def shown(profile):
            return [values if len(values) == 1 else None
                    for values in self.possible(feature, profile).values()]
        now = shown(profile)
        return [(fact, value) for fact in self.changeable for value in self.facts[fact]
                if profile.get(fact) != value and shown({**profile, fact: value}) != now]


def differences(old, new):
    """{(feature, attribute, value, value): complete profiles} of two rulebooks of the same
    facts: where the second one gives another value."""
    found = {}
    for full in old.completions({}):
        for feature in old.features:
            for name, before, after in zip(old.attributes, old.outcome(feature, full),
                                           new.outcome(feature, full)):
                if before != after:
                    found.setdefault((feature, name, before, after), []).append(full)
    return found
