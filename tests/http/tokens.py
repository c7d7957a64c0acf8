#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The file of tokens: what is refused at the start, and rotation by SIGHUP.

    tokens.py BINARY

Who is let in with which header field is the matter of 40-tokens.http. Every token
here has "kenari" in it, which must never be written anywhere.
"""

import hashlib
import os
import re
import signal
import sys
import tempfile

sys.dont_write_bytecode = True

from harness import Server, Tap, check_end  # noqa: E402
from program import require, run_refused, stop, write  # noqa: E402

OLD, NEW, WRONG = "kenari-lama", "kenari-baru", "kenari-asing"


def line(token, label=""):
    """As sha256sum prints it, with a label in place of its dash."""
    return f"{hashlib.sha256(token.encode()).hexdigest()}  {label}\n"


def replace(path, text):
    """At once, so that a reload sees the one or the other."""
    write(os.path.dirname(path), "tokens.new", text)
    os.replace(os.path.join(os.path.dirname(path), "tokens.new"), path)


def ask(connection, token, target="/check?role=guru"):
    connection.send(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n"
                    f"Authorization: Bearer {token}\r\n\r\n".encode())
    return connection.receive()


def require_let_in(connection, *, old, new):
    for token, is_good in ((OLD, old), (NEW, new), (WRONG, False)):
        status = ask(connection, token).status
        require(status == (200 if is_good else 401), f"{token}: status {status}")


def reload(server, text, count=1):
    server.process.send_signal(signal.SIGHUP)
    server.wait_log(re.escape(text), count)


def check_rotation(server, connection, path):
    require_let_in(connection, old=True, new=False)
    replace(path, line(OLD) + line(NEW))
    require_let_in(connection, old=True, new=False)  # nothing happens by itself
    reload(server, b"event=tokens_loaded tokens=2")
    require_let_in(connection, old=True, new=True)
    replace(path, line(NEW))
    reload(server, b"event=tokens_loaded tokens=1")
    require_let_in(connection, old=False, new=True)


def check_bad_reload(server, connection, path):
    """The tokens in use are those of check_rotation's end."""
    for count, text in enumerate(("", line(OLD) + OLD + "\n", "# none\n", None), 1):
        if text is None:
            os.remove(path)
        else:
            replace(path, text)
        reload(server, b"the tokens in use stay", count)
        require_let_in(connection, old=False, new=True)
    require(b"line 2: " in b"".join(server.log), f"no line is named\n{server.log_text()}")
    require("tokens refused" in ask(connection, NEW, "/readyz?verbose").body.decode(),
            "/readyz?verbose does not say so")
    replace(path, line(OLD) + line(NEW))
    reload(server, b"event=tokens_loaded tokens=2", 2)
    require_let_in(connection, old=True, new=True)
    require("tokens refused" not in ask(connection, NEW, "/readyz?verbose").body.decode(),
            "/readyz?verbose still says so")


def play_rotation(tap, binary, folder):
    path = write(folder, "tokens", "# kenari\n" + line(OLD, "kenari portal"))
    server = Server(binary, ["--token-file", path])
    connection = server.connect()
    tap.attempt("SIGHUP: a new token is added, the old one taken away", check_rotation, server,
                connection, path)
    tap.attempt("SIGHUP: a bad file leaves the tokens as they are", check_bad_reload, server,
                connection, path)
    connection.close()
    hashes = "|".join(line(token)[:64] for token in (OLD, NEW, WRONG))
    check_end(tap, server, "tokens", secrets=f"(?i)kenari|{hashes}".encode())


def check_refused(binary, path, *words):
    message = run_refused(binary, "serve", "--listen", "127.0.0.1:0", "--token-file", path)
    for word in words:
        require(word in message, f"{word} is not in the message: {message}")
    require("kenari" not in message, f"the file is in the message: {message}")


def check_configured(binary, folder):
    tokens = write(folder, "tokens.good", line(OLD))
    config = write(folder, "pmm.conf", f"token-file = {tokens}\n")
    server = Server(binary, ["--config", config])
    connection = server.connect()
    try:
        require_let_in(connection, old=True, new=False)
    finally:
        connection.close()
        stop(server)


def play_refused(tap, binary, folder):
    for name, text, *words in (
            ("empty", "", "no token"),
            ("a file of comments", "# kenari\n\n", "no token"),
            ("a token instead of its hash", "kenari\n", "line 1: "),
            ("a hash that is cut", line(OLD) + "\n# x\n" + line(NEW)[:63] + "\n", "line 4: "),
            ("too long a hash", line(OLD)[:64] + "0 kenari\n", "line 1: "),
            ("the hash of nothing", line(""), "line 1: ", "empty")):
        path = write(folder, "refused", text)
        tap.attempt(f"{name} is refused", check_refused, binary, path, "refused", *words)
    missing = os.path.join(folder, "missing")
    tap.attempt("a file that is missing is refused", check_refused, binary, missing, "missing")
    tap.attempt("a directory is refused", check_refused, binary, folder, folder)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tokens.py BINARY")
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        play_rotation(tap, sys.argv[1], folder)
        play_refused(tap, sys.argv[1], folder)
        tap.attempt("the configuration file can name it", check_configured, sys.argv[1], folder)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
