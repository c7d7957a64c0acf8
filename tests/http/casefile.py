# SPDX-License-Identifier: MIT
"""Reads case files (NN-name.http, see wire.py for the format) into cases.

It knows the form of the lines, not what the expectations mean: checks.py does.
A line that it does not understand is an error that names file and line.
"""

import os
import re


class CaseError(Exception):
    """A case file is wrong; the text says where."""


class Request:
    """One request as it stands in the file, in pieces that still have escapes."""

    def __init__(self, raw=False):
        self.raw = raw
        self.lines = []       # raw: every line; else "METHOD TARGET", then header fields
        self.body = []        # pieces
        self.has_body = False
        self.split = None     # bytes a piece when it is sent, as text

    def method(self):
        return self.lines[0].split(" ", 1)[0] if self.lines else "GET"


class Case:
    def __init__(self, title, where):
        self.title = title
        self.where = where    # "file:line"
        self.steps = []       # ("send", Request) | ("expect", statuses) | ("check", verb, rest)
        self.each = None      # (variable, [values])


class CaseFile:
    def __init__(self):
        self.arguments = []   # of `pmm-check serve`
        self.cases = []


FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:")
TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded",
         "ndjson": "application/x-ndjson", "csv": "text/csv"}
# What follows a request whose framing is wrong, to see whether it is answered.
SMUGGLED = "GET /livez HTTP/1.1\\x0D\\x0AHost: smuggled\\x0D\\x0A\\x0D\\x0A"
CHECKS = {".", "<", "body", "save", "connection", "any"}
POST = ("raw POST /check HTTP/1.1", "raw Host: localhost", "raw Content-Type: application/json")


def read_case_file(path, version):
    """The cases as they are for VERSION of the HTTP library."""
    result = CaseFile()
    case = None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            where = f"{path}:{number}"
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith("=== "):
                case = Case(line[4:].strip(), where)
                result.cases.append(case)
            elif case is None and line.startswith("serve "):
                here = os.path.dirname(os.path.abspath(path))
                result.arguments += [word.replace("${here}", here)
                                     for word in line.split()[1:]]
            elif case is None:
                raise CaseError(f"{where}: a case begins with a line '=== TITLE'")
            else:
                for one in _in_full(line):
                    one = _for_version(one, version, where)
                    if one:
                        _read_line(case, one, where)
    result.cases = [one for case in result.cases for one in _expand(case)]
    return result


def _in_full(line):
    """The lines that a line stands for."""
    if line == "post":
        return POST
    match = re.fullmatch(r"refused(?:, (any body)(?: (on [0-9.]+))?)?", line)
    if not match:
        return (line,)
    lenient = (f"{match[2]}: {match[1]}" if match[2] else match[1],) if match[1] else ()
    return ("smuggle", "< 400", *lenient, "connection closes")


def _for_version(line, version, where):
    """The line without its 'on VERSION: '; "" where it is for another version."""
    if not line.startswith("on "):
        return line
    match = re.fullmatch(r"on ([0-9.]+): (.+)", line)
    if not match:
        raise CaseError(f"{where}: write 'on VERSION: LINE'")
    return match[2] if (version + ".").startswith(match[1] + ".") else ""


def _read_line(case, line, where):
    word, _, rest = line.partition(" ")
    if word == "each":
        name, colon, values = rest.partition(":")
        if not colon:
            raise CaseError(f"{where}: write 'each NAME: VALUE | VALUE'")
        case.each = (name.strip(), [value.strip() for value in values.split(" | ")])
    elif word in (">", "raw"):
        _read_request_line(case, word == "raw", rest, where)
    elif word in ("|", "json", "form", "ndjson", "csv", "split", "smuggle"):
        _read_body_line(case, word, rest, where)
    elif word == "<" and re.fullmatch(r"([1-5][0-9x]{2}|none)( ([1-5][0-9x]{2}|none))*", rest.strip()):
        case.steps.append(("expect", rest.split()))
    elif word in CHECKS or line.startswith("."):
        if not any(step[0] == "expect" for step in case.steps):
            raise CaseError(f"{where}: a line '< STATUS' comes first")
        case.steps.append(("check", "." if line.startswith(".") else word,
                           line if line.startswith(".") else rest, where))
    else:
        raise CaseError(f"{where}: not understood: {line}")


def _last_request(case):
    return case.steps[-1][1] if case.steps and case.steps[-1][0] == "send" else None


def _read_request_line(case, raw, rest, where):
    request = _last_request(case)
    if raw:
        if request is None or not request.raw or request.has_body:
            request = Request(raw=True)
            case.steps.append(("send", request))
    elif not FIELD.match(rest) and " " in rest:
        request = Request()
        case.steps.append(("send", request))
    elif request is None or request.raw or not FIELD.match(rest):
        raise CaseError(f"{where}: neither 'METHOD TARGET' nor a header field of a request")
    request.lines.append(rest)


def _read_body_line(case, word, rest, where):
    request = _last_request(case)
    if request is None:
        raise CaseError(f"{where}: a body without a request")
    if word == "split":
        request.split = rest
        return
    names = {one.partition(":")[0].lower() for one in request.lines[1:]}
    if word in TYPES and "content-type" not in names:
        request.lines.append("Content-Type: " + TYPES[word])
    request.has_body = True
    if word == "smuggle":
        rest = SMUGGLED
    request.body.append(rest + "\\x0A" if word in ("ndjson", "csv") else rest)


def _expand(case):
    """A case with 'each' becomes one case for each value."""
    if case.each is None:
        return [case]
    name, values = case.each
    variables = ["${%s}" % one for one in name.split(", ")]
    for value in values:
        if value.count(" => ") != len(variables) - 1:
            raise CaseError(f"{case.where}: {name} cannot be {value}")
    return [_with_value(case, dict(zip(variables, value.split(" => "))), value)
            for value in values]


def _with_value(case, variables, value):
    def put(text):
        for variable, one in variables.items():
            text = text.replace(variable, one)
        return text

    title = put(case.title) if put(case.title) != case.title else f"{case.title}: {value}"
    result = Case(title, case.where)
    for kind, *rest in case.steps:
        if kind == "send":
            request = Request(rest[0].raw)
            request.lines = [put(line) for line in rest[0].lines]
            request.body = [put(piece) for piece in rest[0].body]
            request.has_body = rest[0].has_body
            request.split = rest[0].split and put(rest[0].split)
            result.steps.append((kind, request))
        elif kind == "check":
            result.steps.append((kind, rest[0], put(rest[1]), rest[2]))
        else:
            result.steps.append((kind, *rest))
    return result


def substitute(text, values):
    """Puts in ${N*TEXT} and ${NAME} from VALUES; unknown names are an error."""
    def put(match):
        repeat = re.fullmatch(r"([0-9]+)\*(.*)", match[1], re.S)
        if repeat:
            return int(repeat[1]) * repeat[2]
        if match[1] not in values:
            raise CaseError(f"nothing was saved as {match[1]}")
        return values[match[1]]

    return re.sub(r"\$\{([^${}]+|[0-9]+\*[^$]+?)\}", put, text)


def to_bytes(text):
    """UTF-8, with \\xHH (the only escape) for any byte."""
    parts = re.split(rb"\\x([0-9A-Fa-f]{2})", text.encode("utf-8"))
    for i in range(1, len(parts), 2):
        parts[i] = bytes([int(parts[i], 16)])
    return b"".join(parts)


def wire_bytes(request, values):
    """The request as it is sent, with what the format promises to add."""
    lines = [to_bytes(substitute(line, values)) for line in request.lines]
    pieces = [to_bytes(substitute(piece, values)) for piece in request.body]
    if request.raw:
        return b"".join(line + b"\r\n" for line in lines) + b"".join(pieces)
    names = {line.split(b":")[0].lower() for line in lines[1:]}
    lines[0] += b" HTTP/1.1"
    if b"host" not in names:
        lines.insert(1, b"Host: localhost")
    body = b"".join(pieces)
    if b"transfer-encoding" in names:
        body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces if p) + b"0\r\n\r\n"
    elif request.has_body and b"content-length" not in names:
        lines.append(b"Content-Length: %d" % len(body))
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body
