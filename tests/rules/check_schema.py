#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the JSON Schema of rulebooks against what the loader takes and refuses.

Usage: check_schema.py SCHEMA RULEBOOK...

RULEBOOKs and all of accepted.json must fit it. Of broken.json, what is wrong in
form must not fit, and what is wrong only in meaning must; an entry whose code
tells the wrong kind says so with `schema`: "holds" or "refuses". Every member
that the schema lists must have a description. Prints TAP.
"""

import json
import os
import sys

from jsonschema import Draft202012Validator
from rulebook_edits import HERE, make_bytes, read_entries, read_json

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

from harness import Failure, Tap  # noqa: E402

FORM = {"structure", "unknown_member", "missing_translation", "bad_placeholder", "reserved_name"}


def require(holds, message):
    if not holds:
        raise Failure(message)


def check_fit(schema, text, wanted):
    found = schema.is_valid(json.loads(text.decode("utf-8-sig")))
    require(found == wanted, "the schema has nothing against it" if found else
            "the schema refuses it")


def check_described(node, path=""):
    if isinstance(node, list):
        for place, item in enumerate(node):
            check_described(item, f"{path}/{place}")
    if not isinstance(node, dict):
        return
    for name, member in node.get("properties", {}).items():
        # Inside a condition a member stands again, without its description.
        if "$ref" in member or "type" in member and "/oneOf/" not in path:
            require(member.get("description", "").endswith("."), f"{path}/{name}: no description")
    if node.get("type") == "object":
        require("additionalProperties" in node, f"{path}: takes any member")
    for name, item in node.items():
        check_described(item, f"{path}/{name}")


def wants(entry):
    """Whether an entry of broken.json fits the schema all the same."""
    return entry.get("schema", "refuses" if entry["code"] in FORM else "holds") == "holds"


def main(path, *rulebooks):
    tap = Tap()
    with open(path, encoding="utf-8") as file:
        root = json.load(file)
    schema = Draft202012Validator(root)
    tap.attempt("it is a schema", Draft202012Validator.check_schema, root)
    tap.attempt("every member is described", check_described, root)
    for name in rulebooks:
        with open(name, "rb") as file:
            tap.attempt(f"{os.path.basename(name)} fits", check_fit, schema, file.read(), True)
    base = read_json("base.json")
    for entry in read_entries("accepted.json"):
        tap.attempt(f"fits: {entry['name']}", check_fit, schema, make_bytes(base, entry), True)
    for entry in read_entries("broken.json"):
        if entry["code"] == "malformed_json":
            continue
        fits = wants(entry)
        tap.attempt(f"{'fits' if fits else 'does not fit'}: {entry['name']}", check_fit, schema,
                    make_bytes(base, entry), fits)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Usage: check_schema.py SCHEMA RULEBOOK...")
    sys.exit(main(*sys.argv[1:]))
