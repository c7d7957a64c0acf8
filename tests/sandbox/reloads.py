# SPDX-License-Identifier: MIT
"""Rulebooks that are replaced under a running daemon in all the ways in which people
replace files, for sandbox.py: what Landlock allows must be enough for each, and for
no more. Whether a rulebook is in order is not the matter here.
"""

import json
import os
import re
import signal
import tempfile
import time

from harness import PATIENCE_S, Server
from program import get, require, stop, write

ENTRIES = 300  # in a directory: so many that sorting them takes the heap


def default_rulebook(binary):
    server = Server(binary)
    try:
        return get(server, "/rulebook").body.decode()
    finally:
        server.stop()


class Books:
    """Rulebooks that differ in nothing but their version."""

    def __init__(self, binary):
        self.rulebook = json.loads(default_rulebook(binary))

    def write(self, folder, name, version):
        os.makedirs(folder, exist_ok=True)
        return write(folder, name, json.dumps({**self.rulebook, "version": version}))


def await_that(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        require(time.monotonic() < end, f"{what} did not come about")
        time.sleep(0.01)


def refusals(server):
    return int(re.search(rb"loads refused: (\d+)", get(server, "/readyz?verbose").body)[1])


def reload(server, version):
    """VERSION is what is to be in use then; None where it must be refused."""
    before = refusals(server)
    server.process.send_signal(signal.SIGHUP)
    if version:
        await_that(lambda: get(server, "/check").json()["rulebook"]["version"] == version,
                   f"version {version}\n{server.log_text()}")
    else:
        await_that(lambda: refusals(server) > before, "a refusal")


def with_server(binary, path, steps):
    """Starts with PATH; STEPS are pairs: something to do, and the version then."""
    server = Server(binary, ["--rules", path])
    try:
        for step, version in steps:
            step()
            reload(server, version)
    finally:
        stop(server)


def relink(target, link):
    os.symlink(target, link + ".new")
    os.rename(link + ".new", link)


def check_file(binary, books, folder):
    path = books.write(folder, "buku.json", "1.0.0")
    with_server(binary, path, [
        (lambda: books.write(folder, "buku.json", "1.0.1"), "1.0.1"),
        (lambda: os.rename(books.write(folder, "baru", "1.0.2"), path), "1.0.2")])


def check_file_here(binary, books, folder):
    """Named without a directory."""
    books.write(folder, "buku.json", "1.0.0")
    binary, before = os.path.abspath(binary), os.getcwd()
    os.chdir(folder)
    try:
        with_server(binary, "buku.json", [
            (lambda: os.rename(books.write(folder, "baru", "1.0.1"), "buku.json"), "1.0.1")])
    finally:
        os.chdir(before)


def check_directory(binary, books, folder):
    path = books.write(folder, "buku.json", "1.0.0")

    def replace():
        os.unlink(path)
        books.write(folder, "lain.json", "1.0.1")

    with_server(binary, folder, [(replace, "1.0.1")])


def check_many_entries(binary, books, folder):
    books.write(folder, "buku.json", "1.0.0")

    def fill():
        for number in range(ENTRIES):
            write(folder, f"{number}.json", "{")

    def clear():
        for number in range(ENTRIES):
            os.unlink(os.path.join(folder, f"{number}.json"))
        books.write(folder, "buku.json", "1.0.1")

    with_server(binary, folder, [(fill, None), (clear, "1.0.1")])


def check_link(binary, books, folder):
    """live/buku.json leads to archive/1.json, then to archive/2.json."""
    archive, live = os.path.join(folder, "archive"), os.path.join(folder, "live")
    os.makedirs(live)
    link = os.path.join(live, "buku.json")
    books.write(archive, "1.json", "1.0.0")
    os.symlink("../archive/1.json", link)

    def renew():
        books.write(archive, "2.json", "1.0.1")
        relink("../archive/2.json", link)

    with_server(binary, link, [(renew, "1.0.1")])


def check_mounted(binary, books, folder):
    """buku.json leads to ..data/buku.json, and ..data from one directory to the next."""
    link, data = os.path.join(folder, "buku.json"), os.path.join(folder, "..data")
    books.write(os.path.join(folder, "..1"), "buku.json", "1.0.0")
    os.symlink("..1", data)
    os.symlink("..data/buku.json", link)

    def renew():
        books.write(os.path.join(folder, "..2"), "buku.json", "1.0.1")
        relink("..2", data)

    with_server(binary, link, [(renew, "1.0.1")])
    relink("..1", data)
    with_server(binary, folder, [(renew_again(books, folder, data), "1.0.2")])


def renew_again(books, folder, data):
    def renew():
        books.write(os.path.join(folder, "..3"), "buku.json", "1.0.2")
        relink("..3", data)
    return renew


def check_directory_link(binary, books, folder):
    """current leads to releases/1, then to releases/2."""
    current = os.path.join(folder, "current")
    books.write(os.path.join(folder, "releases", "1"), "buku.json", "1.0.0")
    os.symlink("releases/1", current)

    def release():
        books.write(os.path.join(folder, "releases", "2"), "buku.json", "1.0.1")
        relink("releases/2", current)

    with_server(binary, current, [(release, "1.0.1")])


def check_directory_of_links(binary, books, folder):
    """enabled/buku.json leads to available/1.json, then to available/2.json."""
    enabled = os.path.join(folder, "enabled")
    os.makedirs(enabled)
    link = os.path.join(enabled, "buku.json")
    os.symlink(books.write(os.path.join(folder, "available"), "1.json", "1.0.0"), link)
    os.symlink(os.path.join(folder, "tidak-ada"), os.path.join(enabled, "menggantung"))

    def enable():
        relink(books.write(os.path.join(folder, "available"), "2.json", "1.0.1"), link)

    with_server(binary, enabled, [(enable, "1.0.1")])


def check_led_outside(binary, books, folder):
    """A file that was not there to be allowed is not read, and the old one serves on."""
    rules, link = os.path.join(folder, "rules"), os.path.join(folder, "rules", "buku.json")
    outside = books.write(os.path.join(folder, "luar"), "luar.json", "1.0.9")
    books.write(rules, "buku.json", "1.0.0")
    with_server(binary, link, [
        (lambda: relink(outside, link), None),
        (lambda: os.rename(books.write(rules, "baru", "1.0.1"), link), "1.0.1")])


def check_built_in(binary):
    server = Server(binary)
    try:
        taken = rb"loads taken: 2\n"
        server.process.send_signal(signal.SIGHUP)
        await_that(lambda: re.search(taken, get(server, "/readyz?verbose").body) or
                   refusals(server), "a reload")
        require(not refusals(server), server.log_text())
    finally:
        stop(server)


def play_reloads(tap, binary, abi):
    books = Books(binary)
    tap.attempt("reload: the built-in rulebook", check_built_in, binary)
    for name, check in [("a file, written over and replaced", check_file),
                        ("a file named without a directory", check_file_here),
                        ("a directory", check_directory),
                        ("a directory with many entries", check_many_entries),
                        ("a link to a file", check_link),
                        ("a mounted configuration", check_mounted),
                        ("a link to a directory", check_directory_link),
                        ("a directory of links", check_directory_of_links)]:
        with tempfile.TemporaryDirectory() as folder:
            tap.attempt(f"reload: {name}", check, binary, books, folder)
    name = "reload: a file led outside is refused"
    with tempfile.TemporaryDirectory() as folder:
        if abi:
            tap.attempt(name, check_led_outside, binary, books, folder)
        else:
            tap.skip(name, "this kernel has no Landlock")
