"""Elections against real brokers: who leads, who takes over and when, and that two never lead at once.

The scenarios of one broker run side by side, since most of their time is waiting for keys to expire.
FLEETWATCH_NATS_SERVER names a second nats-server to run them with.
"""
import concurrent.futures
import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from lab import FLEETWATCH, ROOT, call

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402

PROGRAM = os.environ.get("FLEETWATCH_BIN", FLEETWATCH)
TTL = 4  # seconds; the least with which the default interval of 0.75 TTL is allowed
INTERVAL = 0.75 * TTL
SLACK = 2.5  # seconds, for a machine that does other things too
FIRST = 5 + INTERVAL + SLACK  # until somebody leads a new election

# Says when it starts and ends, and which process it is.
COMMAND = """
say() { echo "$1 $2 $(date +%s.%N) $$" >>"$3"; }
trap 'say end "$1" "$2"; exit 7' INT TERM
trap : USR1 USR2
say start "$1" "$2"
while :; do sleep 0.02; done
"""


class Candidate:
    def __init__(self, race, name):
        self.race, self.name = race, name
        self.said = open(race.folder / f"{name}.err", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [PROGRAM, "election", "run", race.key, "--bucket", race.bucket, *race.server, "--name", name, "--terminate",
             "--", "bash", "-c", COMMAND, "command", name, str(race.log)], stderr=self.said)

    def signal(self, number):
        self.process.send_signal(number)

    def command_pid(self):
        return next(int(pid) for what, name, _, pid in reversed(self.race.events()) if name == self.name and what == "start")

    def close(self):
        for number in (signal.SIGCONT, signal.SIGTERM):
            if self.process.poll() is None:
                self.process.send_signal(number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.said.close()


def check_exclusion(events):
    """No two commands ran at once."""
    running = None
    for what, name, _, _ in events:
        if what == "start":
            if running not in (None, name):
                raise AssertionError(f"{name} started while {running} ran: {events}")
            running = name
        elif running == name:
            running = None


class Race:
    """Two candidates of one election, and what their commands wrote. `flags` are more of theirs; who only looks has
    `viewer` in their place."""

    def __init__(self, urls, bucket, key, flags=(), viewer=None, ttl=TTL):
        self.bucket, self.key = bucket, key
        interval = 0.75 * ttl
        self.first = 5 + interval + SLACK  # until somebody leads a new election
        servers = [part for url in urls for part in ("--server", url)]
        self.server = [*servers, *flags]
        self.viewer = self.server if viewer is None else [*servers, *viewer]
        self.home = tempfile.TemporaryDirectory(prefix="fleetwatch-election-")
        self.folder = pathlib.Path(self.home.name)
        self.log = self.folder / "log"
        self.log.touch()
        self.patience = ttl + interval + SLACK  # after the end of a leader, until another one leads
        self.candidates = {name: Candidate(self, name) for name in ("op1", "op2")}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for candidate in self.candidates.values():
            candidate.close()
        for what, name, _, pid in self.events():
            if what == "start" and not any(row[0] == "end" and row[3] == pid for row in self.events()):
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self.home.cleanup()

    def events(self):
        return [tuple(line.split()) for line in self.log.read_text().splitlines()]

    def wait_for(self, number, what="start", seconds=None):
        """The `number`th event of that kind: name and time."""
        seconds = seconds or self.first
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [event for event in self.events() if event[0] == what]
            if len(found) >= number:
                return found[number - 1][1], float(found[number - 1][2])
            time.sleep(0.02)
        said = {name: (self.folder / f"{name}.err").read_text() for name in self.candidates}
        raise AssertionError(f"no {what} {number} within {seconds} s: {self.events()} {said}")

    def other(self, name):
        return self.candidates["op2" if name == "op1" else "op1"]

    def command(self, *arguments):
        return call(PROGRAM, "election", *arguments, *self.server, timeout=30)

    def look(self, *arguments):
        return call(PROGRAM, "election", *arguments, *self.viewer, timeout=30)

    def holder(self):
        """Who leads; None while nobody does, or nobody can say."""
        said = self.look("info", "--bucket", self.bucket, "--json", f"^{self.key}$")
        return next((row.get("leader") for row in said.json()["elections"]), None) if said.status == 0 else None

    def check_exclusion(self):
        check_exclusion(self.events())


def orderly(race):
    leader, _ = race.wait_for(1)
    told = time.time()
    race.candidates[leader].signal(signal.SIGTERM)
    _, ended = race.wait_for(1, "end", seconds=SLACK)
    follower, started = race.wait_for(2, seconds=1 + SLACK)
    assert follower != leader and ended <= started, race.events()
    assert race.candidates[leader].process.wait(5) == 7, "the status is that of the command"
    race.check_exclusion()
    return started - told


def kill(race):
    leader, _ = race.wait_for(1)
    pid = race.candidates[leader].command_pid()
    told = time.time()
    race.candidates[leader].signal(signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    follower, started = race.wait_for(2, seconds=race.patience)
    assert follower != leader, race.events()
    assert race.holder() == follower
    return started - told


def stop(race):
    """A leader that stands still, as a machine that is paused."""
    leader, _ = race.wait_for(1)
    pid = race.candidates[leader].command_pid()
    told = time.time()
    race.candidates[leader].signal(signal.SIGSTOP)
    os.kill(pid, signal.SIGSTOP)
    follower, started = race.wait_for(2, seconds=race.patience)
    assert follower != leader, race.events()
    os.kill(pid, signal.SIGCONT)
    race.candidates[leader].signal(signal.SIGCONT)
    stopped, _ = race.wait_for(1, "end", seconds=1 + SLACK)
    assert stopped == leader, race.events()
    assert race.holder() == follower
    return started - told


def evict(race):
    leader, _ = race.wait_for(1)
    told = time.time()
    done = race.command("evict", race.key, "--bucket", race.bucket, "--force")
    assert done.status == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == f"Evicted the leader from election {race.key} in bucket {race.bucket}", done.out
    assert f"It was {leader}. The key was purged" in lines[1], done.out
    race.wait_for(1, "end", seconds=1 + SLACK)
    follower, started = race.wait_for(2, seconds=INTERVAL + SLACK)
    assert follower != leader, race.events()
    race.check_exclusion()
    return started - told


def watch(race):
    """What `info --watch` tells of a leader that is killed."""
    leader, _ = race.wait_for(1)
    out = race.folder / "watch"
    with out.open("w") as stream:
        watcher = subprocess.Popen([PROGRAM, "election", "info", "--watch", "--json", "--bucket", race.bucket,
                                    f"^{race.key}$", *race.server], stdout=stream)
    try:
        deadline = time.monotonic() + FIRST
        while '"leads"' not in out.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        pid = race.candidates[leader].command_pid()
        race.candidates[leader].signal(signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        follower, _ = race.wait_for(2, seconds=TTL + 2 * INTERVAL + SLACK)
    finally:
        watcher.send_signal(signal.SIGTERM)
        status = watcher.wait(10)
    told = [json.loads(line) for line in out.read_text().splitlines()]
    changes = [(one["change"], one.get("leader"), one.get("previous")) for one in told]
    assert status == 0 and changes[0] == ("leads", leader, None), (status, told)
    assert ("stalled", leader, None) in changes, told
    assert changes[-1] == ("won", follower, leader), told
    stalled = next(one for one in told if one["change"] == "stalled")
    assert 0 < stalled["time_left_ms"] < TTL * 1000 - stalled["age_ms"] + 1, stalled
    return stalled["time_left_ms"] / 1000


def overwritten(race):
    """Another program puts a value over the key of the leader, without a condition."""
    leader, _ = race.wait_for(1)
    out = race.folder / "watched"
    with out.open("w") as stream:
        watcher = subprocess.Popen([PROGRAM, "election", "info", "--watch", "--bucket", race.bucket, f"^{race.key}$",
                                    *race.server], stdout=stream)
    try:
        deadline = time.monotonic() + FIRST
        while "leads" not in out.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        told = time.time()
        client = broker.Client(int(race.server[1].rsplit(":", 1)[1]))
        client.publish(f"$KV.{race.bucket}.{race.key}", "tool")
        client.flush()
        client.close()
        seen = race.command("info", "--bucket", race.bucket, f"^{race.key}$")
        listed = race.command("list", "--bucket", race.bucket, "--json")
        _, ended = race.wait_for(1, "end", seconds=1 + SLACK)
        follower, started = race.wait_for(2, seconds=TTL + INTERVAL + 2 * SLACK)
    finally:
        watcher.send_signal(signal.SIGTERM)
        watcher.wait(10)
    no_candidate = "by a program that is no candidate"
    said = (race.folder / f"{leader}.err").read_text()
    assert f'any more: somebody else wrote the key: "tool", {no_candidate}' in said, said
    assert f"tool was written into the key {no_candidate}, after {leader}: nobody may lead" in out.read_text(), out.read_text()
    warned = f"election {race.key} in bucket {race.bucket}: tool was written into the key {no_candidate}"
    assert "tool" in seen.out and warned in seen.err and warned in listed.err, (seen.err, listed.err)
    foreign = {row["election"]: row.get("foreign") for row in listed.json()}
    assert foreign.pop(race.key) is True and not any(foreign.values()), foreign
    assert race.holder() == follower and started - told > TTL, race.events()
    race.check_exclusion()
    return ended - told


def file(race):
    """The file is there while its candidate leads, and gone when it was stopped."""
    leader_file, key = race.folder / "leader", race.key + "-file"
    keeper = subprocess.Popen([PROGRAM, "election", "file", str(leader_file), key, "--bucket", race.bucket, *race.server],
                              stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + FIRST
        while not leader_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        content = json.loads(leader_file.read_text())
        assert content["count"] == 0 and content["timestamp"].endswith("Z"), content
        assert leader_file.stat().st_mode & 0o777 == 0o644
        assert call(PROGRAM, "election", "file", "--check", str(leader_file)).status == 0
        os.utime(leader_file, (0, 0))
        assert call(PROGRAM, "election", "file", "--check", str(leader_file)).status == 1
    finally:
        keeper.send_signal(signal.SIGTERM)
        status = keeper.wait(10)
    assert status == 0 and not leader_file.exists()
    assert call(PROGRAM, "election", "file", "--check", str(leader_file)).status == 1
    return 0


SCENARIOS = (orderly, kill, stop, evict, watch, overwritten, file)


def answered(answer, *arguments):
    """Status and output of a program that asks on a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        try:
            while True:
                said += os.read(ours, 4096)
                if said.endswith(b"(y/N) "):
                    os.write(ours, answer)
        except OSError:  # its end of the terminal is closed
            pass
        os.close(ours)
        return process.wait(10), said.decode()


def run_scenario(scenario, url):
    with Race([url], "ELECT", scenario.__name__) as race:
        return scenario(race)


def restart(program):
    """A leader outlives a restart of the broker; keys live long enough for it to be connected again."""
    ttl = 2 * TTL
    with broker.Broker(jetstream=True, server=program) as server:
        broker.make_election_bucket(broker.Client(server.port), ttl, "ELECT")
        with Race([server.url], "ELECT", "restart") as race:
            leader, _ = race.wait_for(1, seconds=FIRST + TTL)
            server.stop()
            time.sleep(0.5)
            server.start()
            time.sleep(ttl + 1)
            assert [event[:2] for event in race.events()] == [("start", leader)], race.events()
            assert race.holder() == leader
    return 0


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class OneBroker(unittest.TestCase):
    def test_who_takes_over(self):
        running = {}
        pool = concurrent.futures.ThreadPoolExecutor(len(broker.programs()) * (len(SCENARIOS) + 1))
        with pool:
            for name, program in broker.programs().items():
                server = broker.Broker(jetstream=True, server=program)
                self.addCleanup(server.close)
                broker.make_election_bucket(broker.Client(server.port), TTL, "ELECT")
                for scenario in SCENARIOS:
                    running[name, scenario.__name__] = pool.submit(run_scenario, scenario, server.url)
                running[name, "restart"] = pool.submit(restart, program)
        for (name, scenario), future in running.items():
            with self.subTest(scenario, server=name):
                print(f"{scenario}: {future.result():.2f} s", end="; ")


    def test_eviction_asks_on_a_terminal(self):
        with broker.Broker(jetstream=True) as server:
            client = broker.Client(server.port)
            broker.make_election_bucket(client, 60, "ELECT")
            evict = ("election", "evict", "backup", "--bucket", "ELECT", "--server", server.url)
            holder = ("election", "list", "--bucket", "ELECT", "--json", "--server", server.url)
            client.publish("$KV.ELECT.backup", "op1.example.net")
            client.flush()
            for answer in (b"n\n", b"\n"):
                status, said = answered(answer, *evict)
                self.assertEqual(0, status, said)
                self.assertIn("election backup in bucket ELECT", said)
                self.assertEqual("op1.example.net", call(PROGRAM, *holder).json()[0]["leader"])
            status, said = answered(b"\x04", *evict)  # the end of the input
            self.assertEqual(1, status, said)
            self.assertEqual("op1.example.net", call(PROGRAM, *holder).json()[0]["leader"])
            status, said = answered(b"y\n", *evict)
            self.assertEqual(0, status, said)
            self.assertIn("Evicted the leader from election backup in bucket ELECT\r\nIt was op1.example.net.", said)
            self.assertEqual([], call(PROGRAM, *holder).json())


class SilentBroker:
    """Lets everybody in, and answers no question."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"nats://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def serve(self):
        try:
            connection, _ = self.listener.accept()
            connection.sendall(b'INFO {"server_id":"S","version":"2.9.10","max_payload":1048576,"headers":true}\r\n')
            for line in connection.makefile("rb"):
                if line.startswith(b"PING"):
                    connection.sendall(b"PONG\r\n")
                if b"STREAM.INFO" in line:
                    self.asked.set()
        except OSError:  # it went away
            pass


class NoAnswer(unittest.TestCase):
    def test_a_signal_ends_the_wait_for_the_bucket(self):
        with tempfile.TemporaryDirectory(prefix="fleetwatch-election-") as folder:
            for arguments in (("file", folder + "/leader", "backup"), ("run", "backup", "--", "true")):
                for number in (signal.SIGTERM, signal.SIGHUP):
                    with SilentBroker() as server, subprocess.Popen(
                            [PROGRAM, "election", arguments[0], "--server", server.url, *arguments[1:]],
                            stderr=subprocess.DEVNULL) as process:
                        self.assertTrue(server.asked.wait(10))
                        process.send_signal(number)
                        try:
                            self.assertEqual(0, process.wait(5), arguments)
                        finally:
                            process.kill()


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class ThreeBrokers(unittest.TestCase):
    def setUp(self):
        self.cluster = broker.Cluster(server=list(broker.programs().values())[-1])
        self.addCleanup(self.cluster.close)
        deadline = time.monotonic() + 30
        while True:  # until the brokers have a leader among them, nobody answers
            self.client = broker.Client(self.cluster.brokers[0].port)
            self.client.socket.settimeout(2)
            try:
                broker.make_election_bucket(self.client, TTL, "ELECT", 3)
                return
            except (RuntimeError, OSError):
                self.client.close()
                if time.monotonic() > deadline:
                    raise

    def stream(self):
        return self.client.ask("$JS.API.STREAM.INFO.KV_ELECT")

    def test_the_stream_moves_and_a_broker_dies(self):
        with Race(self.cluster.urls, "ELECT", "cluster") as race:
            leader, _ = race.wait_for(1)
            self.client.ask("$JS.API.STREAM.LEADER.STEPDOWN.KV_ELECT")
            time.sleep(TTL)
            self.assertEqual([("start", leader)], [event[:2] for event in race.events()])
            table = race.command("info", "--bucket", "ELECT")
            self.assertEqual(table.status, 0, table.err)
            self.assertIn("Replicas: 3 on hosts ", table.out)
            # The broker that leads the stream, unless it is the one that we ask. Until the others have a leader, and the
            # key of a candidate that could not renew is forgotten, nobody leads.
            victim = next((one for one in self.cluster.brokers[1:]
                           if self.stream()["cluster"]["leader"] in one.text), self.cluster.brokers[2])
            victim.stop()
            deadline = time.monotonic() + 40
            while True:
                starts = [event[1] for event in race.events() if event[0] == "start"]
                ends = [event for event in race.events() if event[0] == "end"]
                if len(ends) < len(starts) and race.holder() == starts[-1]:
                    break
                self.assertLess(time.monotonic(), deadline, race.events())
                time.sleep(0.2)
            warned = race.command("info", "--bucket", "ELECT")
            self.assertIn("WARNING: ", warned.out)
            race.candidates["op3"] = Candidate(race, "op3")  # a command that lost has ended, and its candidate with it
            time.sleep(5)  # what candidates that start together may differ by
            race.candidates[starts[-1]].signal(signal.SIGTERM)
            race.wait_for(len(starts) + 1, seconds=FIRST)
            race.check_exclusion()
