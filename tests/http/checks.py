# SPDX-License-Identifier: MIT
"""What the lines of expectation in a case file mean (the list is in wire.py).

Every check takes the response and the rest of the line, and raises Failure.
`hold_invariants` is what every answer must keep without a line that says so.
"""

import hashlib
import json
import re

from casefile import CaseError
from harness import Failure

CANARY = "kenari"  # stands in every text that must not come back or be logged
KINDS = {"integer": int, "string": str, "boolean": bool, "array": list, "object": dict}


def check_status(response, wanted):
    status = str(response.status)
    if not any(all(w in ("x", s) for w, s in zip(one, status)) for one in wanted
               if one != "none"):
        raise Failure(f"status {status}, expected {' or '.join(wanted)}")


def check_header(response, rest):
    match = re.fullmatch(r"(no|has) (\S+)", rest)
    if match:
        if (response.header(match[2]) is None) == (match[1] == "has"):
            raise Failure(f"header {match[2]}: {response.header(match[2])!r}")
        return
    match = re.fullmatch(r"([A-Za-z0-9-]+)(:| lists| lacks| ~| =~)(?: (.*))?", rest)
    if not match:
        raise CaseError(f"not a check of a header: {rest}")
    name, how, wanted = match[1], match[2].strip(), match[3] or ""
    value = response.header(name)
    elements = [e.strip().lower() for e in (value or "").split(",")]
    passed = {
        ":": lambda: value == wanted,
        "lists": lambda: all(w.strip().lower() in elements for w in wanted.split(",")),
        "lacks": lambda: not any(w.strip().lower() in elements for w in wanted.split(",")),
        "~": lambda: value is not None and wanted.lower() in value.lower(),
        "=~": lambda: value is not None and re.search(wanted, value),
    }[how]()
    if not passed:
        raise Failure(f"header {name}: {value!r}, expected {how} {wanted}")


ABSENT = object()


def find_path(document, path):
    """The value at ".a.0.b"; "*" makes a list of what follows for each element."""
    found = document
    parts = [part for part in path.split(".") if part]
    for i, part in enumerate(parts):
        if part == "*":
            if not isinstance(found, list):
                return ABSENT
            rest = "." + ".".join(parts[i + 1:])
            values = [find_path(one, rest) for one in found]
            return [None if value is ABSENT else value for value in values]
        whole = ".".join(parts[i:])
        if isinstance(found, dict) and whole in found:  # a column of CSV: "komunitas.access"
            return found[whole]
        if isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, dict) and part in found:
            found = found[part]
        else:
            return ABSENT
    return found


def _canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _as_set(value):
    if isinstance(value, (list, dict)):
        return sorted(_canonical(one) for one in value)
    raise Failure(f"neither array nor object: {value!r}")


def _parse(text):
    try:
        return json.loads(text)
    except ValueError:
        raise CaseError(f"not JSON: {text}") from None


def check_path(response, rest):
    path, how, wanted = (rest.split(" ", 2) + ["", ""])[:3]
    value = find_path(response.document(), path)
    if how in ("absent", "present"):
        if (value is ABSENT or value is None) != (how == "absent"):
            raise Failure(f"{path} is {'absent' if value is ABSENT else _canonical(value)}")
        return
    if value is ABSENT:
        raise Failure(f"{path} is absent, expected {how} {wanted}")
    text = value if isinstance(value, str) else _canonical(value)
    tests = {
        "=": lambda: _canonical(value) == _canonical(_parse(wanted)),
        "!=": lambda: _canonical(value) != _canonical(_parse(wanted)),
        "~": lambda: wanted in text,
        "!~": lambda: wanted not in text,
        "=~": lambda: re.search(wanted, text),
        "set": lambda: _as_set(value) == _as_set(_parse(wanted)),
        "count": lambda: len(value) == int(wanted),
        "is": lambda: isinstance(value, KINDS[wanted]) and (wanted == "boolean" or
                                                             not isinstance(value, bool)),
        "within": lambda: isinstance(value, int) and not isinstance(value, bool) and
        int(wanted.split()[0]) <= value <= int(wanted.split()[1]),
    }
    if how not in tests:
        raise CaseError(f"not a check of a value: {rest}")
    if not tests[how]():
        raise Failure(f"{path} is {_canonical(value)}, expected {how} {wanted}")


def check_body(response, rest, bodies):
    how, _, wanted = rest.partition(" ")
    for phrase in ("json same as", "same as", "differs from"):
        if rest.startswith(phrase + " "):
            title = rest[len(phrase) + 1:]
            if title not in bodies:
                raise CaseError(f"no earlier case {title!r}, or it has failed")
            return _compare_bodies(response, phrase, bodies[title])
    text = response.body.decode("utf-8", "replace")
    tests = {
        "has": lambda: wanted in text,
        "lacks": lambda: wanted not in text,
        "=~": lambda: re.search(wanted, text),
        "empty": lambda: not text,
        "sha256": lambda: "sha256:" + hashlib.sha256(response.body).hexdigest() == wanted,
    }
    if how not in tests:
        raise CaseError(f"not a check of the body: {rest}")
    if not tests[how]():
        raise Failure(f"body, expected {rest}")
    return None


def _compare_bodies(response, phrase, other):
    if phrase == "differs from":
        if response.body == other.body:
            raise Failure("the body is the same, it should differ")
    elif phrase == "same as":
        if response.body != other.body:
            raise Failure(f"the body should be\n{other.body.decode('utf-8', 'replace')}")
    elif response.document() != other.document():
        raise Failure(f"the JSON value should be that of\n{other.body.decode()}")


def hold_invariants(response, method):
    """What holds for every answer."""
    if response.kind() == "text/html":
        _hold_page(response)
    if response.status in (304, 204):
        return
    if response.status == 405 and not response.header("Allow"):
        raise Failure("405 without Allow")
    if response.status == 415 and not response.header("Accept"):
        raise Failure("415 without Accept")
    if method == "HEAD":
        return
    kind = response.kind()
    if response.body and not kind:
        raise Failure("a body without Content-Type")
    if response.body and (kind.startswith("text/") or kind.endswith("json")):
        if not response.body.endswith(b"\n") or response.body.endswith(b"\n\n"):
            raise Failure("the body does not end with one newline")
    if response.status >= 400 and kind not in ("text/plain", "text/html"):
        _hold_problem(response, kind)
    _hold_silence(response, kind)


POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
          "frame-ancestors ")


def _hold_page(response):
    """A page is guarded, and needs nothing but what stands in files of its own."""
    policy = response.header("Content-Security-Policy") or ""
    framed = policy.removeprefix(POLICY)
    if framed == policy or (framed == "'none'") != (response.header("X-Frame-Options") == "DENY"):
        raise Failure(f"a page with the policy {policy}")
    if response.header("Referrer-Policy") != "no-referrer":
        raise Failure("a page without Referrer-Policy")
    found = re.search(rb"<style|\sstyle=|<script(?![^>]* src=)|\son\w+=|(src|action)=\"?(\w+:|//)",
                      re.sub(rb">[^<]*<", b"><", response.body))
    if found:
        raise Failure(f"a page with {found[0].decode()}")


def _hold_problem(response, kind):
    if kind != "application/problem+json":
        raise Failure(f"a problem document of type {kind}")
    problem = response.json()
    for name, type_ in (("type", str), ("title", str), ("status", int),
                        ("detail", str), ("code", str)):
        if not isinstance(problem.get(name), type_) or problem[name] == "":
            raise Failure(f"a problem document without {name}")
    if not problem["type"].endswith("/problems/" + problem["code"]):
        raise Failure(f"type {problem['type']} for code {problem['code']}")
    if problem["status"] != response.status:
        raise Failure(f"status {problem['status']} in the document")
    for error in problem.get("errors", []):
        place = "parameter" if "parameter" in error else "pointer"
        for name in ("code", place, "detail"):
            if not isinstance(error.get(name), str):
                raise Failure(f"an error without {name}")


def _without_own_words(value):
    """VALUE without what may come back of a user: `id`, the names of groups, and in
    an error the pointer or the parameter."""
    if isinstance(value, list):
        return [_without_own_words(one) for one in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for name, part in value.items():
        if name == "groups":
            result[name] = [_without_own_words(one) for one in part.values()]
        elif name == "errors" and isinstance(part, list):
            result[name] = [{n: p for n, p in one.items() if n not in ("pointer", "parameter")}
                            for one in part]
        elif name == "error" and isinstance(part, str):  # a cell of CSV
            result[name] = re.sub(r"(: |; )/[^;]* ", r"\1", part)
        elif name != "id":
            result[name] = _without_own_words(part)
    return result


def _hold_silence(response, kind):
    """No value of a user comes back but `id` and groups, no name but in a pointer."""
    text = "".join(value for _, value in response.headers)
    if kind.endswith("json") or kind == "text/csv":
        text += _canonical(_without_own_words(response.document()))
    elif response.status >= 400 or kind == "text/html":
        text += re.sub("<strong>[^<]*<", "", response.body.decode("utf-8", "replace"))
    if CANARY in text.lower():
        raise Failure("a text that the user sent came back")
