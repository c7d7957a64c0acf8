# SPDX-License-Identifier: MIT
"""Makes random rows of words, the odd ones included, and writes them as CSV,
NDJSON and a JSON array, in spellings that must not matter.

It does not know what follows from a row; model.py does. Left out on purpose is
what has no one right answer: three names for one fact, a principal's post
beside a role under a name that it does not outrank.
"""

import json
import re
import zlib

from model import FACTS, NAMES, POST, SPELLED

UNKNOWN_WORDS = ("kenari", "Juru Terbang", "PNSS", "mungkin", "2", "=1", 'k"enari', "juru;PNSS",
                 "kenari,", "ke\nnari", "é", "!?", "-1")
POST_WORDS = ("", "Kepala Sekolah", "PLT. KEPALA SEKOLAH", "plt kepala  sekolah",
              "Wakil Kepala Sekolah", 'Bendahara "BOS"; OSIS', "-")
TEXT_PARTS = ("a", "Z9", " ", '"', '""', "'", ",", ";", "\t", "\n", "\r\n", "é", "🐦", "=", "-",
              "@", "+", "\\", "/", "{", "]", ":", "~", "\u007f", "\u2028", "x" * 30)
EXTRA_NAMES = ("Nama", "Alamat Jalan", "Desa/Kelurahan", "No", "RT", "a~b", 'x"y', "z;w", "é")
DELIMITERS = ";,\t"


class RowSmith:
    """Columns of a file, and for each row the words in them; None: not given."""

    def __init__(self, rng, count, is_plain=False):
        self.rng = rng
        self.is_plain = is_plain  # only what CSV can say, too
        self.id_from, self.group_by = rng.choice((("id", "group"), ("NUPTK", "Kecamatan"),
                                                  ("id", "NPSN"), ("No KK", "group")))
        self.ignore_unknown = rng.random() < 0.5
        self.defaults = {fact: rng.choice(FACTS[fact]) for fact in FACTS if rng.random() < 0.2}
        self.facts = []  # (name as written, fact)
        for fact, names in NAMES.items():
            twice = rng.random() < 0.3
            for name in rng.sample(names, 2 if twice else 1):
                self.facts.append((self.spell(name), fact))
        has_outranked = all(name.lower().strip().startswith("jenis")
                            for name, fact in self.facts if fact == "role")
        self.post = self.spell(POST) if has_outranked else None
        self.extras = rng.sample(EXTRA_NAMES, rng.randint(1, 5))
        self.rows = [self._row() for _ in range(count)]

    def spell(self, name):
        """A name in another spelling."""
        gap = self.rng.choice(("_", " ", "  ", "-", " _ "))
        name = name.replace("_", gap)
        name = self.rng.choice((str, str.upper, str.title))(name)
        return self.rng.choice(("", "", " ")) + name

    def text(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.4:
            return str(rng.randint(1, 10 ** rng.randint(1, 16)))
        if kind < 0.5:
            return None
        return "".join(rng.choice(TEXT_PARTS) for _ in range(rng.randint(1, 8)))

    def _word(self, fact):
        rng = self.rng
        kind = rng.random()
        if kind < 0.12:
            return None
        if kind < 0.16:
            return rng.choice(("", " ", "  "))
        if kind < 0.19:
            return rng.choice(UNKNOWN_WORDS)
        word = rng.choice(SPELLED[fact])
        gaps = ("_", " ", "  ", "", "\u00a0", "\u200b", ". ", "-")
        is_sign = any(" " + digit in word for digit in "012")
        word = word.replace(" ", rng.choice(gaps[:-1] if is_sign else gaps))
        word = word.replace("/", rng.choice(("/", " / ", "/ ")))
        word = rng.choice((str, str.upper, str.title))(word)
        return rng.choice(("", " ", "\u2060")) + word + rng.choice(("", "  ", ":", " *"))

    def _row(self):
        rng = self.rng
        long = 0.01 > rng.random()
        row = {"id": rng.choice("ié🐦") * rng.randint(30, 140) if long else self.text(),
               "group": rng.choice((None, "", "SMP 1", 'Kec. "A"', "b\nc", "é", "20100001"))}
        row["facts"] = [self._word(fact) for _, fact in self.facts]
        if rng.random() < 0.5:  # two names for one fact rather say the same
            first = {}
            row["facts"] = [first.setdefault(fact, word)
                            for (_, fact), word in zip(self.facts, row["facts"])]
        row["post"] = rng.choice(POST_WORDS) if rng.random() < 0.4 else ""
        row["extras"] = [self.text() for _ in self.extras]
        row["extras"][0] = row["extras"][0] or "1"  # so that no row of CSV is blank
        row["lot"] = rng.getrandbits(32)
        return row

    def options(self):
        """Parameters of the address."""
        options = {fact: str(value).lower() if isinstance(value, bool) else value
                   for fact, value in self.defaults.items()}
        if self.id_from != "id":
            options["id_from"] = self.id_from
        if self.group_by != "group":
            options["group_by"] = self.group_by.upper()
        if self.ignore_unknown:
            options["unknown"] = "ignore"
        return options

    def header(self):
        names = [self.id_from, self.group_by, *(name for name, _ in self.facts)]
        return names + ([self.post] if self.post else []) + self.extras

    def cells(self, row):
        texts = [row["id"], row["group"], *row["facts"]]
        return texts + ([row["post"]] if self.post else []) + row["extras"]

    def csv_members(self):
        return [list(zip(self.header(), self.cells(row))) for row in self.rows]

    def json_members(self):
        """The same rows; words may be JSON's own booleans, null, or left out."""
        result = []
        for row in self.rows:
            count = None if self.ignore_unknown else -len(self.extras)
            members = list(zip(self.header(), self.cells(row)))[:count]
            members = [self._as_json(name, text, row) for name, text in members]
            result.append([one for one in members if one])
        return result

    def _as_json(self, name, text, row):
        # Chosen by the row, not by the generator: asked twice it says the same.
        lot = zlib.crc32(f"{row['lot']} {name}".encode())
        choice = lot % 4
        if lot >> 8 & 127 == 0 and not self.is_plain:
            return name, (5, True, [1], {"a": [None]})[choice]
        if text is None and choice:
            return (name, None) if choice == 1 else None
        if text in ("true", "false", "1", "0") and choice < 2 and self._is_boolean(name):
            return name, text in ("true", "1") if choice else json.loads(text)
        if name == "NPSN" and text == "20100001" and choice == 0:
            return name, 20100001
        if name == self.id_from and choice == 0 and not self.is_plain and re.fullmatch(
                "[1-9][0-9]*", text or ""):
            return name, int(text)
        return name, text or ""

    def _is_boolean(self, name):
        return any(name == one and fact in ("belajar_id", "dapodik_gtk")
                   for one, fact in self.facts)


def _cell(rng, text, delimiter):
    if text is None:
        return ""
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")) or rng.random() < 0.1:
        return '"' + text.replace('"', '""') + '"'
    return text


def as_csv(smith):
    rng = smith.rng
    delimiter, end = rng.choice(DELIMITERS), rng.choice(("\n", "\r\n"))
    lines = [["Daftar Guru"], ['SMP "Rekaan";', "1,\n2"], [""]] if rng.random() < 0.7 else []
    lines.append(smith.header())
    smith.records_above = len(lines)
    lines += [smith.cells(row) for row in smith.rows]
    text = end.join(delimiter.join(_cell(rng, one, delimiter) for one in line)
                    for line in lines)
    return (rng.choice(("", "\ufeff")) + text + rng.choice(("", end))).encode()


def _object(rng, members):
    comma, colon = rng.choice(((",", ":"), (", ", ": "), (" ,\t", " :\r")))
    is_ascii = rng.random() < 0.5
    return "{" + comma.join(json.dumps(name, ensure_ascii=is_ascii) + colon +
                            json.dumps(value, ensure_ascii=is_ascii)
                            for name, value in members) + "}"


def as_ndjson(smith):
    rng = smith.rng
    end = rng.choice(("\n", "\r\n"))
    lines = []
    for members in smith.json_members():
        lines += [rng.choice(("", " ", "\t"))] if rng.random() < 0.1 else []
        lines.append(_object(rng, members) + rng.choice(("", " ")))
    return (rng.choice(("", "\ufeff")) + end.join(lines) + rng.choice(("", end))).encode()


def as_array(smith):
    rng = smith.rng
    comma = rng.choice((",", ",\n", " ,\r\n"))
    elements = [_object(rng, members) for members in smith.json_members()]
    return (rng.choice(("", "\ufeff", "\n")) + "[" + comma.join(elements) + "]" +
            rng.choice(("", "\n"))).encode()
