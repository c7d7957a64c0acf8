#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Generated rulebooks of all sizes up to the limit are proved, and answered by.

Usage: run_sizes.py BINARY

Each is proved by `verify` and served; profiles are then asked about whose answers
the generator has worked out from the rules by itself. The largest may take no more
than 64 MiB, which is not measured in a binary with a sanitizer. Prints TAP.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(TESTS, folder) for folder in ("http", "bulk", "bench")]

from harness import Failure, SANITIZER, Server, Tap  # noqa: E402
from rulebook_of_size import SHAPES, make_rulebook  # noqa: E402
from upload import is_sanitized, memory_kib  # noqa: E402

SIZES = [100, 10_000, 1_000_000]
MEMORY_KIB = 64 << 10
VARIED = 1000  # distinct answers that the largest has at least


def prove(binary, path):
    """The report of `verify`, and its peak memory in KiB."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([binary, "verify", path], stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != 0 or SANITIZER.search(text):
        raise Failure(f"exit status {process.returncode}\n{text.decode()[:2000]}")
    return text.decode(), usage.ru_maxrss


def number(report, pattern):
    return int(re.search(pattern, report)[1])


def check_proof(binary, path, cells):
    report, used = prove(binary, path)
    space = number(report, r"space +(\d+) profiles")
    answers = number(report, r"decisions +(\d+) distinct")
    if not 0.9 <= space / cells <= 1.1:
        raise Failure(f"{space} profiles are not about {cells}")
    if cells == max(SIZES) and answers < VARIED:
        raise Failure(f"only {answers} distinct answers")
    if used > MEMORY_KIB and not is_sanitized(binary):
        raise Failure(f"the proof takes {used} KiB")


def check_answers(binary, path, rulebook):
    server = Server(binary, ["--rules", path])
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    try:
        for example in rulebook["examples"]:
            connection.request("POST", "/check", json.dumps(example["profile"]),
                               {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
            for feature, wanted in example["expect"].items():
                found = {name: answer["features"][feature][name] for name in wanted}
                if found != wanted:
                    raise Failure(f"{example['profile']}, {feature}\nfound  {found}\n"
                                  f"wanted {wanted}")
        used = memory_kib(server.process.pid, "VmHWM")
    finally:
        connection.close()
        status = server.stop()
    if status != 0 or SANITIZER.search(server.output()):
        raise Failure(f"exit status {status}\n{server.log_text()}")
    if used > MEMORY_KIB and not is_sanitized(binary):
        raise Failure(f"the server takes {used} KiB")


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rulebook.json")
        for shape in SHAPES:
            for cells in SIZES:
                rulebook = make_rulebook(cells, shape)
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(rulebook, file)
                tap.attempt(f"{shape}, {cells} profiles: proof", check_proof, binary, path, cells)
                tap.attempt(f"{shape}, {cells} profiles: answers", check_answers, binary, path,
                            rulebook)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: run_sizes.py BINARY")
    sys.exit(main(sys.argv[1]))
