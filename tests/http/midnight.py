#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""At midnight in Jakarta a successor answers, without a reload.

    midnight.py BINARY      the program with a clock that is set from here (clock.c)

One connection and one server live through it all. Each question is asked twice a moment,
so that what is kept is asked for, too. The last second before and the first one after
midnight are what matters; the clock then goes back, as clocks do.
"""

import calendar
import json
import os
import struct
import sys
import tempfile

sys.dont_write_bytecode = True

from harness import Server, Tap  # noqa: E402
from program import require, stop  # noqa: E402

SET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rulebook_set")
# 00:00 of 2030-06-01 in Jakarta, which is UTC+7.
MIDNIGHT = calendar.timegm((2030, 5, 31, 17, 0, 0))
DAY = 86400
# Seconds from midnight, who answers, how long it may be kept
MOMENTS = [(-DAY - 1, "lama", "public, max-age=300"), (-DAY, "lama", "public, no-cache"),
           (-1, "lama", "public, no-cache"), (0, "baru", "public, max-age=300"),
           (1, "baru", "public, max-age=300"), (-1, "lama", "public, no-cache"),
           (7 * 3600, "baru", "public, max-age=300")]
BODY = b'[{"visitor":"murid"}]'


def make_set(folder):
    """lama has no last day; baru begins on the day; nanti is still to come."""
    with open(os.path.join(SET, "b-now.json"), encoding="utf-8") as file:
        tree = json.load(file)
    for name, first in (("lama", "2020-01-01"), ("baru", "2030-06-01"), ("nanti", "2031-01-01")):
        tree.update(id=name, effective_from=first, effective_to=None)
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(tree, file)


class Clock:
    def __init__(self, path):
        self.path = path
        self.set(0)

    def set(self, seconds):
        with open(self.path, "r+b" if os.path.exists(self.path) else "w+b") as file:
            file.write(struct.pack("=q", MIDNIGHT + seconds))


def ask(connection, target, headers=b"", body=None):
    head = b"%s %s HTTP/1.1\r\nHost: localhost\r\n%s" % (
        b"GET" if body is None else b"POST", target.encode(), headers)
    if body is not None:
        head += b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
    connection.send(head + b"\r\n" + (body or b""))
    return connection.receive()


def check_moment(connection, digests, moment, tags):
    _, name, caching = moment
    for _ in range(2):
        for target in ("/check", "/check?visitor=guru&lang=en", "/check?pretty=true"):
            answer = ask(connection, target)
            require(answer.json()["rulebook"]["digest"] == digests[name], f"{target} {answer.body}")
            require(answer.header("Cache-Control") == caching,
                    f"{target}: {answer.header('Cache-Control')}")
            again = ask(connection, target, b"If-None-Match: %s\r\n"
                        % answer.header("ETag").encode())
            require((again.status, again.header("Cache-Control")) == (304, caching), "304")
        page = ask(connection, "/?visitor=guru", b"Accept: text/html\r\n")
        require(digests[name].encode() in page.body, f"/ {page.body}")
        require(page.header("Cache-Control") == caching, f"/: {page.header('Cache-Control')}")
        for body in (b"{}", BODY):
            answer = ask(connection, "/check", body=body)
            require(answer.json()["rulebook"]["digest"] == digests[name], f"POST {answer.body}")
        require(ask(connection, "/rulebook").json()["id"] == name, "/rulebook")
        require(ask(connection, "/").json()["rulebook"]["id"] == name, "/")
        for target, digest in (("/check?as_of=2030-05-31", digests["lama"]),
                               ("/check?rulebook=baru", digests["baru"])):
            answer = ask(connection, target)
            require(answer.json()["rulebook"]["digest"] == digest and
                    answer.header("Cache-Control") == "public, max-age=300", target)
        answer = ask(connection, "/rulebooks")
        rows = answer.json()["rulebooks"]
        require([row["effective_to"] for row in rows] == ["2030-05-31", "2030-12-31", None], rows)
        for row in rows:
            is_now = row["id"] == name
            require((row["in_force"], row["current"]) == (is_now, is_now), f"{row}")
        tags.setdefault(name, answer.header("ETag"))
        require(tags[name] == answer.header("ETag"), "the ETag of /rulebooks")
        for other, tag in tags.items():
            found = ask(connection, "/rulebooks", b"If-None-Match: %s\r\n" % tag.encode())
            require(found.status == (304 if other == name else 200), f"{other}: {found.status}")
        said = ask(connection, "/readyz?verbose").body
        require(b'\nrulebook: {"id":"%s"' % name.encode() in said, said)
        said = ask(connection, "/metrics").body
        for other in digests:
            require(b'pmm_rulebook_current{id="%s"} %d\n' % (other.encode(), other == name) in said,
                    said)


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        rules = os.path.join(folder, "rules")
        os.mkdir(rules)
        make_set(rules)
        path = os.path.join(folder, "clock")
        clock = Clock(path)
        server = Server(binary, ["--rules", rules], env=dict(os.environ, PMM_TEST_CLOCK=path))
        connection = server.connect()
        digests = {row["id"]: row["digest"]
                   for row in ask(connection, "/rulebooks").json()["rulebooks"]}
        tags = {}
        for moment in MOMENTS:
            clock.set(moment[0])
            tap.attempt(f"{moment[0]} s from midnight: {moment[1]}", check_moment, connection,
                        digests, moment, tags)
        connection.close()
        tap.attempt("it stops", stop, server)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: midnight.py BINARY")
    sys.exit(main(sys.argv[1]))
