"""One fault: what it does, what the monitor shall say about it, and how it ends.

An expectation is a word RULE[/SUBJECT][@WHERE]; WHERE is the node of the fault when it is left out, else `cluster`, `others`
(every other node) or `next` (the node after it). RULE may be several rules with `|` between them: any of them will do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from machines import Machines

REAL = "real"  # the thing itself is broken
INJECTED = "injected"  # a value that the machine cannot really have, written where the collector reads it
DOCTORED = "doctored"  # a recording of the healthy cluster with changed fields

Action = Callable[[Machines, str], None]


def nothing(_machines: Machines, _node: str) -> None:
    pass


@dataclass(frozen=True)
class Fault:
    name: str
    what: str
    roots: str  # alerts that stand for themselves; others that do are false alarms
    apply: Action = nothing
    heal: Action = nothing
    folded: str = ""  # alerts that must be there as effects of another
    either: str = ""  # must be there, as an effect or not
    may: str = ""  # roots that are true as well, but only for a moment or only sometimes
    kind: str = REAL
    on: str = "n3"  # a node, or `leader` or `follower`
    timeout_s: int = 30  # what the monitor grants a node
    within_s: int = 45
    lead_s: int = 0  # applied so long before it can be seen, without an alert in between
    extras: bool = False  # only in a lab with --services
    stand_in: str = ""  # only where this unit is a stand-in, not the real program
    doctor: Callable[[list[dict], int], None] | None = None  # changes the saved nodes; the number is the fault's node

    @property
    def live(self) -> bool:
        return self.kind != DOCTORED


def in_node(script: str) -> Action:
    return lambda machines, node: machines.shell(node, script)


@dataclass(frozen=True)
class Wanted:
    text: str
    rules: frozenset[str]
    subject: str
    nodes: tuple[str, ...]  # all of them

    def missing(self, alerts: list[Alert]) -> list[str]:
        """The nodes that say nothing of it."""
        return [node for node in self.nodes if not any(self.covers(alert, node) for alert in alerts)]

    def covers(self, alert: Alert, node: str | None = None) -> bool:
        if alert.rule not in self.rules or (self.subject and alert.subject != self.subject):
            return False
        return alert.node in self.nodes if node is None else alert.node == node


@dataclass(frozen=True)
class Alert:
    rule: str
    node: str  # n1, n2, ... or cluster
    subject: str
    caused_by: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}{'/' + self.subject if self.subject else ''}@{self.node}"


def wanted(words: str, node: str, nodes: list[str]) -> list[Wanted]:
    return [_wanted(word, node, nodes) for word in words.split()]


def _wanted(word: str, node: str, nodes: list[str]) -> Wanted:
    rest, _, where = word.partition("@")
    # A unit may have an @ of its own: wg-quick@wg0.
    known = ("cluster", "others", "next")
    if where and where not in known:
        rest, where = word, ""
        for ending in known:
            if word.endswith("@" + ending):
                rest, where = word.removesuffix("@" + ending), ending
    rules, _, subject = rest.partition("/")
    places = {
        "": (node,),
        "cluster": ("cluster",),
        "others": tuple(name for name in nodes if name != node),
        "next": (nodes[(nodes.index(node) + 1) % len(nodes)],),
    }[where]
    return Wanted(word, frozenset(rules.split("|")), subject, places)
