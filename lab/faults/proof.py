"""The proof: each fault is applied, seen by the monitor as what it is and as nothing else, and healed until all is quiet."""

from __future__ import annotations

import copy
import json
import pathlib
import tempfile
import time
from dataclasses import asdict, dataclass, field

from fault import Alert, Fault, Wanted, wanted
from machines import LabError, Machines

QUIET_S = 150  # for all alerts to end once a fault is healed
AFTERMATH_S = 6  # effects that come late: members are dropped 5 s after a silent loss
FORGET_EVERY_S = 8
# Rules on the log lines of the last hour: they stay when all is well again, until the lines are gone.
OF_LOGS = {"olric.suspects", "olric.flapping", "olric.log_errors", "system.panics"}


@dataclass
class Row:
    fault: str
    node: str
    kind: str
    expected: str
    seen: bool = False
    missing: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    notice_s: float | None = None
    note: str = ""

    @property
    def good(self) -> bool:
        return self.seen and not self.others and not self.note


class Watch:
    """What has been seen of one fault so far."""

    def __init__(self, fault: Fault, node: str, nodes: list[str], row: Row) -> None:
        self._row = row
        self._roots = wanted(fault.roots, node, nodes)
        self._folded = wanted(fault.folded, node, nodes)
        self._either = wanted(fault.either, node, nodes)
        self._allowed = [*self._roots, *self._either, *(Wanted(w.text, w.rules, w.subject, (node, *nodes)) for w in wanted(fault.may, node, nodes))]
        self._lacking: dict[tuple[str, str], Wanted] = {}
        for kind, wishes in (("root", self._roots), ("folded", self._folded), ("either", self._either)):
            for wish in wishes:
                for place in wish.nodes:
                    self._lacking[kind, f"{wish.text.removesuffix('@others').removesuffix('@next').removesuffix('@cluster')}@{place}"] = wish

    def take(self, alerts: list[Alert]) -> bool:
        """True when everything expected has been seen."""
        for (kind, place), wish in list(self._lacking.items()):
            node = place.rpartition("@")[2]
            for alert in alerts:
                fits = kind == "either" or bool(alert.caused_by) == (kind == "folded")
                if fits and wish.covers(alert, node):
                    del self._lacking[kind, place]
                    break
        for alert in alerts:
            text = str(alert)
            if not alert.caused_by and text not in self._row.others and not any(wish.covers(alert) for wish in self._allowed):
                self._row.others.append(text)
        self._row.missing = [place + (" (folded)" if kind == "folded" else "") for kind, place in self._lacking]
        return not self._lacking


class Proof:
    def __init__(self, machines: Machines, aftermath_s: float = AFTERMATH_S, within_s: float | None = None) -> None:
        self._machines = machines
        self._aftermath_s = aftermath_s
        self._within_s = within_s
        self._recording: dict | None = None

    def alerts(self, *flags: str) -> list[Alert]:
        return [self._read(entry) for entry in json.loads(self._machines.monitor("alerts", "--env", "lab", "--json", *flags))]

    def _read(self, entry: dict) -> Alert:
        node = self._machines.name_of(entry["node"])
        subject = entry["key"].partition("@")[2].removeprefix(entry["node"]).removeprefix("/")
        return Alert(entry["id"], node, subject, entry.get("caused_by", ""), entry["message"])

    def healthy(self, count: int) -> list[str]:
        """Alerts seen in so many gathers with nothing applied."""
        seen: list[str] = []
        for _ in range(count):
            seen += [str(alert) for alert in self.alerts()]
        return seen

    def quiet(self) -> list[Alert]:
        """Waits until there is no alert; those that stay."""
        end, forget_at = time.monotonic() + QUIET_S, 0.0
        while True:
            alerts = self.alerts()
            if not alerts or time.monotonic() > end:
                return alerts
            if {alert.rule for alert in alerts} <= OF_LOGS and time.monotonic() > forget_at:
                self._machines.forget_logs()
                forget_at = time.monotonic() + FORGET_EVERY_S

    def plant(self, fault: Fault) -> tuple[Fault, str, float]:
        """Applies a fault that is seen only after a while; when that will be."""
        node = self._machines.target(fault.on)
        fault.apply(self._machines, node)
        return fault, node, time.monotonic() + fault.lead_s

    def prove(self, fault: Fault, planted: tuple[str, float] | None = None) -> Row:
        row = Row(fault.name, "", fault.kind, self._expected(fault))
        try:
            if not fault.live:
                self._prove_recording(fault, row)
                return row
            row.node = planted[0] if planted else self._machines.target(fault.on)
            self._prove_live(fault, row, planted[1] if planted else None)
        except LabError as error:
            row.note = str(error)
        return row

    @staticmethod
    def _expected(fault: Fault) -> str:
        folded = f" (folded: {fault.folded})" if fault.folded else ""
        return (" ".join((fault.roots, fault.either)).strip() or "no alert") + folded

    def _prove_live(self, fault: Fault, row: Row, due: float | None) -> None:
        try:
            if due is None:
                fault.apply(self._machines, row.node)
            else:
                time.sleep(max(0.0, due - time.monotonic()))
            self._watch(fault, row)
        finally:
            fault.heal(self._machines, row.node)
        left = self.quiet()
        if left:
            row.note = "after healing: " + ", ".join(map(str, left))

    def _watch(self, fault: Fault, row: Row) -> None:
        watch = Watch(fault, row.node, self._machines.nodes, row)
        began = time.monotonic()
        end = began + (self._within_s or fault.within_s)
        while not row.seen and time.monotonic() < end:
            row.seen = watch.take(self.alerts("--timeout", f"{fault.timeout_s}s"))
        if row.seen:
            row.notice_s = round(time.monotonic() - began, 1)
            end = time.monotonic() + self._aftermath_s
            while time.monotonic() < end:
                watch.take(self.alerts("--timeout", f"{fault.timeout_s}s"))

    def _prove_recording(self, fault: Fault, row: Row) -> None:
        nodes = self._machines.nodes
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "snapshot.json"
            if self._recording is None:
                self._machines.monitor("alerts", "--env", "lab", "--json", "--save", str(file))
                self._recording = json.loads(file.read_text())
            snapshot = copy.deepcopy(self._recording)
            row.node = self._of_recording(fault.on)
            fault.doctor(snapshot["nodes"], nodes.index(row.node))
            file.write_text(json.dumps(snapshot))
            watch = Watch(fault, row.node, nodes, row)
            shown = json.loads(self._machines.monitor("alerts", "--json", "--from", str(file)))
            row.seen = watch.take([self._read(entry) for entry in shown])

    def _of_recording(self, where: str) -> str:
        states = [node["report"]["rqlite"]["raft_state"] for node in self._recording["nodes"]]
        leader = self._machines.nodes[states.index("Leader")]
        return {"leader": leader, "follower": self._machines.others(leader)[-1]}.get(where, where)


def as_json(rows: list[Row], healthy: list[str], gathers: int, seconds: float) -> str:
    return json.dumps({"rows": [asdict(row) | {"good": row.good} for row in rows], "healthy_gathers": gathers,
                       "healthy_alerts": healthy, "seconds": round(seconds)}, indent=1)


def line(row: Row) -> str:
    seen = "yes" if row.seen else "NO"
    notice = "-" if row.notice_s is None else f"{row.notice_s:.1f}"
    text = f"{row.fault:<29} {row.node:<4} {row.kind:<8} {seen:<4} {notice:>6}  {row.expected}"
    if row.others:
        text += f"\n{'':<29} OTHER ROOTS: {' '.join(row.others)}"
    if not row.seen and row.missing:
        text += f"\n{'':<29} NOT SEEN: {' '.join(row.missing)}"
    if row.note:
        text += f"\n{'':<29} {row.note}"
    return text


HEAD = f"{'fault':<29} {'node':<4} {'kind':<8} {'seen':<4} {'s':>6}  expected"
