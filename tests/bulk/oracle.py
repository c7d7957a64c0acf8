#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random rows in every form against an oracle (model.py).

    oracle.py BINARY [SEED]

Each file is made once as words, written as CSV, NDJSON and an array, and asked
for in all three forms: every cell of every result must be what the oracle says,
and /summary must say what counting the results says. Results are TAP.
"""

import collections
import csv
import io
import json
import os
import random
import re
import subprocess
import sys
import urllib.parse

sys.dont_write_bytecode = True

from model import (ATTRIBUTES, EMPLOYMENT, FACTS, FEATURES, FOUR, KINERJA,  # noqa: E402
                   ROLE, VALUES, answer, fold, judge, pointer)
from rowsmith import RowSmith, as_array, as_csv, as_ndjson  # noqa: E402
from upload import Failure, Server, Tap, ask, check_end  # noqa: E402

SEED = 559
FILES = 16
ROWS = 250
CUTS = 400
FORMS = ("json", "ndjson", "csv")
GUARDED = "=+-@\t\r"
NDJSON_SUMMARY = {"summary", "rulebook"}


# ---- what results must be ----

def plain_facts(facts):
    return {fact: json.dumps(value).strip('"') for fact, value in facts.items()}


def check_json_row(number, row, result, above):
    wanted = {"row": number}
    if row.id is not None:
        wanted["id"] = row.id
    if row.errors and above is not None:
        wanted["sheet_row"] = above + number
    if row.errors:
        error = result.pop("error", {})
        if error.get("code") != "invalid_profile":
            raise Failure(f"row {number}: {result} {error}, expected {row.errors}")
        found = sorted((one["code"], one["pointer"]) for one in error["errors"])
        if found != sorted((code, pointer(name)) for code, name in row.errors):
            raise Failure(f"row {number}: {found}, expected {row.errors}")
    else:
        features, missing = answer(row.facts)
        wanted |= {"facts": row.facts, "features": features}
        if missing:
            wanted["missing"] = missing
    if result != wanted:
        raise Failure(f"row {number}: {result}\nexpected {wanted}")


def check_csv_row(number, row, result, _above):
    text = "" if row.id is None else str(row.id)
    wanted = {"row": str(number), "id": "'" + text if text[:1] in GUARDED and text else text,
              **dict.fromkeys(FACTS, ""),
              **{f"{f}.{a}": "" for f in FEATURES for a in ATTRIBUTES}, "error": ""}
    if row.errors:
        kind, _, listed = result["error"].partition(": ")
        found = sorted(re.sub(r" \([^()]*\?\)", "", listed).split("; "))
        if kind != "invalid_profile" or found != sorted(
                f"{pointer(name)} {code}" for code, name in row.errors):
            raise Failure(f"row {number}: {result['error']}, expected {row.errors}")
        wanted["error"] = result["error"]
    else:
        features, _ = answer(row.facts)
        wanted |= plain_facts(row.facts)
        wanted |= {f"{f}.{a}": features[f][a] for f in FEATURES for a in ATTRIBUTES}
    if list(result.items()) != list(wanted.items()):
        raise Failure(f"row {number}: {result}\nexpected {wanted}")


def check_answer(rows, form, response, above):
    """ABOVE: of CSV, how many records stand above the rows."""
    document = response.document()
    rejected = sum(bool(row.errors) for row in rows)
    counts = {"rows": len(rows), "evaluated": len(rows) - rejected, "rejected": rejected,
              "skipped": 0}
    if form == "csv":
        results = document
    elif form == "ndjson":
        results, tail = document[:-1], document[-1]
    else:
        results, tail = document.pop("results"), document
    if form != "csv" and (not tail["summary"].items() >= counts.items()
                          or set(tail) != NDJSON_SUMMARY):
        raise Failure(f"the end is {tail}, expected {counts}")
    if len(results) != len(rows):
        raise Failure(f"{len(results)} results for {len(rows)} rows")
    check = check_csv_row if form == "csv" else check_json_row
    for number, (row, result) in enumerate(zip(rows, results), 1):
        check(number, row, result, above)


# ---- what /summary must be, counted from results ----

def count(results):
    """The counts of RESULTS, documents of JSON."""
    good = [one for one in results if "error" not in one]
    errors = [one["error"] for one in results if "error" in one]
    features = {}
    for feature in FEATURES:
        features[feature] = {attribute: dict.fromkeys((*VALUES[attribute], "undetermined"), 0)
                             for attribute in ATTRIBUTES}
        features[feature]["required_unavailable"] = 0
        for one in good:
            outcome = one["features"][feature]
            for attribute in ATTRIBUTES:
                features[feature][attribute][outcome[attribute]] += 1
            features[feature]["required_unavailable"] += (
                outcome["obligation"] == "required" and outcome["access"] == "unavailable")
    missing = collections.Counter(fact for one in good for fact in one.get("missing", ()))
    return {"rows": len(results), "evaluated": len(good), "rejected": len(errors),
            "rejections": dict(collections.Counter(one["code"] for one in errors)),
            "errors": dict(collections.Counter(
                each["code"] for one in errors for each in one.get("errors", ()))),
            "features": features, "missing": {fact: missing[fact] for fact in FACTS}}


def check_summary(rows, results, response):
    found = response.json()
    groups = collections.defaultdict(list)
    for row, result in zip(rows, results):
        groups[row.group or ""].append(result)
    wanted = count(results) | {"groups": {name: count(one) for name, one in groups.items()}}
    found.pop("rulebook")
    for one in (found, *found["groups"].values()):
        one.pop("skipped"), one.pop("without_facts"), one.pop("columns", None)
    if found == wanted:
        return
    for name, value in wanted.items():
        if found.get(name) != value:
            raise Failure(f"{name} is {found.get(name)}\nexpected {value}")
    raise Failure(f"unexpected members: {set(found) - set(wanted)}")


def flat(counts):
    """COUNTS, a group of /summary, by the columns of its CSV."""
    row = {name: counts[name] for name in ("rows", "evaluated", "rejected", "skipped",
                                           "without_facts")}
    for feature, attributes in counts["features"].items():
        for name, values in attributes.items():
            row |= ({f"{feature}.{name}.{value}": number for value, number in values.items()}
                    if isinstance(values, dict) else {f"{feature}.{name}": values})
    return row | {f"missing.{fact}": number for fact, number in counts["missing"].items()}


def check_table(document, rows):
    """The CSV of a summary says what its JSON says."""
    wanted = [{"group": "'" + name if name[:1] in GUARDED and name or name == "*" else name}
              | {column: str(number) for column, number in flat(counts).items()}
              for name, counts in [*document["groups"].items(), ("", document)]]
    wanted[-1]["group"] = "*"
    if set(document["groups"]) <= {""}:
        del wanted[:-1]
    if [list(one.items()) for one in rows] != [list(one.items()) for one in wanted]:
        raise Failure(f"the table is {rows}\nexpected {wanted}")


# ---- the tests ----

def target(path, options):
    return path + ("?" + urllib.parse.urlencode(options) if options else "")


def check_form(server, kind, body, rows, options, above=None):
    """One of the answers is to a body in chunks, which end anywhere."""
    results, rng = None, random.Random(len(body))
    for form in FORMS:
        cuts = sorted(rng.sample(range(len(body)), CUTS)) if form == kind else None
        response = ask(server, target("/check", options), kind, body, form, cuts=cuts)
        if form == "json":
            results = response.json()["results"]
        try:
            check_answer(rows, form, response, above)
        except Failure as problem:
            raise Failure(f"as {form}: {problem}") from None
    summary = ask(server, target("/summary", options), kind, body)
    check_summary(rows, results, summary)
    check_table(summary.json(), ask(server, target("/summary", options), kind, body,
                                    "csv").document())


def check_random_file(tap, server, seed):
    smith = RowSmith(random.Random(seed), ROWS)
    for kind, body, members in ((("csv", as_csv(smith), smith.csv_members()),
                                 ("ndjson", as_ndjson(smith), smith.json_members()),
                                 ("json", as_array(smith), smith.json_members()))):
        rows = [judge(one, kind == "csv" or smith.ignore_unknown, smith.id_from,
                      smith.group_by, smith.defaults) for one in members]
        tap.attempt(f"{ROWS} random rows as {kind}, seed {seed}", check_form, server, kind,
                    body, rows, smith.options(), smith.records_above if kind == "csv" else None)


def without_sheet(value):
    """VALUE without what is said of CSV alone."""
    if isinstance(value, list):
        return [without_sheet(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: without_sheet(one) for name, one in value.items()
            if name not in ("columns", "sheet_row")}


def same_content(server, bodies, options):
    """The rows of one file in three inputs are the same rows in all nine answers."""
    for form in FORMS:
        answers = {}
        for kind, body in bodies.items():
            document = ask(server, target("/check", options), kind, body, form).document()
            answers[kind] = json.dumps(without_sheet(document), sort_keys=True)
        if len(set(answers.values())) != 1:
            raise Failure(f"as {form} the answers differ between inputs")
    texts = {re.sub(rb" \(baris lembar kerja \d+\)|\nkolom .*", b"",
                    ask(server, target("/check", options), kind, body, "text/plain").body)
             for kind, body in bodies.items()}
    if len(texts) != 1:
        raise Failure("as text the answers differ between inputs")
    summaries = {json.dumps(without_sheet(ask(server, target("/summary", options), kind,
                                              body).json()))
                 for kind, body in bodies.items()}
    if len(summaries) != 1:
        raise Failure("the summaries differ between inputs")


def check_across(tap, server, seed):
    smith = RowSmith(random.Random(seed), ROWS, is_plain=True)
    tap.attempt(f"the same answers to {ROWS} random rows in all inputs, seed {seed}",
                same_content, server, {"csv": as_csv(smith), "ndjson": as_ndjson(smith),
                                       "json": as_array(smith)}, smith.options())


def generated(*arguments):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "generate.py")
    return subprocess.run([sys.executable, script, *arguments], check=True,
                          capture_output=True).stdout


def read_export(body, delimiter=";"):
    """(header, rows, how many records stand above them) of an export."""
    table = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""),
                            delimiter=delimiter))
    start = next(i for i, line in enumerate(table) if "Jenis PTK" in line)
    return table[start], table[start + 1:], start + 1


def check_generator():
    """What generate.py promises: 51 columns, every label, the same bytes for a seed."""
    body = generated("500", "--seed", "3")
    if body != generated("500", "--seed", "3") or body == generated("500", "--seed", "4"):
        raise Failure("the seed does not decide what is written")
    header, rows, _ = read_export(body)
    if len(rows) != 500 or {len(line) for line in [header, *rows]} != {51}:
        raise Failure("not 500 rows of 51 columns")
    for name, labels in (("Status Kepegawaian", EMPLOYMENT), ("Jenis PTK", ROLE)):
        found = {fold(line[header.index(name)]) for line in rows}
        lacking = [label for texts in labels.values() for label in texts.split("|")
                   if fold(label) not in found]
        if lacking:
            raise Failure(f"{name} without {lacking}")


def check_export(server, arguments):
    """An export against the oracle, and the same people as JSON against the export."""
    sizes = ("2000", "--seed", "7", "--bad-rate", "0.02", "--accounts")
    options = {"id_from": "NUPTK", "group_by": "Kecamatan", "dapodik_gtk": "ya"}
    body = generated(*sizes, *arguments)
    delimiter = arguments[arguments.index("--delimiter") + 1] if arguments else ";"
    header, lines, above = read_export(body, delimiter)
    rows = [judge(zip(header, line), True, "NUPTK", "Kecamatan", {"dapodik_gtk": True})
            for line in lines]
    if len(rows) != 2000 or not any(row.errors for row in rows):
        raise Failure("the generated export is not what this test needs")
    check_form(server, "csv", body, rows, options, above)
    plain = generated(*sizes, "--format", "ndjson")
    rows = [judge(json.loads(line).items(), defaults={"dapodik_gtk": True})
            for line in plain.splitlines()]
    check_form(server, "ndjson", plain, rows, {"dapodik_gtk": "ya"})
    first = without_sheet(ask(server, target("/summary", options), "csv", body).json())
    second = ask(server, target("/summary", {"dapodik_gtk": "ya"}), "ndjson", plain).json()
    if first != second:
        raise Failure("the summary of the export differs from that of the same people as JSON")


def check_oracle():
    """the oracle against the table of outcomes, for it could be wrong, too."""
    full = {"role": "guru", "employment": "ASN", "belajar_id": True, "dapodik_gtk": True}
    features, missing = answer(full)
    assert missing == [] and features[KINERJA]["obligation"] == "required"
    assert all(features[one]["obligation"] == "not_required" for one in FOUR)
    features, missing = answer({"role": "guru", "belajar_id": False})
    assert features[KINERJA]["access"] == "unavailable" and missing == ["employment"]
    assert answer({"role": "lainnya"})[1] == [] and answer({})[1] == list(FACTS)
    assert judge([("Jenis PTK", "GURU  kelas"), ("Tugas-Tambahan", "plt. kepala sekolah")]
                 ).facts == {"role": "kepala_sekolah"}


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: oracle.py BINARY [SEED]")
    check_oracle()
    seed = int(sys.argv[2]) if len(sys.argv) == 3 else SEED
    tap, server = Tap(), Server(sys.argv[1])
    for number in range(FILES):
        check_random_file(tap, server, seed + number)
    for number in range(FILES // 4):
        check_across(tap, server, seed + 1000 + number)
    tap.attempt("the generator keeps its promises", check_generator)
    for arguments in ((), ("--delimiter", ",", "--bom", "--crlf"), ("--delimiter", "\t")):
        tap.attempt(f"an export {' '.join(map(repr, arguments))}", check_export, server,
                    arguments)
    check_end(tap, server, "afterwards")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
