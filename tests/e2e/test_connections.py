"""Who is connected to a real broker."""
import socket
import sys
import unittest

from lab import FLEETWATCH, ROOT, call

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402

ACCOUNTS = """
accounts {
  provisioning: { users: [ { user: node, password: secret }, { user: provisioner, password: secret } ] }
  choria: { users: [ { user: choria, password: secret } ] }
  system: { users: [ { user: system, password: secret } ] }
}
system_account: system
no_auth_user: choria
"""
AGENTS = ("choria_provision", "choria_util", "discovery", "rpcutil")
BROADCAST = "provisioning.broadcast.agent."


def connect_server(port, name, **user):
    """A server that waits for provisioning."""
    client = broker.Client(port, name=name, **user)
    client.subscribe(f"provisioning.node.{name}", 1)
    for number, agent in enumerate(AGENTS, 2):
        client.subscribe(BROADCAST + agent, number)
    client.publish(*broker.startup_event(name))
    client.flush()
    return client


def connect_provisioner(port, **user):
    client = broker.Client(port, name="root", **user)
    client.subscribe(broker.EVENTS + ".startup.provision_mode_server", 1)
    client.flush()
    return client


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class Connections(unittest.TestCase):
    program = broker.program()

    def start(self, text=""):
        server = broker.Broker(text, server=self.program)
        self.addCleanup(server.close)
        return server

    def keep(self, *clients):
        for client in clients:
            self.addCleanup(client.close)

    def with_accounts(self, servers=3):
        server = self.start(ACCOUNTS)
        node = {"user": "node", "pass": "secret"}
        self.keep(*(connect_server(server.port, f"n{number}.example.net", **node) for number in range(1, servers + 1)))
        self.keep(connect_provisioner(server.port, user="provisioner", **{"pass": "secret"}))
        self.keep(broker.Client(server.port, name="viewer"))
        password = server.folder.name + "/password"
        with open(password, "w", encoding="ascii") as file:
            file.write("secret\n")
        return server, ("--server", server.url, "--user", "system", "--password-file", password)

    def ask(self, *arguments):
        ended = call(FLEETWATCH, "tool", "connections", "--json", *arguments)
        self.assertEqual(0, ended.status, ended.err)
        return ended.json()

    def names(self, connections, kind="waiting"):
        return sorted(one["name"] for one in connections[kind])

    def test_waiting_servers_and_provisioners(self):
        server, system = self.with_accounts()
        for source in (("--monitor", server.monitor_url), system):
            with self.subTest(source[0]):
                found = self.ask(*source)
                self.assertEqual([f"n{number}.example.net" for number in (1, 2, 3)], self.names(found))
                self.assertEqual(["root"], self.names(found, "provisioners"))
                self.assertEqual([], found["others"])
                self.assertEqual([4], [one["connections"] for one in found["brokers"]])
                first = found["waiting"][0]
                self.assertEqual((5, 1, "provisioning"), (first["subscriptions"], first["in_msgs"], first["account"]))
                self.assertRegex(first["address"], r"^127\.0\.0\.1:\d+$")
                self.assertGreaterEqual(first["connected_ms"], 0)

    def test_the_table(self):
        server, _ = self.with_accounts()
        shown = call(FLEETWATCH, "tool", "connections", "--monitor", server.monitor_url)
        self.assertEqual(0, shown.status, shown.err)
        self.assertTrue(shown.out.startswith("3 servers wait for provisioning, the longest for "), shown.out)
        self.assertIn("n2.example.net", shown.out)
        self.assertNotIn("secret", shown.out)

    def test_as_the_original_is_called(self):
        server, system = self.with_accounts()
        for arguments in (("--monitor", server.monitor_url), system):
            ended = call(FLEETWATCH, "broker", "server", "report", "conns", "--account", "provisioning", *arguments)
            self.assertEqual(0, ended.status, ended.err)
            self.assertIn("n1.example.net", ended.out)
        everybody = call(FLEETWATCH, "broker", "server", "report", "conns", "--monitor", server.monitor_url)
        self.assertIn("viewer", everybody.out)

    def test_more_connections_than_one_page(self):
        server = self.start(ACCOUNTS)
        node = {"user": "node", "pass": "secret"}
        clients = [broker.Client(server.port, name=f"n{number}", **node) for number in range(1100)]
        self.keep(*clients)
        for client in clients:
            client.subscribe(BROADCAST + "choria_provision")
            client.flush()
        found = self.ask("--monitor", server.monitor_url)
        self.assertEqual(1100, len(set(self.names(found))))

    def test_a_broker_without_accounts(self):
        server = self.start()
        self.keep(connect_server(server.port, "n1"), connect_provisioner(server.port),
                  broker.Client(server.port, name="viewer"))
        found = self.ask("--monitor", server.monitor_url)
        self.assertTrue(found["unknown_account"])
        self.assertEqual((["n1"], ["root"], []),
                         (self.names(found), self.names(found, "provisioners"), self.names(found, "others")))

    def test_several_brokers_of_which_one_is_gone(self):
        one, _ = self.with_accounts(1)
        two, _ = self.with_accounts(2)
        gone = self.start()
        url = gone.monitor_url
        gone.stop()
        found = self.ask("--monitor", one.monitor_url, "--monitor", url, "--monitor", two.monitor_url)
        self.assertEqual(["n1.example.net", "n1.example.net", "n2.example.net"], self.names(found))
        self.assertEqual([False, True, False], ["error" in answer for answer in found["brokers"]])

    def test_several_brokers_of_which_one_hangs(self):
        one, _ = self.with_accounts(1)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            arguments = ("--monitor", url, "--monitor", one.monitor_url, "--timeout", "1s")
            found = self.ask(*arguments)
            self.assertEqual(["n1.example.net"], self.names(found))
            self.assertEqual([True, False], ["error" in answer for answer in found["brokers"]])
            shown = call(FLEETWATCH, "tool", "connections", *arguments)
        self.assertEqual(0, shown.status, shown.err)
        self.assertIn(url.removeprefix("http://"), shown.out)

    def test_nobody_there(self):
        gone = self.start()
        url, server = gone.monitor_url, gone.url
        gone.stop()
        for arguments in (("--monitor", url), ("--server", server, "--timeout", "500ms")):
            ended = call(FLEETWATCH, "tool", "connections", *arguments)
            self.assertEqual((69, ""), (ended.status, ended.out), ended.err)

    def test_not_in_the_system_account(self):
        server = self.start()
        ended = call(FLEETWATCH, "tool", "connections", "--server", server.url, "--timeout", "1s")
        self.assertEqual((69, ""), (ended.status, ended.out))
        self.assertIn("--monitor URL", ended.err)

    def test_hostile_names(self):
        server = self.start()
        self.keep(connect_server(server.port, "evil\x1b[2J"), broker.Client(server.port, name="x" * 500))
        shown = call(FLEETWATCH, "tool", "connections", "--monitor", server.monitor_url)
        self.assertNotIn("\x1b", shown.out)
        self.assertIn(r"evil\x1b[2J", shown.out)

    def test_wrong_arguments(self):
        for arguments in (("--monitor", "https://x/y"), ("--account", "a b&c"), ("--monitor", "http://h:0")):
            self.assertEqual(64, call(FLEETWATCH, "tool", "connections", *arguments).status)


@unittest.skipUnless("current nats-server" in broker.programs(), "no current nats-server")
class ConnectionsOfACurrentBroker(Connections):
    program = broker.programs().get("current nats-server")


if __name__ == "__main__":
    unittest.main()
