"""Runs inside a node, read from standard input: python3 -ESs - RUNS COMMAND…

Runs the command RUNS times after a few that do not count, and prints one JSON object: wall and CPU milliseconds of each
run, CPU milliseconds of PID 1 per run, and what the last run printed.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

WARM_UP = 3


def run_once(command):
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return wall * 1e3, (used.ru_utime + used.ru_stime) * 1e3, child.returncode, output.read().decode()


def pid1_cpu_ms():
    """To the nanosecond where the kernel says so, else in its clock ticks."""
    try:
        with open("/proc/1/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e6
    except OSError:
        with open("/proc/1/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1e3 / os.sysconf("SC_CLK_TCK")


def main():
    runs, command = int(sys.argv[1]), sys.argv[2:]
    for _ in range(WARM_UP if runs > 1 else 0):
        run_once(command)
    before = pid1_cpu_ms()
    results = [run_once(command) for _ in range(runs)]
    pid1 = (pid1_cpu_ms() - before) / runs
    wall, cpu, statuses, outputs = zip(*results)
    json.dump({"wall_ms": wall, "cpu_ms": cpu, "pid1_cpu_ms": pid1, "statuses": statuses, "output": outputs[-1]}, sys.stdout)


main()
