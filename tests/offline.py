#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `pmm-check check` and `pmm-check summary` read, write and return.

    offline.py BINARY

That the answers are right is for the tests of the service; here they are only
held against those of HTTP, byte for byte. The rest is the command's own:
formats, files and pipes, exit statuses, signals, what it says on stderr.
"""

import gzip
import http.client
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent / "http"))

from harness import Server, Tap  # noqa: E402
from program import require, stop  # noqa: E402

PATIENCE_S = 60
RULEBOOK_SET = str(pathlib.Path(__file__).parent / "http" / "rulebook_set")  # see 50-rulebooks.http
NDJSON = b'{"id":"a","role":"guru","employment":"PNS"}\n\n{"id":"b"}\n'
BROKEN = NDJSON + b'{"rol":1,"employment":"PSN"}\n{bad\n'
CSV = b'Daftar;;\nid;Jenis PTK;Status Kepegawaian\na;"Guru\n Kelas";PNS\n=b;Guru;GTY / PTY\n'
ARRAY = b'\xef\xbb\xbf [{"id":"a","role":"guru"},\n 5, {"id":"\\u0007"}]'
OBJECT = b'{"id":"x","role":"principal"}'
GROUPS = (b'\xef\xbb\xbfJenis PTK;Jenis PKT;group\nGuru;;"a;""b"""\nGuru;;=c\nLaboran;;*\nGuru;;"d,e\n"\n'
          b'Guru;;\n')
TYPES = {"json": "application/json", "ndjson": "application/x-ndjson", "csv": "text/csv",
         "text": "text/plain"}


def check(binary, *args, data=b"", status=0, command="check"):
    done = subprocess.run([binary, command, *args], input=data, capture_output=True,
                          timeout=PATIENCE_S, check=False)
    require(done.returncode == status,
            f"status {done.returncode}, expected {status}; stderr: {done.stderr!r}")
    return done


def over_http(server, data, content_type, accept, query="", command="check"):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE_S)
    connection.request("POST", f"/{command}{query}", data,
                       {"Content-Type": content_type, "Accept": accept})
    return connection.getresponse().read()


def check_same(binary, server, data, source, target, args, query, status, command="check"):
    if "--lang" not in args:  # that of messages
        args = [*args, "--lang", "id"]
    ours = check(binary, "--from", source, "--to", target, *args, data=data, status=status,
                 command=command)
    theirs = over_http(server, data, TYPES[source], TYPES[target], query, command)
    require(ours.stdout == theirs, f"{ours.stdout[:400]!r} is not {theirs[:400]!r}")
    lines = ours.stderr.splitlines()  # one, and of JSON only where a row has no facts
    if source == "csv":
        begin = b"columns read: " if "en" in args else b"kolom yang dibaca: "
        require(len(lines) == 1 and lines[0].startswith(begin), f"stderr: {ours.stderr!r}")
    else:
        require(len(lines) <= 1 and all(b" tanpa fakta)" in line or b" without facts)" in line
                                        for line in lines), f"stderr: {ours.stderr!r}")


def play_same(tap, binary):
    server = Server(binary)
    options = [([], ""), (["--lang", "en", "--detail", "full"], "?lang=en&detail=full"),
               (["--pretty", "--unknown", "ignore"], "?pretty=true&unknown=ignore"),
               (["--set", "belajar_id=ya", "--set", "Status Dapodik=GTK", "--id-from", "Jenis PTK"],
                "?belajar_id=ya&status_dapodik=GTK&id_from=jenis_ptk")]
    for query, args in [(query, [word for pair in query[1:].split("&")
                                 for word in ("--set", pair.replace("%20", " "))]) for query in [
            "?tugas_tambahan=Kepala%20Sekolah&jenis_ptk=Guru", "?jenis_ptk=Guru&jabatan=Kepala%20Sekolah",
            "?jabatan=Staf&jenis_ptk=Guru", "?tugas_tambahan=Staf&role=guru&jabatan=Guru"]]:
        tap.attempt(f"as HTTP: {query}", check_same, binary, server, NDJSON, "ndjson", "ndjson",
                    args, query, 0)
    tap.attempt("as HTTP: columns", check_same, binary, server, CSV, "csv", "csv",
                ["--columns", "id,error,ROW"], "?columns=id,error,ROW", 0)
    inputs = [("ndjson", "good", NDJSON, 0), ("ndjson", "broken", BROKEN, 1),
              ("csv", "titled", CSV, 0), ("json", "array", ARRAY, 1), ("json", "none", b"[]", 0)]
    for source, name, data, status in inputs:
        for target in TYPES:
            for args, query in options:
                if (query.startswith("?pretty") and target != "json") or (
                        "detail" in query and target in ("csv", "text")):
                    tap.attempt(f"idle: {source} {name} to {target} {query}", check_trouble, binary,
                                b"changes nothing", data, "--from", source, "--to", target, *args)
                    continue
                if source == "ndjson" and "?unknown" in query.replace("&", "?"):
                    status_now = 1 if name == "broken" else 0
                else:
                    status_now = status
                tap.attempt(f"as HTTP: {source} {name} to {target} {query}", check_same, binary,
                            server, data, source, target, args, query, status_now)
    options = [([], ""), (["--lang", "en", "--group-by", "Jenis PTK"], "?lang=en&group_by=jenis_ptk"),
               (["--pretty", "--unknown", "ignore", "--set", "belajar_id=ya"],
                "?pretty=true&unknown=ignore&belajar_id=ya")]
    for source, name, data, status in [*inputs, ("json", "object", OBJECT, 0),
                                       ("csv", "groups", GROUPS, 0)]:
        for target in ("json", "csv", "text"):
            for args, query in options:
                if "--pretty" in args and target != "json":
                    continue  # it would change nothing
                tap.attempt(f"summary as HTTP: {source} {name} to {target} {query}", check_same,
                            binary, server, data, source, target, args, query, status, "summary")
    tap.attempt("summary as HTTP: columns", check_same, binary, server, GROUPS, "csv", "csv",
                ["--columns", "missing.role,group,ROWS"], "?columns=missing.role,group,ROWS", 0,
                "summary")
    for target in ("json", "text"):
        tap.attempt(f"as HTTP: one object to {target}", check_same, binary, server, OBJECT,
                    "json", target, ["--lang", "id"], "", 0)
    tap.attempt("as HTTP: one object that is wrong", check_same, binary, server,
                b'{"rol":"guru"}', "json", "json", ["--lang", "en"], "?lang=en", 1)
    stop(server)


def check_told(binary, folder, name, data, begins, args=(), status=0):
    """The format is told by the name, or else by the content."""
    path = pathlib.Path(folder) / name
    path.write_bytes(data)
    by_file = check(binary, *args, str(path), status=status)
    require(by_file.stdout.startswith(begins), f"{by_file.stdout[:80]!r}")
    by_pipe = check(binary, *args, data=data, status=status)
    require(by_pipe.stdout == by_file.stdout, f"from stdin: {by_pipe.stdout[:80]!r}")


def check_told_by_name(binary, folder, name, data, begins):
    """The name has the last word: by its content it would be another."""
    path = pathlib.Path(folder) / name
    path.write_bytes(data)
    found = check(binary, str(path)).stdout
    require(found.startswith(begins), f"{found[:80]!r}")


def play_formats(tap, binary, folder):
    spread = b'{\n "role":\n "guru"\n}\n'
    for name, data, begins, status in [
            ("a.ndjson", NDJSON, b'{"row":1', 0), ("a.jsonl", NDJSON, b'{"row":1', 0),
            ("a.csv", CSV, b"row;id;", 0), ("a.json", ARRAY, b'{"results":', 1),
            ("b.json", OBJECT, b'{"id":"x","facts"', 0), ("c.json", spread, b'{"facts"', 0),
            ("plain", NDJSON, b'{"row":1', 0), ("list", ARRAY, b'{"results":', 1)]:
        tap.attempt(f"format told: {name}", check_told, binary, folder, name, data, begins, (),
                    status)
    for name, data, begins in [
            ("one.ndjson", OBJECT, b'{"row":1'), ("one.jsonl", OBJECT, b'{"row":1'),
            ("one.csv", b"[x],role\n1,guru\n", b"row,id,"),
            ("one.tsv", b"[x]\trole\n1\tguru\n", b"row\tid\t")]:
        tap.attempt(f"format told by the name alone: {name}", check_told_by_name, binary, folder,
                    name, data, begins)


def check_files(binary, folder):
    one, two = pathlib.Path(folder) / "1.ndjson", pathlib.Path(folder) / "2.json"
    one.write_bytes(NDJSON)
    two.write_bytes(OBJECT)
    lines = check(binary, str(one), str(two), "-", data=b"role\nguru\n").stdout.splitlines()
    require([line[:9] for line in lines] ==
            [b'{"row":1,', b'{"row":2,', b'{"row":3,', b'{"row":4,', b'{"summary'], f"{lines}")
    require(b'"rows":4,"evaluated":4,"rejected":0' in lines[-1], f"{lines[-1]}")


WORKBOOK = b"PK\3\4\x14\0\6\0" + bytes(100)
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100)


def check_sum(binary, folder):
    """Files are counted as one, also where they differ in form and columns."""
    names = [folder + "/1.ndjson", folder + "/2.json", folder + "/3.csv"]
    pathlib.Path(names[2]).write_bytes(b"role,a,group\nguru,,x\nguru,,\nkenari,,x\n")
    done = check(binary, *names, "--to", "csv", "--lang", "id", status=1, command="summary")
    rows = [line.split(b",")[:4] for line in done.stdout.splitlines()]
    require(rows == [[b"group", b"rows", b"evaluated", b"rejected"], [b"", b"4", b"4", b"0"],
                     [b"x", b"2", b"1", b"1"], [b"*", b"6", b"5", b"1"]], f"{rows}")
    require(done.stderr.startswith(b'kolom yang dibaca: "role" = role; 1 kolom lain diabaikan; '
                                   b"6 baris: 5 diproses (1 tanpa fakta), 1 ditolak, 0 dilewati")
            and done.stderr.count(b"\n") == 1, f"{done.stderr!r}")


def check_groups(binary, count, status):
    """So many groups, and memory that does not grow with the rows."""
    rows = b"".join([b'{"group":"%d"}\n' % n for n in range(count)])
    done = check(binary, "--to", "csv", data=rows * 2, status=status, command="summary")
    if status:
        require(b"[too_many_groups]" in done.stderr and done.stdout == b"", f"{done.stderr!r}")
    else:
        require(done.stdout.count(b"\n") == count + 2, f"{done.stdout[-80:]!r}")


def check_trouble(binary, says, data, *args, command="check"):
    done = check(binary, *args, data=data, status=2, command=command)
    require(says in done.stderr, f"stderr: {done.stderr!r}")
    require(done.stdout == b"", f"stdout: {done.stdout[:200]!r}")


def play_trouble(tap, binary, folder):
    for name, data in (("daftar.xlsx", WORKBOOK), ("daftar.csv", WORKBOOK), ("old.xls", OLD)):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    for says, args, data in [
            (b"xlsx2csv FILE | pmm-check check [spreadsheet_file]", [], WORKBOOK),
            (b"[spreadsheet_file]", ["--from", "csv"], OLD),
            (b"[spreadsheet_file]", [folder + "/daftar.xlsx"], b""),
            (b"[spreadsheet_file]", [folder + "/daftar.csv", "-"], b"role\nguru\n"),
            (b"[spreadsheet_file]", [folder + "/old.xls"], b""),
            (b"zcat FILE | pmm-check check [compressed_file]", [], gzip.compress(b"role\nguru\n")),
            (b"no such file; check the name", [folder + "/absent.csv"], b""),
            (b"this is a directory", [folder], b""),
            (b"[no_header]", ["--from", "csv"], b"a,b\n1,2\n"),
            (b"Did you mean: role?", ["--set", "rol=guru"], b""),
            (b"Did you mean: guru?", ["--set", "role=gurru"], b""),
            (b"--set Role: it is given twice", ["--set", "role=guru", "--set", "Role=guru"], b""),
            (b"--set:\n- \"role\": This fact is given more than once", ["--set", "jabatan=kepsek", "--set", "role=guru"],
             b"{}"),
            (b'"employment": This value is not known. ', ["--set", "rol=x", "--set", "employment=x"],
             b""),
            (b'"group": This name is not a known fact. ', ["--set", "group=x"], b"{}"),
            (b"one of json|ndjson|csv|text is needed", ["--to", "xml"], b""),
            (b"write it like FACT=VALUE", ["--set", "role"], b""),
            (b"there is no such option", ["--nonsense"], b""),
            (b"--id-from: there is no column of that name", ["--id-from", "kenari"], CSV),
            (b"there are: row, id, role,", ["--columns", "row,rol"], CSV),
            (b"--columns changes nothing", ["--columns", "row"], OBJECT),
            (b"or use --to csv", ["--columns", "row", "--to", "json"], CSV),
            (b"--explain: rows in brief have no reasons; add --detail full", ["--explain"], CSV),
            (b"add --detail full", ["--explain", "--to", "ndjson"], OBJECT),
            (b"--detail full changes nothing", ["--explain", "--detail", "full"], CSV),
            (b"absent.json", ["--rules", folder + "/absent.json"], b"")]:
        tap.attempt(f"trouble: {says.decode()} {' '.join(args[:1])}", check_trouble, binary, says,
                    data, *args)
    for says, args, data in [
            (b"json|csv|text", ["--to", "ndjson"], b""), (b"write it like", ["--group-by", ""], b""),
            (b"--detail", ["--detail", "full"], b""), (b"--explain", ["--explain"], b""),
            (b"changes nothing", ["--to", "csv", "--pretty"], b"{}\n"),
            (b"--columns: no such column", ["--to", "csv", "--columns", "row"], b"{}\n"),
            (b"--group-by: there is no column of that name", ["--group-by", "kenari"], b"role\nguru\n"),
            (b"[malformed_json]", ["--from", "json"], b"[{},"),
            (b"a JSON object is needed", ["--from", "json"], b"5")]:
        tap.attempt(f"summary, trouble: {' '.join(args)}", lambda *rest: check_trouble(
            *rest, command="summary"), binary, says, data, *args)


def check_broken_array(binary):
    """What came before may stand: an array is answered as it is read."""
    done = check(binary, "--from", "json", data=b"[1,", status=2)
    require(b"[malformed_json]" in done.stderr and b"offset 3" in done.stderr, f"{done.stderr!r}")


def check_as_of(binary, data, args, says):
    """Several rulebooks: the same choice as ?as_of, for rows and for one object."""
    done = check(binary, "--rules", RULEBOOK_SET, *args, data=data)
    require(says in done.stdout, f"{done.stdout[-400:]!r}")


def play_rulebooks(tap, binary):
    for data in (b'{"visitor":"guru"}', b'{"visitor":"guru"}\n{"visitor":"murid"}\n'):
        rows = "rows" if b"murid" in data else "one object"
        for args, name in [([], b"ruang-2003"), (["--as-of", "2001-05-05"], b"ruang-2001")]:
            tap.attempt(f"{rows} by the rulebook {name.decode()}", check_as_of, binary, data, args,
                        b'"rulebook":{"id":"' + name + b'"')
    tap.attempt("defaults are those of the chosen rulebook", check_as_of, binary, b"[{}]",
                ["--as-of", "2999-01-01", "--set", "card=false"], b'"permission":"refused"')
    for says, args in [(b"no rulebook is in force", ["--as-of", "2002-01-01", "--rules", RULEBOOK_SET]),
                       (b"no rulebook is in force", ["--as-of", "2024-02-01"]),
                       (b"write it like YYYY-MM-DD", ["--as-of", "2024-02-30"]),
                       (b"write it like YYYY-MM-DD", ["--as-of", "today"]),
                       (b"is not a known fact", ["--as-of", "2999-01-01", "--rules", RULEBOOK_SET, "--set",
                                          "visitor=guru"])]:
        tap.attempt(f"trouble: {says.decode()} {' '.join(args[:2])}", check_trouble, binary, says,
                    b"{}", *args)


def check_full(binary):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([binary, "check"], input=NDJSON, stdout=full,
                              stderr=subprocess.PIPE, timeout=PATIENCE_S, check=False)
    require(done.returncode == 2 and b"No space left" in done.stderr, f"{done}")


def check_closed_pipe(binary):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([binary, "check"], input=NDJSON, stdout=write, stderr=subprocess.PIPE,
                          timeout=PATIENCE_S, check=False)
    os.close(write)
    require(done.returncode == 2 and done.stderr == b"", f"{done}")


def feed(stream, data):
    """Writes DATA and leaves the stream open; the reader may end first."""
    try:
        stream.write(data)
        stream.flush()
    except BrokenPipeError:
        pass


def check_interrupted(binary, number):
    """Stops it while it waits for more: what it wrote is whole lines."""
    process = subprocess.Popen([binary, "check", "--from", "ndjson"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # More than one piece, so that some of the answer is out before the signal.
    writer = threading.Thread(target=feed, args=(process.stdin, NDJSON * 4000))
    writer.start()
    out = process.stdout.read(1)
    process.send_signal(number)
    out += process.stdout.read()
    status = process.wait(timeout=PATIENCE_S)
    writer.join()
    said = process.stderr.read()
    require(status == 2, f"status {status}")
    require(b"interrupted after" in said, f"stderr: {said!r}")
    require(out.endswith(b"}\n") and b'"summary"' not in out.splitlines()[-1], f"{out[-80:]!r}")


def open_terminal():
    """Both ends of one, or why there is none: a chroot may have no /dev/pts."""
    try:
        return pty.openpty(), None
    except OSError as problem:
        return None, f"no terminal: {problem}"


def check_bar(binary, folder, main, side):
    """A terminal on stderr gets a bar with rows and time; a pipe gets nothing."""
    path = pathlib.Path(folder) / "long.ndjson"
    path.write_bytes(NDJSON * 1500000)
    process = subprocess.Popen([binary, "check", str(path)], stdout=subprocess.DEVNULL,
                               stderr=side)
    os.close(side)
    seen = b""
    while b" left" not in seen:
        require(select.select([main], [], [], PATIENCE_S)[0], "no bar")
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        seen += piece
    process.kill()
    process.wait()
    os.close(main)
    require(b"[" in seen and b"rows/s" in seen and b" left" in seen, f"{seen!r}")


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        play_same(tap, binary)
        play_formats(tap, binary, folder)
        tap.attempt("several files make one answer", check_files, binary, folder)
        tap.attempt("several files make one sum", check_sum, binary, folder)
        for count, status in ((10000, 0), (10001, 2)):
            tap.attempt(f"{count} groups", check_groups, binary, count, status)
        play_trouble(tap, binary, folder)
        play_rulebooks(tap, binary)
        tap.attempt("an array that ends too early", check_broken_array, binary)
        tap.attempt("a full disk", check_full, binary)
        tap.attempt("a pipe that nobody reads", check_closed_pipe, binary)
        for number in (signal.SIGINT, signal.SIGTERM):
            tap.attempt(f"{number.name} leaves whole lines", check_interrupted, binary, number)
        terminal, why = open_terminal()
        if terminal:
            tap.attempt("a bar on a terminal", check_bar, binary, folder, *terminal)
        else:
            tap.skip("a bar on a terminal", why)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
