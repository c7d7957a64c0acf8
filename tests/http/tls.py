#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""HTTPS: what is spoken, with which certificate, and what a reload changes.

    tls.py BINARY

What is answered is the matter of the case files: here it has to be the same, to
the byte, as without encryption. The client is Python's ssl, except where a
client must say what ssl would not: those are hellos made by hand.
"""

import os
import re
import shutil
import signal
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

from certificates import Maker, Pair  # noqa: E402
from harness import PATIENCE_S, Connection, Failure, Server, Tap  # noqa: E402
from program import require, run_refused, stop  # noqa: E402

GET = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
RELOADS = 200
TLS_1_1, TLS_1_2 = b"\x03\x02", b"\x03\x03"
GCM, CBC = b"\xc0\x2b", b"\xc0\x09"  # both ECDHE_ECDSA_WITH_AES_128
HANDSHAKE = b"\x16"


class TlsConnection(Connection):
    """The harness's connection, encrypted. ssl cannot be asked with select whether
    it has something, so this one sends all and then waits for what comes."""

    def __init__(self, server, context):
        super().__init__(server.host, server.port)
        self.socket.settimeout(PATIENCE_S)
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def _pump(self, deadline):
        while self.pieces:
            self.socket.sendall(self.pieces.popleft())
        self.socket.settimeout(max(deadline - time.monotonic(), 0.01))
        try:
            data = self.socket.recv(1 << 16)
        except TimeoutError:
            raise Failure(f"no answer after {self.patience_s} s") from None
        except (ssl.SSLError, ConnectionError):
            data = b""
        self.received += data
        self.ended = not data

    def ask(self, data, method="GET"):
        self.send(data)
        return self.receive(method)


def trusting(path, version=None):
    """A client that trusts the certificates in PATH alone."""
    context = ssl.create_default_context(cafile=path)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def trusting_nobody():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def certificate_of(server):
    """What the server shows to a new connection."""
    connection = TlsConnection(server, trusting_nobody())
    der = connection.socket.getpeercert(binary_form=True)
    require(connection.ask(GET % b"/livez").status == 200, "no answer")
    connection.close()
    return ssl.DER_cert_to_PEM_cert(der)


def require_shown(server, pair):
    with open(pair.cert, encoding="ascii") as file:
        require(certificate_of(server).strip() in file.read(), f"{pair.cert} is not shown")


def with_server(check):
    """CHECK(server, ...) with a server of its own, which must end in order."""
    def checked(binary, pair, *args):
        server = Server(binary, pair.arguments())
        try:
            check(server, *args)
        finally:
            stop(server)
    return checked


# What is spoken


@with_server
def check_version(server, path, version, name):
    connection = TlsConnection(server, trusting(path, version))
    require(connection.socket.version() == name, f"it is {connection.socket.version()}")
    require(connection.ask(GET % b"/livez").body == b"ok\n", "no answer")
    connection.close()
    require(any(b"listening on https://127.0.0.1:" in line for line in server.log),
            server.log_text())


@with_server
def check_alpn(server, path):
    for offered, chosen in ((["h2", "http/1.1"], "http/1.1"), (["h2"], None)):
        context = trusting(path)
        context.set_alpn_protocols(offered)
        connection = TlsConnection(server, context)
        found = connection.socket.selected_alpn_protocol()
        require(found == chosen, f"of {offered} it took {found}")
        require(connection.ask(GET % b"/livez").status == 200, "no answer")
        connection.close()


def hello(version, suites):
    """A ClientHello as it was up to TLS 1.2, in its record."""
    def extension(number, body):
        return struct.pack(">HH", number, len(body)) + body

    extensions = (extension(10, b"\x00\x04\x00\x1d\x00\x17")              # X25519, P-256
                  + extension(11, b"\x01\x00")                            # points as they are
                  + extension(13, b"\x00\x04\x04\x03\x02\x03"))           # ECDSA, SHA-256, SHA-1
    body = (version + bytes(32) + b"\x00" + struct.pack(">H", len(suites)) + suites
            + b"\x01\x00" + struct.pack(">H", len(extensions)) + extensions)
    message = b"\x01" + struct.pack(">I", len(body))[1:] + body
    return HANDSHAKE + b"\x03\x01" + struct.pack(">H", len(message)) + message


def answer_to(server, data):
    """What comes back, up to the end; of a server that waits on, the first of it."""
    with socket.create_connection((server.host, server.port), PATIENCE_S) as client:
        client.sendall(data)
        received = b""
        try:
            while not received.startswith(HANDSHAKE):
                more = client.recv(1 << 16)
                if not more:
                    break
                received += more
        except ConnectionError:
            pass
        return received


@with_server
def check_refused_hellos(server):
    """The first one shows that it is not the hello that is wrong."""
    for version, suites, is_taken in ((TLS_1_2, GCM, True), (TLS_1_1, GCM + CBC, False),
                                      (b"\x03\x01", GCM + CBC, False), (TLS_1_2, CBC, False)):
        found = answer_to(server, hello(version, suites))
        require(found.startswith(HANDSHAKE) == is_taken, f"to {version} {suites}: {found[:20]}")


# What is answered


def without_date(response):
    return [line for line in response.raw.split(b"\r\n\r\n")[0].split(b"\r\n")
            if not line.startswith((b"Date: ", b"X-Request-Id: "))], response.body


def requests():
    yield "GET", GET % b"/check?role=guru&employment=PNS"
    yield "HEAD", b"HEAD /check?role=guru HTTP/1.1\r\nHost: localhost\r\n\r\n"
    yield "GET", GET % b"/rulebook?pretty"
    yield "GET", GET % b"/nowhere"
    yield "POST", post(b"/check", b"application/json", b'{"id":"7","role":"guru"}')
    yield "POST", post(b"/check", b"application/json", b'{"role":"kenari"}')
    lines = b'{"id":"baris","role":"guru"}\n'
    yield "POST", post(b"/check", b"application/x-ndjson", lines * 10000)
    yield "POST", post(b"/summary", b"application/x-ndjson", lines * 200000)
    yield "GET", GET % b"/livez"


def post(target, kind, body):
    return (b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
            b"Content-Length: %d\r\n\r\n" % (target, kind, len(body)) + body)


def check_same_bytes(binary, pair):
    """Each answer on one connection, the long upload in its middle."""
    plain, encrypted = Server(binary), Server(binary, pair.arguments())
    one, other = plain.connect(), TlsConnection(encrypted, trusting(pair.cert))
    for method, data in requests():
        one.send(data)
        expected = without_date(one.receive(method))
        found = without_date(other.ask(data, method))
        require(found == expected, f"{data[:60]}: {str(found)[:300]}, not {str(expected)[:300]}")
    one.close()
    other.close()
    stop(plain)
    stop(encrypted)


# Who does not play along


@with_server
def check_plain_http(server, path):
    found = answer_to(server, GET % b"/livez")
    require(b"HTTP" not in found and b"ok" not in found, f"it answered {found!r}")
    require(TlsConnection(server, trusting(path)).ask(GET % b"/livez").status == 200,
            "then nobody was answered")


@with_server
def check_half_handshakes(server, path):
    """Connections that say nothing, half a hello, or rubbish, and stay."""
    whole = hello(TLS_1_2, GCM)
    pieces = [b"", whole[:3], whole[:len(whole) // 2], whole, bytes(100), b"\x16\x03\x01\xff\xff",
              b"\x80\x2e\x01\x03\x01" + bytes(40), os.urandom(1000)]
    clients = []
    for data in pieces * 5:
        client = socket.create_connection((server.host, server.port), PATIENCE_S)
        client.sendall(data)
        clients.append(client)
    context = trusting(path)
    for _ in range(5):
        connection = TlsConnection(server, context)
        require(connection.ask(GET % b"/check?role=guru").status == 200, "no answer beside them")
        connection.close()
    for client in clients[::2]:  # the others are there when the server is told to end
        client.close()


def check_full(binary, pair):
    """One too many is told why over HTTP, but not past TLS."""
    server = Server(binary, [*pair.arguments(), "--max-connections", "1"])
    try:
        first = TlsConnection(server, trusting(pair.cert))
        require(first.ask(GET % b"/livez").status == 200, "no answer")
        found = answer_to(server, hello(TLS_1_2, GCM))
        require(not found, f"it got {found!r}")
        first.close()
    finally:
        stop(server)


def check_late(binary, pair):
    """One too slow, too."""
    server = Server(binary, [*pair.arguments(), "--header-timeout", "1"])
    try:
        found = answer_to(server, hello(TLS_1_2, GCM)[:20])
        require(b"HTTP" not in found, f"it got {found!r}")
    finally:
        stop(server)


# What is refused at the start


def check_refused(binary, args, *words):
    message = run_refused(binary, "serve", "--listen", "127.0.0.1:0", *args)
    for word in words:
        require(word in message, f"{word} is not in the message: {message}")
    require("BEGIN" not in message, f"a file is in the message: {message}")


def play_refused(tap, binary, maker, pair, other):
    cert, key = ["--tls-cert", pair.cert], ["--tls-key", pair.key]
    garbage = maker.write("garbage.pem", b"-----BEGIN CERTIFICATE-----\nkenari\n"
                                         b"-----END CERTIFICATE-----\n")
    empty = maker.write("empty.pem", b"")
    missing = maker.path("missing.pem")
    backwards = maker.write("backwards.pem", maker.read("step.pem") + maker.read("leaf.pem"))
    large = maker.write("large.pem", maker.read("satu.pem").ljust((1 << 20) + 1))
    for name, args, *words in (
            ("a key without a certificate", key, "--tls-cert"),
            ("a certificate without a key", cert, "--tls-key"),
            ("another certificate's key", [*cert, "--tls-key", other.key], "dua.key: ", "does not belong"),
            ("a certificate that is missing", ["--tls-cert", missing, *key], "missing.pem"),
            ("a key that is missing", [*cert, "--tls-key", missing], "missing.pem"),
            ("a certificate that is a directory", ["--tls-cert", maker.folder, *key], "irectory"),
            ("a certificate that is garbage", ["--tls-cert", garbage, *key], "no certificate"),
            ("a certificate that is empty", ["--tls-cert", empty, *key], "no certificate"),
            ("a key that is garbage", [*cert, "--tls-key", garbage], "no key"),
            ("a key that is empty", [*cert, "--tls-key", empty], "no key"),
            ("the two files exchanged", ["--tls-cert", pair.key, "--tls-key", pair.cert],
             "no certificate"),
            ("a key with a password", [*cert, "--tls-key", maker.encrypted_key(pair)],
             "password"),
            ("a chain that begins with another certificate",
             ["--tls-cert", backwards, "--tls-key", maker.path("leaf.key")], "leaf.key: ", "does not belong"),
            ("a file over the limit", ["--tls-cert", large, *key], "1 MiB")):
        tap.attempt(f"{name} is refused", check_refused, binary, args, *words)


# Reload


def put(pair, source):
    """PAIR's files become those of SOURCE, each at once, as certbot does it."""
    for to, origin in ((pair.cert, source.cert), (pair.key, source.key)):
        with open(origin, "rb") as file:
            data = file.read()
        with open(to + ".new", "wb") as file:
            file.write(data)
        os.replace(to + ".new", to)


def reload(server, text, count=1):
    server.process.send_signal(signal.SIGHUP)
    server.wait_log(re.escape(text), count)


@with_server
def check_reload(server, live, one, other):
    old = TlsConnection(server, trusting(one.cert))
    require_shown(server, one)
    put(live, other)
    require_shown(server, one)  # nothing happens by itself
    metric = b"\npmm_certificate_expires_timestamp_seconds "
    require(metric in old.ask(GET % b"/metrics").body, "/metrics does not know when it expires")
    reload(server, b"event=certificate_loaded file=" + live.cert.encode())
    require_shown(server, other)
    require(old.ask(GET % b"/check?role=guru").status == 200, "a connection was lost")
    require(b"certificate" not in old.ask(GET % b"/readyz?verbose").body, "it says refused")


@with_server
def check_broken_reload(server, live, one, other):
    """Half of a renewal, then all of it."""
    put(live, Pair(other.cert, one.key))
    reload(server, b"the certificate in use stays")
    require(b"does not belong to the certificate" in b"".join(server.log), server.log_text())
    require_shown(server, one)
    connection = TlsConnection(server, trusting(one.cert))
    verbose = connection.ask(GET % b"/readyz?verbose")
    require(verbose.status == 200 and b"certificate refused" in verbose.body, f"{verbose.body}")
    require(connection.ask(GET % b"/check?role=guru").status == 200, "no answer")
    os.remove(live.cert)
    reload(server, b"the certificate in use stays", 2)
    require_shown(server, one)
    put(live, other)
    reload(server, b"event=certificate_loaded")
    require_shown(server, other)
    verbose = connection.ask(GET % b"/readyz?verbose")
    require(b"certificate refused" not in verbose.body, "still refused")


@with_server
def check_renewal(server, live, archive, other):
    """As certbot leaves it: links that are led to the next files. PEM of the first
    pair lies in ARCHIVE as 1, that of OTHER comes as 2."""
    for path, source in ((live.cert, other.cert), (live.key, other.key)):
        name = os.path.basename(path)
        shutil.copyfile(source, os.path.join(archive, "2" + name))
        os.symlink(os.path.join("..", "archive", "2" + name), path + ".new")
        os.replace(path + ".new", path)
    reload(server, b"event=certificate_loaded")
    require_shown(server, other)


class Load(threading.Thread):
    """Asks until it is told to end: a connection that stays, and beside it new ones.
    PATHS is what it has seen of certificates."""

    def __init__(self, server, cafile):
        super().__init__(daemon=True)
        self.server = server
        self.context = trusting(cafile)
        self.ending = threading.Event()
        self.seen = set()
        self.count = 0
        self.problem = None

    def run(self):
        try:
            staying = TlsConnection(self.server, self.context)
            while not self.ending.is_set():
                fresh = TlsConnection(self.server, self.context)
                self.seen.add(fresh.socket.getpeercert(binary_form=True))
                for connection in (staying, fresh):
                    status = connection.ask(GET % b"/check?role=guru").status
                    require(status == 200, f"status {status}")
                    self.count += 1
                fresh.close()
            staying.close()
        except (Failure, OSError) as problem:
            self.problem = problem or repr(problem)


@with_server
def check_many_reloads(server, live, one, other, cafile):
    loads = [Load(server, cafile) for _ in range(3)]
    for load in loads:
        load.start()
    for number in range(RELOADS):
        put(live, (one, other)[number % 2])
        reload(server, b"event=certificate_loaded", number + 1)
    for load in loads:
        load.ending.set()
        load.join(PATIENCE_S)
    for load in loads:
        require(load.problem is None, f"after {load.count} answers: {load.problem}")
        require(load.count > 1 and not load.is_alive(), f"{load.count} answers")
    require(len(set().union(*(load.seen for load in loads))) == 2, "one certificate was not seen")


def check_expired(binary, expired):
    server = Server(binary, expired.arguments())
    require_shown(server, expired)
    stop(server)
    require(b"warning: this certificate expired on 2020-01-02" in server.output(),
            server.log_text())


def play_spoken(tap, binary, pair):
    for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        tap.attempt(f"{name} is spoken", check_version, binary, pair, pair.cert, version, name)
    tap.attempt("older versions and weaker ciphers are not", check_refused_hellos, binary, pair)
    tap.attempt("ALPN says http/1.1", check_alpn, binary, pair, pair.cert)
    tap.attempt("the answers are those of HTTP", check_same_bytes, binary, pair)
    tap.attempt("plain HTTP gets no answer", check_plain_http, binary, pair, pair.cert)
    tap.attempt("one connection too many gets nothing in the clear", check_full, binary, pair)
    tap.attempt("a late one gets nothing in the clear", check_late, binary, pair)
    tap.attempt("half handshakes and rubbish hurt nobody", check_half_handshakes, binary, pair,
                pair.cert)


def play_kinds(tap, binary, maker, pair):
    chained = maker.with_chain()
    tap.attempt("the chain is sent", check_version, binary, chained, maker.path("root.pem"),
                None, "TLSv1.3")
    rsa = maker.signed_by_itself("rsa", ["-newkey", "rsa:2048"])
    tap.attempt("an RSA key, TLS 1.2", check_version, binary, rsa, rsa.cert,
                ssl.TLSVersion.TLSv1_2, "TLSv1.2")
    both = maker.write("both.pem", maker.read("satu.key") + maker.read("satu.pem"))
    tap.attempt("key and certificate in one file", check_version, binary, Pair(both, both),
                pair.cert, None, "TLSv1.3")
    full = maker.write("full.pem", maker.read("satu.pem").ljust(1 << 20))
    tap.attempt("a file at the limit", check_version, binary, Pair(full, pair.key), pair.cert,
                None, "TLSv1.3")
    tap.attempt("an expired certificate is taken with a warning", check_expired, binary,
                maker.expired())


def play_reloads(tap, binary, maker, one, other):
    live = Pair(maker.path("live.pem"), maker.path("live.key"))
    both = maker.write("trusted.pem", maker.read("satu.pem") + maker.read("dua.pem"))
    os.mkdir(maker.path("live"))
    os.mkdir(maker.path("archive"))
    linked = Pair(maker.path("live/cert"), maker.path("live/key"))
    for path, source in ((linked.cert, one.cert), (linked.key, one.key)):
        name = os.path.basename(path)
        shutil.copyfile(source, maker.path("archive/1" + name))
        os.symlink("../archive/1" + name, path)
    tap.attempt("SIGHUP: links that lead elsewhere now", check_renewal, binary, linked, linked,
                maker.path("archive"), other)
    for name, check, *more in (
            ("SIGHUP: new connections see the new certificate, old ones live", check_reload),
            ("SIGHUP: a pair that does not fit is refused", check_broken_reload),
            (f"SIGHUP: {RELOADS} reloads under load lose nothing", check_many_reloads, both)):
        put(live, one)
        tap.attempt(name, check, binary, live, live, one, other, *more)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tls.py BINARY")
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        maker = Maker(folder)
        one, other = maker.signed_by_itself("satu"), maker.signed_by_itself("dua")
        play_spoken(tap, sys.argv[1], one)
        play_kinds(tap, sys.argv[1], maker, one)
        play_refused(tap, sys.argv[1], maker, one, other)
        play_reloads(tap, sys.argv[1], maker, one, other)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
