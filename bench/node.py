"""One report of one node, measured inside it."""
import json
import pathlib
import statistics

import lab
import table

INSIDE = (pathlib.Path(__file__).resolve().parent / "inside.py").read_text()
NODE = "n1"
REPORT = ["/usr/local/bin/fleetwatch-node", "node", "report", "--json"]


def require(condition, what):
    if not condition:
        raise lab.WrongResult(what)


def measured(cluster, runs, *flags):
    result = json.loads(cluster.shell(NODE, "python3", "-ESs", "-", str(runs), *REPORT, *flags, text=INSIDE))
    require(set(result["statuses"]) == {0}, f"node report ended with {set(result['statuses'])}")
    result["report"] = json.loads(result.pop("output"))
    return result


def answered(cluster, runs):
    result = measured(cluster, runs)
    require(result["report"]["network"].get("internet_reachable") is True, "the echo was answered, the report denies it")
    require(result["report"]["rqlite"].get("responsive") is True, "rqlite answers, the report denies it")
    return result


def lost_echo(cluster, runs):
    result = measured(cluster, runs, "--internet-target", lab.LOST_ADDRESS)
    require(result["report"]["network"].get("internet_reachable") is False, "no echo was answered, the report claims one")
    return result


def stopped_service(cluster, runs):
    cluster.shell(NODE, "systemctl", "kill", "--signal=STOP", "orama-node")
    try:
        result = measured(cluster, runs)
    finally:
        cluster.shell(NODE, "systemctl", "kill", "--signal=CONT", "orama-node")
    require(result["report"]["rqlite"].get("responsive") is False, "rqlite is stopped, the report has an answer of it")
    return result


CASES = (
    ("all services answer", answered, 21, "wall <= 30, CPU <= 15"),
    ("the echo is lost", lost_echo, 5, "wall <= 1100"),
    ("orama-node stopped", stopped_service, 3, "wall <= the probe's deadline"),
)


def run(cluster):
    figures, rows = {}, []
    for name, measure, runs, wanted in CASES:
        result = measure(cluster, runs)
        report = result.pop("report")
        result["bytes"] = len(json.dumps(report, separators=(",", ":")))
        result["collect_ms"] = report["collect_ms"]
        figures[name] = result
        rows.append([name, runs, table.spread(result["wall_ms"]), table.spread(result["cpu_ms"]),
                     f"{result['pid1_cpu_ms']:.1f}", wanted])
    table.show("One report inside a node of three: median (least to most), in ms",
               ["case", "runs", "wall", "CPU", "PID 1's CPU", "wanted"], rows)
    return figures
