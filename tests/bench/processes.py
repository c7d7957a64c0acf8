# SPDX-License-Identifier: MIT
"""What the benchmarks share: servers on a core of their own, and what they cost."""

import os
import pathlib
import re
import socket
import subprocess
import sys
import urllib.request

PROFILE = b'{"role":"guru","employment":"PNS","belajar_id":true,"dapodik_gtk":true}'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(arguments, port, cores="0"):
    """Starts a server, its log thrown away, and returns it once it listens."""
    process = subprocess.Popen(["taskset", "-c", cores, *arguments], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except ConnectionRefusedError:
            os.sched_yield()
    sys.exit(f"{arguments[0]} did not start")


def start_ours(binary, port, threads=1, cores="0", arguments=()):
    return start([binary, "serve", "--listen", f"127.0.0.1:{port}", "--threads", str(threads),
                  *arguments], port, cores)


def start_nginx(folder, port, size):
    """nginx, which returns a constant of SIZE bytes; its files are in FOLDER."""
    paths = "".join(f"{kind}_temp_path {folder}/{kind};"
                    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = folder / "nginx.conf"
    config.write_text(
        f"worker_processes 1; master_process off; daemon off; pid {folder}/pid;"
        "error_log /dev/null; events { worker_connections 1024; }"
        f"http {{ access_log off; keepalive_requests 100000000; {paths}"
        f"server {{ listen 127.0.0.1:{port}; location = /check {{"
        f" default_type application/json; return 200 '{'x' * size}'; }} }} }}")
    return start(["nginx", "-p", str(folder), "-c", str(config)], port)


def ask(port):
    """The answer to the one profile."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/check", PROFILE,
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def cpu_seconds(pid):
    """CPU time of a process and all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wrk(server, script, seconds, connections, threads=1, cores="1"):
    """Runs wrk against SERVER, (process, port). Returns microseconds of the server's CPU
    time for a request, and what wrk printed; all must be answered with 200."""
    process, port = server
    before = cpu_seconds(process.pid)
    output = subprocess.run(
        ["taskset", "-c", cores, "wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s",
         "--latency", "-s", str(script), f"http://127.0.0.1:{port}/check"],
        capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(process.pid) - before
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit("wrong answers or broken connections\n" + output)
    return used / int(re.search(r"(\d+) requests in", output)[1]) * 1e6, output


def measure(servers, script, options, connections, **how):
    """Microseconds of CPU time for a request: for each of SERVERS, one for each round.
    They take turns."""
    figures = {name: [] for name in servers}
    for turn in range(options.rounds + 1):
        for name, server in servers.items():
            figure, _ = wrk(server, script, options.seconds, connections, **how)
            if turn:  # the first one warms up
                figures[name].append(figure)
    return figures


def write_script(path):
    """The one profile as a script of wrk's."""
    pathlib.Path(path).write_text(
        "wrk.method = 'POST'\n"
        f"wrk.body = '{PROFILE.decode()}'\n"
        "wrk.headers['Content-Type'] = 'application/json'\n")
