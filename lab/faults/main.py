"""The commands `lab fault`, `lab heal` and `lab prove`; started by lab/lab, which sets the environment."""

from __future__ import annotations

import argparse
import dataclasses
import signal
import sys
import time

import proof
from catalogue import FAULTS, find
from fault import Fault
from machines import LabError, Machines

SHORT = ("load", "disk-full", "gateway-killed", "zombie", "caddy-stopped", "wireguard-link-down", "rqlite-frozen", "split-brain")
HEALTHY_GATHERS, HEALTHY_GATHERS_SHORT = 50, 4
DUE_SOON_S = 25  # a fault takes about so long: none is begun before one that was planted comes to light


class Applied:
    """The faults that a person has applied: one line each in the lab's folder."""

    def __init__(self, machines: Machines) -> None:
        self._file = machines.folder / "inject" / "faults"

    def read(self) -> list[tuple[str, str]]:
        if not self._file.exists():
            return []
        return [(name, node) for name, node in (row.split() for row in self._file.read_text().splitlines())]

    def write(self, entries: list[tuple[str, str]]) -> None:
        self._file.write_text("".join(f"{name} {node}\n" for name, node in entries))


def list_faults() -> int:
    print(f"{'name':<29} {'kind':<8} {'default':<8} {'alert':<46} what")
    for fault in FAULTS:
        print(f"{fault.name:<29} {fault.kind:<8} {fault.on:<8} {fault.roots or fault.either or 'none':<46} {fault.what}")
    return 0


def obstacle(machines: Machines, fault: Fault) -> str:
    """What this lab lacks for the fault; empty when nothing is."""
    if fault.extras and not machines.has_extras:
        return "a lab with --services"
    return f"the stand-in of {fault.stand_in}" if machines.is_real(fault.stand_in) else ""


def apply_fault(machines: Machines, name: str, where: str | None) -> int:
    fault = find(name)
    if not fault.live:
        raise LabError(f"{name} cannot be done to a running node, only to a recording: lab prove --select {name}")
    if lacking := obstacle(machines, fault):
        raise LabError(f"{name} needs {lacking}")
    node = machines.target(where or fault.on)
    applied = Applied(machines)
    entries = applied.read()
    if (name, node) in entries:
        raise LabError(f"{name} is applied to {node} already: lab heal {name} {node}")
    applied.write([*entries, (name, node)])  # first: what fails half-way must be healed as well
    fault.apply(machines, node)
    print(f"{node}: {fault.what}; expected: {fault.roots or fault.either or 'no alert'}"
          + (f", after {fault.lead_s} s" if fault.lead_s else ""))
    return 0


def heal_faults(machines: Machines, name: str | None, where: str | None) -> int:
    applied = Applied(machines)
    entries = applied.read()
    chosen = [(known, node) for known, node in entries if name in (None, known) and where in (None, node)]
    if name and not chosen:
        raise LabError(f"{name} is not applied{' to ' + where if where else ''}")
    failed = False
    for known, node in reversed(chosen):
        try:
            find(known).heal(machines, node)
            entries.remove((known, node))
            print(f"{node}: {known} healed")
        except LabError as error:
            print(f"lab: {known} on {node}: {error}", file=sys.stderr)
            failed = True
        applied.write(entries)
    machines.forget_logs()
    return 1 if failed else 0


def chosen_faults(arguments: argparse.Namespace) -> list[Fault]:
    if arguments.select:
        faults = [find(name) for name in arguments.select.split(",")]
    elif arguments.short:
        faults = [find(name) for name in SHORT]
    else:
        faults = FAULTS
    if arguments.expect:
        faults = [dataclasses.replace(fault, roots=arguments.expect, folded="", either="") for fault in faults]
    return faults


def prove_all(machines: Machines, arguments: argparse.Namespace) -> int:
    began = time.monotonic()
    chosen = chosen_faults(arguments)
    faults = [fault for fault in chosen if not obstacle(machines, fault)]
    one = proof.Proof(machines, 0 if arguments.short else proof.AFTERMATH_S, arguments.within)
    gathers = HEALTHY_GATHERS_SHORT if arguments.short or arguments.select else HEALTHY_GATHERS
    machines.forget_logs()
    left = one.quiet()
    if left:
        raise LabError("the lab is not healthy: " + ", ".join(map(str, left)))
    say = (lambda text: print(text, file=sys.stderr, flush=True)) if arguments.json else (lambda text: print(text, flush=True))
    planted = [one.plant(fault) for fault in faults if fault.lead_s]
    healthy = one.healthy(gathers // 2)
    say(proof.HEAD)
    rows: list[proof.Row] = []
    waiting = [fault for fault in faults if not fault.lead_s]
    while waiting or planted:
        due = planted and (not waiting or planted[0][2] - time.monotonic() < DUE_SOON_S)
        if due:
            fault, node, when = planted.pop(0)
            row = one.prove(fault, (node, when))
        else:
            row = one.prove(waiting.pop(0))
        rows.append(row)
        say(proof.line(row))
        if row.note.startswith("after healing"):
            say("the lab does not come to rest: the rest was not tried")
            break
    healthy += one.healthy(gathers - gathers // 2)
    seconds = time.monotonic() - began
    if arguments.json:
        print(proof.as_json(rows, healthy, gathers, seconds))
    bad = [row for row in rows if not row.good]
    kinds = ", ".join(f"{sum(row.kind == kind and row.seen for row in rows)} {kind}" for kind in ("real", "injected", "doctored"))
    say(f"{len(rows)} faults ({kinds}): {sum(row.seen for row in rows)} seen, {len(bad)} not as expected, "
        f"{sum(len(row.others) for row in rows)} other root alerts; {len(healthy)} alerts in {gathers} gathers of the healthy lab; {seconds:.0f} s")
    for fault in chosen:
        if lacking := obstacle(machines, fault):
            say(f"not tried: {fault.name} needs {lacking}")
    for alert in sorted(set(healthy)):
        say(f"on the healthy lab: {alert}")
    return 1 if bad or healthy or waiting or planted else 0


def arguments_of(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lab", add_help=False)
    commands = parser.add_subparsers(dest="command", required=True)
    fault = commands.add_parser("fault")
    fault.add_argument("--list", action="store_true")
    fault.add_argument("name", nargs="?")
    fault.add_argument("node", nargs="?")
    heal = commands.add_parser("heal")
    heal.add_argument("name", nargs="?")
    heal.add_argument("node", nargs="?")
    prove = commands.add_parser("prove")
    prove.add_argument("--select", metavar="NAMES")
    prove.add_argument("--short", action="store_true")
    prove.add_argument("--json", action="store_true")
    prove.add_argument("--expect", metavar="ALERTS", help="what to expect instead: the proof must fail")
    prove.add_argument("--within", type=float, metavar="SECONDS")
    return parser.parse_args(words)


def main() -> int:
    try:
        arguments = arguments_of(sys.argv[1:])
    except SystemExit as error:
        return 64 if error.code else 0
    try:
        if arguments.command == "fault" and (arguments.list or not arguments.name):
            return list_faults()
        machines = Machines()
        if arguments.command == "fault":
            return apply_fault(machines, arguments.name, arguments.node)
        if arguments.command == "heal":
            return heal_faults(machines, arguments.name, arguments.node)
        return prove_all(machines, arguments)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1


signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader that has seen enough is no error
sys.exit(main())
