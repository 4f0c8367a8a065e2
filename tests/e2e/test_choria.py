"""The Choria network in one page."""
import subprocess
import sys
import unittest

from lab import FLEETWATCH, ROOT, call

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402
from test_connections import connect_provisioner, connect_server  # noqa: E402


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class Overview(unittest.TestCase):
    program = broker.program()

    def start(self, **options):
        server = broker.Broker(server=self.program, **options)
        self.addCleanup(server.close)
        return server

    def connect(self, server):
        client = broker.Client(server.port)
        self.addCleanup(client.close)
        return client

    def test_all_parts(self):
        server = self.start(jetstream=True)
        client = self.connect(server)
        broker.make_events_stream(client)
        broker.make_election_bucket(client, 60)
        client.ask("$KV.CHORIA_LEADER_ELECTION.provisioner", "prov1.example.net")
        for one in (connect_server(server.port, "n1"), connect_server(server.port, "n2"),
                    connect_provisioner(server.port)):
            self.addCleanup(one.close)
        client.publish(*broker.startup_event("n3", "server", "0.30.2"))
        client.publish(*broker.startup_event("n4", "server", "0.31.0"))
        client.publish(*broker.startup_event("n4", "server", kind="shutdown"))
        client.publish(*broker.startup_event("n5", "server", "0.31.0", kind="alive"))
        client.publish(broker.EVENTS + ".alive.server", "no event")
        client.flush()
        arguments = ("monitor", "choria", "--server", server.url, "--monitor", server.monitor_url)
        found = call(FLEETWATCH, *arguments, "--last", "2", "--json").json()
        self.assertEqual([], found["missing"])
        self.assertEqual(["n1", "n2"], sorted(one["name"] for one in found["connections"]["waiting"]))
        self.assertEqual(["prov1.example.net"], [one["leader"] for one in found["elections"]])
        counts = {(one["component"], one["version"]): one["hosts"] for one in found["components"]}
        self.assertEqual({("provision_mode_server", "0.30.2"): 2, ("server", "0.30.2"): 1, ("server", "0.31.0"): 1},
                         counts)
        self.assertEqual(7, found["events_read"])
        self.assertEqual([("n4", "shutdown"), ("n5", "alive")],
                         [(one["identity"], one["type"]) for one in found["events"]])
        shown = call(FLEETWATCH, *arguments)
        self.assertEqual(0, shown.status, shown.err)
        self.assertTrue(shown.out.startswith("OK: 4 hosts, 2 waiting, 1 election, at nats://127.0.0.1:"), shown.out)
        self.assertIn("[alive] n5: server version 0.31.0", shown.out)

    def test_a_broker_that_keeps_nothing(self):
        server = self.start()
        ended = call(FLEETWATCH, "monitor", "--json", "choria", "--server", server.url, "--timeout", "1s")
        self.assertEqual(0, ended.status, ended.err)
        self.assertEqual(["events", "elections", "connections"], [one["part"] for one in ended.json()["missing"]])
        self.assertNotIn("events", ended.json())

    def test_the_demonstration(self):
        ended = call(str(ROOT / "lab" / "choria_demo.py"), FLEETWATCH, stdin=subprocess.DEVNULL)
        self.assertEqual(0, ended.status, ended.err)
        self.assertRegex(ended.out, r"\n(\d+) events sent, \1 read back\n$")

    def test_no_broker(self):
        server = self.start()
        url = server.url
        server.stop()
        ended = call(FLEETWATCH, "monitor", "choria", "--server", url, "--timeout", "500ms")
        self.assertEqual((69, ""), (ended.status, ended.out))


@unittest.skipUnless("current nats-server" in broker.programs(), "no current nats-server")
class OverviewOfACurrentBroker(Overview):
    program = broker.programs().get("current nats-server")


if __name__ == "__main__":
    unittest.main()
