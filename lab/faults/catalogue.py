"""All faults, the gentle ones first."""

from __future__ import annotations

from fault import Fault
from machines import LabError
from names import NAMES
from network import NETWORK
from recordings import RECORDINGS
from resources import RESOURCES
from units import UNITS

FAULTS: list[Fault] = [*RESOURCES, *UNITS, *NAMES, *NETWORK, *RECORDINGS]


def find(name: str) -> Fault:
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise LabError(f"no fault {name}: lab fault --list names them")
