"""Gathering from eight nodes over cold connections, beside other tools that run the same remote command.

The tools take turns, one round after the other and each round beginning with another one, so that what else the machine
does meets all of them. On a busy machine one thing stays unequal: Linux shares the processor among sessions
(sched_autogroup), so tools that start each ssh in a session of its own get more of it than xargs and clush.
Every run is checked: eight whole reports, or the figures are worth nothing.
"""
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

import lab
import table

USER = "ubuntu"
ROUNDS = 7
REPORT_BYTES = 22 * 1024
REPORT_FILE = "/tmp/report.json"
COLLECT = "sudo orama node report --json"
READ_FILE = f"cat {REPORT_FILE}"
BASELINE = "xargs -P8 ssh"
IDLE_SECONDS = 5
SETTLE_SECONDS = 0.5  # the nodes end their sessions in this time: what that costs counts for the tool that caused it


@dataclasses.dataclass
class Tool:
    name: str
    program: str
    command: list
    count: object  # function: output to the number of whole reports
    given: str = ""  # standard input
    environment: dict = dataclasses.field(default_factory=dict)


def whole_reports_of_ours(output):
    return sum(bool(node.get("report", {}).get("hostname")) for node in json.loads(output)["nodes"])


def reports_by_line(output):
    """Each report is one line; tools put a name before it. The parts of lines that xargs mixes are never counted."""
    count, decoder = 0, json.JSONDecoder()
    for line in output.splitlines():
        start = line.find('{"')
        try:
            count += start >= 0 and "hostname" in decoder.raw_decode(line[start:])[0]
        except ValueError:
            pass
    return count


def reports_by_bytes(output):
    """For output that may be mixed: as many lines as hosts, and as many ends of objects as beginnings."""
    return output.count("\n") if output.count("{") == output.count("}") else 0


def tools(hosts, remote, ours):
    settings = lab.ssh_settings()
    as_options = [part for setting in settings for part in ("-o", setting)]
    joined = " ".join(as_options)
    ssh_options = ["--ssh-option=" + setting for setting in settings]
    targets = [f"{USER}@{host}" for host in hosts]
    fanout = str(len(hosts))
    monitor = [lab.FLEETWATCH, "monitor", "report", "--env", "lab", "--config", f"{lab.FOLDER}/remote-nodes.conf"]
    return [
        Tool("fleetwatch", lab.FLEETWATCH, monitor + ssh_options + ours, whole_reports_of_ours),
        Tool(BASELINE, "xargs", ["xargs", f"-P{fanout}", "-I{}", "ssh", "-T", *as_options, "{}", remote],
             reports_by_bytes, given="\n".join(targets) + "\n"),
        Tool("clush", "clush", ["clush", "-n", "-S", "-f", fanout, "-l", USER, "-o", joined, "-w", ",".join(hosts), remote],
             reports_by_line),
        Tool("parallel-ssh", "parallel-ssh",
             ["parallel-ssh", "--inline-stdout", "-p", fanout, *(part for t in targets for part in ("-H", t)),
              *(part for setting in settings for part in ("-O", setting)), remote], reports_by_line),
        Tool("ansible raw", "ansible",
             ["ansible", "all", "-i", ",".join(hosts) + ",", "-u", USER, "-f", fanout, "-m", "raw", "-a", remote],
             reports_by_line, environment={"ANSIBLE_SSH_ARGS": "-C " + joined, "ANSIBLE_NOCOLOR": "1"}),
    ]


@dataclasses.dataclass
class Figures:
    wall: list = dataclasses.field(default_factory=list)
    cpu: list = dataclasses.field(default_factory=list)
    nodes_cpu: list = dataclasses.field(default_factory=list)


class Gathering:
    def __init__(self, hosts):
        self.hosts = hosts
        self.idle_share = None  # CPU seconds per second that the nodes use while nobody asks them

    def measure_idle(self):
        before = lab.nodes_cpu_seconds(len(self.hosts))
        started = time.monotonic()
        time.sleep(IDLE_SECONDS)
        if before is not None:
            self.idle_share = (lab.nodes_cpu_seconds(len(self.hosts)) - before) / (time.monotonic() - started)

    def run_once(self, tool, figures):
        nodes_before = lab.nodes_cpu_seconds(len(self.hosts))
        with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+", errors="replace") as output, \
                tempfile.TemporaryFile("w+", errors="replace") as errors:
            given.write(tool.given)
            given.seek(0)
            started = time.monotonic()
            child = subprocess.Popen(tool.command, stdin=given, stdout=output, stderr=errors,
                                     env={**os.environ, **tool.environment})
            _, status, used = os.wait4(child.pid, 0)  # with all of its children that it waited for
            wall = time.monotonic() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            time.sleep(SETTLE_SECONDS)
            spent = time.monotonic() - started
            nodes_after = lab.nodes_cpu_seconds(len(self.hosts))
            output.seek(0)
            errors.seek(0)
            self.check(tool, child.returncode, output.read(), errors.read())
        figures.wall.append(wall)
        figures.cpu.append(used.ru_utime + used.ru_stime)
        if self.idle_share is not None:
            figures.nodes_cpu.append(nodes_after - nodes_before - self.idle_share * spent)

    def check(self, tool, status, output, errors):
        count = tool.count(output) if status == 0 else 0
        if count != len(self.hosts):
            raise lab.WrongResult(f"{tool.name}: status {status}, {count} whole reports of {len(self.hosts)}: "
                                  f"{errors.strip()[-500:] or output[-500:]}")

    def compare(self, title, wanted, remote, ours):
        present = []
        for tool in tools(self.hosts, remote, ours):
            if shutil.which(tool.program):
                present.append((tool, Figures()))
            else:
                print(f"skipped: {tool.name}: {tool.program} is not installed")
        for tool, _ in present:  # warms the files of the tools, not the connections
            self.run_once(tool, Figures())
        self.measure_idle()
        for round_number in range(ROUNDS):
            first = round_number % len(present)
            for tool, figures in present[first:] + present[:first]:
                self.run_once(tool, figures)
        return summary(title, wanted, {tool.name: figures for tool, figures in present})


def summary(title, wanted, by_name):
    wall = {name: statistics.median(figures.wall) for name, figures in by_name.items()}
    cpu = {name: statistics.median(figures.cpu) for name, figures in by_name.items()}
    rows = []
    for name, figures in sorted(by_name.items(), key=lambda item: wall[item[0]]):
        nodes = f"{statistics.median(figures.nodes_cpu):.2f}" if figures.nodes_cpu else "not counted"
        rows.append([name, table.spread(figures.wall, 3), f"{wall[name] / min(wall.values()):.2f}",
                     table.spread(figures.cpu, 3), f"{cpu[name] / cpu[BASELINE]:.2f}" if BASELINE in cpu else "--", nodes,
                     wanted if name == "fleetwatch" else ""])
    table.show(f"{title}: {ROUNDS} rounds, median (least to most), in s",
               ["tool", "wall", "x fastest", "watcher's CPU", "x xargs", "nodes' CPU", "wanted"], rows)
    return {name: dataclasses.asdict(figures) for name, figures in by_name.items()}


def place_report(cluster, node):
    """A report of 22 KB on the node: its own, with an unknown member that makes it that long."""
    report = json.loads(cluster.shell(node, "/usr/local/bin/fleetwatch-node", "node", "report", "--json"))
    report["padding"] = ""
    missing = REPORT_BYTES - len(json.dumps(report))
    report["padding"] = "x" * max(missing, 0)
    cluster.shell(node, "sh", "-c", f"cat >{REPORT_FILE} && chmod 644 {REPORT_FILE}", text=json.dumps(report) + "\n")


def run(cluster):
    for number in range(1, cluster.size + 1):
        place_report(cluster, f"n{number}")
    gathering = Gathering(cluster.hosts)
    limits = "wall <= 1.05 x fastest, CPU <= 1.1 x xargs"
    return {
        "report": gathering.compare(f"Reports of {cluster.size} nodes over cold connections", limits + ", wall <= 0.8",
                                    COLLECT, []),
        "transport": gathering.compare(f"The transport alone: a file of {REPORT_BYTES // 1024} KB from each", limits,
                                       READ_FILE, ["--report-command", READ_FILE]),
    }
