"""Who is connected to a real broker."""
import json
import socket
import subprocess
import sys
import time
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
# Events flow from the account of servers that wait to that of operators, as a Choria broker does it.
EVENT_ACCOUNTS = """
accounts {
  provisioning: {
    users: [ { user: node, password: secret }, { user: provisioner, password: secret } ]
    exports: [ { stream: "choria.lifecycle.>" } ]
  }
  choria: {
    jetstream: enabled
    users: [ { user: choria, password: secret } ]
    imports: [ { stream: { account: provisioning, subject: "choria.lifecycle.>" } } ]
  }
  system: { users: [ { user: system, password: secret } ] }
}
system_account: system
no_auth_user: choria
"""
NODE = {"user": "node", "pass": "secret"}
AGENTS = ("choria_provision", "choria_util", "discovery", "rpcutil")
BROADCAST = "provisioning.broadcast.agent."


def connect_server(port, name, startup=True, **user):
    """A server that waits for provisioning."""
    client = broker.Client(port, name=name, **user)
    client.subscribe(f"provisioning.node.{name}", 1)
    for number, agent in enumerate(AGENTS, 2):
        client.subscribe(BROADCAST + agent, number)
    if startup:
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

    def with_events(self):
        """A broker with a stream of events that is older than all connections."""
        server = broker.Broker(EVENT_ACCOUNTS, jetstream=True, server=self.program)
        self.addCleanup(server.close)
        operator = broker.Client(server.port)
        self.keep(operator)
        broker.make_events_stream(operator)
        made = int(time.time())
        while int(time.time()) <= made:  # connections are known to the second
            time.sleep(0.05)
        return server, operator

    def ask_until(self, fits, *arguments):
        """Events need a while before it is sure that they are missing."""
        deadline = time.monotonic() + 20
        while True:
            found = self.ask(*arguments)
            if fits(found):
                return found
            self.assertLess(time.monotonic(), deadline, found)

    @staticmethod
    def states(connections):
        return {one["name"]: (one.get("state"), one.get("startup_seen")) for one in connections["waiting"]}

    def test_states_of_waiting_servers(self):
        server, _ = self.with_events()
        self.keep(connect_server(server.port, "seen", **NODE), connect_server(server.port, "unseen", False, **NODE))
        moved = connect_server(server.port, "moved", **NODE)
        for kind in ("provisioned", "shutdown"):
            moved.publish(*broker.startup_event("moved", kind=kind))
        moved.flush()
        sources = ("--monitor", server.monitor_url, "--server", server.url)
        found = self.ask_until(lambda one: one["startup_not_seen"] == ["unseen"], *sources)
        self.assertEqual({"seen": ("waiting", True), "unseen": ("waiting", False), "moved": ("restarting", True)},
                         self.states(found))
        self.assertEqual([], found["left"])
        self.assertNotIn("events_error", found)
        # It comes back in the main account.
        moved.reader.close()
        moved.close()
        again = broker.Client(server.port, name="moved")
        self.keep(again)
        again.publish(*broker.startup_event("moved", "server"))
        again.flush()
        self.ask_until(lambda one: [("moved", "back")] == [(left["name"], left["state"]) for left in one["left"]],
                       *sources)
        shown = call(FLEETWATCH, "tool", "connections", *sources)
        self.assertEqual(0, shown.status, shown.err)
        self.assertIn("No startup event of 1 server came since it connected, provisioners may not know it: unseen\n",
                      shown.out)
        self.assertRegex(shown.out, r"(?m)^seen +\S+ +waiting +seen ")
        self.assertRegex(shown.out, r"(?m)^moved +back ")

    def test_states_with_the_system_user_of_a_configuration(self):
        server, _ = self.with_events()
        self.keep(connect_server(server.port, "n1", **NODE))
        config = server.folder.name + "/client.conf"
        with open(config, "w", encoding="ascii") as file:
            file.write(f"plugin.choria.middleware_hosts = {server.url}\nplugin.security.provider = file\n"
                       "plugin.choria.network.system.user = system\nplugin.choria.network.system.password = secret\n")
        found = self.ask("--config", config)
        self.assertEqual({"n1": ("waiting", True)}, self.states(found))

    def test_who_left_is_known_where_all_brokers_were_asked(self):
        server, operator = self.with_events()
        operator.publish(*broker.startup_event("elsewhere"))
        operator.publish(*broker.startup_event("ended", kind="shutdown"))
        operator.flush()
        config = server.folder.name + "/client.conf"
        with open(config, "w", encoding="ascii") as file:
            file.write("plugin.choria.middleware_hosts = "
                       f"nats://choria:secret@127.0.0.1:{server.port}\nplugin.security.provider = file\n"
                       "plugin.choria.network.system.user = system\nplugin.choria.network.system.password = secret\n")
        for all_brokers, arguments, left in (
                (True, ("--config", config), {"elsewhere": "waiting", "ended": "gone"}),
                (False, ("--monitor", server.monitor_url, "--server", server.url), {"ended": "gone"})):
            found = self.ask_until(lambda one, left=left: len(one["left"]) == len(left), *arguments)
            self.assertEqual(left, {one["name"]: one["state"] for one in found["left"]})
            self.assertEqual(all_brokers, found["all_brokers"])
        other = self.ask("--monitor", server.monitor_url, "--server", server.url, "--account", "choria")
        self.assertNotIn("left", other)

    def test_states_are_unknown_without_events(self):
        plain, system = self.with_accounts(1)
        gone = self.start()
        gone.stop()
        for arguments in (system, ("--monitor", plain.monitor_url),
                          ("--monitor", plain.monitor_url, "--server", gone.url),
                          ("--monitor", plain.monitor_url, "--server", plain.url)):
            with self.subTest(arguments):
                found = self.ask(*arguments)
                self.assertEqual({"n1.example.net": (None, None)}, self.states(found))
                self.assertNotEqual("", found["events_error"])
                self.assertFalse({"startup_not_seen", "left", "events_since"} & set(found))

    def watch(self, *arguments):
        process = subprocess.Popen([FLEETWATCH, "tool", "connections", "--json", "--watch", "--every", "200ms",
                                    *arguments], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def until(self, process, node, kind, state):
        """Tells the event again until the watcher, which may not listen yet, has heard it."""
        last = ""
        for _ in range(100):
            node.publish(*broker.startup_event("n1", kind=kind))
            node.flush()
            last = process.stdout.readline()
            if self.states(json.loads(last)) == {"n1": (state, True)}:
                return
        self.fail(f"n1 is never {state}: {last}")

    def test_watching_follows_the_events(self):
        server, _ = self.with_events()
        streamless = self.start()
        for one, user in ((server, NODE), (streamless, {})):
            watcher = self.watch("--monitor", one.monitor_url, "--server", one.url)
            node = connect_server(one.port, "n1", **user)
            self.keep(node)
            self.until(watcher, node, "startup", "waiting")
            self.until(watcher, node, "provisioned", "provisioned")

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

    def test_the_report_of_the_original(self):
        server, system = self.with_accounts()
        report = ("broker", "server", "report", "conns")
        for source, name in ((("--monitor", server.monitor_url), server.monitor_url.removeprefix("http://")),
                             (system, None)):
            ended = call(FLEETWATCH, *report, "--account", "provisioning", *source)
            self.assertEqual(0, ended.status, ended.err)
            self.assertIn(" Top 4 Connections out of 4 by subs ", ended.out)
            rows = [line for line in ended.out.splitlines() if " provisioning " in line]
            self.assertEqual(["1", "5", "5", "5"], [row.split("│")[12].strip() for row in rows])
            self.assertRegex(ended.out, "│ Totals for 4 connections │")
            table = ended.out.split("Connections per server")[1]
            self.assertRegex(table, "│ +4 │")
            if name:
                self.assertIn(name, table)
            top = call(FLEETWATCH, *report, "--account", "provisioning", "--sort", "in-msgs", "--top", "1", "-R",
                       "--json", *source).json()
            self.assertEqual((4, "in-msgs", [1]),
                             (top["total"], top["sort"], [one["in_msgs"] for one in top["connections"]]))
            self.assertEqual([4], [one["connections"] for one in top["servers"]])
        self.assertEqual(64, call(FLEETWATCH, *report, "--sort", "name").status)

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
        for command in (("tool", "connections"), ("broker", "server", "report", "conns")):
            shown = call(FLEETWATCH, *command, "--monitor", server.monitor_url)
            self.assertNotIn("\x1b", shown.out)
            self.assertIn(r"evil\x1b[2J", shown.out)
        self.assertIn("x" * 40 + " .. ", shown.out)

    def test_hostile_names_in_events(self):
        server, operator = self.with_events()
        node = connect_server(server.port, "evil\x1b]0;x\x07", **NODE)
        self.keep(node)
        for number in range(30):
            operator.publish(*broker.startup_event(f"made\x1b[2J{number}", kind="shutdown"))
        operator.publish(*broker.startup_event("x" * 5000))
        operator.publish(broker.EVENTS + ".startup.provision_mode_server", b"\xff\x00")
        operator.flush()
        shown = self.ask_until(lambda one: one["left"] != [], "--monitor", server.monitor_url, "--server", server.url)
        self.assertEqual({"evil\x1b]0;x\x07": ("waiting", True)}, self.states(shown))
        text = call(FLEETWATCH, "tool", "connections", "--monitor", server.monitor_url, "--server", server.url).out
        self.assertNotIn("\x1b", text)
        self.assertIn(r"made\x1b[2J", text)
        self.assertIn("and 10 more, see --json\n", text)

    def test_wrong_arguments(self):
        for arguments in (("--monitor", "https://x/y"), ("--account", "a b&c"), ("--monitor", "http://h:0")):
            self.assertEqual(64, call(FLEETWATCH, "tool", "connections", *arguments).status)


@unittest.skipUnless("current nats-server" in broker.programs(), "no current nats-server")
class ConnectionsOfACurrentBroker(Connections):
    program = broker.programs().get("current nats-server")


if __name__ == "__main__":
    unittest.main()
