# SPDX-License-Identifier: MIT
"""A response as it came, and its body as a value: JSON, NDJSON or CSV.

Reading is strict, so that what only a lenient reader would take is a failure.
It does not know what a right answer is.
"""

import csv
import io
import json


class Failure(Exception):
    """Something that a test must report; the text says what."""


class Response:
    def __init__(self, status, headers, body, raw):
        self.status = status
        self.headers = headers  # [(name, value)], in order
        self.body = body
        self.raw = raw          # the bytes as they came

    def header(self, name):
        """The value, several lines joined by commas; None if there is none."""
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        return ", ".join(values) if values else None

    def kind(self):
        """The media type, without parameters."""
        return (self.header("Content-Type") or "").split(";")[0].strip().lower()

    def json(self):
        return _parse_json(self.body)

    def document(self):
        """The body as a value: JSON; of NDJSON the list of its lines; of CSV the list
        of its rows, each a dict by the names of the header."""
        if self.kind() == "application/x-ndjson":
            if self.body and not self.body.endswith(b"\n"):
                raise Failure("the last line of the NDJSON does not end")
            return [_parse_json(line) for line in self.body.split(b"\n")[:-1]]
        if self.kind() == "text/csv":
            return parse_csv(self.body)
        return self.json()


def parse_csv(body):
    """RFC 4180, strictly: every row has the fields of the header. Names have no delimiter in
    them, so the header tells which one it is."""
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
        head = text.partition("\n")[0]
        delimiter = next((one for one in ";\t" if one in head), ",")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter))
    except (csv.Error, ValueError) as problem:
        raise Failure(f"the body is not CSV: {problem}") from None
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise Failure(f"CSV row {number} has {len(row)} fields, the header {len(rows[0])}")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def _parse_json(text):
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_no_duplicates,
                          parse_constant=_no_constant)
    except ValueError as problem:
        raise Failure(f"the body is not JSON: {problem}") from None


def _no_duplicates(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a member stands twice")
    return result


def _no_constant(name):
    raise ValueError(f"{name} is no JSON number")
