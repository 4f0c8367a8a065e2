"""Recorded machines: their reports compared byte for byte with accepted ones, and a recording of this machine."""
import json
import os
import pathlib
import shutil
import stat

import program
from program import CommandTest
from test_golden import difference

machines = program.tests / "fixtures" / "machines"
reports = program.tests / "golden" / "reports"
MOST_BYTES = 200_000


def names():
    return sorted(path.name for path in machines.iterdir())


def files_of(folder):
    return [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]


class Replay(CommandTest):
    def report(self, folder, *flags):
        ended = self.run_program("node", "report", "--replay", folder, *flags, TZ="UTC")  # uptime_since is local time
        self.assertEqual((0, b""), (ended.returncode, ended.stderr))
        return ended.stdout

    def copy(self, name="real-leader"):
        return pathlib.Path(shutil.copytree(machines / name, self.folder / "copy"))

    def test_reports_are_as_accepted(self):
        for name in names():
            with self.subTest(name):
                actual = self.report(machines / name)
                golden = reports / f"{name}.json"
                if os.environ.get("FLEETWATCH_ACCEPT") == "1":
                    golden.write_bytes(actual)
                self.assertEqual("", difference(golden.read_bytes(), actual))

    def test_every_golden_report_belongs_to_a_machine(self):
        self.assertEqual([f"{name}.json" for name in names()], sorted(path.name for path in reports.iterdir()))

    def test_same_recording_same_bytes(self):
        for name in ("degraded", "odd"):
            self.assertEqual(self.report(machines / name, "--json"), self.report(machines / name, "--json"))

    def test_fixtures_are_small_and_tell_no_secret(self):
        for name in names():
            content = [path.read_bytes() for path in files_of(machines / name)]
            self.assertLess(sum(map(len, content)), MOST_BYTES, name)
            self.assertFalse(any(b"planted" in text for text in content), name)

    def test_healthy_is_healthy_and_the_others_are_not(self):
        self.assertEqual([], json.loads(self.report(machines / "healthy"))["errors"])
        self.assertNotEqual([], json.loads(self.report(machines / "degraded"))["errors"])

    def test_a_change_by_hand_shows(self):
        folder = self.copy()
        path = folder / "answers.jsonl"
        path.write_text(path.read_text(encoding="utf-8").replace('"active_state":"active"', '"active_state":"failed"'),
                        encoding="utf-8")
        self.assertEqual("failed", json.loads(self.report(folder))["services"]["services"][0]["active_state"])

    def test_hostile_recordings_are_named(self):
        def cut(folder):
            path = folder / "answers.jsonl"
            path.write_bytes(path.read_bytes()[:-10])

        def deep(folder):
            (folder / "answers.jsonl").write_text('{"ask":"links","answer":' + "[" * 5000, encoding="utf-8")

        def piped(folder):
            (folder / "answers.jsonl").unlink()
            os.mkfifo(folder / "answers.jsonl")

        def linked(folder):
            (folder / "answers.jsonl").unlink()
            (folder / "answers.jsonl").symlink_to("/etc/passwd")

        def newer(folder):
            (folder / "recording.json").write_text('{"format":"fleetwatch.recording/9","unix_ms":1}', encoding="utf-8")

        def without_answers(folder):
            (folder / "answers.jsonl").unlink()

        for spoil, part in ((cut, "answers.jsonl:"), (deep, "answers.jsonl:1"), (piped, "no regular file"),
                            (linked, "no regular file"), (newer, "recording.json"), (without_answers, "not there")):
            folder = self.copy()
            spoil(folder)
            self.check_refused(65, str(folder), part, arguments=("node", "report", "--replay", folder))
            shutil.rmtree(folder)
        self.check_refused(66, "nosuch", arguments=("node", "report", "--replay", "nosuch"))


class Record(CommandTest):
    def record(self, folder="new"):
        ended = self.run_program("node", "record", folder, "--internet-target", "none")
        self.assertEqual((0, b""), (ended.returncode, ended.stdout), ended.stderr)
        self.assertIn(b"look through it", ended.stderr)
        return self.folder / folder

    def test_it_can_be_replayed(self):
        folder = self.record()
        ended = self.run_program("node", "report", "--replay", folder)
        self.assertEqual((0, b""), (ended.returncode, ended.stderr))
        report = json.loads(ended.stdout)
        header = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
        self.assertEqual((header["unix_ms"], 0), (report["time_unix_ms"], report["collect_ms"]))
        hostname = pathlib.Path("/proc/sys/kernel/hostname").read_text(encoding="utf-8").strip()
        self.assertEqual(hostname, report["hostname"])
        self.assertNotIn("internet_reachable", report["network"])

    def test_the_folder_is_for_its_owner_alone(self):
        folder = self.record()
        self.assertEqual(0o700, stat.S_IMODE(folder.stat().st_mode))
        for path in files_of(folder):
            self.assertEqual(0, stat.S_IMODE(path.stat().st_mode) & 0o077, path)

    def test_the_sandbox_was_on(self):
        folder = self.record()
        status = (folder / "texts" / "kernel.read-proc-self-status").read_text(encoding="utf-8")
        self.assertIn("NoNewPrivs:\t1\n", status)
        self.assertIn("Seccomp:\t2\n", status)

    def test_a_bad_target_is_refused(self):
        self.write("full/file", "kept")
        self.write("file", "kept")
        for target in ("full", "file", "no/such/parent"):
            self.check_refused(74, target, arguments=("node", "record", target))
        self.check_refused(64, "DIR", arguments=("node", "record"))
        self.assertEqual(["file", "full"], sorted(path.name for path in self.folder.iterdir()))
