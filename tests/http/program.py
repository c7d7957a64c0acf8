# SPDX-License-Identifier: MIT
"""Runs the program to its end, or asks and stops a server, for lifecycle.py.

Every function raises Failure with all that the program wrote.
"""

import email.utils
import os
import signal
import subprocess

from harness import PATIENCE_S, SANITIZER, Failure


def require(condition, text):
    if not condition:
        raise Failure(text)


def run(binary, *args, status):
    """Runs to the end; returns what it wrote as (stdout, stderr)."""
    process = subprocess.run([binary, *args], stdin=subprocess.DEVNULL, capture_output=True,
                             timeout=PATIENCE_S)
    out, err = (text.decode("utf-8", "replace") for text in (process.stdout, process.stderr))
    shown = f"{' '.join(args)}: status {process.returncode}, expected {status}\n{out}{err}"
    require(process.returncode == status, shown)
    require(not SANITIZER.search(process.stdout + process.stderr), shown)
    return out, err


def run_refused(binary, *args):
    """Status 2, nothing on stdout, and a message; returns it."""
    out, err = run(binary, *args, status=2)
    require(err.strip(), f"{' '.join(args)}: no message")
    require(not out, f"{' '.join(args)}: wrote to stdout: {out}")
    return err


def stop(server, number=signal.SIGTERM):
    status = server.stop(number)
    require(status == 0, f"exit status {status}\n{server.log_text()}")
    require(not SANITIZER.search(server.output()), server.log_text())


def get(server, target):
    connection = server.connect()
    connection.send(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % target.encode())
    response = connection.receive()
    connection.close()
    require(response.status == 200, f"{target}: status {response.status}")
    return response


def present_date(response):
    """The Date, in seconds since 1970; it must be in the one form that HTTP writes."""
    text = response.header("Date")
    require(text, "no Date")
    seconds = email.utils.parsedate_to_datetime(text).timestamp()
    require(email.utils.formatdate(seconds, usegmt=True) == text, f"Date: {text}")
    return seconds


def require_present(response, before, after):
    """RESPONSE has the time at which it was sent: between two that the library dated.
    A second more, for clocks of different grain."""
    dates = [present_date(each) for each in (before, response, after)]
    require(dates[0] - 1 <= dates[1] <= dates[2] + 1,
            f"Date: {response.header('Date')} of an answer that came after "
            f"{before.header('Date')} and before {after.header('Date')}")


def check_refused(binary, args):
    run_refused(binary, *args)


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path
