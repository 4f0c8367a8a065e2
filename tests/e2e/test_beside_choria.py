"""Ours beside the real `choria` in the same election, at the same broker; where there is one on PATH."""
import json
import os
import pathlib
import queue
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from lab import FLEETWATCH, ROOT, call
import test_election
import test_events

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402

CHORIA = shutil.which("choria")
PROGRAM = os.environ.get("FLEETWATCH_BIN", FLEETWATCH)
BUCKET = "CHORIA_LEADER_ELECTION"
TTL = 5  # seconds; the least of which Choria does not warn
INTERVAL = 0.75 * TTL
SLACK = 5
FIRST = 5 + 2 * INTERVAL + SLACK  # until somebody leads a new election
NEXT = TTL + 2 * INTERVAL + SLACK  # until somebody leads after the leader is gone

# A script of its own: Choria joins the words of a command and splits them again.
COMMAND = """#!/bin/bash
say() { echo "$1 $2 $(date +%s.%N) $$" >>"$3"; }
trap 'say end "$1" "$2"; exit 7' INT TERM
trap : USR1 USR2
say start "$1" "$2"
while :; do sleep 0.02; done
"""

# Choria connects without TLS only to a broker that knows it, and does without.
CONFIG = """
tls {{ cert_file: "{folder}/cert.pem", key_file: "{folder}/key.pem" }}
allow_non_tls: true
"""


def without_log(text):
    """Choria's log shares its standard output."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith('time="'))


@unittest.skipUnless(CHORIA, "choria is not installed")
@unittest.skipUnless(broker.program(), "nats-server is not installed")
@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
class BesideChoria(unittest.TestCase):
    def setUp(self):
        home = tempfile.TemporaryDirectory(prefix="fleetwatch-choria-")
        self.addCleanup(home.cleanup)
        self.folder = pathlib.Path(home.name)
        made = call("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                    "-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem"))
        self.assertEqual(0, made.status, made.err)
        self.server = broker.Broker(CONFIG.format(folder=self.folder), jetstream=True,
                                    server=list(broker.programs().values())[-1])
        self.addCleanup(self.server.close)
        self.client = broker.Client(self.server.port)
        self.addCleanup(self.client.close)
        broker.make_election_bucket(self.client, TTL)
        self.command, self.log = self.folder / "command", self.folder / "log"
        self.command.write_text(COMMAND)
        self.command.chmod(0o755)
        self.log.touch()
        self.addCleanup(self.kill_commands)
        self.running = {}
        self.environment = {**os.environ, "INSECURE_YES_REALLY": "true", "HOME": home.name, "USER": "root"}

    def config(self, identity):
        path = self.folder / f"{identity}.conf"
        path.write_text(f"identity = {identity}\nloglevel = warn\nplugin.choria.use_srv = false\n"
                        f"plugin.choria.middleware_hosts = 127.0.0.1:{self.server.port}\n"
                        "plugin.security.provider = file\nplugin.choria.server.provision = false\n")
        return str(path)

    def theirs(self, *arguments):
        """What Choria says, and the status."""
        done = call(CHORIA, *arguments, timeout=60, env=self.environment)
        return done.status, without_log(done.out), done.err + done.out

    def start(self, name, election):
        """A candidate: Choria's when its name begins with "choria"."""
        words = [str(self.command), name, str(self.log)]
        if name.startswith("choria"):
            command = [CHORIA, "election", "run", "--config", self.config(name), "--terminate", election, *words]
        else:
            command = [PROGRAM, "election", "run", election, "--server", self.server.url, "--name", name,
                       "--terminate", "--", *words]
        said = (self.folder / f"{name}.said").open("w")
        self.addCleanup(said.close)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=self.environment)
        self.running[name] = process
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

    def events(self):
        return [tuple(line.split()) for line in self.log.read_text().splitlines()]

    def kill_commands(self, name=None):
        """Those cannot write down their end themselves."""
        ended = {pid for what, _, _, pid in self.events() if what != "start"}
        for what, who, _, pid in self.events():
            if what == "start" and pid not in ended and name in (None, who):
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
                with self.log.open("a") as log:
                    log.write(f"killed {who} {time.time()} {pid}\n")

    def wait_for_end(self, name, seconds):
        deadline = time.monotonic() + seconds
        while ("end", name) not in [event[:2] for event in self.events()]:
            self.assertLess(time.monotonic(), deadline, f"{name} does not end: {self.events()}")
            time.sleep(0.05)

    def wait_for_leader(self, name, seconds):
        """Until the newest start is that candidate's."""
        deadline = time.monotonic() + seconds
        while True:
            starts = [who for what, who, _, _ in self.events() if what == "start"]
            if starts and starts[-1] == name:
                return
            said = {one: (self.folder / f"{one}.said").read_text() for one in self.running}
            self.assertLess(time.monotonic(), deadline, f"{name} does not lead: {self.events()} {said}")
            time.sleep(0.05)

    def end(self, name, number):
        """The candidate, and its command with it."""
        process = self.running.pop(name)
        process.send_signal(number)
        if number == signal.SIGKILL:
            self.kill_commands(name)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.kill_commands(name)  # Choria's may outlive it

    def take_turns(self, election, number):
        """Ours leads and Choria waits; then each takes over from the other."""
        self.start("ours1", election)
        self.wait_for_leader("ours1", FIRST)
        self.start("choria1", election)
        time.sleep(5 + INTERVAL)  # Choria's first campaign, for sure
        self.assertEqual([("start", "ours1")], [event[:2] for event in self.events()])
        self.end("ours1", number)
        self.wait_for_leader("choria1", NEXT)
        self.start("ours2", election)
        time.sleep(5 + INTERVAL)
        self.assertEqual("choria1", [event[1] for event in self.events() if event[0] == "start"][-1])
        self.same_view()
        self.end("choria1", number)
        self.wait_for_leader("ours2", NEXT)
        self.same_view()
        self.assertEqual(["ours1", "choria1", "ours2"], [event[1] for event in self.events() if event[0] == "start"])
        test_election.check_exclusion(self.events())

    def same_view(self, *expression):
        """What `election info` shows, while nothing changes."""
        status, shown, said = self.theirs("election", "info", "--config", self.config("viewer"), *expression)
        ours = call(PROGRAM, "election", "info", "--server", self.server.url, *expression)
        self.assertEqual((0, 0), (status, ours.status), (said, ours.err))
        self.assertIn("Election bucket information for " + BUCKET, shown)
        self.assertEqual(shown, ours.out)
        return shown

    def test_each_takes_over_when_the_other_is_stopped(self):
        self.take_turns("stopped", signal.SIGTERM)

    def test_each_takes_over_when_the_other_is_killed(self):
        self.take_turns("killed", signal.SIGKILL)

    def test_the_same_view(self):
        empty = self.same_view()
        self.assertNotIn("Active Elections", empty)
        for election, holder in (("backup", "op1.example.net"), ("provisioner", "prov1.example.net")):
            self.client.ask(f"$KV.{BUCKET}.{election}", holder)
        self.assertIn("prov1.example.net", self.same_view())
        self.assertNotIn("backup", self.same_view("prov"))
        self.same_view("nothing")

    def test_eviction_by_each(self):
        self.start("ours1", "evicted")
        self.wait_for_leader("ours1", FIRST)
        status, _, said = self.theirs("election", "evict", "--config", self.config("viewer"), "--force", "evicted")
        self.assertEqual(0, status, said)
        self.wait_for_end("ours1", SLACK)
        self.assertEqual(["start", "end"], [event[0] for event in self.events()])
        self.start("choria1", "turned")
        self.wait_for_leader("choria1", FIRST)
        ours = call(PROGRAM, "election", "evict", "turned", "--force", "--server", self.server.url)
        self.assertIn("It was choria1.", ours.out, ours.err)
        self.wait_for_end("choria1", INTERVAL + SLACK)  # it learns of it at its next write

    def test_its_events_in_our_viewer(self):
        viewer = test_events.Viewer("tool", "event", "--json", "--server", self.server.url)
        for close in (viewer.process.stdout.close, viewer.process.stderr.close, viewer.process.wait,
                      viewer.process.kill):
            self.addCleanup(close)
        first = None
        while first is None:  # until it listens
            self.client.publish(*broker.startup_event("first"))
            self.client.flush()
            try:
                first = viewer.out.get(timeout=0.2)
            except queue.Empty:
                pass
        process = subprocess.Popen([CHORIA, "server", "run", "--config", self.config("node1.example.net")],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment,
                                   cwd=self.folder)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        said = []
        threading.Thread(target=lambda: said.extend(process.stdout), daemon=True).start()
        shown = self.events_of("node1.example.net", viewer, process)
        if not shown:
            self.skipTest(f"this choria runs no server without certificates: {''.join(said)[-400:]}")
        self.assertEqual("startup", shown[0]["type"])
        process.send_signal(signal.SIGTERM)
        ended = self.events_of("node1.example.net", viewer, None)
        self.assertEqual("shutdown", ended[0]["type"])

    def events_of(self, identity, viewer, process):
        """The next one of that host; none when the program ends before."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                event = json.loads(viewer.out.get(timeout=0.5))
            except queue.Empty:
                if process is not None and process.poll() is not None:
                    return []
                continue
            if event.get("identity") == identity:
                return [event]
        self.fail(f"no event of {identity}; it ran as {shlex.join([CHORIA, 'server', 'run'])}")
