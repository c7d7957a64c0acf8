# SPDX-License-Identifier: MIT
"""Runs the commands of the documents and compares what they print, in TAP.

    docs.py BINARY DOCUMENT...

Every line of a ```console block that begins with "$ " is a command (lines that
begin with "> " go on with it); what follows is what it prints, stdout and
stderr together. "…" within a line stands for any text, a line of nothing else
for any lines. A block of a language that FILES names is that file.

Each document has a directory of its own with build/pmm-check, config, docs and
tests, as its reader has them. Its commands run in order, for one may use what
another wrote. "./dev run …" starts BINARY instead, on a free port; so does the
first command that asks localhost:8080 where none was started. That port is put in
where the document says 8080, and in what is printed taken out again;
"$(pidof pmm-check)" is that server, and behind a SIGHUP the reload is waited for.
Blocks without "console" are not run: they install, build or need more than a machine
for tests may have. Links into the tree must lead to a file and a heading.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "http"))

from harness import SANITIZER, Failure, Server, Tap, check_end  # noqa: E402

FILES = {"ini": "pmm-check.conf", "json": "aturan.json"}
REQUIRED = ("bash", "curl", "jq", "openssl")
PORT = "8080"          # as the documents have it
PATIENCE_S = 120       # bounds only how long a test that has failed may hang
CURL_JSON = (7, 82)    # the first with --json
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)\n?", re.M)
ASSIGNMENT = re.compile(r"\w+=\$\(")
HANGUP = re.compile(r"kill -HUP\b")
RELOADED = rb"event=(loaded|refused) "
LINK = re.compile(r"\]\(([^)\s]*)\)")
HEADING = re.compile(r"^#+ (.*)$", re.M)


def read_blocks(path):
    """[(language, text)] of all fenced blocks that name a language."""
    with open(path, encoding="utf-8") as file:
        return BLOCK.findall(file.read())


def read_commands(text):
    """[(command, what it prints)] of a console block."""
    parts = COMMAND.split(text)
    if parts[0]:
        raise Failure(f"a block does not begin with a command: {parts[0]!r}")
    return [(command.replace("\n> ", "\n"), output)
            for command, output in zip(parts[1::2], parts[2::2])]


def make_pattern(expected):
    pattern = ""
    for line in expected.rstrip().split("\n"):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += re.escape(line.rstrip()).replace("…", ".*?") + "\n"
    return pattern


def compare(expected, printed):
    """None, or what is wrong."""
    printed = "".join(line.rstrip() + "\n" for line in printed.rstrip().split("\n"))
    if re.fullmatch(make_pattern(expected), printed):
        return None
    return f"the document has:\n{expected}\nprinted was:\n{printed}"


def curl_version():
    text = subprocess.run(["curl", "--version"], capture_output=True, check=True).stdout
    return tuple(int(number) for number in re.findall(rb"\d+", text)[:2])


class Reader:
    """Someone who types in what a document says."""

    def __init__(self, tap, binary, folder, name):
        self.tap = tap
        self.name = name
        self.binary = binary
        self.folder = folder
        self.server = None
        self.remembered = ""  # assignments, which later commands of a block use
        self.environment = dict(os.environ, LC_ALL="C.UTF-8")
        self.has_curl_json = curl_version() >= CURL_JSON
        self._lay_out()

    def _lay_out(self):
        for name in ("config", "docs", "tests"):
            os.symlink(os.path.join(ROOT, name), os.path.join(self.folder, name))
        os.mkdir(os.path.join(self.folder, "build"))
        os.symlink(self.binary, os.path.join(self.folder, "build", "pmm-check"))
        self.has_library = self._find_library()

    def _find_library(self):
        """The library of the build directory, as if it were installed. One with
        sanitizers cannot be linked to a program that has none."""
        build = os.path.dirname(self.binary)
        with open(self.binary, "rb") as file:
            is_sanitized = b"__asan_init" in file.read()
        self.environment["PKG_CONFIG_PATH"] = os.path.join(build, "meson-uninstalled")
        self.environment["LD_LIBRARY_PATH"] = os.path.join(build, "src")
        found = shutil.which("pkg-config") and subprocess.run(
            ["pkg-config", "--exists", "pmmrules"], env=self.environment).returncode == 0
        return found and not is_sanitized

    def write_file(self, language, text):
        with open(os.path.join(self.folder, FILES[language]), "w", encoding="utf-8") as file:
            file.write(text)

    def _why_not(self, command):
        """Why COMMAND cannot run here, or None."""
        words = re.findall(r"[\w./-]+", command)
        if "--json" in words and not self.has_curl_json:
            return "curl is older than 7.82"
        if "./ask" in words or "pmmrules" in words:
            return None if self.has_library else "there is no libpmmrules to link to"
        return "./dev builds" if "./dev" in words else None

    def _start(self, command):
        """./dev run ARGUMENT…"""
        if self.server:
            self.finish()
        self.server = Server(self.binary, shlex.split(command)[2:], cwd=self.folder)
        return self._translate_back(self.server.log_text())

    def _translate(self, command):
        if f"localhost:{PORT}" in command and not self.server:
            self._start("./dev run")
        if not self.server:
            return command
        return (command.replace(f"localhost:{PORT}", f"{self.server.host}:{self.server.port}")
                .replace("$(pidof pmm-check)", str(self.server.process.pid)))

    def _translate_back(self, printed):
        if not self.server:
            return printed
        return printed.replace(f"{self.server.host}:{self.server.port}", f"127.0.0.1:{PORT}")

    def _count_reloads(self):
        return sum(bool(re.search(RELOADED, line)) for line in self.server.log) if self.server else 0

    def _run(self, command):
        whole = self._translate(self.remembered + command)
        reloads = self._count_reloads()
        process = subprocess.run(["bash", "-c", whole], cwd=self.folder, env=self.environment,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, timeout=PATIENCE_S)
        if ASSIGNMENT.match(command):
            self.remembered += command + "\n"
        if HANGUP.search(command):
            self.server.wait_log(RELOADED, reloads + 1)
        if SANITIZER.search(process.stdout):
            raise Failure(process.stdout.decode("utf-8", "replace"))
        return self._translate_back(process.stdout.decode("utf-8", "replace"))

    def _try(self, command, expected):
        printed = self._start(command) if command.startswith("./dev run") else self._run(command)
        problem = compare(expected, printed)
        if problem:
            raise Failure(problem)

    def read_block(self, text):
        self.remembered = ""
        for command, expected in read_commands(text):
            name = command.replace("\n", " ")
            why = None if command.startswith("./dev run") else self._why_not(command)
            if why:
                self.tap.skip(name, why)
            else:
                self.tap.attempt(name, self._try, command, expected)

    def finish(self):
        if self.server:
            check_end(self.tap, self.server, f"the server of {self.name}")
        self.server = None


def read_document(tap, binary, path):
    name = os.path.relpath(path, ROOT)
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(tap, os.path.abspath(binary), folder, name)
        for language, text in read_blocks(path):
            if language == "console":
                reader.read_block(text)
            elif language in FILES:
                reader.write_file(language, text)
        reader.finish()


def anchors(path):
    """What a link into PATH may name behind its "#", as hosts of Markdown make it."""
    with open(path, encoding="utf-8") as file:
        headings = HEADING.findall(file.read())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(path):
    with open(path, encoding="utf-8") as file:
        links = LINK.findall(file.read())
    for link in links:
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        target = os.path.join(os.path.dirname(path), target) if target else path
        if not os.path.exists(target):
            raise Failure(f"{link}: there is no such file")
        if anchor and anchor not in anchors(target):
            raise Failure(f"{link}: there is no such heading")


def main(binary, documents):
    for tool in REQUIRED:
        if not shutil.which(tool):
            print(f"1..0 # SKIP there is no {tool}")
            return 0
    tap = Tap()
    for path in map(os.path.abspath, documents):
        tap.attempt(f"the links of {os.path.relpath(path, ROOT)}", check_links, path)
        read_document(tap, binary, path)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
