"""The lab as the benchmarks use it: never one that somebody else has started."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
LAB = str(ROOT / "lab" / "lab")
FOLDER = pathlib.Path(subprocess.run([LAB, "folder"], capture_output=True, text=True, check=True).stdout.strip())
FLEETWATCH = os.environ.get("FLEETWATCH_BIN", str(ROOT / "build" / "release" / "bin" / "fleetwatch"))
# Routed to the lab's bridge, which forwards nothing and says nothing: an echo to it is lost, and never leaves the lab.
LOST_ADDRESS = "198.18.255.1"


class WrongResult(Exception):
    """What was measured did not do its work, so its figures mean nothing."""


class Unavailable(Exception):
    """The lab cannot be used here and now."""


class Lab:
    def __init__(self, size, *flags):
        self.size = size
        self.flags = flags
        self.hosts = []

    def __enter__(self):
        if os.geteuid() != 0:
            raise Unavailable("the lab needs root")
        if subprocess.run([LAB, "exists"]).returncode == 0:
            raise Unavailable("the lab is up already, perhaps for somebody else's work: lab/lab down first")
        done = subprocess.run([LAB, "up", *self.flags, str(self.size)], capture_output=True, text=True, timeout=900)
        if done.returncode != 0:
            self.__exit__()
            raise Unavailable(f"lab up {self.size} failed: {done.stderr.strip() or done.stdout.strip()}")
        self.hosts = hosts_of(FOLDER)
        return self

    def __exit__(self, *_):
        subprocess.run([LAB, "down"], check=False, timeout=300)

    def shell(self, node, *command, text=None):
        done = subprocess.run([LAB, "shell", node, *command], input=text, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise WrongResult(f"{node}: {' '.join(command)}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout


def hosts_of(folder):
    """The nodes' addresses, from the lab's inventory: environment|user@host|role."""
    lines = (folder / "remote-nodes.conf").read_text().splitlines()
    return [line.split("|")[1].split("@")[1] for line in lines]


def ssh_settings():
    """The same for every program, whatever the user's own settings are."""
    return [
        f"IdentityFile={FOLDER}/key", "IdentitiesOnly=yes", f"UserKnownHostsFile={FOLDER}/known_hosts",
        "GlobalKnownHostsFile=/dev/null", "StrictHostKeyChecking=yes", "BatchMode=yes", "ControlMaster=no",
        "ControlPath=none",
    ]


def nodes_cpu_seconds(size):
    """All CPU time of the nodes' processes so far, or None where the kernel does not account for it by group."""
    total = 0.0
    cluster = (FOLDER / "cgroup").read_text().strip()
    for number in range(1, size + 1):
        group = f"{cluster}/n{number}"
        v1 = pathlib.Path("/sys/fs/cgroup/cpuacct", group, "cpuacct.usage")
        v2 = pathlib.Path("/sys/fs/cgroup", group, "cpu.stat")
        if v1.exists():
            total += int(v1.read_text()) / 1e9
        elif v2.exists():
            total += int(dict(line.split() for line in v2.read_text().splitlines())["usage_usec"]) / 1e6
        else:
            return None
    return total
