#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What people read at the command line, in which language; terminals; `verify`.

    command_line.py BINARY

What `check` makes of files is for offline.py, the server for http/lifecycle.py.
"""

import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent / "http"))

from harness import Tap  # noqa: E402
from program import require  # noqa: E402

PATIENCE_S = 60
RULEBOOK_SET = str(pathlib.Path(__file__).parent / "http" / "rulebook_set")  # see 50-rulebooks.http


def run(binary, args, **env):
    done = subprocess.run([binary, *args], input=b'{"rol":1}', capture_output=True, timeout=PATIENCE_S,
                          check=False, env={"PATH": os.environ["PATH"], **env})
    return done.returncode, (done.stdout + done.stderr).decode()


def check_language(binary, args, env, status, says, says_not):
    done = run(binary, args, **env)
    require(done[0] == status and says in done[1] and says_not not in done[1], f"{done}")


# Who says in which language, and whether it is English; all of them with CHOSEN, where the
# command's name, an option and a line of a file are at fault, the last two with all texts.
CHOICES = [({}, [], False), ({"LC_ALL": "C"}, [], False), ({"LANG": "en_GB.UTF-8"}, [], True),
           ({"LC_ALL": "id_ID.UTF-8", "LANG": "en_US"}, [], False),
           ({"LC_MESSAGES": "POSIX", "LANG": "en_US"}, [], False),
           ({}, ["--lang", "en"], True), ({"LC_ALL": "en"}, ["--lang=id"], False)]
CHOSEN = [["chek"], ["check", "-x"], ["check", "--rules", "nofile"], ["verify"]]


def play_languages(tap, binary, folder):
    """Each text in both languages, and in one at a time."""
    empty = os.path.join(folder, "none")
    os.mkdir(empty)
    config = pathlib.Path(folder) / "pmm.conf"
    config.write_text("threads = 1\nlissten = x\n", encoding="utf-8")
    bare, tokens = pathlib.Path(folder) / "bare.conf", pathlib.Path(folder) / "tokens"
    bare.write_text("\nthreads 2\n", encoding="utf-8")
    tokens.write_text("kenari\n", encoding="utf-8")
    for args, status, indonesian, english in [
            ([], 2, "Pemakaian: pmm-check", "Usage: pmm-check"), (["help"], 0, "Pemakaian", "Usage"),
            (["-h"], 0, "Pemakaian", "Usage"), (["help", "serve"], 0, "Alamat", "Where to answer"),
            (["check", "-h"], 0, "Bentuk masukan", "The form of the input"),
            (["verify", "--help"], 0, "terbukti", "it holds"),
            (["replay", "--help"], 0, "semua sama", "all are the same"),
            (["diff", "--help"], 0, "1 berbeda", "1 different"), (["diff", "x"], 2, "sebutkan dua", "name two"),
            (["chek"], 2, "maksud Anda check?", "did you mean check?"),
            (["kenari"], 2, "perintah itu tidak ada", "no such command"),
            (["check", "--frm"], 2, "maksud Anda --from?", "did you mean --from?"),
            (["check", "--kenari"], 2, "lihat pmm-check", "see pmm-check"),
            (["check", "-x"], 2, "-x: pilihan ini tidak ada", "-x: there is no such option"),
            (["check", "--from"], 2, "perlu nilai", "needs a value"),
            (["check", "--pretty=1"], 2, "tidak memakai nilai", "takes no value"),
            (["check", "--from", "xlsx"], 2, "satu dari json|ndjson|csv", "one of json|ndjson|csv"),
            (["check", folder], 2, "ini folder", "this is a directory"),
            (["check", folder + "/x"], 2, "periksa nama", "no such file; check the name"),
            (["check", "--as-of", "2024"], 2, "tulis seperti", "write it like"),
            (["check", "--as-of", "2000-01-01"], 2, "pilih hari lain", "choose another"),
            (["check", "--set", "rol=guru"], 2, "Maksudnya: role?", "Did you mean: role?"),
            (["check", "--set", "employment=PNSS"], 2, "Nilai ini tidak dikenal", "This value is not known"),
            (["verify"], 2, "sebutkan", "name the file"),
            (["replay"], 2, "sebutkan berkas jawaban", "name the file of an answer"),
            (["replay", "/dev/null"], 2, "ini bukan jawaban", "this is no answer"),
            (["serve", "x"], 2, "hanya memakai pilihan", "takes options only"),
            (["check", "--set", "role=guru", "--set", "Role=guru"], 2, "sudah diberikan", "twice"),
            (["serve", *["--cors-origin", "*"] * 64, "--listen", "x"], 2, "tulis ADDR", "write ADDR"),
            (["serve", *["--cors-origin", "*"] * 65], 2, "paling banyak 64 kali", "at most 64 times"),
            (["serve", "--threads", "x"], 2, "perlu angka", "a number from"),
            (["serve", "--tls-cert", "x"], 2, "diberikan bersama", "needed together"),
            *((["serve", option, origin], 2, "tulis skema", "write scheme")
              for option in ("--cors-origin", "--frame-origin")
              for origin in ("x", "null", "https://*.x", "https://a/", "https://a/b", "https://a?", "HTTPS://a",
                             "https://A.example", "https://a:443", "http://a:80", "https://a:0", "https://a:65536",
                             "https://a:1x", "https://", "https://u@a", "https://a b", "https://a;b", "https://a,b",
                             "https://a..b", "https://.a", "https://[::1", "https://[]", "a://")),
            (["serve", "--frame-origin", "*"], 2, "tulis skema", "write scheme"),
            (["serve", *["--frame-origin", "https://" + "a" * 56 + ":1234"] * 16], 2, "bersama paling banyak", "in all"),
            *((["serve", "--public-url", url], 2, "tulis http://host", "write http://host")
              for url in ("x", "ftp://a", "https://", "https:///a", "https://a?b", "https://a/#", "https://a/ b",
                          "https://a/<", "https://u@a", "https://a/%zz", "https://a/%2", "https://a/%", "https://a//b",
                          "https://a/../b", "https://a/.", "https://a/b/..//", "https://a:0", "http://a:99999/b",
                          "https://a/" + "b" * 502)),
            *((["serve", "--cors-origin", origin, "--frame-origin", origin, "--public-url", url, "--listen", "x"], 2,
               "tulis ADDR", "write ADDR")
              for origin, url in (("https://a.example", "https://A.example:443/p%20q//"), ("http://[::1]:8080", "http://a"),
                                  ("http://a:443", "http://[::1]:80/a/b/...x/.y"), ("capacitor://localhost", ""))),
            (["--langg", "en"], 2, "pilihan itu tidak ada; maksud Anda --lang?",
             "there is no such option; did you mean --lang?"),
            (["--kenari=x"], 2, "pilihan itu tidak ada; lihat", "there is no such option; see"),
            (["check", "--rules", "nofile"], 2, "tidak ada; periksa nama", "no such file; check"),
            (["summary", "--rules", "/dev/null"], 2, "buku aturan ini ditolak", "this rulebook is refused"),
            (["check", "--rules", empty], 2, "tidak ada *.json", "there is no *.json"),
            (["serve", "--token-file", str(tokens)], 2, "tokens: baris 1: tulis SHA-256", "tokens: line 1: "),
            (["serve", "--token-file", empty], 2, "ini folder", "this is a directory"),
            (["serve", *["--tls-cert", "/dev/null", "--tls-key", "/dev/null"]], 2, "tidak ada sertifikat",
             "there is no certificate"),
            (["serve", "--config", str(bare)], 2, "bare.conf:2: tidak ada tanda =; tulis NAMA = NILAI",
             "bare.conf:2: there is no =; write NAME = VALUE"),
            (["check", "--to", "text"], 1, "lalu coba lagi", "then try again"),
            (["check", "--from", "json", "--to", "text", "/dev/null"], 1, "Isinya kosong; beri", "It is empty; give"),
            (["serve", "--config", str(config)], 2, "pmm.conf:2: lissten: pilihan ini tidak ada; "
             "maksud Anda listen?", "pmm.conf:2: lissten: there is no such option")]:
        for env, extra, is_english in CHOICES if args in CHOSEN else CHOICES[-2:]:
            said, other = (english, indonesian) if is_english else (indonesian, english)
            # Behind the command, or alone; what stands last may be the fault.
            line = [*args[:1], *extra, *args[1:]] if args[:1] != ["help"] else [*extra, *args]
            tap.attempt(f"language: {' '.join(map(str, line[:4]))} {env}", check_language, binary,
                        line, env, status, said, other)
    for args in (["version"], ["--version"], ["-V"]):
        tap.attempt(args[0], check_language, binary, args, {}, 0, "libmicrohttpd", "Pemakaian")


def on_terminal(binary, args, typed, stdout):
    """What comes on the terminal from which it reads, and its status."""
    main, side = pty.openpty()
    process = subprocess.Popen([binary, "check", *args], stdin=side, stderr=side,
                               stdout=side if stdout is None else stdout)
    os.close(side)
    os.write(main, typed)
    seen = b"" if stdout is None else process.stdout.read()
    while select.select([main], [], [], PATIENCE_S)[0]:
        try:
            seen += os.read(main, 4096)
        except OSError:
            break
    os.close(main)
    return process.wait(timeout=PATIENCE_S), seen


def check_asked(binary, args, typed, stdout, says):
    status, seen = on_terminal(binary, args, typed, stdout)
    require(status == 0 and says in seen, f"status {status}: {seen!r}")


def play_terminal(tap, binary):
    """One person by --set alone; otherwise it says that it waits."""
    person = ["--set", "role=guru", "--set", "employment=PNS"]
    for name, args, typed, stdout, says in [
            ("a table", person, b"", None, b"required      none"),
            ("JSON for a pipe", person, b"", subprocess.PIPE, b'{"facts":{"role":"guru"'),
            ("a row", [*person, "--to", "csv"], b"", subprocess.PIPE, b"\n1,,guru,ASN"),
            ("waits", [], b'{"role":"guru"}\n\x04', None, b"end with Ctrl-D"),
            ("waits, in Indonesian", ["--lang", "id"], b"{}\n\x04", None, b"akhiri dengan Ctrl-D")]:
        tap.attempt(f"from a terminal: {name}", check_asked, binary, args, typed, stdout, says)


def check_verified(binary, paths, status, says):
    done = run(binary, ["verify", "--lang", "en", *paths])
    require(done[0] == status and says in done[1], f"{done}")


# A rulebook that knows no member "x", and how the line with it and the mark below are shown.
SHOWN = [
    ("tabs", '{\t\t"x": 1}', '     1 | {        "x": 1}', 9),
    ("wide letters", '{"日本": 1, "x": 2}', '     1 | {"日本": 1, "x": 2}', 12),
    ("letters without a column", '{"e\u0301": 1, "x": 2}', '     1 | {"e\u0301": 1, "x": 2}', 9),
    ("a mark of order", '\ufeff{\r\n "x": 1}\r\n', '     2 |  "x": 1}', 1),
    ("what steers a terminal", '{"\u202e\x7f": 1, "x": 2}', '     1 | {"??": 1, "x": 2}', 10),
    ("a long line", '{"%s": 1, "x": %s2}' % ("a" * 200, " " * 200),
     "     1 | …" + "a" * 58 + '": 1, "x":' + " " * 31 + "…", 65),
]


def check_shown(binary, folder, text, line, mark):
    path = pathlib.Path(folder) / "shown.json"
    path.write_text(text, encoding="utf-8")
    for lang in ("id", "en"):
        _, said = run(binary, ["verify", "--lang", lang, str(path)])
        parts = said.split(': x: The format knows no member "x" here.\n')
        require(len(parts) == 2 and parts[1].startswith(
            f"{line}\n       | {' ' * mark}^\n    expected: \"format\","), said)
        require("\u202e" not in said and "\x7f" not in said, "raw")


def check_set(binary, folder):
    """What is wrong with a set, by line and as JSON."""
    path = os.path.join(folder, "overlap")
    out = run(binary, ["verify", "--lang", "en", path])[1]
    wanted = f"{path}/a.json:7:3: error [two_in_force]: effective_to: it is in force on"
    require(wanted in out and '  "effective_to"' in out and "1 error in 1 file" in out, out)
    said = json.loads(run(binary, ["verify", "--lang", "en", "--json", path, "/absent"])[1])
    one, other = said["set"][0], said["files"][2]["findings"][0]
    require([file["holds"] for file in said["files"]] == [True, True, False], f"{said}")
    require((one["code"], one["line"], one["column"]) == ("two_in_force", 7, 3), f"{one}")
    require(other["code"] == "unreadable" and other["file"] == "/absent", f"{other}")


def play_verify(tap, binary, folder):
    """A directory as serve would take it."""
    rulebook = (pathlib.Path(RULEBOOK_SET) / "b-now.json").read_text(encoding="utf-8")
    other = rulebook.replace('"ruang-2003"', '"lain"').replace("2003-03-01", "2004-01-01")
    for name, first, text in [
            ("twice", rulebook, rulebook), ("overlap", rulebook, other),
            ("one day", rulebook, other.replace("2004-01-01", "2003-03-01")),
            ("successor", rulebook.replace('"2998-12-31"', "null"), other)]:
        (pathlib.Path(folder) / name).mkdir()
        (pathlib.Path(folder) / name / "a.json").write_text(first, encoding="utf-8")
        (pathlib.Path(folder) / name / "b.json").write_text(text, encoding="utf-8")
    (pathlib.Path(folder) / "empty").mkdir()
    for paths, status, says in [
            ([RULEBOOK_SET], 0, "c-first.json: holds"), (["twice"], 1, "the same id as"),
            (["overlap"], 1, "in force on 2004-01-01, as is"), (["one day"], 1, "in force on 2003-03-01"),
            (["successor"], 0, "b.json: holds"), (["empty"], 2, "no *.json"),
            (["overlap", RULEBOOK_SET, "empty"], 2, "in force on"),
            (["twice/a.json", "twice/b.json"], 0, "b.json: holds"), (["/dev/null"], 1, "1 error in 1 file")]:
        tap.attempt(f"verify {' '.join(paths)[-20:]}", check_verified, binary,
                    [os.path.join(folder, path) for path in paths], status, says)
    for name, *args in SHOWN:
        tap.attempt(f"verify shows {name}", check_shown, binary, folder, *args)
    tap.attempt("verify of a set", check_set, binary, folder)


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        play_languages(tap, binary, folder)
        play_verify(tap, binary, folder)
    try:
        os.close(os.open("/dev/ptmx", os.O_RDWR))
        play_terminal(tap, binary)
    except OSError as problem:
        tap.skip("from a terminal", f"no terminal: {problem}")
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
