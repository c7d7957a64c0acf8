#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a file as a C array. usage: embed.py INPUT OUTPUT"""
import sys

data = open(sys.argv[1], "rb").read()
with open(sys.argv[2], "w") as out:
    out.write("// Made from config/rules; do not edit.\n#include \"commands/commands.h\"\n\n")
    out.write("const char builtin_rulebook[] = {\n")
    for i in range(0, len(data), 20):
        out.write("\t" + ",".join(f"'\\x{b:02x}'" for b in data[i:i + 20]) + ",\n")
    out.write("};\n\nconst size_t builtin_rulebook_size = sizeof builtin_rulebook;\n")
