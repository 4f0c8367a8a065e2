"""The viewer of events against real brokers: the installed one, and a current one (FLEETWATCH_NATS_SERVER, or the cache)."""
import json
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time
import unittest

from lab import FLEETWATCH, ROOT, call

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402

VIEWS = broker.RECORDINGS / "lifecycle"
SECONDS = 20


def without_time(line):
    return re.sub(r"^\d\d:\d\d:\d\d ", "", line)


class Viewer:
    """A running viewer; its lines are taken one by one."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([FLEETWATCH, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out, self.err = queue.Queue(), queue.Queue()
        for pipe, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            threading.Thread(target=self.read, args=(pipe, lines), daemon=True).start()

    @staticmethod
    def read(pipe, lines):
        for line in pipe:
            lines.put(line.decode().rstrip("\n"))
        lines.put(None)

    def line(self):
        return self.out.get(timeout=SECONDS)

    def said(self, part):
        """Waits for a line on standard error that has `part` in it."""
        while True:
            line = self.err.get(timeout=SECONDS)
            if line is None or part in line:
                return line

    def end(self):
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(SECONDS)
        lines = list(iter(lambda: self.out.get(timeout=SECONDS), None))
        return status, lines, self.said("events shown")


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class Events(unittest.TestCase):
    program = broker.program()

    def start(self, **options):
        server = broker.Broker(server=self.program, **options)
        self.addCleanup(server.close)
        client = broker.Client(server.port)
        self.addCleanup(client.close)
        return server, client

    def viewer(self, server, *arguments):
        viewer = Viewer("tool", "event", "--server", server.url, *arguments)
        self.addCleanup(viewer.process.stdout.close)
        self.addCleanup(viewer.process.stderr.close)
        self.addCleanup(viewer.process.wait)
        self.addCleanup(viewer.process.kill)
        return viewer

    @staticmethod
    def wait_for_subscription(client):
        """Asks the viewer's subscription to show itself: events that come before it are not seen by anybody."""
        subject, payload = broker.startup_event("first")
        client.publish(subject, payload)
        client.flush()

    def subscribed(self, server, client, *arguments):
        """A viewer that has shown its header and one event."""
        viewer = self.viewer(server, *arguments)
        self.assertEqual(f"Waiting for events from topic choria.lifecycle.event.> on {server.url}", viewer.line())
        while True:
            self.wait_for_subscription(client)
            try:
                line = viewer.out.get(timeout=0.1)
            except queue.Empty:
                continue
            break
        self.assertIn("first", line)
        return viewer

    def lines_until_last(self, viewer, client):
        client.publish(*broker.startup_event("last"))
        client.flush()
        lines = []
        while True:
            line = viewer.line()
            if line is None or "] last:" in line:
                return lines
            if "] first:" not in line:
                lines.append(line)

    def test_every_type_in_both_encodings_as_the_reference_shows_it(self):
        server, client = self.start()
        viewer = self.subscribed(server, client)
        for subject, payload in broker.recorded_events():
            client.publish(subject, payload)
        shown = [without_time(line) for line in self.lines_until_last(viewer, client)]
        reference = (VIEWS / "view-all.txt").read_text(encoding="utf-8").splitlines()[1:]
        self.assertEqual([without_time(line) for line in reference], shown)

    def test_filters_as_the_reference(self):
        server, client = self.start()
        for file, flags in (("view-component-provision_mode_server.txt", ("--component", "provision_mode_server")),
                            ("view-type-startup.txt", ("--type", "startup"))):
            with self.subTest(flags):
                viewer = self.subscribed(server, client, *flags)
                for subject, payload in broker.recorded_events():
                    client.publish(subject, payload)
                shown = [without_time(line) for line in self.lines_until_last(viewer, client)]
                reference = [without_time(line) for line in (VIEWS / file).read_text(encoding="utf-8").splitlines()]
                self.assertEqual(reference[1:], shown)
                viewer.end()

    def test_what_is_no_event_is_counted_and_never_fatal(self):
        server, client = self.start()
        viewer = self.subscribed(server, client)
        payloads = [payload for _, payload in broker.recorded_events("malformed.jsonl")]
        payloads += [b"\xff\xfe", b"{" * 3000, b"[" * 500_000, b'{"protocol":"' + b"x" * 900_000]
        for payload in payloads:
            client.publish(broker.EVENTS + ".startup.server", payload)
        client.publish(*broker.startup_event("evil\x1b[2J\x07\nname"))
        lines = self.lines_until_last(viewer, client)
        for line in lines:
            self.assertNotRegex(line, r"[\x00-\x1f\x7f]")
        self.assertIn(r"evil\x1b[2J\x07\x0aname", lines[-1])
        status, _, counts = viewer.end()
        self.assertEqual(0, status)
        found = re.search(r"(\d+) not decodable, 0 dropped", counts)
        self.assertEqual(len(payloads) + 1, int(found[1]) + len(lines), counts)
        self.assertGreater(int(found[1]), 20)

    def test_a_broker_that_restarts(self):
        server, client = self.start()
        viewer = self.subscribed(server, client)
        server.stop()
        viewer.said("is lost")
        server.start()
        viewer.said("again after")
        self.assertIn("keeps no streams", viewer.said("events sent meanwhile were missed"))
        client = broker.Client(server.port)
        self.addCleanup(client.close)
        client.publish(*broker.startup_event("after"))
        lines = self.lines_until_last(viewer, client)
        self.assertIn("[startup] after: provision_mode_server version 0.30.2", lines[-1])
        status, _, counts = viewer.end()
        self.assertEqual(0, status)
        self.assertIn("connected again 1 time", counts)

    def test_a_broker_of_the_cluster_that_nobody_configured(self):
        cluster = broker.Cluster(2, server=self.program)
        self.addCleanup(cluster.close)
        first, second = cluster.brokers
        client = broker.Client(second.port)
        self.addCleanup(client.close)
        viewer = self.subscribed(first, client)
        first.stop()
        self.assertIn(f"connected to {second.url} again", viewer.said("again after"))
        client.publish(*broker.startup_event("after"))
        self.assertIn("[startup] after:", self.lines_until_last(viewer, client)[-1])

    def test_what_was_missed_is_read_from_the_stream(self):
        server, client = self.start(jetstream=True)
        broker.make_events_stream(client)
        viewer = self.subscribed(server, client)
        client.ask(*broker.startup_event("before"))  # the answer says that the stream has it
        while "] before:" not in viewer.line():
            pass
        # The viewer waits, frozen, while the broker goes, comes back and gets events.
        viewer.process.send_signal(signal.SIGSTOP)
        for number in range(3):
            server.stop()
            server.start()
            client = broker.Client(server.port)
            self.addCleanup(client.close)
            for part in "ab":
                client.ask(*broker.startup_event(f"missed{number}{part}"))
        viewer.process.send_signal(signal.SIGCONT)
        self.assertIn(": 6", viewer.said("read from the broker's stream"))
        shown = [without_time(line).split()[1] for line in self.lines_until_last(viewer, client)]
        self.assertEqual([f"missed{number}{part}:" for number in range(3) for part in "ab"], shown)
        # And nothing of it a second time.
        server.stop()
        viewer.said("is lost")
        server.start()
        viewer.said("no event was missed")
        client = broker.Client(server.port)
        self.addCleanup(client.close)
        self.assertEqual([], self.lines_until_last(viewer, client))

    def test_it_ends_while_nobody_takes_its_output(self):
        server, client = self.start()
        with subprocess.Popen([FLEETWATCH, "tool", "event", "--server", server.url], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            self.addCleanup(process.kill)
            process.stdout.readline()
            for _ in range(20):
                for _ in range(1000):
                    client.publish(*broker.startup_event("n1"))
                client.flush()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(0, process.wait(SECONDS))

    def test_a_reader_that_stalled_gets_everything(self):
        server, client = self.start()
        with subprocess.Popen([FLEETWATCH, "tool", "event", "--server", server.url], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.addCleanup(process.kill)
            process.stdout.readline()
            line = b""
            while b"first" not in line:
                self.wait_for_subscription(client)
                if select.select([process.stdout], [], [], 0.1)[0]:
                    line = process.stdout.readline()
            count = 20_000
            for number in range(count):
                client.publish(*broker.startup_event(f"n{number}"))
            client.flush()
            time.sleep(1)
            seen = 0
            while seen < count:
                seen += b"] first:" not in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            self.assertIn(b"0 dropped", process.stderr.read())

    def test_a_viewer_that_waits_for_its_broker(self):
        server, _ = self.start()
        server.stop()
        viewer = self.viewer(server)
        viewer.said("trying again")
        server.start()
        self.assertTrue(viewer.line().startswith("Waiting for events"))

    def test_every_event_of_the_stream_is_read_back(self):
        server, client = self.start(jetstream=True)
        broker.make_events_stream(client)
        count = 20_000
        for number in range(count):
            client.publish(*broker.startup_event(f"n{number}"))
        client.flush()
        ended = call(FLEETWATCH, "tool", "event", "--server", server.url, "--since", "1h", "--json", "--count",
                     str(count), timeout=SECONDS)
        self.assertEqual(0, ended.status, ended.err)
        seen = [json.loads(line) for line in ended.out.splitlines()]
        self.assertEqual([f"n{number}" for number in range(count)], [one["identity"] for one in seen])
        self.assertTrue(all(one["stored"] for one in seen))
        self.assertIn("0 dropped", ended.err)

    def test_events_of_before_and_events_of_now(self):
        server, client = self.start(jetstream=True)
        broker.make_events_stream(client)
        client.publish(*broker.startup_event("before"))
        client.flush()
        viewer = self.viewer(server, "--since", "1h", "--node", "before")
        viewer.line()
        self.assertIn("] before:", viewer.line())
        client.publish(*broker.startup_event("before", version="now"))
        self.assertIn("version now", viewer.line())
        status, lines, _ = viewer.end()
        self.assertEqual((0, []), (status, lines))

    def test_a_tally_of_the_stream(self):
        server, client = self.start(jetstream=True)
        broker.make_events_stream(client)
        for number in range(10):
            client.publish(*broker.startup_event(f"n{number}", "server", f"0.30.{number % 2}"))
        client.publish(*broker.startup_event("n0", "server", kind="shutdown"))
        client.flush()
        series = server.folder.name + "/choria.prom"
        ended = call(FLEETWATCH, "tool", "tally", "--server", server.url, "--since", "1h", "--count", "11", "--json",
                     "--textfile", series)
        self.assertEqual(0, ended.status, ended.err)
        self.assertEqual({"0.30.0": 4, "0.30.1": 5}, ended.json()["components"][0]["versions"])
        with open(series, encoding="utf-8") as file:
            self.assertIn('lifecycle_tally_versions{component="server",version="0.30.1",active="1"} 5\n', file.read())

    def test_no_stream_is_said(self):
        server, client = self.start(jetstream=True)
        viewer = self.viewer(server, "--since", "1h")
        self.assertIn("stream not found", viewer.said("events of before"))
        del client

    def test_a_subscription_that_is_not_permitted(self):
        user = '{ user: viewer, password: s3cret, permissions: { subscribe: { deny: "choria.lifecycle.>" } } }'
        server = broker.Broker(f"authorization {{ users: [ {user} ] }}", server=self.program)
        self.addCleanup(server.close)
        for tool in ("event", "tally"):
            with self.subTest(tool):
                url = f"nats://viewer:s3cret@127.0.0.1:{server.port}"
                ended = call(FLEETWATCH, "tool", tool, "--server", url)
                self.assertEqual(1, ended.status, ended.err)
                self.assertIn("choria.lifecycle.event.>: the permission to subscribe is missing", ended.err)
                self.assertNotIn("no broker answers", ended.err)
                self.assertNotIn("s3cret", ended.err)

    def test_a_wrong_type_is_refused(self):
        ended = call(FLEETWATCH, "tool", "event", "--type", "nope")
        self.assertEqual(64, ended.status)
        self.assertIn("alive,governor,provisioned,shutdown,startup,upgraded", ended.err)

    def test_a_reader_that_goes_away_ends_it_quietly(self):
        server, client = self.start()
        with subprocess.Popen([FLEETWATCH, "tool", "event", "--server", server.url], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.addCleanup(process.kill)
            process.stdout.readline()
            process.stdout.close()
            for _ in range(100):
                self.wait_for_subscription(client)
                try:
                    self.assertEqual(0, process.wait(0.1))
                    return
                except subprocess.TimeoutExpired:
                    pass
        self.fail("the viewer goes on")


@unittest.skipUnless("current nats-server" in broker.programs(), "no current nats-server")
class EventsOfACurrentBroker(Events):
    program = broker.programs().get("current nats-server")


if __name__ == "__main__":
    unittest.main()
