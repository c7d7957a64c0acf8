#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the table of what the pages need: pack.py OUT.h OUT.c SOURCE...

An asset is named by its content, style-1a2b3c4d.css, so that it can be cached for ever; those
of STABLE keep their name, for the pages of others. In a text @@style.css@@ stands for the name
of style.css, which changes with it; so assets are packed in the order in which they refer to
each other. A page (.html) is no asset, but made once for each language, of the parts of
[[Indonesian|English]]. The same sources give the same bytes; nothing is minified or fetched.
"""

import gzip
import hashlib
import pathlib
import re
import sys

TYPES = {".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
STABLE = {"element.js"}
TABLE = """// Made by pack.py; do not edit.
#include "web/web.h"

{arrays}
const struct web_asset web_assets[] = {{
{assets}\t{{.name = NULL}},
}};

const struct web_asset web_page_dinas[] = {{
{pages}}};
"""


def pack(texts):
    """File -> (its name, bytes), in the order in which they refer to each other."""
    packed, begun = {}, []

    def add(file):
        if file not in texts or file in begun:
            sys.exit(f"pack.py: {' -> '.join([*begun, file])}: not there, or a circle")
        if file not in packed:
            begun.append(file)
            text = re.sub(r"@@([\w.-]+)@@", lambda match: add(match[1])[0], texts[file])
            mark = hashlib.sha256(text.encode()).hexdigest()[:8]
            is_fixed = file in STABLE or file.endswith(".html")
            packed[file] = (file if is_fixed else re.sub(r"(\.\w+)$", rf"-{mark}\1", file),
                            text.encode())
            begun.pop()
        return packed[file]

    for file in texts:
        add(file)
    return packed


def row(arrays, file, name, data):
    """An element of a table, whose bytes go to ARRAYS."""
    fields = {"name": f'"{name}"', "type": f'"{TYPES[pathlib.PurePath(file).suffix]}"',
              "is_stable": str(file in STABLE).lower()}
    for form, form_data in ("plain", data), ("gzip", gzip.compress(data, 9, mtime=0)):
        array = f"{form}_{len(arrays)}"
        rows = (",".join(map(str, form_data[i:i + 32])) for i in range(0, len(form_data), 32))
        arrays.append(f"static const unsigned char {array}[] = {{\n" + ",\n".join(rows) + "};\n")
        fields[form] = f"{{(const char *){array}, {len(form_data)}}}"
        fields[form + "_etag"] = f'"\\"{hashlib.sha256(data).hexdigest()[:16]}-{form}\\""'
    return "\t{" + ", ".join(f".{field} = {value}" for field, value in fields.items()) + "},\n"


def main(header, source, *paths):
    arrays, assets, pages, names = [], "", "", "// Made by pack.py; do not edit.\n#pragma once\n\n"
    texts = {path.name: path.read_text(encoding="utf-8") for path in map(pathlib.Path, paths)}
    for file, (name, data) in pack(texts).items():
        if file.endswith(".html"):
            for language in rb"\1", rb"\2":
                one = re.sub(rb"\[\[([^|\]]*)\|([^\]]*)\]\]", language, data)
                pages += row(arrays, file, name, one)
        else:
            assets += row(arrays, file, name, data)
            names += f'#define WEB_{re.sub("[^A-Z0-9]", "_", file.upper())} "{name}"\n'
    names += f'#define WEB_DIGEST "{hashlib.sha256(names.encode()).hexdigest()[:8]}"\n'
    pathlib.Path(header).write_text(names, encoding="utf-8")
    table = TABLE.format(arrays="".join(arrays), assets=assets, pages=pages)
    pathlib.Path(source).write_text(table, encoding="utf-8")


main(*sys.argv[1:])
