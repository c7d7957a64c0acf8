# SPDX-License-Identifier: MIT
"""Where things stand in a JSON text, by a reader of its own, for run_broken.py.

It takes valid JSON only, and shares no code with the program.
"""

import json
import re

TOKEN = re.compile(r'[\s]*("(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,]+)', re.S)


class Places:
    """`values` and `names`: {path: (line, column)} of every value, and of every member's name;
    `lines` of the text."""

    def __init__(self, text):
        self.text = text.removeprefix("\ufeff").removeprefix("\ufeff")
        self.lines = self.text.split("\n")
        self.values, self.names = {}, {}
        self.at = 0
        self.value("")

    def place(self, at):
        before = self.text[:at].split("\n")
        return len(before), len(before[-1]) + 1

    def token(self):
        found = TOKEN.match(self.text, self.at)
        self.at = found.end()
        return found[1], self.place(found.start(1))

    def peek(self):
        return TOKEN.match(self.text, self.at)[1]

    def value(self, path):
        token, place = self.token()
        self.values.setdefault(path, place)
        if token == "[":
            number = 0
            while self.peek() != "]":
                self.value(f"{path}[{number}]")
                number += 1
                if self.peek() == ",":
                    self.token()
            self.token()
        elif token == "{":
            while self.peek() != "}":
                name, place = self.token()
                inner = (path + "." if path else "") + json.loads(name)
                self.names.setdefault(inner, place)
                self.token()
                self.value(inner)
                if self.peek() == ",":
                    self.token()
            self.token()
