"""One report with every service up, section by section, and with each service silent in turn: stopped by SIGSTOP, its
ports still accept, and nobody answers."""
import json
import statistics
import time

import lab
import node
import table

RUNS = 3
PROBES = "src/probe/probes.hpp: 2000 to 3000"  # limits of its table, in ms
LONGEST_MS = 3000
START_UP_MS = 150  # of the program, on a machine that the lab's nodes keep busy
SYSTEM = ("caddy", "coredns", "dbus", "systemd-journald")
SETTLED_S = 90


def services(cluster):
    listed = cluster.shell(node.NODE, "systemctl", "list-units", "--state=running", "--plain", "--no-legend", "orama-*",
                           *(f"{name}.service" for name in SYSTEM))
    return sorted(line.split()[0] for line in listed.splitlines())


def sections(cluster):
    report = node.measured(cluster, 1)["report"]
    rows = []
    for name in (key for key, value in report.items() if isinstance(value, dict) and key != "collector"):
        result = node.measured(cluster, 5, "--section", name)
        rows.append((name, statistics.median(result["wall_ms"]), statistics.median(result["cpu_ms"])))
    return sorted(rows, key=lambda row: -row[1])


def settle(cluster):
    """Until a report is quick and complete again, as it is on the untouched node."""
    until = time.monotonic() + SETTLED_S
    while time.monotonic() < until:
        result = node.measured(cluster, 1)
        if not result["report"].get("errors") and result["wall_ms"][0] < LONGEST_MS / 2:
            return
        time.sleep(0.2)
    raise lab.WrongResult(f"{node.NODE} is not itself again {SETTLED_S} s after a service was let go on")


def silent(cluster, unit):
    cluster.shell(node.NODE, "systemctl", "kill", "--signal=STOP", unit)
    try:
        result = node.measured(cluster, RUNS)
    finally:
        cluster.shell(node.NODE, "systemctl", "kill", "--signal=CONT", unit)
    settle(cluster)
    result["noticed"] = sorted({entry.split(":")[0] for entry in result["report"].get("errors") or []})
    longest = max(result["wall_ms"])
    node.require(longest <= LONGEST_MS + START_UP_MS, f"{unit} silent: a report took {longest:.0f} ms")
    return result


def run(cluster):
    settle(cluster)
    whole = node.measured(cluster, 21)
    parts = sections(cluster)
    wall = statistics.median(whole["wall_ms"])
    table.show("One report inside a node with every service up: median (least to most), in ms; then its slowest sections, "
               "each asked alone", ["section", "wall", "CPU", "wall of the whole"],
               [["all", table.spread(whole["wall_ms"]), table.spread(whole["cpu_ms"]), ""]]
               + [[name, f"{one_wall:.1f}", f"{cpu:.1f}", f"{one_wall / wall:.0%}"] for name, one_wall, cpu in parts[:5]])
    figures = {"all": whole, "sections": parts, "silent": {}}
    rows = []
    for unit in services(cluster):
        result = silent(cluster, unit)
        result.pop("report")
        figures["silent"][unit] = result
        rows.append([unit, table.spread(result["wall_ms"]), table.spread(result["cpu_ms"]), ", ".join(result["noticed"]) or "-"])
    whole.pop("report")
    table.show(f"The same with one service silent: wanted wall at most the probe's deadline ({PROBES} ms)",
               ["silent", "wall", "CPU", "errors of the report"], rows)
    return json.loads(json.dumps(figures))
