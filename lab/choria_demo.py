#!/usr/bin/env python3
"""A small Choria network on loopback: a broker with its stream of events and its bucket of elections, servers that wait
for provisioning, two candidates for one election; and the commands that show all this.

usage: lab/choria_demo.py FLEETWATCH      ends with Ctrl-C; at once when standard input is no terminal
Exit status: 0 done, 1 something was not shown as it should be, 69 nats-server is not installed.
"""
import json
import signal
import subprocess
import sys
import time

import broker

AGENTS = ("choria_provision", "choria_util", "discovery", "rpcutil")
NODES = 3
TTL_SECONDS = 10
PAUSE_SECONDS = 1


class Demo:
    def __init__(self, program):
        self.program = program
        self.server = broker.Broker(jetstream=True)
        self.sent = 0
        self.children = []
        self.client = broker.Client(self.server.port, name="demo")
        broker.make_events_stream(self.client)
        broker.make_election_bucket(self.client, TTL_SECONDS)
        self.servers = [self.connect_server(f"n{number}.example.net") for number in range(1, NODES + 1)]
        self.provisioner = broker.Client(self.server.port, name="prov1.example.net")
        self.provisioner.subscribe(broker.EVENTS + ".startup.provision_mode_server")
        self.provisioner.flush()

    def close(self):
        for child in self.children:
            child.send_signal(signal.SIGTERM)
            child.wait()
        self.server.close()

    def publish(self, subject, payload):
        self.client.publish(subject, payload)
        self.client.flush()
        self.sent += 1

    def connect_server(self, name):
        client = broker.Client(self.server.port, name=name)
        client.subscribe(f"provisioning.node.{name}", 1)
        for number, agent in enumerate(AGENTS, 2):
            client.subscribe(f"provisioning.broadcast.agent.{agent}", number)
        client.flush()
        self.publish(*broker.startup_event(name))
        return client

    def campaign(self, name):
        """A candidate that does nothing but lead."""
        self.children.append(subprocess.Popen(
            [self.program, "election", "run", "provisioner", "--server", self.server.url, "--name", name,
             "--", "sh", "-c", "trap '' USR1 USR2; exec sleep infinity"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def wait_for_leader(self):
        end = time.monotonic() + 3 * TTL_SECONDS
        while time.monotonic() < end:
            info = subprocess.run([self.program, "election", "info", "--json", "--server", self.server.url],
                                  capture_output=True, check=False).stdout
            if info and any(row.get("leader") for row in json.loads(info)["elections"]):
                return
            time.sleep(PAUSE_SECONDS / 5)
        raise RuntimeError("nobody became the leader")

    def show(self, *arguments):
        print(f"\n$ fleetwatch {' '.join(arguments)}", flush=True)
        subprocess.run([self.program, *arguments], check=True)

    def read_back(self):
        """How many events the stream gives back."""
        ended = subprocess.run([self.program, "tool", "event", "--server", self.server.url, "--since", "1h", "--json",
                                "--count", str(self.sent)], capture_output=True, check=True, timeout=60)
        return len(ended.stdout.splitlines())

    def run(self):
        for subject, payload in broker.recorded_events():
            self.publish(subject, payload)
        for name in ("prov1.example.net", "prov2.example.net"):
            self.campaign(name)
        self.wait_for_leader()
        at = ("--server", self.server.url)
        self.show("tool", "event", *at, "--since", "1h", "--count", str(self.sent))
        self.show("tool", "connections", "--monitor", self.server.monitor_url)
        self.show("election", "info", *at)
        self.show("monitor", "choria", *at, "--monitor", self.server.monitor_url)
        found = self.read_back()
        print(f"\n{self.sent} events sent, {found} read back", flush=True)
        return found == self.sent

    def stay(self):
        at = self.server.url
        print(f"""
The network goes on until Ctrl-C. In another terminal, try:
  fleetwatch tool event --server {at} --since 1h
  fleetwatch tool connections --monitor {self.server.monitor_url} --watch
  fleetwatch election info --watch --server {at}
  fleetwatch election evict provisioner --server {at}
""", flush=True)
        while True:
            for number in range(1, NODES + 1):
                time.sleep(PAUSE_SECONDS)
                self.publish(*broker.startup_event(f"n{number}.example.net", kind="alive"))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not broker.program():
        print("demo: nats-server is not installed", file=sys.stderr)
        return 69
    demo = Demo(sys.argv[1])
    try:
        done = demo.run()
        if done and sys.stdin.isatty():
            demo.stay()
        return 0 if done else 1
    except KeyboardInterrupt:
        return 0
    finally:
        demo.close()


sys.dont_write_bytecode = True
sys.exit(main())
