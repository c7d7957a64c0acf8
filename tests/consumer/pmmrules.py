# SPDX-License-Identifier: MIT
"""libpmmrules in Python, through its C interface: what it answers, as plain values.

    library = Pmmrules("…/include/pmm/rules.h", "…/libpmmrules.so")
    book = library.load(text)               Refused, with the findings, if it does not hold
    index = book.index({"role": "guru"})    canonical names and values; or book.read, words
    book.answer("komunitas", index)         what is possible, missing, and why

True and false are Python's. It copies what it returns, so nothing of it dies with the book.
"""

import collections
import ctypes

from abi import Library

LANGUAGES = ["id", "en"]
STANDINGS = ["applied", "not_applied", "open"]  # enum pmm_standing
Comparison = collections.namedtuple("Comparison", "changed profiles common changes")
Change = collections.namedtuple("Change", "feature attribute before after when profiles "
                                "rules_before rules_after")


def bits(mask, names):
    return [name for bit, name in enumerate(names) if mask >> bit & 1]


class Refused(Exception):
    def __init__(self, status, findings):
        super().__init__(f"{status}: {findings}")
        self.status = status
        self.findings = findings


class Pmmrules(Library):
    memory_max = 256 << 20  # PMM_MEMORY_MAX, which is a macro

    def load(self, text):
        return Rulebook(self, text)


class Rulebook:
    def __init__(self, library, text):
        self.library = library
        self.findings = []
        self._at = ctypes.POINTER(library.struct["pmm_rulebook"])()
        listener = library.struct["pmm_listener"]
        hear = dict(listener._fields_)["finding"](self._hear)
        status = library.pmm_rulebook_create(self._at, text, len(text), library.memory_max,
                                             listener(hear, None))
        if status:
            raise Refused(status, self.findings)
        self._describe(library.pmm_rulebook_info(self._at).contents)

    def _hear(self, _, finding):
        self.findings.append({name: value.decode() if isinstance(value, bytes) else value
                              for name, value in ((name, getattr(finding.contents, name))
                                                  for name, _ in finding.contents._fields_)})

    def _describe(self, info):
        def values(one):
            names = [one.values[v].name.decode() for v in range(one.value_count)]
            return [name == "true" for name in names] if getattr(one, "is_boolean", 0) else names
        self.digest = info.digest.decode()
        self.space = info.space
        facts = info.facts[:info.fact_count]
        attributes = info.attributes[:info.attribute_count]
        self.facts = {one.name.decode(): values(one) for one in facts}
        self.attributes = {one.name.decode(): values(one) for one in attributes}
        self.features = [one.name.decode() for one in info.features[:info.feature_count]]
        self.flags = [one.name.decode() for one in info.flags[:info.flag_count]]
        rules = info.rules[:info.rule_count]
        self.rules = [one.id.decode() for one in rules]
        self.points = {one.id.decode(): one.point.decode() for one in rules}

    def close(self):
        self.library.pmm_rulebook_destroy(self._at)
        self._at = None

    # ---- profiles ----

    def _index(self, digits):
        return self.library.pmm_profile_index(
            self._at, (ctypes.c_uint8 * self.library.PMM_FACTS_MAX)(*digits))

    def index(self, profile):
        return self._index(1 + values.index(profile[fact]) if fact in profile else 0
                           for fact, values in self.facts.items())

    def profile(self, index):
        digits = (ctypes.c_uint8 * self.library.PMM_FACTS_MAX)()
        self.library.pmm_profile_digits(self._at, index, digits)
        return {fact: values[digit - 1] for (fact, values), digit
                in zip(self.facts.items(), digits) if digit}

    def read(self, words):
        """The index of what a person wrote; ValueError with what is not understood."""
        digits = [0] * len(self.facts)
        for name, text in words.items():
            name, text = name.encode(), text.encode()
            member = self.library.pmm_member_find(self._at, name, len(name))
            digit = member and self.library.pmm_member_value(self._at, member, text, len(text))
            if not member or digit == self.library.PMM_DIGIT_NONE:
                raise ValueError(name if not member else text)
            digits[member.contents.fact] = digit or digits[member.contents.fact]
        return self._index(digits)

    # ---- answers ----

    def _outcome(self, feature, index):
        decision = self.library.pmm_decide(self._at, index).contents
        return decision.outcomes[self.features.index(feature)].contents

    def answer(self, feature, index):
        outcome = self._outcome(feature, index)
        possible = {name: bits(outcome.possible[a], values)
                    for a, (name, values) in enumerate(self.attributes.items())}
        basis = {}
        for one in outcome.basis[:outcome.basis_count]:
            for name in bits(one.attributes, self.attributes):
                basis.setdefault(name, []).append(one.rule.contents.id.decode())
        missing_of = {name: bits(outcome.missing_of[a], self.facts)
                      for a, name in enumerate(self.attributes)}
        return {"possible": possible, "missing": bits(outcome.missing, self.facts),
                "missing_of": missing_of, "basis": basis,
                "flags": bits(outcome.flags, self.flags)}

    def reason(self, feature, index, language):
        return self._outcome(feature, index).reason[LANGUAGES.index(language)].decode()

    def missing(self, index):
        """What matters to any feature."""
        return bits(self.library.pmm_decide(self._at, index).contents.missing, self.facts)

    def explain(self, feature, index):
        """{rule: (how it stands to the profile, the facts that make it so)}"""
        to = (self.library.struct["pmm_explained"] * self.library.PMM_FEATURE_RULES_MAX)()
        count = self.library.pmm_explain(self._at, index, self.features.index(feature), to)
        return {one.rule.contents.id.decode(): (STANDINGS[one.standing],
                                                bits(one.facts, self.facts))
                for one in to[:count]}

    def changes(self, feature, index):
        """[(fact, value)]: what can be changed, with another outcome then."""
        to = (self.library.struct["pmm_alternative"] * self.library.PMM_ALTERNATIVES_MAX)()
        count = self.library.pmm_alternatives(self._at, index, self.features.index(feature), to)
        facts = list(self.facts.items())
        return [(facts[one.fact][0], facts[one.fact][1][one.digit - 1]) for one in to[:count]]

    def compare(self, later):
        """What LATER says otherwise."""
        at = ctypes.POINTER(self.library.struct["pmm_diff"])()
        status = self.library.pmm_diff_create(at, self._at, later._at, self.library.memory_max)
        if status:
            raise Refused(status, [])
        info = self.library.pmm_diff_info(at).contents
        common = self._condition(later, info, info.common)
        changes = [self._change(later, info, one) for one in info.changes[:info.change_count]]
        found = Comparison(info.changed, info.profiles, common, changes)
        self.library.pmm_diff_destroy(at)
        return found

    def _condition(self, later, info, masks):
        """{fact: values}; a fact that both have has the values of the later one."""
        names = [one.contents.name.decode() for one in info.facts[:info.fact_count]]
        return {name: bits(masks[f], {**self.facts, **later.facts}[name])
                for f, name in enumerate(names)}

    def _change(self, later, info, one):
        rules = [[rule for r, rule in enumerate(book.rules) if mask[r // 64] >> r % 64 & 1]
                 for book, mask in zip((self, later), one.rules)]
        return Change(one.feature.contents.name.decode(), one.attribute.contents.name.decode(),
                      one.before.contents.name.decode(), one.after.contents.name.decode(),
                      self._condition(later, info, one.when), one.profiles, *rules)
