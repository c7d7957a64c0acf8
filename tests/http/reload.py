#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGHUP: rulebooks are changed under load, and broken ones never answer.

    reload.py BINARY

PMM_TEST_RELOADS in the environment is how many reloads there are, instead of 200.
The server has a directory of two rulebooks. One of them, now.json, is exchanged
for one of another version that answers otherwise, and back; asking goes on all
the while, in every way there is. Each answer must be, to the byte, what a server
says that never had but one of the two versions, so nothing can be mixed. What
is wrong with a broken rulebook is the matter of tests/rules; here it counts that
nothing of it, nor of what stands beside it, ever answers (spoilt.py has them).
"""

import hashlib
import json
import os
import re
import signal
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

from harness import PATIENCE_S, Failure, Server, Tap, check_end  # noqa: E402
from program import get, require, stop  # noqa: E402
from spoilt import WHOLE_OR_NONE, Rulebooks, broken_rulebooks, spoil_number  # noqa: E402

RELOADS = int(os.environ.get("PMM_TEST_RELOADS", "200"))
FAILURES = 3  # then the rest of a list is left out: each failure is a long wait
STORM = 100
ASKERS = 4  # connections that are never silent
LOADED = rb"event=loaded "
REFUSED = rb"what was in use stays"
# A finding in the log, for putting it in the words of `pmm-check verify`.
WRONG = re.compile(r'event=load_error msg="(?P<msg>(?:[^"\\]|\\.)*)" '
                   r'file=(?P<file>\S+)(?: code=(?P<code>\S+))?')

NDJSON = b'{"visitor":"guest","card":true,"id":"a"}\n{"visitor":"guru"}\n{"card":1}\n' * 40
CSV = b"id;Visitor;Card\n" + b"a;tamu;true\nb;murid;\nc;kenari;\n" * 40
# METHOD TARGET, type, accept, body
QUESTIONS = [
    ("GET /check?visitor=guest&card=true", "", "", b""),
    ("GET /check?visitor=guest&pretty=true&as_of=2024-05-01", "", "", b""),
    ("GET /check?rulebook=ruang-2003&card=true&lang=en", "", "text/plain", b""),
    ("POST /check", "application/json", "", b'{"visitor":"guest","card":true,"id":"7"}'),
    ("POST /check?card=true", "application/x-www-form-urlencoded", "", b"visitor=guest"),
    ("POST /check", "application/x-ndjson", "", NDJSON),
    ("POST /check?detail=full", "text/csv", "application/json", CSV),
    ("POST /summary", "application/x-ndjson", "", NDJSON),
    ("GET /rulebook", "", "", b""),
    ("GET /", "", "", b""),
]


def request_bytes(question):
    start, kind, accept, body = question
    head = f"{start} HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Accept: {accept}\r\n" if accept else ""
    if kind:
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def ask(connection, question, pieces=None):
    connection.send(request_bytes(question), pieces)
    response = connection.receive(question[0].split()[0])
    require(response.status == 200, f"{question[0]}: status {response.status} {response.body!r}")
    return response.body, response.header("ETag"), response.header("Content-Type")


def reference(binary, rulebooks):
    """What servers answer that never had but one version: a list for each question."""
    answers = []
    for version in rulebooks.versions:
        rulebooks.put("now.json", version)
        server = Server(binary, ["--rules", rulebooks.folder])
        connection = server.connect()
        answers.append([ask(connection, question) for question in QUESTIONS])
        connection.close()
        stop(server)
    rulebooks.put("now.json", rulebooks.versions[0])
    return list(zip(*answers))


def check_reference(answers):
    """The two versions must differ in every answer, or a mixture would go unseen; and
    each answer must carry the digest of its own rulebook as it is served."""
    for question, (one, other) in zip(QUESTIONS, answers):
        require(one[0] != other[0], f"{question[0]}: both versions say {one[0][:300]!r}")
    served = [number for number, question in enumerate(QUESTIONS) if "/rulebook" in question[0]][0]
    digests = [hashlib.sha256(body).hexdigest().encode() for body, *_ in answers[served]]
    for question, bodies in zip(QUESTIONS, answers):
        for (body, *_), own, others in zip(bodies, digests, reversed(digests)):
            require(own in body or question[0] == QUESTIONS[served][0],
                    f"{question[0]}: no digest {own} in {body[-300:]!r}")
            require(others not in body, f"{question[0]}: the digest of the other one")
    first, second = (json.loads(body[0])["features"]["reading_room"]["permission"]
                     for body in answers[0])
    require((first, second) == ("allowed", "refused"), f"{first}, {second}")


class Asker(threading.Thread):
    """Asks all questions in turn, for ever, on one connection, or each on a new one."""

    def __init__(self, load, number, renews):
        super().__init__(daemon=True)
        self.load, self.renews = load, renews
        self.number = number    # of the question at hand
        self.count = [0, 0]     # answers of each version
        self.seen = set()       # (number of a question, version)
        self.problem = None

    def run(self):
        connection = self.load.server.connect()
        try:
            while not self.load.over.is_set():
                self._ask(connection)
                if self.renews:
                    connection.close()
                    connection = self.load.server.connect()
        except (Failure, OSError, ValueError) as problem:
            self.problem = f"{QUESTIONS[self.number][0]}: {problem}"
        finally:
            connection.close()
            with self.load.news:
                self.load.news.notify_all()

    def _ask(self, connection):
        answer = ask(connection, QUESTIONS[self.number])
        allowed = self.load.answers[self.number]
        if answer not in allowed:
            raise Failure(f"neither version says {answer!r}")
        version = allowed.index(answer)
        self.seen.add((self.number, version))
        self.number = (self.number + 1) % len(QUESTIONS)
        with self.load.news:
            self.count[version] += 1
            self.load.news.notify_all()


class Load:
    """All askers, and what they have seen."""

    def __init__(self, server, answers):
        self.server, self.answers = server, answers
        self.over = threading.Event()
        self.news = threading.Condition()
        self.askers = [Asker(self, number * len(QUESTIONS) // ASKERS, renews=number == 0)
                       for number in range(ASKERS)]
        for asker in self.askers:
            asker.start()

    def problem(self):
        return next((asker.problem for asker in self.askers if asker.problem), None)

    def _wait(self, done, what):
        with self.news:
            ended = self.news.wait_for(lambda: done() or self.problem(), PATIENCE_S)
        require(not self.problem(), self.problem())
        require(ended, f"no asker got {what}\n{self.server.log_text()[-2000:]}")

    def wait_any(self, version):
        """Until one more answer of VERSION has come."""
        before = sum(asker.count[version] for asker in self.askers)
        self._wait(lambda: sum(asker.count[version] for asker in self.askers) > before,
                   f"version {version}")

    def wait_all(self, version):
        """Until each asker has got one more of VERSION."""
        before = [asker.count[version] for asker in self.askers]
        self._wait(lambda: all(asker.count[version] > count
                               for asker, count in zip(self.askers, before)),
                   f"version {version} everywhere")

    def end(self):
        self.over.set()
        for asker in self.askers:
            asker.join(PATIENCE_S)
            require(not asker.is_alive(), f"{QUESTIONS[asker.number][0]}: no answer")
        require(not self.problem(), self.problem())
        seen = set().union(*(asker.seen for asker in self.askers))
        require(len(seen) == 2 * len(QUESTIONS), f"not all was asked of both: {seen}")


class Bench:
    """A server under load, its rulebooks, and how often it has loaded them."""

    def __init__(self, binary, folder):
        self.rulebooks = Rulebooks(folder)
        self.answers = reference(binary, self.rulebooks)
        self.server = Server(binary, ["--rules", self.rulebooks.folder, "--access-log", "off"])
        self.load = Load(self.server, self.answers)
        self.taken = self.refused = 0
        self.version = 0

    def signal(self):
        self.server.process.send_signal(signal.SIGHUP)

    def reload(self, version):
        self.rulebooks.put("now.json", self.rulebooks.versions[version])
        self.signal()
        self.taken += 1
        self.server.wait_log(LOADED, self.taken)
        self.version = version

    def reload_refused(self):
        """Returns what the log says of it."""
        before = len(self.server.log)
        self.signal()
        self.refused += 1
        self.server.wait_log(REFUSED, self.refused)
        text = b"".join(self.server.log[before:]).decode("utf-8", "replace")
        text = WRONG.sub(lambda m: f"{m['file']}: [{m['code']}] {m['msg']}" if m["code"]
                         else f"{m['file']}: {m['msg']}", text)
        require("event=loaded" not in text, text)
        return text

    def hold_state(self, last):
        """The version at hand answers, alone, and /readyz?verbose says how it came."""
        connection = self.server.connect()
        for question, allowed in zip(QUESTIONS, self.answers):
            answer = ask(connection, question)
            require(answer == allowed[self.version], f"{question[0]}: {answer!r}")
        connection.close()
        text = get(self.server, "/readyz?verbose").body.decode()
        require(f"last load: {last}" in text, text)
        found = re.search(r"loads taken: (\d+)\nloads refused: (\d+)\n", text)
        require(found and int(found[2]) == self.refused, f"{self.refused} refused\n{text}")
        require(int(found[1]) == self.taken + 1, f"{self.taken} taken\n{text}")


def check_reloads(bench, count):
    for number in range(count):
        bench.reload((number + 1) % 2)
        bench.load.wait_any(bench.version)
    bench.load.wait_all(bench.version)
    bench.hold_state("taken")


def check_upload_over_reload(bench):
    """An upload that began before a reload and ends after it is answered by what was."""
    start, kind, _, body = QUESTIONS[5]
    version = bench.version
    connection = bench.server.connect()
    connection.send(f"{start} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                    f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    require(connection.receive("POST", interim=True).status == 100, "no 100 Continue")
    connection.send(body[:1000])
    connection.flush()
    bench.reload(1 - version)
    bench.load.wait_any(1 - version)
    connection.send(body[1000:])
    response = connection.receive("POST")
    connection.close()
    require(response.body == bench.answers[5][version][0], f"{response.body[-300:]!r}")


def check_broken(bench, data):
    bench.rulebooks.put("now.json", data)
    text = bench.reload_refused()
    require("now.json" in text, f"the file is not named\n{text}")
    require("later.json" not in text, f"another file is blamed\n{text}")
    bench.load.wait_any(bench.version)
    bench.hold_state("refused")


def check_mended(bench):
    bench.reload(1 - bench.version)
    bench.load.wait_all(bench.version)
    bench.hold_state("taken")


def check_whole_or_none(bench, prepare, words):
    """PREPARE spoils the directory, and puts a good rulebook into it besides; neither
    that one nor a new version beside it may answer."""
    rulebooks = bench.rulebooks
    rulebooks.put("good.json", rulebooks.dated("ruang-baik", "2000-01-01", "2000-12-31"))
    rulebooks.put("now.json", rulebooks.versions[1 - bench.version])
    restore = prepare(rulebooks)
    try:
        text = bench.reload_refused()
        for word in words:
            require(word in text, f"{word} is not in the log\n{text}")
        bench.hold_state("refused")
        connection = bench.server.connect()
        connection.send(b"GET /rulebook/ruang-baik HTTP/1.1\r\nHost: localhost\r\n\r\n")
        require(connection.receive().status == 404, "a rulebook of the refused set answers")
        connection.close()
    finally:
        if restore:
            restore()
        rulebooks.clean()


def check_64(binary, folder):
    """At the limit all of them answer."""
    rulebooks = Rulebooks(folder)
    spoil_number(rulebooks)
    server = Server(binary, ["--rules", rulebooks.folder])
    try:
        require("rulebooks=64" in server.log_text(), server.log_text())
        for year in (1900, 1961):
            answer = get(server, f"/check?as_of={year}-07-01").json()
            require(answer["rulebook"]["id"] == f"r{year}", f"{answer}")
    finally:
        stop(server)


def check_ignored(bench):
    """Hidden files and other names are nobody's business."""
    for name in (".baru.json", "baru.json.dpkg-new", "baru.json~", "BACA.txt", ".json"):
        bench.rulebooks.put(name, b"{")
    check_mended(bench)
    bench.rulebooks.clean()


def check_storm(bench):
    """Many signals at once: some fall together, but the last state is loaded."""
    for version in (1 - bench.version, bench.version, 1 - bench.version):
        bench.rulebooks.put("now.json", bench.rulebooks.versions[version])
        for _ in range(STORM):
            bench.signal()
    bench.version = version
    bench.load.wait_all(version)
    # Now nothing can bring back another; loads may still follow, of the same.
    connection = bench.server.connect()
    for question, allowed in zip(QUESTIONS, bench.answers):
        require(ask(connection, question) == allowed[version], question[0])
    connection.close()


def play_list(tap, cases):
    """Each case is (title, function, arguments of it)."""
    for title, function, *arguments in cases:
        if tap.failed >= FAILURES:
            tap.result("left out after other failures", title)
        else:
            tap.attempt(title, function, *arguments)


def play(tap, binary, folder):
    bench = Bench(binary, folder)
    tap.attempt("two versions that differ in every answer", check_reference, bench.answers)
    tap.attempt(f"{RELOADS} reloads under load", check_reloads, bench, RELOADS)
    tap.attempt("an upload across a reload", check_upload_over_reload, bench)
    play_list(tap, [(f"never active: {name}", check_broken, bench, data)
                    for name, data in broken_rulebooks()])
    tap.attempt("a good one after many broken ones", check_mended, bench)
    for name, prepare, words in WHOLE_OR_NONE:
        play_list(tap, [
            (f"whole or not at all: {name}", check_whole_or_none, bench, prepare, words),
            (f"and back, after {name}", check_mended, bench)])
    play_list(tap, [("what is no rulebook is ignored", check_ignored, bench),
                    (f"{STORM} signals at once, three times", check_storm, bench)])
    tap.attempt("every answer was that of one version", bench.load.end)
    total = sum(sum(asker.count) for asker in bench.load.askers)
    print(f"# {total} answers, {bench.taken} loads taken, {bench.refused} refused")
    check_end(tap, bench.server, "the server", secrets=b"(?i)kenari")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: reload.py BINARY")
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        tap.attempt("64 rulebooks", check_64, sys.argv[1], folder)
    with tempfile.TemporaryDirectory() as folder:
        play(tap, sys.argv[1], folder)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
