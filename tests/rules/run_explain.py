#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Why each answer is so: every profile of some rulebooks, every feature, every rule.

Usage: run_explain.py BINARY RULEBOOK...

What must come back is worked out here from the rulebook's JSON: how each rule stands to
the profile, and what another value of a changeable fact makes possible, by enumerating the
completions. Beside that nothing of an answer may change, in any form. Where an attribute has
dates, the days that are left are counted by Python's calendar. Prints TAP.
"""

import datetime
import http.client
import itertools
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

from harness import Failure, SANITIZER, Server, Tap  # noqa: E402

NDJSON = "application/x-ndjson"
STANDINGS = {"id": ("Berlaku", "Tidak berlaku", "Belum pasti"),
             "en": ("Applies", "Does not apply", "Open")}


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def require(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}\nfound  {dump(found)}\nwanted {dump(wanted)}")


class Oracle:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.rulebook = json.load(file)
        self.facts = {fact["name"]: fact for fact in self.rulebook["facts"]}
        self.features = [feature["name"] for feature in self.rulebook["features"]]

    def values(self, name):
        return [value["value"] for value in self.facts[name]["values"]]

    def profiles(self):
        for values in itertools.product(*([None, *self.values(name)] for name in self.facts)):
            yield {name: value for name, value in zip(self.facts, values) if value is not None}

    def possible(self, feature, profile):
        """{attribute: its values in the completions of PROFILE}"""
        found = {one["name"]: set() for one in self.rulebook["attributes"]}
        for values in itertools.product(*([profile[name]] if name in profile
                                          else self.values(name) for name in self.facts)):
            full = dict(zip(self.facts, values))
            for rule in self.rulebook["rules"]:
                if feature in rule["features"] and all(
                        full[name] in needed for name, needed in rule["when"].items()):
                    for attribute, value in rule["then"].items():
                        found[attribute].add(value)
        return found

    def ordered(self, when, names):
        return {name: [value for value in self.values(name) if value in when[name]]
                for name in self.facts if name in names}

    def explain(self, feature, profile, lang):
        answer = {"applied": [], "not_applied": [], "open": [], "changes": []}
        for rule in self.rulebook["rules"]:
            if feature not in rule["features"]:
                continue
            when, then = rule["when"], {one["name"]: rule["then"][one["name"]] for one in
                                        self.rulebook["attributes"] if one["name"] in rule["then"]}
            head = {"rule": rule["id"], "point": rule["cite"]["point"]}
            against = [name for name in when if name in profile
                       and profile[name] not in when[name]]
            unknown = [name for name in when if name not in profile
                       and set(self.values(name)) - set(when[name])]
            if against:
                answer["not_applied"].append({**head, "because": [
                    {"fact": name, "given": profile[name], "needed": needed}
                    for name, needed in self.ordered(when, against).items()], "then": then})
            elif unknown:
                answer["open"].append({**head, "needed": self.ordered(when, unknown),
                                       "then": then})
            else:
                answer["applied"].append({**head, "when": self.ordered(when, when), "then": then})
        now = self.possible(feature, profile)
        for name, fact in self.facts.items():
            for value in self.values(name) if fact["changeable"] else ():
                other = self.possible(feature, {**profile, name: value})
                then = {attribute: min(values) if len(values) == 1 else "undetermined"
                        for attribute, values in other.items()
                        if values != now[attribute]
                        and min(len(values), len(now[attribute])) == 1}
                if then:
                    how = {"how": fact["how"][lang]} if "how" in fact else {}
                    answer["changes"].append({"fact": name, "to": value, "then": then, **how})
        return answer

    def days_left(self, feature, day):
        """Of FEATURE in an answer; None: it has no date."""
        for attribute in self.rulebook["attributes"]:
            value = feature[attribute["name"]]
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                return (datetime.date.fromisoformat(value) - day).days
        return None


class Client:
    def __init__(self, server):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=60)

    def ask(self, target, body, content_type="application/json", accept="*/*"):
        self.connection.request("POST", target, body.encode(),
                                {"Content-Type": content_type, "Accept": accept})
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status != 200:
            raise Failure(f"{target}: {response.status} {text}")
        return text


def check_text(text, oracle, wanted, profile, lang):
    """As many sentences, about the same rules, in the same standing."""
    for name in ("applied", "not_applied", "open"):
        word = STANDINGS[lang][("applied", "not_applied", "open").index(name)]
        found = re.findall(rf"^  {word}: .*? \(([\w-]+)\)[,.]", text, re.M)
        require(sorted(found), sorted(one["rule"] for feature in wanted.values()
                                      for one in feature[name]), f"{profile}: {word}")
    for feature in wanted.values():
        for one in feature["not_applied"]:
            line = next(line for line in text.split("\n") if f"({one['rule']}), " in line)
            for because in one["because"]:
                fact = oracle.facts[because["fact"]]
                label = {value["value"]: value["label"][lang] for value in fact["values"]}
                needed = {"id": " atau ", "en": " or "}[lang].join(
                    label[value] for value in because["needed"])
                told = {"id": "yang diperlukan", "en": "needed"}[lang]
                require(f"{fact['label'][lang]}: {label[because['given']]}; {told}: {needed}"
                        in line, True, f"{profile}: {line}")
    found = re.findall(r"^  (?:Kalau|If) (.*), [^,]* (?:menjadi|becomes) ", text, re.M)
    labels = [oracle.facts[one["fact"]]["label"][lang] for feature in wanted.values()
              for one in feature["changes"]]
    require([True] * len(labels), [line.startswith(label) for line, label in zip(found, labels)],
            f"{profile}: changes")
    for feature in wanted.values():
        for one in feature["changes"]:
            # Nobody is told how to lose what they have.
            way = f"{one['fact']} {one['to']}".endswith("False") or one.get("how", "") in text
            require(True, way, f"{profile}: how to change {one['fact']}")


def check_profile(client, oracle, profile, lang):
    """Returns the features as they must be in rows."""
    body = dump({"id": "7", **profile})
    plain = client.ask(f"/check?lang={lang}", body)
    text = client.ask(f"/check?explain=true&lang={lang}", body)
    answer = json.loads(text)
    require(text, dump(answer) + "\n", "compact")
    features = json.loads(text)["features"]
    wanted = {}
    for name, feature in answer["features"].items():
        require(list(feature)[-1], "explain", f"{profile}: the last member of {name}")
        wanted[name] = oracle.explain(name, profile, lang)
        require(feature.pop("explain"), wanted[name], f"{profile}: {name}")
    require(dump(answer) + "\n", plain, f"{profile}: the rest")
    pretty = client.ask(f"/check?explain&pretty&lang={lang}", body)
    require(pretty, json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n", "pretty")
    sentences = client.ask(f"/check?explain&lang={lang}", body, accept="text/plain")
    check_text(sentences, oracle, wanted, profile, lang)
    plain = client.ask(f"/check?lang={lang}", body, accept="text/plain")
    kept = [line for line in sentences.split("\n")
            if not re.match(rf"  (?:{'|'.join(STANDINGS[lang])}): |  (?:Kalau|If) ", line)]
    require(kept, plain.split("\n"), f"{profile}: the rest of the text")
    return features


def check_rows(client, oracle, features, lang, binary, path):
    """The same in rows: array, lines, offline, and more rows than are kept."""
    profiles = list(oracle.profiles())
    for target in (f"/check?explain=true&detail=full&lang={lang}",
                   f"/check?explain=true&detail=full&pretty&lang={lang}"):
        answer = json.loads(client.ask(target, dump(profiles)))
        require([row["features"] for row in answer["results"]], features, target)
    lines = "".join(dump({"id": str(n), **profile}) + "\n" for n, profile in enumerate(profiles))
    answer = client.ask(f"/check?explain=true&detail=full&lang={lang}", lines, NDJSON)
    require([json.loads(line)["features"] for line in answer.splitlines()[:-1]], features, "lines")
    command = [binary, "check", "--rules", path, "--from", "ndjson", "--detail", "full",
               "--explain", "--lang", lang]
    offline = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    require(offline.stdout, answer, "offline")
    for to, accept in (("json", "application/json"), ("text", "text/plain")):
        command = [binary, "check", "--rules", path, "--explain", "--lang", lang, "--to", to]
        offline = subprocess.run(command, input=dump(profiles[-1]), capture_output=True,
                                 text=True, check=True)
        require(offline.stdout, client.ask(f"/check?explain&lang={lang}", dump(profiles[-1]),
                                           accept=accept), f"offline, {to}")


def check_days(client, oracle, lang):
    """Days are counted where there is a date and a day is given, and nothing else changes."""
    counted = 0
    for text in ("2032-01-01", "2032-02-28", "2032-02-29", "2032-03-01", "2033-06-30"):
        day = datetime.date.fromisoformat(text)
        profiles = list(oracle.profiles())
        for explain in ("", "&explain=true"):
            query = f"?detail=full&lang={lang}{explain}"
            plain = json.loads(client.ask(f"/check{query}", dump(profiles)))
            for row in plain["results"]:
                for feature in row["features"].values():
                    left, why = oracle.days_left(feature, day), feature.pop("explain", None)
                    counted += left is not None
                    feature |= {} if left is None else {"days_left": left}
                    feature |= {"explain": why} if why else {}
            rows = client.ask(f"/check{query}&as_of={text}", dump(profiles))
            require(rows, dump(plain) + "\n", f"rows on {text}")
            for profile, row in zip(profiles, plain["results"]):
                body = dump({"id": 7, **profile})
                single = json.loads(client.ask(f"/check{query}&as_of={text}", body))
                require(dump(single["features"]), dump(row["features"]), f"{profile} on {text}")
                words = client.ask(f"/check{query}&as_of={text}", body, accept="text/plain")
                pattern = {"id": r"^  (sisa|lewat) (\d+) hari$",
                           "en": r"^  days (left|past): (\d+)$"}[lang]
                require([int(n) if word in ("sisa", "left") else -int(n)
                         for word, n in re.findall(pattern, words, re.M)],
                        [feature["days_left"] for feature in row["features"].values()
                         if "days_left" in feature], f"{profile} on {text}, in words")
        for target, accept in (("/check?", "application/json"), ("/check?", "text/csv"),
                               ("/check?", "text/plain"), ("/summary?", "application/json")):
            require(client.ask(f"{target}as_of={text}", dump(profiles), accept=accept),
                    client.ask(target, dump(profiles), accept=accept), f"{accept} on {text}")
    return counted


def check_dated(client, oracle, lang, binary, path):
    if not check_days(client, oracle, lang):
        raise Failure("no day was counted")
    lines = "".join(dump(profile) + "\n" for profile in oracle.profiles())
    command = [binary, "check", "--rules", path, "--as-of", "2032-02-28", "--detail", "full",
               "--lang", lang, "--from", "ndjson"]
    offline = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    require(offline.stdout, client.ask(f"/check?detail=full&as_of=2032-02-28&lang={lang}", lines,
                                       NDJSON), "offline")


def etag(client, target):
    client.connection.request("GET", target)
    response = client.connection.getresponse()
    response.read()
    return response.getheader("ETag")


def check_etags(client, oracle, dated):
    """An explained answer has one of its own; so has a day, where days are counted."""
    first = datetime.date.fromisoformat(oracle.rulebook["effective_from"])
    second = first + datetime.timedelta(1)
    plain, explained, day, same, other = (etag(client, "/check?" + query) for query in (
        "", "explain=true", f"as_of={first}", f"as_of={first}", f"as_of={second}"))
    require((plain != explained, day == same, (day == plain) != dated, (day == other) != dated),
            (True,) * 4, f"{plain} {explained} {day} {same} {other}")


def check_rulebook(tap, binary, path):
    oracle = Oracle(path)
    name = oracle.rulebook["id"]
    dated = any(re.fullmatch(r"\d{4}-\d\d-\d\d", str(value["value"]))
                for one in oracle.rulebook["attributes"] for value in one["values"])
    server = Server(binary, ["--rules", path])
    client = Client(server)
    for lang in ("id", "en"):
        features = []

        def check_all():
            for profile in oracle.profiles():
                features.append(check_profile(client, oracle, profile, lang))

        tap.attempt(f"{name} {lang}: every profile, feature and rule", check_all)
        tap.attempt(f"{name} {lang}: rows", check_rows, client, oracle, features, lang, binary,
                    path)
        if dated:
            tap.attempt(f"{name} {lang}: days left", check_dated, client, oracle, lang, binary,
                        path)
    tap.attempt(f"{name}: entity tags", check_etags, client, oracle, dated)
    status = server.stop()
    tap.result(None if status == 0 and not SANITIZER.search(server.output())
               else server.log_text(), f"{name}: the end of the server")


def main(binary, *paths):
    tap = Tap()
    for path in paths:
        check_rulebook(tap, binary, path)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("Usage: run_explain.py BINARY RULEBOOK...")
    sys.exit(main(*sys.argv[1:]))
