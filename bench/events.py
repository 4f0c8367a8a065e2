"""Events from a broker on this machine: decoded, filtered, printed; without loss, in bounded memory, soon."""
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402
import lab  # noqa: E402

BINARIES = pathlib.Path(os.environ.get("FLEETWATCH_BINARIES", ROOT / "build" / "release" / "bin"))
RATE = 50_000       # events per second
BURSTS = 100        # per second
SECONDS = 10
FLOOD = 10_000_000  # events, as fast as they go
WAIT_SECONDS = 60
PROBE = b"probe-"


class Viewer:
    """`tool event`, and a reader of its lines that notes when each probe was seen."""

    def __init__(self, server, *flags):
        self.process = subprocess.Popen([BINARIES / "fleetwatch", "tool", "event", "--server", server.url, *flags],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.process.stdout.readline()
        self.lines, self.marks, self.latency_ms, self.last = 0, 0, [], threading.Event()
        self.most_kib = 0
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.client = broker.Client(server.port)
        while self.lines == 0:  # until it is subscribed
            self.client.publish(*broker.startup_event("first", "server"))
            self.client.flush()
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:  # not brought to its end: nothing that we started stays
            self.process.kill()
            self.process.wait()

    def read(self):
        for line in self.process.stdout:
            self.lines += 1
            self.marks += b"] first:" in line or b"] last:" in line
            if PROBE in line:
                sent = int(line.split(PROBE)[1].split(b":")[0])
                self.latency_ms.append((time.monotonic_ns() - sent) / 1e6)
            elif b"] last:" in line:
                self.last.set()

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1])

    def end(self):
        """Counts, CPU seconds."""
        end = time.monotonic() + WAIT_SECONDS
        while not self.last.is_set():  # one that comes while the viewer has too many is dropped like any other
            if time.monotonic() > end:
                raise lab.WrongResult("the last event was never shown")
            self.client.publish(*broker.startup_event("last", "server"))
            self.client.flush()
            self.last.wait(0.1)
        self.most_kib = self.resident_kib()
        self.process.send_signal(signal.SIGINT)
        said = self.process.stderr.read().decode()
        _, _, used = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        counts = re.search(r"(\d+) events shown, (\d+) filtered out, (\d+) not decodable, (\d+) dropped", said)
        return [int(count) for count in counts.groups()], used.ru_utime + used.ru_stime


def messages(count):
    """Wire bytes of recorded startup and alive events, in both encodings."""
    chosen = [broker.Client.message(subject, payload) for subject, payload in broker.recorded_events()]
    return b"".join(chosen[number % len(chosen)] for number in range(count))


def decode_rate():
    done = subprocess.run([BINARIES / "bench_events"], capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def paced(viewer):
    size = RATE // BURSTS
    burst = messages(size - 1)
    sent, behind = 0, 0.0
    start = time.monotonic()
    for number in range(SECONDS * BURSTS):
        due = start + number / BURSTS
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        behind = max(behind, -wait)
        probe = broker.startup_event(f"{PROBE.decode()}{time.monotonic_ns()}", "server")
        viewer.client.send(broker.Client.message(*probe) + burst)
        sent += size
    (_, _, _, dropped), cpu = viewer.end()
    ordered = sorted(viewer.latency_ms)
    return {"sent": sent, "lost": sent - (viewer.lines - viewer.marks), "dropped": dropped,
            "publisher_behind_ms": behind * 1e3, "cpu_share": cpu / SECONDS, "p50_ms": statistics.median(ordered),
            "p99_ms": ordered[int(len(ordered) * 0.99)], "max_ms": ordered[-1]}


def flood(viewer):
    before = viewer.resident_kib()
    piece = messages(1000)
    start = time.monotonic()
    for _ in range(FLOOD // 1000):
        viewer.client.send(piece)
    (shown, filtered, undecodable, dropped), cpu = viewer.end()
    wall = time.monotonic() - start
    return {"sent": FLOOD, "taken": shown + filtered + undecodable, "dropped": dropped, "per_second": FLOOD / wall,
            "per_cpu_second": FLOOD / cpu, "resident_before_kib": before, "resident_most_kib": viewer.most_kib}


def run(_cluster):
    if not broker.program():
        raise lab.Unavailable("nats-server is not installed")
    figures = {"decoding": decode_rate()}
    with broker.Broker() as server, Viewer(server) as viewer:
        figures["paced"] = paced(viewer)
    with broker.Broker() as server, Viewer(server, "--component", "server") as viewer:
        figures["flood"] = flood(viewer)
    decoding, at_pace, flooded = figures["decoding"], figures["paced"], figures["flood"]
    print(f"""
Events
  decoding, filter, text, one core   {decoding['text_per_second']:>10,.0f} /s   wanted 200,000 /s
  decoding alone                     {decoding['decode_per_second']:>10,.0f} /s
  {RATE:,} /s in bursts every {1000 // BURSTS} ms       {at_pace['lost']:>10,} of {at_pace['sent']:,} lost   wanted 0
  publish to line                    {at_pace['p50_ms']:>10.1f} ms median, {at_pace['p99_ms']:.1f} ms p99, {at_pace['max_ms']:.1f} ms most
  one core used at that rate         {at_pace['cpu_share'] * 100:>10.0f} %
  as fast as the broker sends        {flooded['per_second']:>10,.0f} /s, {flooded['dropped']:,} of {flooded['sent']:,} dropped
  memory before and at most          {flooded['resident_before_kib'] // 1024:>10} MiB, {flooded['resident_most_kib'] // 1024} MiB
""", flush=True)
    if at_pace["lost"] != at_pace["dropped"]:
        raise lab.WrongResult(f"{at_pace['lost']} events lost, but {at_pace['dropped']} counted as dropped")
    return figures
