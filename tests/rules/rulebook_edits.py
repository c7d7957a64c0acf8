# SPDX-License-Identifier: MIT
"""Rulebooks made from base.json by edits, for broken.json and accepted.json.

An entry has `text` (the whole file), `hex` (its bytes), or `edits`, each a list
that begins with an operation:

    ["replace", PATH, VALUE]   PATH is a JSON Pointer without ~ escapes
    ["add", PATH, VALUE]       into an object, or at an index; "-": at the end
    ["remove", PATH]
    ["rename", PATH, NAME]     a member, which keeps its place
    ["repeat", PATH, N, VALUE] appends VALUE N times; "#" in it is 1, 2, ... N

`style` says how the result is written (STYLES), `before` what is put in front
of it. An entry with `each` stands for one for each item of that list, a path in
most of them: in its strings <item> is the item, <member> the last step of the path,
<place> the whole and <above> all but the last as findings write them (`a[1].b`). It
knows nothing of rulebooks.
"""

import copy
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))


def read_json(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return json.load(file)


def each_string(value, change):
    """VALUE with every string in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [each_string(item, change) for item in value]
    if isinstance(value, dict):
        return {change(name): each_string(item, change) for name, item in value.items()}
    return value


def place_of(steps):
    return re.sub(r"\.([0-9]+)\b", r"[\1]", ".".join(steps))


def read_entries(name):
    """The entries of a file, those with `each` written out."""
    result = []
    for entry in read_json(name):
        for item in entry.pop("each", [None]):
            steps = (item or "").split("/")
            words = {"<item>": item, "<member>": steps[-1], "<place>": place_of(steps),
                     "<above>": place_of(steps[:-1])}
            result.append(each_string(entry, lambda text, words=words: re.sub(
                "<(item|member|place|above)>", lambda found: words[found[0]], text)))
    return result


def find(tree, path):
    """The container that PATH points into, and the key in it."""
    *steps, key = path.split("/")[1:]
    for step in steps:
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]
    if isinstance(tree, list) and key != "-":
        key = int(key)
    return tree, key


def edit(tree, operation, path, *values):
    parent, key = find(tree, path)
    if operation == "remove":
        del parent[key]
    elif operation == "rename":
        members = list(parent.items())
        parent.clear()
        parent.update((values[0] if name == key else name, value) for name, value in members)
    elif operation == "repeat":
        count, value = values
        parent[key].extend(each_string(value, lambda text, n=number: text.replace("#", str(n)))
                           for number in range(1, count + 1))
    elif operation == "add" and key == "-":
        parent.append(values[0])
    elif operation == "add" and isinstance(parent, list):
        parent.insert(key, values[0])
    elif operation == "add" and key not in parent:
        parent[key] = values[0]
    elif operation == "replace":
        parent[key]  # must be there
        parent[key] = values[0]
    else:
        raise ValueError(f"{operation} {path}")


def reversed_members(value):
    if isinstance(value, dict):
        return {name: reversed_members(value[name]) for name in reversed(value)}
    return [reversed_members(item) for item in value] if isinstance(value, list) else value


STYLES = {
    "indented": lambda tree: json.dumps(tree, indent="\t", ensure_ascii=False),
    "compact": lambda tree: json.dumps(tree, separators=(",", ":"), ensure_ascii=False),
    "reversed": lambda tree: json.dumps(reversed_members(tree), ensure_ascii=False),
    "escaped": lambda tree: "".join(
        f"\\u{ord(c):04x}" if c.isalpha() else c for c in json.dumps(tree, indent=1))
    .replace("\\u0074\\u0072\\u0075\\u0065", "true")
    .replace("\\u0066\\u0061\\u006c\\u0073\\u0065", "false")
    .replace("\\u006e\\u0075\\u006c\\u006c", "null"),
}


def make_tree(base, entry):
    """The edited rulebook as a tree; None if the entry is not made of edits."""
    if "edits" not in entry and "style" not in entry and "before" not in entry:
        return None
    tree = copy.deepcopy(base)
    for operation in entry.get("edits", []):
        edit(tree, *operation)
    return tree


def make_bytes(base, entry):
    if "hex" in entry:
        return bytes.fromhex(entry["hex"])
    if "text" in entry:
        return entry["text"].encode()
    text = STYLES[entry.get("style", "indented")](make_tree(base, entry))
    return (entry.get("before", "") + text).encode()
