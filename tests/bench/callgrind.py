# SPDX-License-Identifier: MIT
"""Runs a program under callgrind and reads what it counted.

Instructions of the program alone are counted, not the kernel's, so neither the
load nor the speed of the machine matters. What could still differ between
machines is pinned: libraries choose their code by what the processor can do, and
`rep movsb` would count as one instruction for each byte.
"""

import collections
import os
import re
import shutil
import subprocess

# The plain code of each library, which every processor can run.
PINNED = {
    "LC_ALL": "C",
    "GLIBC_TUNABLES":
        "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX_Fast_Unaligned_Load,-BMI2,-ERMS,-FSRM,-SSE4_2,-SSSE3"
        ":glibc.cpu.x86_non_temporal_threshold=0xc0000",
    "GNUTLS_CPUID_OVERRIDE": "1",
}

COST = re.compile(r"[-+*]?\d* (\d+)$")


def tool():
    return shutil.which("valgrind")


def version():
    return subprocess.run([tool(), "--version"], capture_output=True, text=True,
                          check=True).stdout.strip().rpartition("-")[2]


def command(out, *options):
    """What stands before a program; OUT is the file for what is counted."""
    return [tool(), "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}", *options]


def run(out, options, program):
    """Runs PROGRAM and returns what it printed."""
    done = subprocess.run([*command(out, *options), *program], env=PINNED,
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{program[0]} ended with status {done.returncode}\n{done.stderr}")
    return done.stdout


def parts(path):
    """For each part of the file: instructions of each object's own code."""
    found, names, counts, current, called = [], {}, None, None, False
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            word, _, rest = line.rstrip("\n").partition("=")
            cost = COST.match(line)
            if line.startswith(("part:", "creator:")) and not counts:
                counts = collections.Counter()
            elif word in ("ob", "cob"):
                number, _, name = rest.partition(" ")
                if name:
                    names[number] = os.path.basename(name)
                if word == "ob":
                    current = names[number]
            elif word == "calls":
                called = True  # the next line is the cost of what was called
            elif cost:
                counts[current] += 0 if called else int(cost[1])
                called = False
            elif line.startswith("totals:"):
                if int(line.split()[1]) != sum(counts.values()):
                    raise RuntimeError(f"{path} is not understood")
                found.append(counts)
                counts = collections.Counter()
    return found
