"""`tool tally` beside a real broker: machines of autonomous agents, and several tallies in one election."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from lab import FLEETWATCH, ROOT, call

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402

SECONDS = 30
TRANSITION = "choria.machine.transition"
EXEC_WATCHER = "choria.machine.watcher.exec.state"


def cloud_event(data):
    """As the reference wraps what its machines tell."""
    return json.dumps({"specversion": "1.0", "id": "f637689b-bfbf-4456-88f7-d0896e097f2f", "source": "io.choria.machine",
                       "type": data["protocol"], "subject": data["identity"], "datacontenttype": "application/json",
                       "time": "2026-01-01T00:00:00Z", "data": data})


def transition(machine, old, new, version="1.2.0", name="go"):
    return TRANSITION, cloud_event({
        "protocol": "io.choria.machine.v1.transition", "identity": "web7.example.org", "id": "79933942", "timestamp": 1,
        "version": version, "machine": machine, "transition": name, "from_state": old, "to_state": new})


def exec_state(machine, watcher, outcome, seconds, version="1.2.0"):
    return EXEC_WATCHER, cloud_event({
        "protocol": "io.choria.machine.watcher.exec.v1.state", "identity": "web7.example.org", "id": "79933942",
        "timestamp": 1, "type": "exec", "version": version, "machine": machine, "name": watcher, "command": "./check.sh",
        "previous_outcome": outcome, "previous_run_time": int(seconds * 1e9)})


def full_pipe(test):
    """What is written to it waits for ever."""
    reading, writing = os.pipe()
    for end in (reading, writing):
        test.addCleanup(os.close, end)
    os.set_blocking(writing, False)
    for size in (4096, 1):
        try:
            while True:
                os.write(writing, b"x" * size)
        except BlockingIOError:
            pass
    os.set_blocking(writing, True)
    return writing


class Tally:
    """A running tally that writes its series to a file, and JSON when it ends."""

    def __init__(self, test, url, *arguments, stdout=subprocess.PIPE):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        test.addCleanup(folder.cleanup)
        self.file = folder.name + "/choria.prom"
        self.process = subprocess.Popen(
            [FLEETWATCH, "tool", "tally", "--server", url, "--every", "50ms", "--json", "--textfile", self.file,
             *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                test.addCleanup(stream.close)
        for cleanup in (self.process.wait, self.process.kill):
            test.addCleanup(cleanup)

    def series(self):
        try:
            with open(self.file, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait_for(self, part, each=lambda: None):
        """Waits until the series have `part`; calls `each` before every look."""
        end = time.monotonic() + SECONDS
        while part not in self.series():
            if time.monotonic() > end:
                raise AssertionError(f"no {part} in\n{self.series()}")
            each()
            time.sleep(0.05)

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, json.loads(out.splitlines()[-1]), err


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class Tallies(unittest.TestCase):
    program = broker.program()

    def start(self, *arguments, **options):
        server = broker.Broker(*arguments, server=self.program, **options)
        self.addCleanup(server.close)
        return server

    def client(self, server):
        client = broker.Client(server.port)
        self.addCleanup(client.close)
        return client

    def listening(self, server, client, *arguments):
        """A tally that has heard a message on each of its subjects."""
        tally = Tally(self, server.url, *arguments)

        def send():
            client.publish(*broker.startup_event("first", "first"))
            client.publish(*transition("first", "a", "b"))
            client.publish(*exec_state("first", "first", "success", 0))
            client.flush()

        for series in ('_good_events{component="first"', '_machine_transition{machine="first"',
                       '_exec_watcher_success{machine="first"'):
            tally.wait_for(series, send)
        return tally

    def test_machines(self):
        server = self.start()
        client = self.client(server)
        tally = self.listening(server, client)
        client.publish(*broker.startup_event("n1", "server"))
        for _ in range(3):
            client.publish(*transition("puppet", "idle", "running"))
        client.publish(*transition("puppet", "running", "idle", name="done"))
        client.publish(*transition("puppet", "idle", "running", version="2.0.0"))
        client.publish(*exec_state("puppet", "check", "success", 0.25))
        client.publish(*exec_state("puppet", "check", "error", 1.5))
        client.publish(*exec_state("puppet", "check", "skipped", 7))
        client.publish(*exec_state("puppet", "last", "success", 0))
        client.flush()
        tally.wait_for('_exec_watcher_success{machine="puppet",version="1.2.0",watcher="last"')
        tally.wait_for('_machine_transition{machine="puppet",version="2.0.0"')
        tally.wait_for('_good_events{component="server"')
        series = tally.series()
        for line in (
                'lifecycle_tally_machine_transition{machine="puppet",version="1.2.0",transition="go",from="idle",'
                'to="running",active="1"} 3\n',
                'lifecycle_tally_exec_watcher_success{machine="puppet",version="1.2.0",watcher="check",active="1"} 1\n',
                'lifecycle_tally_exec_watcher_failures{machine="puppet",version="1.2.0",watcher="check",active="1"} 1\n',
                'lifecycle_tally_exec_watcher_runtime_sum{machine="puppet",version="1.2.0",watcher="check",'
                'active="1"} 1.75\n',
                'lifecycle_tally_exec_watcher_runtime_count{machine="puppet",version="1.2.0",watcher="check",'
                'active="1"} 2\n',
                'lifecycle_tally_processing_time_count{component="server",active="1"} 1\n'):
            self.assertIn(line, series)
        status, shown, err = tally.end()
        self.assertEqual(0, status, err)
        machines = {(one["machine"], one["version"]): one for one in shown["machines"]}
        self.assertEqual([{"transition": "done", "from": "running", "to": "idle", "count": 1},
                          {"transition": "go", "from": "idle", "to": "running", "count": 3}],
                         machines["puppet", "1.2.0"]["transitions"])
        self.assertEqual({"watcher": "check", "success": 1, "failures": 1, "run_time_sec": 1.75},
                         machines["puppet", "1.2.0"]["exec_watchers"][0])
        self.assertEqual(1, machines["puppet", "2.0.0"]["transitions"][0]["count"])
        self.assertTrue(shown["active"])
        self.assertIn("0 dropped", err)

    def test_hostile_messages_of_machines(self):
        server = self.start()
        client = self.client(server)
        tally = self.listening(server, client)
        hostile = 'evil\x1b[2J"\\\n\u202e}'
        client.publish(*transition(hostile, 'a"} 7\n', "\x9b"))
        client.publish(*transition("m" * 257, "a", "b"))
        noise = [b"", b"\xff\xfe", b"{}", b"{" * 3000, b"[" * 500_000, b'{"specversion":"1.0","data":"' + b"x" * 900_000]
        for payload in noise:
            client.publish(TRANSITION, payload)
            client.publish(EXEC_WATCHER, payload)
        client.publish(*exec_state("negative", "w", "success", -1))
        client.publish(*exec_state("last", "w", "success", 0))
        client.flush()
        tally.wait_for('_exec_watcher_success{machine="last"')
        tally.wait_for(f'_process_errors{{component="transition",active="1"}} {len(noise)}\n')
        series = tally.series()
        self.assertIn(f'_process_errors{{component="exec_watcher",active="1"}} {len(noise) + 1}\n', series)
        lines = series.rstrip("\n").split("\n")
        for line in lines:
            self.assertRegex(line, r'^(# |[a-z_]+\{([a-z]+="([^"\\]|\\[n"\\])*",)*active="1"\} [0-9.e-]+$)')
        names = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
        self.assertEqual(len(names), len(set(names)), "a series twice")
        status, shown, err = tally.end()
        self.assertEqual(0, status, err)
        self.assertIn(hostile, [one["machine"] for one in shown["machines"]])
        self.assertEqual((len(noise), len(noise) + 1, 1),
                         (shown["transition_errors"], shown["exec_watcher_errors"], shown["left_out"]))
        self.assertIn('lifecycle_tally_left_out{active="1"} 1\n', series)

    def test_one_component(self):
        server = self.start()
        client = self.client(server)
        tally = Tally(self, server.url, "--component", "server")

        def send():
            for component in ("other", "server"):
                client.publish(f"{broker.EVENTS}.startup.{component}", b"noise")
                client.publish(*broker.startup_event("n1", component))
            client.flush()

        tally.wait_for('_good_events{component="server"', send)
        tally.wait_for('_process_errors{component="server",active="1"}')
        status, shown, err = tally.end()
        self.assertEqual(0, status, err)
        self.assertEqual(["server"], [one["component"] for one in shown["components"]])

    def test_events_are_counted_where_those_of_machines_are_not_permitted(self):
        user = '{ user: viewer, password: s3cret, permissions: { subscribe: { deny: "choria.machine.>" } } }'
        everybody = '{ user: any, password: any }'
        server = self.start(f"authorization {{ users: [ {user}, {everybody} ] }}")
        client = broker.Client(server.port, user="any", **{"pass": "any"})
        self.addCleanup(client.close)
        tally = Tally(self, f"nats://viewer:s3cret@127.0.0.1:{server.port}")
        tally.wait_for('_good_events{component="server"',
                       lambda: client.publish(*broker.startup_event("n1", "server")))
        status, shown, err = tally.end()
        self.assertEqual(0, status, err)
        self.assertEqual([], shown["machines"])
        for subject in (TRANSITION, EXEC_WATCHER):
            self.assertIn(f"{subject}: the permission to subscribe is missing", err)
        self.assertNotIn("s3cret", err)

    def test_no_event_is_permitted(self):
        user = '{ user: viewer, password: s3cret, permissions: { subscribe: { deny: "choria.>" } } }'
        server = self.start(f"authorization {{ users: [ {user} ] }}")
        ended = call(FLEETWATCH, "tool", "tally", "--server", f"nats://viewer:s3cret@127.0.0.1:{server.port}")
        self.assertEqual(1, ended.status, ended.err)
        self.assertIn("choria.lifecycle.event.>: the permission to subscribe is missing", ended.err)

    def test_one_tally_of_an_election_is_active(self):
        server = self.start(jetstream=True)
        client = self.client(server)
        broker.make_election_bucket(client, ttl_seconds=10)  # renewals may be late on a busy machine
        first = self.listening(server, client, "--election", "TALLY")
        first.wait_for('_dropped{active="1"}')
        second = self.listening(server, client, "--election", "TALLY")
        self.assertNotIn('active="1"', second.series())
        client.publish(*broker.startup_event("n1", "server"))
        client.flush()
        for tally, active in ((first, 1), (second, 0)):
            for name in ('_versions{component="server",version="0.30.2"', '_good_events{component="server"'):
                tally.wait_for(f'{name},active="{active}"}} 1\n')
        self.assertNotRegex(first.series(), '_versions.*active="0"')
        status, shown, err = first.end()
        self.assertEqual(0, status, err)
        self.assertTrue(shown["active"], "as it was before it ended")
        series = first.series()
        self.assertNotRegex(series, '_versions.*active="1"',
                            "whoever has given the election back does not say that it leads")
        # What was counted as the leader stays so.
        self.assertIn('_good_events{component="server",active="1"} 1\n', series)
        self.assertIn('_good_events{component="server",active="0"} 0\n', series)
        # The follower has counted all the time.
        second.wait_for('_versions{component="server",version="0.30.2",active="1"} 1\n')
        series = second.series()
        self.assertNotRegex(series, '_versions.*active="0"')
        self.assertIn('_good_events{component="server",active="1"} 0\n', series)
        self.assertIn('_good_events{component="server",active="0"} 1\n', series)
        status, _, err = second.end(signal.SIGTERM)
        self.assertEqual(0, status, err)
        self.assertRegex(err, r"leads TALLY\n")

    def test_a_page_that_nobody_reads_keeps_no_election(self):
        server = self.start(jetstream=True)
        client = self.client(server)
        broker.make_election_bucket(client, ttl_seconds=10)
        tally = Tally(self, server.url, "--election", "TALLY", stdout=full_pipe(self))
        tally.wait_for('_versions{component="server",version="0.30.2",active="1"} 1\n',
                       lambda: client.publish(*broker.startup_event("n1", "server")))
        tally.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, tally.process.wait(SECONDS))
        self.assertNotRegex(tally.series(), '_versions.*active="1"')
        held = call(FLEETWATCH, "election", "list", "--server", server.url, "--json")
        self.assertNotIn('"held"', held.out)

    def test_an_election_that_cannot_be_held(self):
        server = self.start(jetstream=True)
        ended = call(FLEETWATCH, "tool", "tally", "--server", server.url, "--election", "TALLY")
        self.assertEqual(1, ended.status, ended.err)
        self.assertIn("CHORIA_LEADER_ELECTION", ended.err)
        ended = call(FLEETWATCH, "tool", "tally", "--server", server.url, "--election", "a b")
        self.assertEqual(64, ended.status, ended.err)


@unittest.skipUnless("current nats-server" in broker.programs(), "no current nats-server")
class TalliesOfACurrentBroker(Tallies):
    program = broker.programs().get("current nats-server")


if __name__ == "__main__":
    unittest.main()
