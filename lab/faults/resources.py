"""Faults of memory, load and disks."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

from fault import INJECTED, Action, Fault
from machines import LabError, Machines, run

FILLING = "root/var/tmp/fault-filling"


def inject(name: str, pattern: str, text: str) -> Action:
    """Changes a kernel file of the node in place; a new file would never be seen."""

    def apply(machines: Machines, node: str) -> None:
        file = machines.kernel_file(node, name)
        before, changed = file.read_text(), 0
        after, changed = re.subn(pattern, text, before, flags=re.MULTILINE)
        if changed == 0:
            raise LabError(f"{file} has no line {pattern}")
        backup = file.with_name(f"fault-{name}")
        if not backup.exists():
            backup.write_text(before)
        file.write_text(after)

    return apply


def restore(name: str) -> Action:
    def heal(machines: Machines, node: str) -> None:
        file = machines.kernel_file(node, name)
        backup = file.with_name(f"fault-{name}")
        if backup.exists():
            file.write_text(backup.read_text())
            backup.unlink()

    return heal


def fill_disk(percent: int) -> Action:
    """From outside, so that the memory is not charged to the node."""

    def apply(machines: Machines, node: str) -> None:
        disk = os.statvfs(machines.disk(node))
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        wanted = disk.f_blocks * disk.f_frsize * percent // 100 - used
        with open(machines.disk(node) / FILLING, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, wanted))

    return apply


def empty_disk(machines: Machines, node: str) -> None:
    (machines.disk(node) / FILLING).unlink(missing_ok=True)


def limit_inodes(percent: int) -> Action:
    """The disk gets so few inodes that those in use are so many of them."""

    def apply(machines: Machines, node: str) -> None:
        disk = machines.disk(node)
        state = os.statvfs(disk)
        backup = machines.kernel_file(node, "fault-inodes")
        if not backup.exists():
            backup.write_text(str(state.f_files))
        used = state.f_files - state.f_ffree
        run(["mount", "-o", f"remount,nr_inodes={used * 100 // percent}", str(disk)])

    return apply


def give_inodes_back(machines: Machines, node: str) -> None:
    backup = machines.kernel_file(node, "fault-inodes")
    if backup.exists():
        run(["mount", "-o", f"remount,nr_inodes={backup.read_text()}", str(machines.disk(node))])
        backup.unlink()


def oom_kills() -> int:
    return int(re.search(r"^oom_kill (\d+)", pathlib.Path("/proc/vmstat").read_text(), re.MULTILINE).group(1))


def kill_by_memory(machines: Machines, node: str) -> None:
    """The kernel really kills; its counter is the whole machine's, so the node's share is written into its own."""
    before = oom_kills()
    eat = "x = []\\nwhile True: x.append(bytearray(1 << 20))"
    machines.shell(node, "systemd-run --quiet --wait --collect --unit=fault-eater -p MemoryMax=24M -p MemorySwapMax=0 "
                         f"python3 -c \"$(printf '{eat}')\"", check=False)
    killed = oom_kills() - before
    if killed < 1:
        raise LabError("the kernel has killed nothing: no memory controller in the nodes?")
    inject("vmstat", r"^oom_kill .*", f"oom_kill {killed}")(machines, node)


RESOURCES = [
    Fault("memory", "2 % of the memory are available", "system.memory_high", inject("meminfo", r"^MemAvailable: .*", "MemAvailable: 41943 kB"),
          restore("meminfo"), kind=INJECTED),
    Fault("swap", "half of the swap space is in use", "system.swap_high",
          inject("meminfo", r"^SwapTotal: .*\nSwapFree: .*", "SwapTotal: 1048576 kB\nSwapFree: 524288 kB"), restore("meminfo"), kind=INJECTED),
    Fault("load", "64 tasks want to run", "system.load_high", inject("loadavg", r"^\S+", "64.00"), restore("loadavg"), kind=INJECTED),
    Fault("oom", "a unit eats more than its MemoryMax; the kernel kills it", "system.oom_kills", kill_by_memory, restore("vmstat"),
          kind=INJECTED),
    Fault("disk-full", "the disk is filled to 92 %", "system.disk_high", fill_disk(92), empty_disk),
    Fault("inodes-high", "93 of 100 inodes are in use", "system.inodes_high", limit_inodes(93), give_inodes_back),
    Fault("inodes-out", "98 of 100 inodes are in use", "system.inodes_critical", limit_inodes(98), give_inodes_back),
]
