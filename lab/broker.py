#!/usr/bin/env python3
"""A message broker (nats-server) of one's own on loopback, and a small client to speak with it.

Used by the demonstration, the end-to-end tests and the benchmark.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

RECORDINGS = pathlib.Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "recordings" / "choria"
EVENTS = "choria.lifecycle.event"
STREAM = "CHORIA_EVENTS"
NANOSECONDS = 10**9


def program():
    """Path of nats-server, or None."""
    return shutil.which("nats-server", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def programs():
    """Path of each nats-server to test with, by what it is: the installed one, and a current one where there is one."""
    cache = pathlib.Path(os.environ.get("FLEETWATCH_CACHE") or
                         pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "fleetwatch"))
    current = os.environ.get("FLEETWATCH_NATS_SERVER") or next(map(str, cache.glob("nats-server-*[0-9]")), None)
    found = {"nats-server": program(), "current nats-server": current}
    return {name: path for name, path in found.items() if path}


class Broker:
    """One nats-server on free ports. `text` is more of its configuration."""

    def __init__(self, text="", jetstream=False, server=None):
        self.folder = tempfile.TemporaryDirectory(prefix="fleetwatch-broker-")
        self.server = server or program()
        self.port, self.monitor_port = 0, 0
        self.text = text
        if jetstream:
            self.text += f'\njetstream {{ store_dir: "{self.folder.name}/store" }}\n'
        self.process = None
        self.start()

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor_url(self):
        return f"http://127.0.0.1:{self.monitor_port}"

    def start(self):
        """On the ports it had before, when it was running before."""
        config = pathlib.Path(self.folder.name, "server.conf")
        config.write_text(f'listen: "127.0.0.1:{self.port or -1}"\nhttp: "127.0.0.1:{self.monitor_port or -1}"\n'
                          f"{self.text}\n", encoding="utf-8")
        self.process = subprocess.Popen([self.server, "-c", str(config)], stderr=subprocess.PIPE, text=True)
        said = ""
        for line in self.process.stderr:
            said += line
            if "Server is ready" in line:
                break
        else:
            raise RuntimeError(f"nats-server does not start: {said}")
        self.port = int(re.search(r"client connections on 127\.0\.0\.1:(\d+)", said)[1])
        self.monitor_port = int(re.search(r"http monitor on 127\.0\.0\.1:(\d+)", said)[1])
        # It would stop at a full pipe.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def stop(self, how=signal.SIGKILL):
        if self.process:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def close(self):
        self.stop()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def free_ports(number):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """Brokers that keep streams together."""

    def __init__(self, number=3, server=None):
        ports = free_ports(number)
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in ports)
        starting = []
        self.brokers = []
        for index, port in enumerate(ports, 1):
            text = (f'server_name: "broker{index}.example.net"\n'
                    f'cluster {{ name: "CHORIA", listen: "127.0.0.1:{port}", routes: [{routes}] }}')
            starting.append(threading.Thread(
                target=lambda text=text: self.brokers.append(Broker(text, jetstream=True, server=server))))
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        self.brokers.sort(key=lambda one: one.text)

    @property
    def urls(self):
        return [one.url for one in self.brokers]

    def close(self):
        for one in self.brokers:
            one.close()


class Client:
    """The NATS protocol as far as it is needed: publish, subscribe, ask."""

    def __init__(self, port, host="127.0.0.1", **connect):
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")
        self.reader.readline()  # INFO
        options = {"verbose": False, "pedantic": False, "lang": "python", "version": "1", **connect}
        self.send(b"CONNECT " + json.dumps(options).encode() + b"\r\n")
        self.flush()

    def send(self, data):
        self.socket.sendall(data)

    @staticmethod
    def message(subject, payload, reply=""):
        payload = payload.encode() if isinstance(payload, str) else payload
        return f"PUB {subject} {reply + ' ' if reply else ''}{len(payload)}\r\n".encode() + payload + b"\r\n"

    def publish(self, subject, payload):
        self.send(self.message(subject, payload))

    def flush(self):
        """Until the broker has taken all that was sent."""
        self.send(b"PING\r\n")
        while True:
            line = self.reader.readline()
            if line.startswith(b"PONG"):
                return
            if not line or line.startswith(b"-ERR"):
                raise ConnectionError(f"the broker said {line!r}")
            if line.startswith(b"MSG"):
                self.reader.read(int(line.split()[-1]) + 2)

    def subscribe(self, subject, number=1):
        self.send(f"SUB {subject} {number}\r\n".encode())

    def next_payload(self):
        """Of the next message of any subscription."""
        while True:
            line = self.reader.readline()
            if line.startswith(b"PING"):
                self.send(b"PONG\r\n")
            elif line.startswith(b"MSG"):
                return self.reader.read(int(line.split()[-1]) + 2)[:-2]
            elif not line or line.startswith(b"-ERR"):
                raise ConnectionError(f"the broker said {line!r}")

    def ask(self, subject, payload=""):
        inbox = f"_INBOX.lab{time.monotonic_ns()}"
        self.subscribe(inbox, 9)
        self.send(self.message(subject, payload, inbox) + b"UNSUB 9 1\r\n")
        return json.loads(self.next_payload())

    def close(self):
        self.socket.close()


def make_events_stream(client):
    """The stream of events as a Choria broker makes it."""
    answer = client.ask(f"$JS.API.STREAM.CREATE.{STREAM}", json.dumps({
        "name": STREAM, "subjects": ["choria.lifecycle.>"], "storage": "file", "retention": "limits", "discard": "old",
        "max_age": 24 * 3600 * NANOSECONDS, "num_replicas": 1}))
    if "error" in answer:
        raise RuntimeError(answer["error"])


def make_election_bucket(client, ttl_seconds=10, name="CHORIA_LEADER_ELECTION", replicas=1):
    """The bucket of elections as a Choria broker makes it."""
    answer = client.ask(f"$JS.API.STREAM.CREATE.KV_{name}", json.dumps({
        "name": f"KV_{name}", "description": "Choria Leader Election Bucket", "subjects": [f"$KV.{name}.>"],
        "storage": "file", "retention": "limits", "discard": "new", "max_msgs_per_subject": 1, "max_msg_size": 1024,
        "max_age": ttl_seconds * NANOSECONDS, "duplicate_window": min(ttl_seconds, 120) * NANOSECONDS,
        "num_replicas": replicas, "allow_rollup_hdrs": True, "allow_direct": True, "deny_delete": True}))
    if "error" in answer:
        raise RuntimeError(answer["error"])


def recorded_events(file="events-all-types.jsonl"):
    """Subject and payload of each event that was recorded from the real programs."""
    for line in (RECORDINGS / "lifecycle" / file).read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if "payload" in event:
            yield event.get("subject", EVENTS + ".startup.server"), event["payload"]


def startup_event(identity, component="provision_mode_server", version="0.30.2", kind="startup"):
    """Subject and payload of a made-up event."""
    document = {"protocol": f"io.choria.lifecycle.v1.{kind}", "id": "", "identity": identity, "component": component,
                "timestamp": int(time.time())}
    if kind in ("startup", "alive"):
        document["version"] = version
    return f"{EVENTS}.{kind}.{component}", json.dumps(document)
