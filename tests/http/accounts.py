# SPDX-License-Identifier: MIT
"""Requests of every kind, and the account that a client keeps of them, for
metrics.py: by name of the metric and by values of its labels. What a request adds
is told from what was sent and what came back, never from /metrics.
"""

import collections
import json
import threading

from program import require
from response import parse_csv

MAX_BODY, MAX_ROWS = 4096, 50  # of the server that is asked
CANARY = "kenari"  # begins every word that nobody knows
ID = "se-dirjen-gtk-0559-2024"


class Account:
    """What the clients saw, by name of the metric and by labels."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.defaultdict(collections.Counter)

    def add(self, metric, *labels, count=1):
        with self.lock:
            self.counts[metric][labels] += count

    def add_request(self, route, method, response, code=None):
        self.add("pmm_requests_total", route, method, str(response.status))
        self.add("pmm_request_duration_seconds_count", route)
        if code is None and response.kind() == "application/problem+json" and response.body:
            code = response.json()["code"]
        if code:
            self.add("pmm_problems_total", code)

    def add_errors(self, errors):
        for error in errors:
            self.add("pmm_profile_errors_total", error["code"])

    def add_answer(self, features):
        for feature, outcome in features.items():
            self.add("pmm_answers_total", feature, outcome["obligation"])

    def add_row(self, row):
        """A row of a result in JSON or NDJSON."""
        error = row.get("error")
        self.add("pmm_rows_total", "rejected" if error else "evaluated")
        if error:
            self.add("pmm_rejections_total", error["code"])
            self.add_errors(error.get("errors", []))
        else:
            self.add_answer(row["features"])


# What a client does with an answer, beyond counting the request.


def take_nothing(account, response):
    pass


def take_answer(account, response):
    document = response.json()
    account.add_answer(document.get("features", {}))
    account.add_errors(document.get("errors", []))


def take_rows(account, response):
    document = response.document()
    rows = document["results"] if isinstance(document, dict) else document[:-1]
    for row in rows:
        account.add_row(row)


def take_csv(account, response):
    for row in parse_csv(response.body):
        require(not row["error"], f"a row of the CSV is rejected: {row}")
        names = [name for name in row if name.endswith(".obligation")]
        account.add_row({"features": {name.split(".")[0]: {"obligation": row[name]}
                                      for name in names}})


def take_summary(account, response):
    summary = response.json()
    account.add("pmm_rows_total", "evaluated", count=summary["evaluated"])
    account.add("pmm_rows_total", "rejected", count=summary["rejected"])
    for metric, name in (("pmm_rejections_total", "rejections"),
                         ("pmm_profile_errors_total", "errors")):
        for code, count in summary[name].items():
            account.add(metric, code, count=count)
    for feature, attributes in summary["features"].items():
        for value, count in attributes["obligation"].items():
            account.add("pmm_answers_total", feature, value, count=count)


def take_unknown_member(account, response):
    """The body that tells of it is not sent to HEAD."""
    account.add("pmm_profile_errors_total", "unknown_member")


def take_rows_before_the_fault(account, response):
    """The answer does not tell of them; REQUESTS does."""
    account.add("pmm_rows_total", "evaluated", count=2)


def take_rows_to_the_limit(account, response):
    account.add("pmm_rows_total", "evaluated", count=MAX_ROWS)


JSON = "Content-Type: application/json"
NDJSON = "Content-Type: application/x-ndjson"
FORM = "Content-Type: application/x-www-form-urlencoded"
TWO_GOOD = '{"role":"guru","employment":"PNS"}\n{"role":"lainnya"}\n'
MIXED = TWO_GOOD + '{"role":"kenari"}\n{bad\n{"kenari":1,"role":"kenari"}\n'


class Request:
    def __init__(self, status, method, target, route, *headers, body=None, take=take_nothing,
                 code=None, label=None):
        self.status, self.method, self.route = status, method, route
        self.take, self.code, self.label = take, code, label or method
        self.has_json = take is take_answer
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.text = ("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode()

    def play(self, connection, account):
        """Whether the connection lives on."""
        connection.send(self.text)
        response = connection.receive(self.method)
        require(response.status == self.status,
                f"{self.text[:80]!r}: status {response.status}, not {self.status}")
        self.take(account, response)
        account.add_request(self.route, self.label, response, self.code)
        return (response.header("Connection") or "").lower() != "close"


REQUESTS = [
    Request(200, "GET", "/check?role=guru&employment=PNS", "/check", take=take_answer),
    Request(200, "GET", "/check", "/check", take=take_answer),
    Request(200, "HEAD", "/check?role=guru", "/check"),
    Request(304, "GET", "/check?role=guru", "/check", "If-None-Match: *"),
    Request(422, "GET", "/check?role=kenari", "/check", take=take_answer),
    Request(422, "HEAD", "/check?role=guru&kenari=1", "/check", code="unknown_parameter",
            take=take_unknown_member),
    Request(406, "GET", "/check", "/check", "Accept: image/png"),
    Request(400, "GET", "/check?lang=kenari", "/check"),
    Request(405, "PUT", "/check", "/check", body="x", label="other"),
    Request(405, "KENARI", "/check", "/check", label="other"),
    Request(204, "OPTIONS", "/check", "/check"),
    Request(204, "OPTIONS", "*", "other"),
    Request(200, "POST", "/check", "/check", JSON, body='{"role":"guru"}', take=take_answer),
    Request(200, "QUERY", "/check", "/check", JSON, body='{"role":"guru"}', take=take_answer),
    Request(200, "POST", "/check", "/check", JSON, body='{"id":"7","role":"lainnya"}',
            take=take_answer),
    Request(200, "POST", "/check", "/check", FORM, body="role=guru", take=take_answer),
    Request(200, "POST", "/check?pretty", "/check", JSON, body='{"role":"guru"}',
            take=take_answer),
    Request(400, "POST", "/check", "/check", JSON, body='{"role":?}'),
    Request(400, "POST", "/check", "/check", JSON, body='{"role":1,"role":1}'),
    Request(422, "POST", "/check", "/check", JSON, body='{"kenari":1,"role":1,"belajar_id":"?"}',
            take=take_answer),
    Request(422, "POST", "/check", "/check", JSON, body="7", take=take_answer),
    Request(413, "POST", "/check", "/check", JSON, body=json.dumps({"id": "x" * MAX_BODY})),
    Request(415, "POST", "/check", "/check", body='{"role":"guru"}'),
    Request(200, "POST", "/check", "/check", NDJSON, body=MIXED, take=take_rows),
    Request(200, "POST", "/check?detail=full", "/check", NDJSON, body=MIXED, take=take_rows),
    Request(200, "POST", "/check", "/check", JSON, body='[{"role":"guru"},{"role":1}]',
            take=take_rows),
    Request(200, "QUERY", "/check", "/check", "Content-Type: text/csv",
            body="id;role\n1;guru\n2;lainnya\n", take=take_csv),
    Request(422, "POST", "/check", "/check", "Content-Type: text/csv", body="kenari\n1\n"),
    Request(400, "POST", "/check", "/check", JSON, body='[{},{"role":"guru"},{"x":}]',
            take=take_rows_before_the_fault),
    Request(413, "POST", "/check", "/check", NDJSON, body="{}\n" * (MAX_ROWS + 1),
            take=take_rows_to_the_limit),
    Request(200, "POST", "/summary", "/summary", NDJSON, body=MIXED, take=take_summary),
    Request(200, "POST", "/summary?group_by=kenari", "/summary", NDJSON,
            body='{"kenari":"a"}\n{"kenari":"b","role":"guru"}\n', take=take_summary),
    Request(405, "GET", "/summary", "/summary"),
    Request(200, "GET", "/", "/"),
    Request(200, "HEAD", "/", "/"),
    Request(200, "GET", "/rulebook", "/rulebook"),
    Request(200, "GET", "/rulebook/" + ID, "/rulebook/{id}"),
    Request(404, "GET", "/rulebook/kenari", "/rulebook/{id}"),
    Request(200, "GET", "/problems/timeout", "/problems/{code}"),
    Request(404, "GET", "/problems/kenari", "/problems/{code}"),
    Request(200, "GET", "/schema/profile.json", "/schema/profile.json"),
    Request(200, "GET", "/livez", "/livez"),
    Request(200, "GET", "/readyz?verbose", "/readyz"),
    Request(200, "HEAD", "/metrics", "/metrics"),
    Request(405, "POST", "/metrics", "/metrics", body=""),
    Request(404, "GET", "/kenari", "other"),
    Request(404, "HEAD", "/kenari", "other", code="not_found"),
    Request(414, "GET", "/check?role=" + "k" * 4096, "other"),
    # The last of a connection: it closes.
    Request(400, "POST", "/check", "other", "Content-Length: 2", "Content-Length: 3"),
]


def canary_requests():
    """Requests with 50 words that nobody knows, each in a place of its own."""
    words = iter(f"{CANARY}{number:02}x" for number in range(50))
    heads = []
    for place in ("/{}", "/rulebook/{}", "/problems/{}", "/check?{}=1", "/check?role={}",
                  "/check?id={}", "/check?lang={}", "/livez?{}", "/readyz?{}=1", "/metrics?{}",
                  "http://{}/check", "/schema/{}", "/check/{}", "/check?%6b{}=%6b"):
        heads.append((f"GET {place.format(next(words))} HTTP/1.1\r\nHost: localhost\r\n", b""))
    for field in ("Host", "User-Agent", "Accept", "Accept-Language", "Origin", "Referer",
                  "Cookie", "Authorization", "X-Request-Id", "If-None-Match", "Traceparent",
                  "X-Forwarded-For", "Forwarded", "Content-Type", "Accept-Encoding"):
        host = "" if field == "Host" else "Host: localhost\r\n"
        heads.append((f"GET /check HTTP/1.1\r\n{host}{field}: {next(words)}\r\n", b""))
    heads.append((f"GET /check HTTP/1.1\r\nHost: localhost\r\n{next(words)}: 1\r\n", b""))
    heads.append((f"{next(words).upper()} /check HTTP/1.1\r\nHost: localhost\r\n", b""))
    for kind, body in ((JSON, '{"%s":1}'), (JSON, '{"role":"%s"}'), (JSON, '{"id":"%s"}'),
                       (JSON, '{"group":"%s"}'), (JSON, "%s"), (JSON, '[{"id":"%s"}]'),
                       (JSON, '[{"%s":1}]'), (NDJSON, '{"id":"%s"}\n'), (NDJSON, '{"%s":2}\n'),
                       (NDJSON, "%s\n"), (FORM, "%s=1"), (FORM, "role=%s"),
                       ("Content-Type: text/csv", "role;%s\nguru;1\n"),
                       ("Content-Type: text/csv", "role;id\n%s;1\n"),
                       ("Content-Type: text/csv", "role;id\nguru;%s\n")):
        heads.append((f"POST /check HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n",
                      (body % next(words)).encode()))
    for target in ("/summary", "/summary?group_by={}", "/summary?id_from={}"):
        word = next(words)
        heads.append((f"POST {target.format(word)} HTTP/1.1\r\nHost: localhost\r\n{JSON}\r\n",
                      json.dumps([{"group": word}, {word: 1}]).encode()))
    heads.append((f"POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Length: {next(words)}\r\n",
                  b""))
    require(next(words, None) is None, "some canaries did not fly")
    return heads
