# SPDX-License-Identifier: MIT
"""Reads *.case files (the format stands at the top of 10-circular.case).

It knows the form of the lines. What they expect is for the runner to check; a
line that nobody understands is an error here, so that no expectation is lost.
"""

import json

VERBS = {"facts", "then", "missing", "cite", "say", "never", "error", "problem"}


class CaseError(Exception):
    """A case file is wrong; the text says where."""


class Case:
    def __init__(self, title):
        self.title = title
        self.profiles = []  # (line as written, [Member])
        self.expected = []  # (verb, rest of the line, "file:line")


class Member:
    def __init__(self, name, value, is_json):
        self.name = name
        self.value = value      # a string, or any value of JSON
        self.is_json = is_json  # written with :=


def take_string(text, where):
    """A JSON string at the start of TEXT, and what follows it."""
    try:
        value, size = json.JSONDecoder().raw_decode(text)
    except ValueError as problem:
        raise CaseError(f"{where}: {problem}") from None
    return value, text[size:].lstrip(" ")


def take_name(text, where):
    if text.startswith('"'):
        name, text = take_string(text, where)
    else:
        size = text.find("=")
        size -= text[:size].endswith(":")
        name, text = text[:size].rstrip(" "), text[size:]
    for sign in (":=", "="):
        if text.startswith(sign):
            return name, sign == ":=", text[len(sign):].lstrip(" ")
    raise CaseError(f"{where}: a name must be followed by = or :=")


def take_value(text, is_json, where):
    if is_json or text.startswith('"'):
        value, text = take_string(text, where)
        if not text.startswith("|") and text:
            raise CaseError(f"{where}: there is something behind a value")
        return value, text[1:]
    value, _, text = text.partition("|")
    return value.rstrip(" "), text


def read_members(text, where):
    members = []
    text = text.strip(" ")
    while text:
        name, is_json, text = take_name(text, where)
        value, text = take_value(text, is_json, where)
        members.append(Member(name, value, is_json))
        text = text.lstrip(" ")
    return members


def read_cases(path):
    """The cases of one file."""
    cases = []
    title = None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            where = f"{path}:{number}"
            if not line.strip() or line.startswith("#"):
                continue
            verb, _, rest = line.partition(" ")
            if verb == "case":
                title = rest.strip()
                cases.append(Case(title))
            elif not cases:
                raise CaseError(f"{where}: a case begins with `case`")
            elif verb == "profile":
                if cases[-1].expected:
                    cases.append(Case(title))
                cases[-1].profiles.append((line, read_members(rest, where)))
            elif verb in VERBS and cases[-1].profiles:
                cases[-1].expected.append((verb, rest.strip(), where))
            else:
                raise CaseError(f"{where}: not understood: {line}")
    for case in cases:
        if not case.profiles or not case.expected:
            raise CaseError(f"{path}: the case \"{case.title}\" asks or expects nothing")
    return cases
