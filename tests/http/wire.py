#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays case files over HTTP against a server that it starts.

    wire.py BINARY [FILE.http ...]      all NN-*.http beside this script by default

Each file gets a server of its own on a free port; each case gets a connection
of its own. Results are TAP. The files are the specification: adding a case is
adding lines. What a file says:

    # at the start of a line: a comment. Blank lines have no meaning.
    serve --cors-origin https://a.example   more arguments for the server (before all cases);
                                            ${here} is the folder of the file
    === TITLE                               a case begins
    each NAME: V1 | V2                      the case is played for each value of ${NAME}
    each A, B: V1 => W1 | V2 => W2          the same with values of two names that go together

  Sending. What stands before a '<' line is sent together (pipelined).
    > POST /check?lang=en                   a request; " HTTP/1.1" is added, and Host and
                                            Content-Length where they are not given
    > Accept: text/plain                    its header fields
    json {"role":"guru"}                    a body, with Content-Type: application/json
    form role=guru                          a body, with the type of a form
    ndjson {"role":"guru"}                  a line of a body, with its line end, and the type of
    csv role,id                             NDJSON or CSV if none is given
    | role=guru                             a body, or more of it, as it stands; no line end
                                            is added. With Transfer-Encoding: chunked each
                                            such line is one chunk
    raw GET / HTTP/1.1                      a line with CRLF, for requests to which nothing
    raw                                     is added
    split 3                                 the request goes out three bytes at a time
    smuggle                                 more of a body: a whole GET request, that must
                                            not be answered
    post                                    stands for the request line, Host and Content-Type
                                            of JSON to /check
    refused                                 for smuggle, < 400, connection closes; 'refused, any
                                            body' and 'refused, any body on 1.0' for 'any body',
                                            too, always or where the library's version begins so
  In all of these \\xHH is that byte (there is no other escape), ${5*ab} is ababababab,
  and ${NAME} is what 'save' kept.

  Expecting. '<' with a status takes the next response; all lines below speak of it.
    < 200                                   also: < 4xx, < 200 204, and none for a connection
                                            that ends without an answer
    < ETag: "x"                             a header field equals; 'has ETag', 'no ETag';
    < Vary lists Accept, Origin             elements of a list; 'lacks' for none of them;
    < Allow ~ GET                           contains, in any case; '=~' for a pattern
    .facts.role = "guru"                    the JSON value at a path; '!=' ; a path may have
                                            numbers, and '*' for all elements of an array. Of
                                            NDJSON it is the array of lines, of CSV the array
                                            of rows, each by the names of the header
    .errors.*.code set ["a","b"]            the same elements (or member names) in any order
    .title ~ wajib                          contains; '!~' does not; '=~' matches
    .missing count 2                        .offset is integer       .offset within 3 9
    .id absent                              or null; 'present' is the contrary
                                            A body that came as gzip is unpacked before
    body has TEXT                           'lacks', '=~ PATTERN', 'empty', 'sha256 sha256:HEX'
    body same as TITLE                      the same bytes as the (last) answer of an earlier
                                            case; 'differs from'; 'json same as' for the value
    save NAME header ETag                   or: save NAME .rulebook.digest; save NAME body
                                            PATTERN for what its group has
    connection stays                        it answers one more request, and just that;
                                            or: 'closes'
    any body                                the answer may be the HTTP library's own, so it
                                            is not held to the invariants below; 'any bytes':
                                            it may even stammer, but not answer again
    on 0.9.75: LINE                         LINE, of this list, where the version of the HTTP
                                            library begins so; else nothing

  Without saying: a problem has its five members and its type, 405 has Allow, 415 has
  Accept, a body of text or JSON ends with one newline, nothing comes after the last
  response, and no text with "kenari" in it comes back, except in `id`, as the name of a
  group and, in an error, in a pointer. At the end of a file the server has ended with status 0 after SIGTERM,
  and neither sanitizers nor any "kenari" speak in what it wrote.
"""

import gzip
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True

from casefile import CaseError, read_case_file, substitute, wire_bytes  # noqa: E402
from checks import (CANARY, check_body, check_header, check_path, check_status,  # noqa: E402
                    find_path, hold_invariants)
from harness import Failure, NoResponse, Server, Tap, check_end  # noqa: E402

SHOWN_BYTES = 3000


class Play:
    """One case on one connection."""

    def __init__(self, case, server, bodies, values):
        self.case = case
        self.server = server
        self.bodies = bodies   # title -> last response, of the cases that passed
        self.values = values   # what 'save' kept
        self.methods = []      # of the requests that are not answered yet
        self.response = None
        self.pending = None    # (response, method) whose invariants are not checked yet
        self.lenient = False   # bytes may follow the last response
        self.log = []          # (">" or "<", bytes)

    def run(self):
        connection = self.server.connect()
        try:
            for step in self.case.steps:
                getattr(self, "_" + step[0])(connection, *step[1:])
            self._finish_response()
            if connection.received and (not self.lenient or b"HTTP/1." in connection.received):
                raise Failure(f"after the last response came {connection.received[:200]!r}")
        finally:
            connection.close()
        if not any(step[0] == "expect" for step in self.case.steps):
            raise CaseError(f"{self.case.where}: the case expects nothing")
        self.bodies[self.case.title] = self.response

    def _send(self, connection, request):
        data = wire_bytes(request, self.values)
        self.methods.append(request.method())
        self.log.append((">", data))
        connection.send(data, int(request.split) if request.split else None)

    def _expect(self, connection, statuses):
        self._finish_response()
        method = self.methods.pop(0) if self.methods else "GET"
        try:
            self.response = connection.receive(method)
        except NoResponse:
            if "none" not in statuses:
                raise
            return
        self.log.append(("<", self.response.raw))
        if self.response.header("Content-Encoding") == "gzip" and method != "HEAD":
            self.response.body = gzip.decompress(self.response.body)
        self.pending = (self.response, method)
        check_status(self.response, statuses)

    def _finish_response(self):
        if self.pending:
            hold_invariants(*self.pending)
        self.pending = None

    def _check(self, connection, verb, rest, where):
        try:
            if verb != "save":
                rest = substitute(rest, self.values)
            if verb == "<":
                check_header(self.response, rest)
            elif verb == ".":
                check_path(self.response, rest)
            elif verb == "body":
                check_body(self.response, rest, self.bodies)
            elif verb == "save":
                self._save(rest)
            elif verb == "any":
                self.pending = None
                self.lenient = rest == "bytes"
            else:
                self._check_connection(connection, rest)
        except (Failure, CaseError) as problem:
            raise type(problem)(f"{where}: {problem}") from None

    def _save(self, rest):
        name, _, source = rest.partition(" ")
        if source.startswith("header "):
            value = self.response.header(source[7:])
        elif source.startswith("body "):
            found = re.search(source[5:], self.response.body.decode())
            value = found and found[1]
        else:
            value = find_path(self.response.json(), source)
        if not isinstance(value, str):
            raise Failure(f"nothing to save: {source}")
        self.values[name] = value

    def _check_connection(self, connection, rest):
        if rest == "closes":
            if not connection.at_end(patient=self.lenient):
                raise Failure(f"the connection lives and says {connection.received[:200]!r}")
        elif rest == "stays":
            connection.send(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n"
                            b"Connection: close\r\n\r\n")
            check_status(connection.receive("GET"), ["200"])
            if not connection.at_end():
                raise Failure(f"one request more came with {connection.received[:200]!r}")
        else:
            raise CaseError(f"write 'connection stays' or 'connection closes', not {rest}")

    def comments(self):
        for mark, data in self.log:
            text = data[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
            if len(data) > SHOWN_BYTES:
                text += f" [and {len(data) - SHOWN_BYTES} bytes more]"
            for line in text.split("\n"):
                yield f"{mark} " + re.sub(r"[\x00-\x1f\x7f]", lambda m: repr(m[0])[1:-1],
                                          line.removesuffix("\r"))


def library_version(binary):
    """Of libmicrohttpd, as the program tells it."""
    text = subprocess.run([binary, "--version"], capture_output=True, check=True).stdout
    found = re.search(rb"libmicrohttpd ([0-9][0-9.]*)", text)
    if not found:
        raise CaseError(f"{binary} --version does not name libmicrohttpd")
    return found[1].decode()


def play_file(tap, binary, path, version):
    name = os.path.basename(path).removesuffix(".http")
    case_file = read_case_file(path, version)
    try:
        server = Server(binary, case_file.arguments)
    except Failure as problem:
        tap.result(problem, f"{name}: the server starts")
        return
    bodies, values = {}, {}
    for case in case_file.cases:
        play = Play(case, server, bodies, values)
        try:
            play.run()
            tap.result(None, f"{name}: {case.title}")
        except (Failure, CaseError, OSError) as problem:
            tap.result(problem, f"{name}: {case.title}", case.where, *play.comments())
    check_end(tap, server, name, secrets=b"(?i)" + CANARY.encode())


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: wire.py BINARY [FILE.http ...]")
    here = os.path.dirname(os.path.abspath(__file__))
    paths = sys.argv[2:] or sorted(os.path.join(here, name) for name in os.listdir(here)
                                   if re.fullmatch(r"[0-9]{2}-.*\.http", name))
    tap = Tap()
    try:
        version = library_version(sys.argv[1])
        for path in paths:
            play_file(tap, sys.argv[1], path, version)
    except (CaseError, OSError) as problem:
        print(f"Bail out! {problem}")
        return 1
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
