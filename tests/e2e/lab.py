"""The lab as the tests use it: started once, shared by all tests, ended at the end."""
import atexit
import json
import os
import pathlib
import subprocess
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = str(ROOT / "lab" / "lab")
BINARIES = pathlib.Path(os.environ.get("FLEETWATCH_BINARIES", ROOT / "build" / "release" / "bin"))
FLEETWATCH = str(BINARIES / "fleetwatch")
NODE = str(BINARIES / "fleetwatch-node")
SETTLE_SECONDS = 60


def obstacle():
    """Why the lab cannot run here, or an empty text."""
    if os.geteuid() != 0:
        return "the lab needs root"
    if not pathlib.Path("/dev/net/tun").is_char_device():
        return "the lab needs /dev/net/tun"
    if subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True).returncode != 0:
        return "the lab needs namespaces"
    return ""


class Reply:
    def __init__(self, done, seconds):
        self.status, self.out, self.err, self.seconds = done.returncode, done.stdout, done.stderr, seconds

    def json(self):
        return json.loads(self.out)


def call(*command, timeout=120, **options):
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=timeout, **options)
    return Reply(done, time.monotonic() - started)


class Lab:
    """Three nodes; the first two are nameservers."""

    hosts = []
    started = False

    @classmethod
    def start(cls):
        if cls.started:
            return
        if call(LAB, "alive").status == 0:
            raise unittest.SkipTest("a lab is running already: end it with ./dev lab down")
        call(LAB, "down")
        done = call(LAB, "up", "3", timeout=900)
        if done.status != 0:
            raise RuntimeError(f"lab up failed: {done.err or done.out}")
        atexit.register(call, LAB, "down")
        inventory = pathlib.Path(call(LAB, "folder").out.strip(), "remote-nodes.conf")
        cls.hosts[:] = [line.split("|")[1].split("@")[1] for line in inventory.read_text().splitlines()]
        cls.started = True

    @staticmethod
    def run(*arguments, timeout=120):
        return call(LAB, "run", *arguments, timeout=timeout)

    @staticmethod
    def shell(node, *command):
        return call(LAB, "shell", node, *command)

    @staticmethod
    def node(action, node):
        done = call(LAB, action, node)
        assert done.status == 0, done.err

    @classmethod
    def alerts(cls, *flags):
        return cls.run("monitor", "alerts", "--env", "lab", "--json", *flags).json()

    @classmethod
    def settle(cls, wanted, *flags):
        """Alerts as soon as `wanted(alerts)` holds; the last ones seen when it never does."""
        end = time.monotonic() + SETTLE_SECONDS
        while True:
            alerts = cls.alerts(*flags)
            if wanted(alerts) or time.monotonic() > end:
                return alerts

    @classmethod
    def leader(cls):
        """Name and host of the raft leader."""
        report = cls.run("monitor", "report", "--env", "lab").json()
        for number, node in enumerate(report["nodes"], 1):
            if node["report"]["rqlite"].get("raft_state") == "Leader":
                return f"n{number}", node["host"]
        raise AssertionError("no leader in the lab")


    @classmethod
    def forget_logs(cls):
        """Log lines of the last hour are the input of some rules: what a fault wrote must not be seen by the next test."""
        for node in ("n1", "n2", "n3"):
            cls.shell(node, "journalctl", "--rotate", "--vacuum-time=1s")


def roots(alerts):
    """What stands for itself: alerts that nothing else explains, as (rule, node)."""
    return sorted((alert["id"], alert["node"]) for alert in alerts if "caused_by" not in alert)


@unittest.skipIf(obstacle(), obstacle())
class LabTest(unittest.TestCase):
    """A test that begins and ends with a healthy cluster."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        Lab.start()

    def setUp(self):
        def at_rest(alerts):
            if alerts:
                Lab.forget_logs()  # what a fault before this test had written a moment too late
            return not alerts

        Lab.forget_logs()
        self.assertEqual(Lab.settle(at_rest), [], "the lab is not healthy before the test")

    def expect_roots(self, wanted, *flags):
        alerts = Lab.settle(lambda found: roots(found) == wanted, *flags)
        self.assertEqual(roots(alerts), wanted, json.dumps(alerts, indent=1))
        return alerts
