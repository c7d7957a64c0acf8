# SPDX-License-Identifier: MIT
"""What the circular says of a person, and what a row of words says of a person:
an oracle for the bulk tests, written from docs/api.md and the vocabulary of
Dapodik, not from the rulebook.

Unknown facts are answered by trying every completion. It does not know how
rows are framed or results written.
"""

import functools
import itertools
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from generate import EMPLOYMENT, PRINCIPAL_POSTS, ROLE  # noqa: E402

FACTS = {
    "role": ("guru", "kepala_sekolah", "lainnya"),
    "employment": ("ASN", "non_ASN", "CPNS"),
    "belajar_id": (True, False),
    "dapodik_gtk": (True, False),
}
NAMES = {
    "role": ("role", "jabatan", "peran", "jenis_ptk", "jenis_ptk_id_str"),
    "employment": ("employment", "status_kepegawaian", "status_kepegawaian_id_str"),
    "belajar_id": ("belajar_id", "akun_belajar_id"),
    "dapodik_gtk": ("dapodik_gtk", "status_dapodik"),
}
POST = "tugas_tambahan"
RANKED = ("jabatan",)  # where it is no word it says nothing, if the role stands elsewhere
OUTRANKED = ("jenisptk", "jenisptkidstr")  # by a principal's post
ATTRIBUTES = ("obligation", "deadline", "admin_burden", "access")
VALUES = {
    "obligation": ("required", "not_required", "not_covered"),
    "deadline": ("none", "not_covered"),
    "admin_burden": ("none", "not_covered"),
    "access": ("available", "unavailable", "not_covered"),
}
FOUR = ("pelatihan_mandiri", "refleksi_kompetensi", "bukti_karya", "komunitas")
KINERJA = "pengelolaan_kinerja"
FEATURES = (*FOUR, KINERJA)
TEXT_MOST = 128  # bytes of id and group
SEPARATORS = re.compile("[\t-\r \"'*.:_`\xa0\xab\xad\xbb\u1680\u2000-\u2015\u2018-\u201f"
                        "\u2028-\u202f\u205f\u2060\u3000\ufeff-]")


def fold(text):
    """Names and values are compared after this."""
    text = re.sub("(?<![0-9A-Za-z\x80-\U0010ffff])[-\u2010-\u2015](?=[0-9])", "\ue000", text)
    text = SEPARATORS.sub("", text).replace("\ue000", "-")
    return "".join(c.lower() if c.isascii() else c for c in text)


def _words():
    yes, no = ("ya", "ada", "yes", "true", "1", "y", "v", "✓", "sudah", "sudah terdaftar"), (
        "tidak", "tidak ada", "no", "false", "0", "t", "belum", "belum punya")
    words = {"belajar_id": dict.fromkeys(yes, True) | dict.fromkeys(no, False)}
    words["dapodik_gtk"] = words["belajar_id"] | {"gtk": True}
    for fact, labels in (("role", ROLE), ("employment", EMPLOYMENT)):
        words[fact] = {label: value for value, texts in labels.items()
                       for label in texts.split("|")}
        words[fact] |= {value.replace("_", " "): value for value in FACTS[fact]}
    words["role"] |= {"teacher": "guru", "principal": "kepala_sekolah"}
    words["role"] |= {post: "kepala_sekolah" for post in PRINCIPAL_POSTS}
    for fact in FACTS:
        words[fact] |= dict.fromkeys(("", "-", "n/a", "tidak diisi"))
    return words


SPELLED = {fact: [word for word in words if word not in ("belum punya", "sudah terdaftar")]
           for fact, words in _words().items()}  # in any spelling
WORDS = {fact: {fold(word): value for word, value in words.items()}
         for fact, words in _words().items()}
POSTS = {fold(post) for post in PRINCIPAL_POSTS}
FACT_OF = {fold(name): fact for fact, names in NAMES.items() for name in names}


# ---- the circular ----

def says(full):
    """The outcome of each feature for somebody of whom everything is known."""
    if full["role"] == "lainnya":
        return {feature: dict.fromkeys(ATTRIBUTES, "not_covered") for feature in FEATURES}
    none = {"deadline": "none", "admin_burden": "none"}
    result = {feature: {"obligation": "not_required", **none, "access": "available"}
              for feature in FOUR}
    result[KINERJA] = {
        "obligation": {"ASN": "required", "non_ASN": "not_required",
                       "CPNS": "not_covered"}[full["employment"]],
        **none,
        "access": "available" if full["belajar_id"] and full["dapodik_gtk"] else "unavailable"}
    return result


@functools.lru_cache(maxsize=None)
def _answer(known):
    facts = dict(known)
    completions = [dict(zip(FACTS, values)) for values in itertools.product(
        *((facts[fact],) if fact in facts else FACTS[fact] for fact in FACTS))]
    outcomes = [(full, says(full)) for full in completions]
    features = {}
    for feature in FEATURES:
        features[feature] = {}
        for attribute in ATTRIBUTES:
            found = {outcome[feature][attribute] for _, outcome in outcomes}
            features[feature][attribute] = found.pop() if len(found) == 1 else "undetermined"
    missing = [fact for fact in FACTS if fact not in facts and any(
        a != b and all((x[other] == y[other]) == (other != fact) for other in FACTS)
        for (x, a), (y, b) in itertools.combinations(outcomes, 2))]
    return features, missing


def answer(facts):
    """(features, missing) of whoever is known by FACTS only. Do not change it."""
    return _answer(tuple(facts.items()))


# ---- a row of words ----

class Row:
    """What one row comes to: facts, or errors as (code, name of the member)."""

    def __init__(self):
        self.id = self.group = None
        self.facts = {}
        self.errors = []


def _take_text(row, name, value, is_named, is_id=False):
    """For id and group; an id may be a number, and a member that was named as the group."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and (is_id or is_named):
        return value if is_id else str(value)
    if not isinstance(value, str):
        row.errors.append(("wrong_type", name))
    elif len(value.encode()) > TEXT_MOST:
        row.errors.append(("too_long", name))
    else:
        return value
    return None


def _read_fact(fact, value):
    """(canonical value or None, code of an error or None)."""
    if value is None:
        return None, None
    if isinstance(value, str):
        word = fold(value)
        return (WORDS[fact][word], None) if word in WORDS[fact] else (None, "unknown_value")
    if fact in ("belajar_id", "dapodik_gtk"):
        if isinstance(value, bool):
            return value, None
        if isinstance(value, int) and value in (0, 1):
            return bool(value), None
    return None, "wrong_type"


def judge(members, ignore_unknown=False, id_from="id", group_by="group", defaults=()):
    """The Row of MEMBERS, pairs of a name and a value as JSON has them."""
    row, given, ranked = Row(), {}, []
    for name, value in members:
        folded = fold(name)
        if folded == fold(id_from):
            row.id = _take_text(row, name, value, False, True)
        if folded == fold(group_by):
            row.group = _take_text(row, name, value, group_by != "group") or row.group
        if folded == fold(POST):
            if value is not None and not isinstance(value, str):
                row.errors.append(("wrong_type", name))
            elif value is not None and fold(value) in POSTS:
                given.setdefault("role", []).append((name, folded, "kepala_sekolah"))
        elif folded in FACT_OF:
            read, code = _read_fact(FACT_OF[folded], value)
            if code:
                row.errors.append((code, name))
                ranked += [row.errors[-1]] * (code == "unknown_value" and folded in RANKED)
            elif read is not None:
                given.setdefault(FACT_OF[folded], []).append((name, folded, read))
        elif folded not in ("id", "group", fold(id_from), fold(group_by)) and not ignore_unknown:
            row.errors.append(("unknown_member", name))
    roles = given.get("role", [])
    posts = [folded for _, folded, value in roles if value == "kepala_sekolah"]
    lost = (*OUTRANKED, *RANKED) if fold(POST) in posts else OUTRANKED if set(RANKED) & set(
        posts) else ()
    if roles:
        given["role"] = [one for one in roles if one[1] not in lost]
        row.errors = [error for error in row.errors if error not in ranked]
    for fact, values in given.items():
        row.facts[fact] = values[0][2]
        row.errors += [("conflicting_members", name) for name, _, value in values
                       if value != values[0][2]]
    facts = {**dict(defaults), **row.facts}
    row.facts = {fact: facts[fact] for fact in FACTS if fact in facts}
    return row


def pointer(name):
    return "/" + name.replace("~", "~0").replace("/", "~1")
