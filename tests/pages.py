#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The pages of answers and of rulebooks say what the JSON says, for any rulebook.

Usage: pages.py BINARY RULEBOOK OTHER...

For profiles of each rulebook, in both languages, without JavaScript: the page is well formed, its
articles have the values of the JSON answer, its questions are exactly what is missing, its
form keeps what is known, every link stays relative, and what is lacking is held against an
enumeration that shares nothing with the program. Of the first RULEBOOK, all profiles: the row of
the table that is marked is held against the answer, and a page with all that it loads is under
30 kB. The last one is made hostile: its labels are markup, and an attribute is called as the page
calls something else. Prints TAP.
"""

import datetime
import html.parser
import http.client
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
PACK = os.path.join(HERE, "../src/web/pack.py")
sys.path.insert(0, os.path.join(HERE, "http"))

from harness import Failure, Server, Tap, check_end  # noqa: E402

VOID = {"meta", "link", "input", "br"}
MOST_BYTES = 30_000  # a page with its style, script and icon
MOST_PROFILES = 40  # of a rulebook that is not the first
HOSTILE = "<b onclick=\"x\">&'"


def require(holds, message):
    if not holds:
        raise Failure(message)


class Node:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.children = tag, attributes, []

    def all(self, tag, **attributes):
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag and attributes.items() <= child.attributes.items():
                    yield child
                yield from child.all(tag, **attributes)

    def one(self, tag, **attributes):
        found = list(self.all(tag, **attributes))
        require(len(found) == 1, f"{len(found)} of {tag} {attributes}")
        return found[0]

    def text(self):
        parts = (child if isinstance(child, str) else child.text() for child in self.children)
        return " ".join("".join(parts).split())


class Tree(html.parser.HTMLParser):
    """Strict: what is opened is closed in order, nothing is given twice, nothing is inline."""

    def __init__(self, text):
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        require(self.open == [self.root], f"{self.open[-1].tag} stays open")
        ids = [node.attributes["id"] for node in self.nodes() if "id" in node.attributes]
        require(len(ids) == len(set(ids)), f"an id twice: {ids}")
        for node in self.nodes():
            label = node.attributes.get("aria-labelledby")
            require(label is None or label in ids, f"nothing has the id {label}")
            require("style" not in node.attributes and not any(
                name.startswith("on") for name in node.attributes), f"inline: {node.attributes}")
            for name in ("href", "src", "action"):
                to = node.attributes.get(name, "./")
                require(not to.startswith("/") and (":" not in to or to.startswith("https://wa.me/")),
                        f"not relative: {to}")

    def nodes(self):
        stack = [self.root]
        while stack:
            node = stack.pop()
            yield node
            stack += [child for child in node.children if isinstance(child, Node)]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs))
        require(len(node.attributes) == len(attrs), f"an attribute twice: {attrs}")
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        require(self.open.pop().tag == tag, f"{tag} is closed, another is open")

    def handle_data(self, data):
        require(self.open[-1].tag not in ("script", "style") or not data.strip(), "inline script")
        self.open[-1].children.append(data)


class Client:
    def __init__(self, server):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=20)

    def ask(self, target, accept):
        self.connection.request("GET", target, headers={"Accept": accept})
        response = self.connection.getresponse()
        body = response.read().decode()
        require(response.status == 200, f"{target}: {response.status} {body[:200]}")
        return body

    def answer(self, query):
        return json.loads(self.ask(f"/check?{query}", "application/json"))

    def page(self, query, path="/"):
        return self.ask(f"{path}?{query}", "text/html")


def spell(value):
    return {True: "true", False: "false"}.get(value, value)


def capital(text):
    return text[:1].upper() + text[1:] if text[:1].isascii() else text


def profiles(rulebook, most):
    """Every profile as fact -> value, or as many of them, evenly."""
    names = [fact["name"] for fact in rulebook["facts"]]
    digits = [range(len(fact["values"]) + 1) for fact in rulebook["facts"]]
    space = 1
    for one in digits:
        space *= len(one)
    for place in range(0, space, max(1, space // most)):
        profile = {}
        for fact, name, one in reversed(list(zip(rulebook["facts"], names, digits))):
            place, digit = divmod(place, len(one))
            if digit:
                profile[name] = fact["values"][digit - 1]["value"]
        yield {name: profile[name] for name in names if name in profile}


def query_of(profile, **more):
    return urllib.parse.urlencode({name: spell(value) for name, value in (profile | more).items()})


def possible(answer, rulebook, feature):
    """Of each attribute the set of its values."""
    told = answer["features"][feature]
    return [set(told.get("possible", {}).get(attribute["name"], [told[attribute["name"]]]))
            for attribute in rulebook["attributes"]]


class Lacking:
    """Which facts are lacking, worked out from the rules alone: of the smallest sets of changes,
    of known facts that can be changed, after which an attribute is better for certain and, however
    the rest is completed, none is worse. Nothing that is had is lost, and where a fact changes that
    is no boolean, the first attribute must be better."""

    def __init__(self, rulebook):
        self.facts = {fact["name"]: fact for fact in rulebook["facts"]}
        self.values = {name: [value["value"] for value in fact["values"]]
                       for name, fact in self.facts.items()}
        self.changeable = [name for name, fact in self.facts.items() if fact["changeable"]]
        self.ranks = [{value["value"]: rank for rank, value in enumerate(one["values"])}
                      for one in rulebook["attributes"]]
        self.names = [one["name"] for one in rulebook["attributes"]]
        self.rules = {one["name"]: [rule for rule in rulebook["rules"]
                                    if one["name"] in rule["features"]]
                      for one in rulebook["features"]}
        self.kept = {}

    def decide(self, full, feature):
        """The rank of each attribute."""
        key = (feature, *full.values())
        if key not in self.kept:
            then = {}
            for rule in self.rules[feature]:
                if all(full[name] in values for name, values in rule["when"].items()):
                    then |= rule["then"]
            self.kept[key] = [ranks[then[name]] for name, ranks in zip(self.names, self.ranks)]
        return self.kept[key]

    def completions(self, profile, names):
        """PROFILE with every value of those of NAMES that it lacks, in the rulebook's order."""
        for values in itertools.product(*([profile[name]] if name in profile else self.values[name]
                                          for name in names)):
            yield dict(zip(names, values))

    def find(self, profile, feature):
        rest = [name for name in self.facts if name not in self.changeable]
        contexts = list(self.completions(profile, rest))
        best = [min(column) for column in zip(*(self.decide(full, feature) for full in
                                                self.completions(profile, list(self.facts))))]
        ways = [{} for _ in self.names]  # of each attribute: how many changes -> which facts
        for base in self.completions(profile, self.changeable):
            unknown = {name: base[name] for name in base if name not in profile}
            for other in self.completions(unknown, self.changeable):
                changed = {name for name in other if other[name] != base[name]}
                if any(base[name] is True for name in changed):
                    continue
                pairs = [[self.decide({name: (context | tried)[name] for name in self.facts},
                                      feature) for tried in (base, other)] for context in contexts]
                if any(b > a for one in pairs for a, b in zip(*one)):
                    continue
                better = [all(one[1][a] < best[a] for one in pairs) for a in range(len(best))]
                is_more = all(other[name] is True for name in changed)
                for a, way in enumerate(ways):
                    if better[a] and (is_more or better[0]):
                        way.setdefault(len(changed), set()).update(changed)
        return set().union(*(way[min(way)] for way in ways if way))


def check_words(fact, box, lang):
    """What a value is also called: few aliases of it, none of them twice or what it is called."""
    for paragraph in list(box.all("p"))[1:]:
        label, _, words = paragraph.text().partition(" disebut juga: " if lang == "id" else
                                                     " is also called: ")
        words = words.removesuffix(", …").removesuffix(".").split(", ")
        value = next(one for one in fact["values"]
                     if " ".join(capital(one["label"][lang]).split()) == label)
        known = [value["value"], value["label"]["id"], value["label"]["en"], *words]
        folded = [re.sub(r"[\s_.:-]", "", word).lower() for word in known]
        require(set(words) <= set(value["aliases"]) and len(words) <= 8 and all(
            word not in folded[:place] for place, word in enumerate(folded) if place >= 3),
            f"words: {words}")


def check_way(root, carried):
    """The way around leads to the same rulebook, in the same language."""
    for one in root.one("nav").all("a"):
        path, _, query = one.attributes["href"].rpartition("?")
        wanted = {"lang": carried["lang"]} if path.endswith("dinas") else carried
        require(dict(urllib.parse.parse_qsl(query)) == wanted, f"the way to {path}?{query}")


def check_page(rulebook, answer, text, profile, lang, suffix):
    root = Tree(text).root
    require(root.one("html").attributes["lang"] == lang, "lang")
    main = root.one("main")
    require(main.attributes["data-digest"] == answer["rulebook"]["digest"], "digest")
    articles = list(main.all("article"))
    require([one.attributes["data-feature"] for one in articles] == list(answer["features"]),
            "the features and their order")
    for article, feature in zip(articles, answer["features"].values()):
        for attribute in rulebook["attributes"]:
            name = attribute["name"]
            require(name == "feature" or article.attributes["data-" + name.replace("_", "-")] == feature[name], name)
        require(" ".join(feature["reason"].split()) in article.text(), "the reason")
        require(feature["name"] in article.one("h3").text(), "its name")
        for basis in feature["basis"]:
            require(basis["document"] in article.text() and basis["point"] in article.text(),
                    f"the clause {basis}")
    check_way(root, {"lang": lang} | {name: suffix[name] for name in suffix if name != "explain"})
    facts = {fact["name"]: fact for fact in rulebook["facts"]}
    asked = list(root.all("fieldset"))
    require([one.attributes["data-fact"] for one in asked] == answer["missing"], "the questions")
    for one in asked:
        fact = facts[one.attributes["data-fact"]]
        radios = list(one.all("input", type="radio"))
        require([radio.attributes["value"] for radio in radios] ==
                [spell(value["value"]) for value in fact["values"]] + [""] and
                all(radio.attributes["name"] == fact["name"] for radio in radios) and
                [("checked" in radio.attributes) for radio in radios].index(True) + 1 == len(radios),
                f"the choices of {fact['name']}")
        require(one.one("legend").text() == " ".join(capital(fact["label"][lang]).split()), "legend")
        check_words(fact, one.one("details"), lang)
    known = {name: spell(value) for name, value in profile.items()} | {"lang": lang} | suffix
    if asked:
        hidden = root.one("form").all("input", type="hidden")
        require({one.attributes["name"]: one.attributes["value"] for one in hidden} == known,
                "what the form keeps")
    for one in root.all("a", **{"class": "button"}):
        message = urllib.parse.unquote(one.attributes["href"])
        require(all(line.strip("– ") == line for line in message.split("\n")), "a bare dash")
    address = next(one.attributes["href"] for one in root.all("a") if "data-address" in one.attributes)
    require(dict(urllib.parse.parse_qsl(address[3:])) == known, f"the address {address}")
    return root


def check_lacking(rulebook, oracle, root, profile, lang):
    labels = {capital(fact["label"][lang]): fact for fact in rulebook["facts"]}
    for article in root.all("article"):
        told = {}
        for item in (one for box in article.all("div", **{"class": "lacking"})
                     for one in box.all("li")):
            label = item.one("b").text().partition(":")[0]
            require(labels[label].get("how", {lang: ""})[lang] in item.text(), f"how to mend {label}")
            told[labels[label]["name"]] = True
        expected = oracle.find(profile, article.attributes["data-feature"])
        require(set(told) == expected, f"{profile}: lacking is {set(told)}, not {expected}")


def check_row(rulebook, answer, text):
    """The row that is marked says what the answer says; of a complete profile there is one."""
    titles = {feature["title"]: feature["name"] for feature in rulebook["features"]}
    main = Tree(text).root.one("main")
    headings = [one.text().split(", ") for one in main.all("h2") if "id" not in one.attributes]
    require(sorted(sum(headings, [])) == sorted(titles), f"the features: {headings}")
    for heading, table in zip(headings, main.all("table")):
        require(table.one("caption").text().split(", ") == heading, "the caption")
        row = table.one("tr", **{"aria-current": "true"})
        *cells, clauses = [cell.text() for cell in row.all("td")][1:]
        for title in heading:
            require(all(basis["document"] in clauses and re.search(
                rf"{re.escape(basis['point'])}(?![\w.])", clauses)
                for basis in answer["features"][titles[title]]["basis"]), f"clauses: {clauses}")
            told = answer["features"][titles[title]]
            for cell, attribute in zip(cells, rulebook["attributes"]):
                label = next(value["label"]["id"] for value in attribute["values"]
                             if value["value"] == told[attribute["name"]])
                require(cell == label, f"{title}: {cell}, not {label}")


def check_first(rulebook, client):
    loaded = sum(len(client.ask("/" + one, "*/*").encode()) for one in set(
        re.findall(r'assets/[^"]+', client.page(""))))
    answers = {query_of(one): client.answer(query_of(one)) for one in profiles(rulebook, 10**6)}
    most, oracle = 0, Lacking(rulebook)
    for profile in profiles(rulebook, 10**6):
        answer = answers[query_of(profile)]
        for lang in ("id", "en"):
            text = client.page(query_of(profile, lang=lang))
            told = client.answer(query_of(profile, lang=lang))
            root = check_page(rulebook, told, text, profile, lang, {})
            check_lacking(rulebook, oracle, root, profile, lang)
            most = max(most, loaded + len(text.encode()))
        if len(profile) == len(rulebook["facts"]):
            check_row(rulebook, answer, client.page(query_of(profile, lang="id"), "/rulebook"))
    require(most < MOST_BYTES, f"{most} bytes")


def check_days(answer, root, lang):
    for article, feature in zip(root.all("article"), answer["features"].values()):
        left = feature.get("days_left", 0)
        number = f"{abs(left)} day" + "s" * (abs(left) != 1)
        words = {"id": f"{'sisa' if left > 0 else 'lewat'} {abs(left)} hari",
                 "en": f"{number} left" if left > 0 else f"{number} ago"}
        if "days_left" in feature:
            words = words if left else {"id": "hari ini hari terakhir",
                                        "en": "today is the last day"}
            require(f"({words[lang]})" in article.text(), f"{left} days left")


def check_other(rulebook, client):
    on, oracle = {"as_of": rulebook["effective_from"]}, Lacking(rulebook)
    for profile in profiles(rulebook, MOST_PROFILES):
        for lang, suffix in (("id", {}), ("en", on), ("id", {"explain": "true"})):
            query = query_of(profile, lang=lang, **suffix)
            answer = client.answer(query)
            root = check_page(rulebook, answer, client.page(query), profile, lang, suffix)
            check_lacking(rulebook, oracle, root, profile, lang)
            check_days(answer, root, lang)
            require(len(list(root.all("details", open=None))) ==
                    (len(answer["features"]) if "explain" in suffix else 0), "rule by rule")
    dates = [value["value"] for attribute in rulebook["attributes"] for value in attribute["values"]
             if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value["value"]))]
    for date, off, profile in itertools.product(dates, (-1, 0, 1), profiles(rulebook, 20)):
        day = str(datetime.date.fromisoformat(date) + datetime.timedelta(off))
        for lang in ("id", "en"):
            query = query_of(profile, lang=lang, as_of=day)
            check_days(client.answer(query), Tree(client.page(query)).root, lang)
    for full in (one for one in profiles(rulebook, 4000) if len(one) == len(rulebook["facts"])):
        check_row(rulebook, client.answer(query_of(full)),
                  client.page(query_of(full, lang="id"), "/rulebook"))
    name = {"rulebook": rulebook["id"]}
    for path, root in (("/rulebook", "./"), (f"/rulebook/{rulebook['id']}", ".././")):
        query = query_of(profile, lang="en", rulebook=rulebook["id"])
        sheet = Tree(client.page(query, path)).root
        check_way(sheet, {"lang": "en"} | name)
        require(f"{root}?{query}" in (one.attributes["href"] for one in sheet.one("main").all("a")),
                f"no way back from {path}?{query}")
    Tree(client.page("lang=en", "/rulebook"))


def hostile(node):
    """The same rulebook with markup in every text for people."""
    if isinstance(node, list):
        return [hostile(one) for one in node]
    if not isinstance(node, dict):
        return node
    texts = {"id", "en"} if set(node) == {"id", "en"} else {"number", "point", "title"}
    return {name: HOSTILE + value if name in texts and isinstance(value, str) else hostile(value)
            for name, value in node.items()}


def check_digest():
    """What the tag of a page has of its assets is another one if one of them is."""
    digests = []
    with tempfile.TemporaryDirectory() as folder:
        style, header, table = (os.path.join(folder, name) for name in ("style.css", "h", "c"))
        for text in ("a {}", "b {}", "a {}"):
            with open(style, "w", encoding="utf-8") as file:
                file.write(text)
            subprocess.run([sys.executable, PACK, header, table, style], check=True)
            with open(header, encoding="utf-8") as file:
                digests += re.findall(r'^#define WEB_DIGEST "([0-9a-f]{8})"$', file.read(), re.M)
    require(len(digests) == 3 and digests[0] == digests[2] != digests[1], f"{digests}")


def main(binary, first, *others):
    tap = Tap()
    tap.attempt("a digest of the assets", check_digest)

    def check(name, path, rulebook, how):
        server = Server(binary, ["--rules", path])
        tap.attempt(f"the pages of {name}", how, rulebook, Client(server))
        check_end(tap, server, name)

    for path in (first, *others):
        name = os.path.basename(path)
        with open(path, encoding="utf-8") as file:
            rulebook = json.load(file)
        check(name, path, rulebook, check_first if path == first else check_other)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        rulebook = hostile(rulebook | {"examples": []})
        name = json.dumps(rulebook["attributes"][-1]["name"])
        rulebook = json.loads(json.dumps(rulebook).replace(name, '"feature"'))
        json.dump(rulebook, file)
        file.flush()
        check("that rulebook, with markup for texts", file.name, rulebook, check_other)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("Usage: pages.py BINARY RULEBOOK OTHER...")
    sys.exit(main(*sys.argv[1:]))
