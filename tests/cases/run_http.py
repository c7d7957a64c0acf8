#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks a running server every case of tests/cases, in every way that can express it.

Usage: run_http.py BINARY [--rules FILE] [FILE.case...]

Without a FILE.case all of this directory. Each profile is sent as JSON and,
where names and values are text, as a form and as a query of GET; the answers
must be the same bytes. Prints TAP: one point for each profile. Headers and the
rest of the protocol are the matter of tests/http.
"""

import glob
import http.client
import json
import os
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

from cases import CaseError, read_cases  # noqa: E402
from harness import Failure, Server, Tap, check_end  # noqa: E402

OURS = {"id", "group"}  # members that are no facts; addresses do not have them


def require(holds, message):
    if not holds:
        raise Failure(message)


def fold(name):
    return "_".join(name.lower().replace("_", " ").replace("-", " ").split())


class Client:
    """Asks one server; keeps its connection."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=20)

    def ask(self, method, target, body=None, content_type=None):
        headers = {"Content-Type": content_type} if content_type else {}
        self.connection.request(method, target, body, headers)
        response = self.connection.getresponse()
        return response.status, response.read()


def as_json(members):
    # By hand, since a name may stand twice.
    pairs = (f"{json.dumps(m.name, ensure_ascii=False)}:{json.dumps(m.value, ensure_ascii=False)}"
             for m in members)
    return ("{" + ",".join(pairs) + "}").encode()


def as_text(value):
    """A JSON scalar as a form has it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_pairs(members):
    return urllib.parse.urlencode([(m.name, as_text(m.value)) for m in members])


def ways(members, case):
    """(name of the way, method, target, body, content type) of each that fits."""
    found = [("JSON", "POST", "/check", as_json(members), "application/json")]
    expects_type = any(verb == "error" and rest.startswith("wrong_type")
                       for verb, rest, _ in case.expected)
    if expects_type or any(isinstance(m.value, (list, dict)) for m in members):
        return found  # pairs are text: they have no types
    pairs = as_pairs(members)
    found.append(("form", "POST", "/check", pairs.encode(), "application/x-www-form-urlencoded"))
    if not any(fold(m.name) in OURS for m in members):
        found.append(("GET", "GET", "/check?" + pairs, None, None))
    return found


# ---- what is expected ----

def parts(text):
    return text.split(",") if text else []


def check_facts(answer, rest, _):
    wanted = dict(part.split("=") for part in rest.split())
    wanted = {name: {"true": True, "false": False}.get(value, value)
              for name, value in wanted.items()}
    found = answer["facts"]
    require(found == wanted and list(found) == list(wanted), f"facts are {found}")


def check_missing(answer, rest, _):
    require(answer["missing"] == parts(rest), f"missing is {answer['missing']}")


def check_attribute(name, feature, attribute, wanted):
    found = feature[attribute]
    possible = feature.get("possible", {}).get(attribute)
    if "|" in wanted:
        require(found == "undetermined", f"{name}: {attribute} is {found}")
        require(possible == wanted.split("|"), f"{name}: {attribute} may be {possible}")
    else:
        require(found == wanted, f"{name}: {attribute} is {found}")
        require(possible is None, f"{name}: {attribute} may be {possible}")


def check_then(answer, rest, _):
    names, *wanted = rest.split()
    require(wanted, "`then` expects nothing")
    for name in answer["features"] if names == "*" else names.split(","):
        feature = answer["features"][name]
        for part in wanted:
            attribute, _, value = part.partition("=")
            if attribute == "missing":
                found = feature.get("missing", [])
                require(found == parts(value), f"{name}: missing is {found}")
            else:
                check_attribute(name, feature, attribute, value)


def check_cite(answer, rest, _):
    name, attribute, point = rest.split(" ", 2)
    found = [rule["point"] for rule in answer["features"][name]["basis"]
             if attribute in rule["for"]]
    require(found and set(found) == {point}, f"{name}: {attribute} cites {found}")


def check_say(answer, rest, ask_in):
    lang, name, text = rest.split(" ", 2)
    reason = ask_in(lang)["features"][name]["reason"]
    require(text in reason, f"{name}: \"{text}\" is not in \"{reason}\"")


def check_never(answer, rest, ask_in):
    lang, name, text = rest.split(" ", 2)
    reason = ask_in(lang)["features"][name]["reason"]
    require(text not in reason, f"{name}: \"{text}\" is in \"{reason}\"")


CHECKS = {"facts": check_facts, "missing": check_missing, "then": check_then,
          "cite": check_cite, "say": check_say, "never": check_never}


def check_errors(status, problem, wanted, is_get):
    codes = [rest.split(" ", 1)[0] for rest in wanted]
    code = "unknown_parameter" if is_get and "unknown_member" in codes else "invalid_profile"
    require((status, problem.get("code")) == (422, code), f"{status} {problem.get('code')}")
    found = problem["errors"]
    for error, rest in zip(found, wanted):
        rest, arrow, word = rest.partition(" => ")
        # In an address there are no pointers, but names.
        place = ("/" + error["parameter"].replace("~", "~0").replace("/", "~1") if is_get
                 else error["pointer"])
        code, _, pointer = rest.partition(" ")
        most = 128 + is_get  # of a name, which the pointer's "/" is no part of there
        if len(pointer.encode()) > most:
            rest = f"{code} {pointer.encode()[:most].decode(errors='ignore')}…"
        require(f"{error['code']} {place}" == rest, f"{error['code']} at {place}, not {rest}")
        require(not arrow or error.get("did_you_mean", "-") == word,
                f"{place}: suggested is {error.get('did_you_mean')}")
    require(len(found) == len(wanted), f"there are {len(found)} errors")


def check_way(client, way, case):
    """Asks in one way and checks all; returns the answer's bytes."""
    _, method, target, body, content_type = way
    status, text = client.ask(method, target, body, content_type)
    problem = [rest for verb, rest, _ in case.expected if verb == "problem"]
    errors = [rest for verb, rest, _ in case.expected if verb == "error"]
    document = json.loads(text)
    if problem:
        require((status, document.get("code")) == (400, problem[0]), f"{status} {text!r}")
        return None
    if errors:
        check_errors(status, document, errors, method == "GET")
        return None
    require(status == 200, f"{status} {text!r}")

    def ask_in(lang):
        sign = "&" if "?" in target else "?"
        _, other = client.ask(method, f"{target}{sign}lang={lang}", body, content_type)
        return json.loads(other)

    for verb, rest, where in case.expected:
        try:
            CHECKS[verb](document, rest, ask_in)
        except (KeyError, ValueError) as problem:
            raise Failure(f"{where}: {problem!r}") from None
        except Failure as failure:
            raise Failure(f"{where}: {failure}") from None
    return text


def check_profile(client, members, case):
    first = None
    for way in ways(members, case):
        try:
            answer = check_way(client, way, case)
        except Failure as failure:
            raise Failure(f"{way[0]}: {failure}") from None
        require(first is None or answer == first, f"{way[0]}: another answer than by JSON")
        first = answer


def main(binary, *paths):
    tap = Tap()
    size = 2 if paths[:1] == ("--rules",) else 0
    server = Server(binary, paths[:size])
    paths = paths[size:]
    client = Client(server)
    try:
        for path in paths or sorted(glob.glob(os.path.join(HERE, "*.case"))):
            for case in read_cases(path):
                for line, members in case.profiles:
                    name = f"{os.path.basename(path)}: {case.title}: {line[8:].strip()}"
                    tap.attempt(name, check_profile, client, members, case)
    finally:
        check_end(tap, server, "cases")
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Usage: run_http.py BINARY [--rules FILE] [FILE.case...]")
    try:
        sys.exit(main(*sys.argv[1:]))
    except CaseError as problem:
        sys.exit(str(problem))
