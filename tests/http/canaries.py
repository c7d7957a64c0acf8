#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A thousand values that must not come out, in every place that a client can
write to.

    canaries.py BINARY

Each canary is a word of its own. It goes into one place of one request, on a
connection of its own; then it must not be in the answer, but where docs/api.md
lets it: the name of a member in `pointer`, an `id` in its own
answer, the name of a group in its counts. At the end none may be in the log nor
in /metrics. Whether an answer is right is not asked here.
"""

import json
import re
import socket
import sys

sys.dont_write_bytecode = True

from harness import SANITIZER, Server, Tap  # noqa: E402
from program import require  # noqa: E402

COUNT = 1000
JSON = "Content-Type: application/json"
NDJSON = "Content-Type: application/x-ndjson"
CSV = "Content-Type: text/csv"
FORM = "Content-Type: application/x-www-form-urlencoded"
CHUNKED = "Transfer-Encoding: chunked"

FIELDS = """Accept Accept-Charset Accept-Encoding Accept-Language Access-Control-Request-Headers
Access-Control-Request-Method Authorization Cache-Control Connection Content-Disposition
Content-Encoding Content-Language Content-Length Content-Location Content-Type Cookie Date Expect
Forwarded From Host If-Match If-Modified-Since If-None-Match If-Range If-Unmodified-Since
Keep-Alive Max-Forwards Origin Pragma Priority Proxy-Authorization Range Referer
Sec-Fetch-Site TE Traceparent Tracestate Trailer Transfer-Encoding Upgrade User-Agent Via Warning
X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-HTTP-Method-Override X-Real-IP
X-Request-Id""".split()


def head(line, *fields, host=True):
    lines = [line, *(["Host: localhost"] if host else []), "Connection: close", *fields]
    return "\r\n".join(lines) + "\r\n\r\n"


def post(target, kind, body, *fields):
    return head(f"POST {target} HTTP/1.1", kind, f"Content-Length: {len(body.encode())}",
                *fields) + body


def get(target):
    return head(f"GET {target} HTTP/1.1")


def places():
    """[(name, request with @ for the canary, where it may come back)]."""
    found = [(f"value of {name}", head("GET /check?role=guru HTTP/1.1", f"{name}: @",
                                       host=name != "Host"), None) for name in FIELDS]
    found += [(f"likely value of {name}", head("GET /check?role=guru HTTP/1.1", f"{name}: {value}",
                                               host=name != "Host"), None)
              for name, value in [
                  ("Host", "@.example:80"), ("Host", "@ @"), ("Authorization", "Bearer @"),
                  ("Authorization", "Basic @"), ("Accept", "application/@"),
                  ("Accept", "text/plain;q=@"), ("Accept-Language", "@, en;q=0.@"),
                  ("Origin", "https://@.example"), ("Origin", "null @"),
                  ("If-None-Match", 'W/"@"'), ("Cookie", "a=@; @=b"), ("Expect", "100-continue, @"),
                  ("Content-Type", "application/json; charset=@"),
                  ("Transfer-Encoding", "chunked, @"), ("Content-Length", "1@")]]
    found += places_of_framing() + places_of_targets() + places_of_one() + places_of_many()
    return found


def places_of_framing():
    chunks = "{}\r\nTrailer-@: @\r\n@\r\n"
    return [(name, text, None) for name, text in [
        ("method", head("@ /check HTTP/1.1")),
        ("method and path", head("@ /@ HTTP/1.1")),
        ("version", head("GET /check HTTP/@")),
        ("no version", "GET /@\r\n\r\n"),
        ("only a word", "@\r\n\r\n"),
        ("words", "@ @ @ @\r\n\r\n"),
        ("name of a field", head("GET /livez HTTP/1.1", "@: 1")),
        ("name of a field with a blank", head("GET /livez HTTP/1.1", "@ : @")),
        ("line without colon", head("GET /livez HTTP/1.1", "@")),
        ("folded line", head("GET /livez HTTP/1.1", "X: 1", " @")),
        ("control byte", head("GET /livez HTTP/1.1", "X: @\x01@")),
        ("two hosts", head("GET /livez HTTP/1.1", "Host: @")),
        ("no host", head("GET /@ HTTP/1.1", host=False)),
        ("many fields", head("GET /livez HTTP/1.1", *(f"X-{i}: @" for i in range(300)))),
        ("long field", head("GET /livez HTTP/1.1", "X: " + 3000 * "@")),
        ("long target", head("GET /" + 800 * "@" + " HTTP/1.1")),
        ("longer target", head("GET /" + 8000 * "@" + " HTTP/1.1")),
        ("chunk extension", head("POST /check HTTP/1.1", JSON, CHUNKED)
         + "2;@=@\r\n{}\r\n0;@\r\n\r\n"),
        ("chunk size", head("POST /check HTTP/1.1", JSON, CHUNKED) + "@\r\n{}\r\n0\r\n\r\n"),
        ("behind a chunk", head("POST /check HTTP/1.1", JSON, CHUNKED) + "2\r\n{}@\r\n0\r\n\r\n"),
        ("trailer", head("POST /check HTTP/1.1", JSON, CHUNKED, "Trailer: @")
         + "2\r\n{}\r\n0\r\n@: @\r\n\r\n"),
        ("chunks cut off", head("POST /check HTTP/1.1", JSON, CHUNKED) + "ff\r\n" + chunks),
        ("body cut off", head("POST /check HTTP/1.1", JSON, "Content-Length: 999") + '{"@":"@'),
        ("second request", get("/livez") + get("/@")),
        ("upgrade", head("GET /@ HTTP/1.1", "Connection: Upgrade", "Upgrade: @")),
    ]]


def places_of_targets():
    targets = ["/@", "/@?@=@", "/check/@", "/check?@", "/check?@=1", "/check?role=@",
               "/check?role=guru&role=@", "/check?lang=@", "/check?pretty=@", "/check?explain=@",
               "/check?unknown=@", "/check?as_of=@", "/check?rulebook=@", "/check?detail=@",
               "/check?id=@", "/check?group=@", "/check?role=%@", "/check?role=%6B@%00",
               "/check?role=%FF@", "/check?role=a;@", "/rulebook/@", "/problems/@", "/schema/@",
               "/livez?@", "/readyz?verbose&@=@", "/metrics?@", "/?@=@", "/openapi.json?@",
               "http://@/check?role=guru", "http://@@/@", "https://@.example:1/", "//@/", "/../@",
               "/%2e%2e/@", "*@", "@", "/check#@", "/check?role=guru#@"]
    named = {"/check?@", "/check?@=1"}  # an unknown parameter is named
    return ([(f"target {target}", get(target), "pointer" if target in named else None)
             for target in targets]
            + [(f"OPTIONS {target}", head(f"OPTIONS {target} HTTP/1.1"), None)
               for target in targets[:4]]
            + [(f"text for GET {target}", head(f"GET {target} HTTP/1.1", "Accept: text/plain"),
                "text" if target in named else None) for target in targets[:16]])


BODIES = [
    ('{"@":1}', "pointer"), ('{"@":"@"}', "pointer"), ('{"@":{"a":[]}}', "pointer"),
    ('{"role":"@"}', None), ('{"role":["@"]}', None), ('{"role":{"@":"@"}}', None),
    ('{"employment":"@","belajar_id":"@","dapodik_gtk":"@"}', None),
    ('{"tugas_tambahan":"@"}', None), ('{"role":"guru","jabatan":"@"}', None),
    ('{"id":"@","role":"guru"}', "id"), ('{"id":["@"]}', None), ('{"id":"@","role":"@"}', None),
    ('{"group":"@"}', None), ('{"group":{"@":1}}', None), ('{"role":"guru","@":', None),
    ('{"role":"@', None), ('{"a":1,"@":1,"@":2}', "pointer"), ('"@"', None), ("@", None),
    ('{"role":"guru"} @', None), ('{"role":"\\u0000@"}', None), ('{"role":"\\ud800@"}', None),
    ('{"role":"\\x@"}', None), ('{"role":"\x01@"}', None), ('{"@\\u0000":1}', None),
    ('{"id":"' + 20 * "@" + '"}', None), ('{"' + 40 * "@" + '":1}', "pointer"),
]


def places_of_one():
    found = []
    for body, where in BODIES:
        found.append((f"JSON {body[:40]}", post("/check", JSON, body), where))
        found.append((f"JSON in text {body[:40]}", post("/check", JSON, body, "Accept: text/plain"),
                      "text" if where == "pointer" else where))
    found += [(f"form {body}", post("/check", FORM, body), where) for body, where in [
        ("@=1", "pointer"), ("role=@", None), ("role=%@", None), ("id=@&role=guru", "id"),
        ("@", "pointer"), ("role=guru&role=@", None), ("role=guru&jabatan=@", None)]]
    found += [("body without a type", post("/check", "X: 1", "@"), None),
              ("body of another type", post("/check", "Content-Type: @/@", "@"), None),
              ("body of a type with options", post("/check?@=@", "Content-Type: text/@", "@"),
               "pointer"),
              ("body to a place without one", post("/livez", JSON, '{"@":"@"}'), None),
              ("body to nowhere", post("/@", JSON, '{"@":"@"}'), None)]
    return found


def places_of_many():
    found = []
    for body, where in BODIES:
        if body.startswith("{") and body.endswith("}"):
            rows = body + '\n{"role":"guru"}\n'
            found.append((f"NDJSON {body[:40]}", post("/check", NDJSON, rows), where))
            array = f'[{body},{{"role":"guru"}}]'
            found.append((f"array {body[:40]}", post("/check", JSON, array), where))
            found.append((f"rows to CSV {body[:40]}",
                          post("/check", NDJSON, rows, "Accept: text/csv"),
                          "text" if where else None))
            found.append((f"summary of {body[:40]}", post("/summary", NDJSON, rows), "group"))
        found.append((f"broken NDJSON {body[:40]}", post("/check", NDJSON, body + "@\n"), "pointer"))
    sheets = ["@\n1\n", "@,role\n@,guru\n", "role,@\nguru,@\n", "@ @ @\n\nrole\nguru\n",
              "role\n@\n", 'role\n"@\n', 'role\n"a"@\n', "role;@\nguru;@\n", "role,role\n@,@\n",
              "role,jabatan\nguru,@\n", "role\nguru,@,@\n"]
    for sheet in sheets:
        found.append((f"CSV {sheet!r}", post("/check", CSV, sheet), None))
        found.append((f"summary of CSV {sheet!r}", post("/summary", CSV, sheet), None))
        found.append((f"CSV to JSON {sheet!r}",
                      post("/check", CSV, sheet, "Accept: application/json"), None))
    found += [(name, post(target, CSV, body), where) for name, target, body, where in [
        ("column of ids", "/check?id_from=@", "@,role\nx,guru\n", None),
        ("ids", "/check", "id,role\n@,guru\n", "text"),
        ("ids of rejected rows", "/check", "id,role\n@,x\n", "text"),
        ("column of groups", "/summary?group_by=@", "@,role\nx,guru\n", None),
        ("no such column of groups", "/summary?group_by=@", "role\nguru\n", None),
        ("groups", "/summary?group_by=NPSN", "NPSN,role\n@,guru\n", "group"),
        ("a long group", "/summary", "group,role\n" + 20 * "@" + ",guru\n", "group"),
        ("defaults", "/check?role=@", "belajar_id\nya\n", None)]]
    return found


def without(value, names):
    """VALUE without the members of these names."""
    if isinstance(value, dict):
        return {name: without(one, names) for name, one in value.items() if name not in names}
    return [without(one, names) for one in value] if isinstance(value, list) else value


MAY = {"pointer": {"pointer", "parameter"}, "id": {"id"}, "group": {"groups", "group"}}


def judge(answer, canary, where):
    """Raises Failure if the canary is where it must not be. Not every answer that
    may have it does."""
    text = answer.decode("utf-8", "replace").lower()
    if canary not in text:
        return
    parts = text.partition("\r\n\r\n")
    require(where and canary not in parts[0], f"it came back: {text[:600]}")
    if where == "text":  # a table or a sheet: the pointer or the id, once for each place
        return
    for line in re.findall(r"^[\[{].*$", parts[2], re.M):
        rest = json.dumps(without(json.loads(line), MAY[where] | {"pointer", "parameter", "id"}))
        require(canary not in rest, f"it is not only in {where}: {line[:600]}")


def exchange(server, request, is_whole):
    """All bytes that come back until the server closes the connection; none where a
    request stops in the middle, for then the client leaves."""
    connection = server.connect()
    try:
        connection.send(request)
        connection.flush()
        connection.socket.shutdown(socket.SHUT_WR)  # nothing follows what was cut off
    except OSError:
        pass  # closed before all was sent
    if is_whole:
        connection.at_end(patient=True)
    connection.close()
    return bytes(connection.received)


def try_place(server, name, request, where, canaries):
    for canary in canaries:
        data = request.replace("@", canary).encode()
        judge(exchange(server, data, "cut off" not in name), canary, where)


def check_silent(text, name):
    found = re.search(rb".*kenari.*", text, re.I)
    require(not found, f"{name} has {found and found[0][:600]!r}")


def check_metrics(server):
    """404 where there are none."""
    connection = server.connect()
    connection.send(get("/metrics").encode())
    response = connection.receive()
    connection.close()
    require(response.status in (200, 404), f"status {response.status}")
    check_silent(response.raw, "/metrics")


def play(tap, binary, form):
    server = Server(binary, ["--log-format", form, "--cors-origin", "https://portal.example"])
    all_places = places()
    for ordinal, (name, request, where) in enumerate(all_places):
        canaries = [f"kenari{number:04d}q"
                    for number in range(ordinal, COUNT, len(all_places))]
        tap.attempt(name, try_place, server, name, request, where, canaries)
    tap.attempt("/metrics has none", check_metrics, server)
    status = server.stop()
    log = server.output()
    tap.result(None if status == 0 else f"exit status {status}", "it ends with status 0")
    tap.result(server.log_text() if SANITIZER.search(log) else None, "no sanitizer complains")
    lines = len(re.findall(rb"\bevent\b.{0,4}request", log))
    tap.result(None if lines > COUNT // 2 else f"{lines} lines", "requests were logged")
    tap.attempt(f"the log has none: {form}", check_silent, log, "the log")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: canaries.py BINARY")
    tap = Tap()
    play(tap, sys.argv[1], "logfmt")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
