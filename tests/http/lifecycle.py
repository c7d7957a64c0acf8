#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How the program starts, refuses to start, and ends.

    lifecycle.py BINARY

Ports, signals, the request that is in progress when the server is told to
stop, exit statuses of wrong command lines, and (rulebooks.py) what becomes of
rulebooks that are not in order. What is answered to a request is the matter of
the case files.
"""

import os
import re
import signal
import socket
import sys
import tempfile
import time

sys.dont_write_bytecode = True

from harness import PATIENCE_S, SANITIZER, Connection, Failure, Server, Tap  # noqa: E402
from program import check_refused, get, require, run, run_refused, stop, write  # noqa: E402
from rulebooks import play_rulebooks  # noqa: E402

BODY = b'{"id":"drain","role":"guru"}'


# The server's life


def check_port_zero(binary):
    server = Server(binary)
    try:
        require(0 < server.port < 65536 and server.host == "127.0.0.1", f"{server.host}")
        get(server, "/readyz")
        require(sum(b"listening on" in line for line in server.log) == 1, server.log_text())
    finally:
        stop(server)


def check_ipv6(binary):
    server = Server(binary, listen="[::1]:0")
    try:
        require(server.host == "::1", f"it listens on {server.host}")
        get(server, "/check?role=guru")
    finally:
        stop(server)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def check_signal(binary, number):
    server = Server(binary)
    get(server, "/check?role=guru")
    stop(server, number)


def check_idle_connection(binary):
    """A connection on which nothing is asked must not hold up the end."""
    server = Server(binary)
    asked = server.connect()
    asked.send(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
    asked.receive()
    silent = server.connect()
    stop(server)
    asked.close()
    silent.close()


def check_stop_twice(binary):
    server = Server(binary)
    server.process.send_signal(signal.SIGTERM)
    stop(server, signal.SIGINT)


def check_threads(binary, count):
    server = Server(binary, ["--threads", count])
    get(server, "/check?role=guru")
    stop(server)


def check_config(binary, folder):
    path = write(folder, "pmm.conf", "cors-origin = https://portal.example\nmax-body = 20\n")
    server = Server(binary, ["--config", path])
    try:
        connection = server.connect()
        connection.send(b"POST /check HTTP/1.1\r\nHost: localhost\r\n"
                        b"Origin: https://portal.example\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 21\r\n\r\n" + b'{"role":"guru"}'.ljust(21))
        response = connection.receive("POST")
        connection.close()
        require(response.status == 413, f"max-body is not heeded: status {response.status}")
        require(response.header("Access-Control-Allow-Origin") == "https://portal.example",
                "cors-origin is not heeded")
    finally:
        stop(server)


def check_bad_config(binary, folder, text, word):
    path = write(folder, "rusak.conf", text)
    message = run_refused(binary, "serve", "--listen", "127.0.0.1:0", "--config", path)
    require(word in message, f"{word} is not in the message: {message}")


def wait_until_draining(server):
    """Until new connections are refused, or answered with 503; but not for long, as
    a server that still accepts while it waits for the last request is right too."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        try:
            connection = Connection(server.host, server.port)
            connection.patience_s = 0.2
            connection.send(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if connection.receive().status == 503:
                return
        except (OSError, Failure):
            return


def check_drain(binary):
    server = Server(binary)
    connection = server.connect()
    connection.send(b"POST /check HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY))
    # The interim answer shows that the server has this request in its hands.
    require(connection.receive(interim=True).status == 100, "no 100 Continue")
    connection.send(BODY[:10])
    connection.flush()
    server.process.send_signal(signal.SIGTERM)
    wait_until_draining(server)
    require(server.process.poll() is None, "it ended with a request in progress")
    connection.send(BODY[10:])
    response = connection.receive("POST")
    require(response.status == 200, f"status {response.status}")
    require(response.json().get("id") == "drain", f"{response.body!r}")
    status = server.wait()
    require(status == 0, f"exit status {status}\n{server.log_text()}")
    require(not SANITIZER.search(server.output()), server.log_text())
    connection.close()


def check_port_taken(binary):
    server = Server(binary)
    try:
        message = run_refused(binary, "serve", "--listen", f"127.0.0.1:{server.port}")
        require(str(server.port) in message, f"the port is not named: {message}")
        get(server, "/livez")
    finally:
        stop(server)


# Command lines


def check_version(binary):
    out, _ = run(binary, "--version", status=0)
    require(re.search(r"pmm-check.*[0-9]+\.[0-9]+", out), f"no version: {out!r}")


def check_help(binary, args, words):
    out, err = run(binary, *args, status=0)
    for word in words:
        require(word in out, f"{word} is not in the help\n{out}")
    require(not err, f"wrote to stderr: {err}")


def play_server(tap, binary):
    tap.attempt("port 0 takes a free one and is announced", check_port_zero, binary)
    if has_ipv6():
        tap.attempt("IPv6", check_ipv6, binary)
    else:
        tap.skip("IPv6", "this machine has none")
    tap.attempt("SIGTERM ends with status 0", check_signal, binary, signal.SIGTERM)
    tap.attempt("SIGINT ends with status 0", check_signal, binary, signal.SIGINT)
    tap.attempt("two signals end with status 0", check_stop_twice, binary)
    tap.attempt("idle connections do not hold up the end", check_idle_connection, binary)
    tap.attempt("a request in progress is still answered", check_drain, binary)
    tap.attempt("a port that is taken", check_port_taken, binary)
    for count in ("1", "2", "4"):
        tap.attempt(f"--threads {count}", check_threads, binary, count)


def ask_unix(path):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(PATIENCE_S)
        sock.connect(path)
        sock.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return sock.makefile("rb").read()


def check_unix(binary, folder, stale=False):
    """Beside TCP, and in the place of a socket that nobody answers any more."""
    path = os.path.join(folder, "pmm.sock")
    require(os.path.exists(path) == stale, "what was there before")
    server = Server(binary, ["--listen", "unix:" + path, "--listen", "127.0.0.1:0"])
    server.wait_log(rb"listening on http://127", 2)
    server.wait_log(rb"listening on unix:/[^ ]*pmm.sock \(")
    require(ask_unix(path).startswith(b"HTTP/1.1 200"), "no answer")
    require(os.stat(path).st_mode & 0o777 == 0o660, f"mode {os.stat(path).st_mode:o}")
    message = run_refused(binary, "serve", "--listen", "unix:" + path)
    require("in use" in message, message)
    get(server, "/livez")
    stop(server)
    require("http_library" not in server.log_text(), server.log_text())
    if not stale:
        check_unix(binary, folder, True)


def check_unix_file(binary, folder):
    """What is no socket is nobody's to remove."""
    path = write(folder, "pmm.txt", "x")
    run_refused(binary, "serve", "--listen", "unix:" + path)
    require(os.path.getsize(path) == 1, "the file is gone")


def check_flag_wins(binary, folder):
    path = write(folder, "dua.conf", "listen = 192.0.2.1:80\nlisten = 192.0.2.1:81\n")
    stop(Server(binary, ["--config", path]))
    message = run_refused(binary, "serve", "--config", path)
    require("dua.conf:1: listen" in message, message)


def play_listen(tap, binary, folder):
    tap.attempt("unix:PATH beside TCP, twice", check_unix, binary, folder)
    tap.attempt("unix:PATH of a file", check_unix_file, binary, folder)
    tap.attempt("--listen wins over the file's", check_flag_wins, binary, folder)


def play_command_lines(tap, binary):
    tap.attempt("--version", check_version, binary)
    tap.attempt("--help", check_help, binary, ["--help"], ["serve", "verify", "--version"])
    tap.attempt("serve --help", check_help, binary, ["serve", "--help"],
                ["--listen", "--rules", "--threads", "--cors-origin", "--max-body"])
    tap.attempt("verify --help", check_help, binary, ["verify", "--help"], ["FILE"])
    for args in (["--kenari"], ["kenari"], ["serve", "--kenari"], ["verify", "--kenari"],
                 ["serve", "kenari"], ["serve", "--listen"], ["serve", "--listen", "kenari"],
                 ["serve", "--listen", "127.0.0.1:65536"], ["serve", "--listen", "127.0.0.1:x"],
                 ["serve", "--listen", "127.0.0.1:-1"], ["serve", "--listen", "[::1"], ["serve", "--listen", "unix:"],
                 ["serve", "--listen", "unix:/" + "x" * 200],
                 ["serve", "--threads", "x"],
                 ["serve", "--threads", "2x"], ["serve", "--max-body", "x"]):
        tap.attempt(f"{' '.join(args)} is refused with status 2", check_refused, binary, args)


def play_config(tap, binary, folder):
    tap.attempt("--config", check_config, binary, folder)
    tap.attempt("an unknown key in the configuration file", check_bad_config, binary, folder,
                "kenari = 1\n", "rusak.conf")
    tap.attempt("a bad value in the configuration file", check_bad_config, binary, folder,
                "max-body = kenari\n", "max-body")
    tap.attempt("a fault that shows later names its line", check_bad_config, binary, folder,
                "# x\ncors-origin = kenari\n", "rusak.conf:2: cors-origin")
    missing = os.path.join(folder, "tidak-ada.conf")
    tap.attempt("a configuration file that is missing", check_refused, binary,
                ["serve", "--listen", "127.0.0.1:0", "--config", missing])


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: lifecycle.py BINARY")
    tap = Tap()
    play_server(tap, sys.argv[1])
    play_command_lines(tap, sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        play_config(tap, sys.argv[1], folder)
        play_listen(tap, sys.argv[1], folder)
        play_rulebooks(tap, sys.argv[1], folder)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
