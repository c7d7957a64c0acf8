#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the table of assets of the pages: assets.h and assets.c.

    pack.py OUT.h OUT.c SOURCE...

An asset is named by its content, style-1a2b3c4d.css, so that it can be cached for ever; those
of STABLE keep their name, for pages of others to refer to. In a text, @@style.css@@ stands for
the name that style.css is given, so what refers to it changes when it does; assets are packed in
the order in which they need each other. A page (.html) is no asset: it is made once for each
language, out of the parts of [[Indonesian|English]]. The same sources give the same bytes.
Nothing is minified, bundled or fetched.
"""

import gzip
import hashlib
import pathlib
import re
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
STABLE = {"element.js"}
REFERENCE = re.compile(r"@@([\w.-]+)@@")
LANGUAGES = re.compile(r"\[\[([^|\]]*)\|([^\]]*)\]\]")


def digest(data):
    return hashlib.sha256(data).hexdigest()


def pack(texts):
    """File name -> (name of the asset, bytes), in the order in which they need each other."""
    packed, begun = {}, []

    def name_of(match):
        return add(match[1])[0]

    def add(file):
        if file not in texts:
            sys.exit(f"pack.py: {begun[-1]} refers to {file}, which is not there")
        if file in begun:
            sys.exit(f"pack.py: {' -> '.join([*begun, file])} is a circle")
        if file not in packed:
            begun.append(file)
            data = REFERENCE.sub(name_of, texts[file]).encode()
            stem, dot, suffix = file.rpartition(".")
            name = file if file in STABLE else f"{stem}-{digest(data)[:8]}{dot}{suffix}"
            packed[file] = (name, data)
            begun.pop()
        return packed[file]

    for file in texts:
        add(file)
    return packed


def array(name, data):
    rows = (",".join(map(str, data[i:i + 32])) for i in range(0, len(data), 32))
    return f"static const unsigned char {name}[] = {{\n\t" + ",\n\t".join(rows) + "};\n"


def asset(number, file, name, data):
    """(arrays, initialiser)"""
    small = gzip.compress(data, 9, mtime=0)
    tag, suffix = digest(data)[:16], pathlib.PurePath(file).suffix
    arrays = array(f"plain_{number}", data) + array(f"gzip_{number}", small)
    fields = "".join(f"\t\t.{field} = {value},\n" for field, value in {
        "name": f'"{name}"',
        "type": f'"{TYPES[suffix]}"',
        "plain": f"{{(const char *)plain_{number}, {len(data)}}}",
        "gzip": f"{{(const char *)gzip_{number}, {len(small)}}}",
        "plain_etag": f'"\\"{tag}\\""',
        "gzip_etag": f'"\\"{tag}-gzip\\""',
        "is_stable": str(file in STABLE).lower(),
    }.items())
    return arrays, f"\t{{\n{fields}\t}},\n"


def main(header, source, *paths):
    paths = [pathlib.Path(path) for path in paths]
    packed = pack({path.name: path.read_text(encoding="utf-8") for path in paths})
    assets, pages = [], []
    for file, (name, data) in packed.items():
        if not file.endswith(".html"):
            assets.append((file, name, data))
            continue
        for language in (r"\1", r"\2"):
            pages.append((file, file, LANGUAGES.sub(language, data.decode()).encode()))
    made = [asset(number, *one) for number, one in enumerate([*assets, *pages])]
    tables = "".join(rows for _, rows in made[:len(assets)])
    last = "".join(rows for _, rows in made[len(assets):])
    warning = "// Made by pack.py; do not edit.\n"
    pathlib.Path(header).write_text(warning + "#pragma once\n\n" + "".join(
        f'#define WEB_{re.sub("[^A-Z0-9]", "_", file.upper())} "{name}"\n'
        for file, name, _ in assets), encoding="utf-8")
    pathlib.Path(source).write_text(
        warning + '#include "web/web.h"\n\n' + "".join(arrays for arrays, _ in made) +
        f"\nconst struct web_asset web_assets[] = {{\n{tables}\t{{.name = NULL}},\n}};\n"
        f"\nconst struct web_asset web_page_dinas[] = {{\n{last}}};\n", encoding="utf-8")


main(*sys.argv[1:])
