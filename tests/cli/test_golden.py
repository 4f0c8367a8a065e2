"""Views of saved snapshots, compared byte for byte with what was looked at and accepted."""
import difflib
import json
import os

from program import CommandTest, golden, snapshots

FIXTURES = ("healthy", "degraded", "odd", "trouble")
ROWS = ("cluster", "node", "service", "mesh", "dns", "namespaces", "alerts")
VIEWS = (*((view, ()) for view in ROWS), *((view, ("--json",)) for view in ROWS), ("alerts", ("--flat",)),
         ("cluster", ("--fold",)), ("service", ("--fold",)), ("mesh", ("--fold",)), ("namespaces", ("--fold",)),
         ("report", ()), ("report", ("--compact",)), ("report", ("--compact", "--flat")))


def difference(expected, actual):
    """Empty when equal, else lines that show where they part."""
    if expected == actual:
        return ""
    old, new = (text.decode(errors="backslashreplace").splitlines() for text in (expected, actual))
    return "\n".join(difflib.unified_diff(old, new, "golden", "now", lineterm="", n=1)) or "differ in line ends alone"


def cases():
    for fixture in FIXTURES:
        for view, flags in VIEWS:
            is_json = view == "report" or "--json" in flags
            words = [view, fixture] + [flag.lstrip("-") for flag in flags if flag != "--json"]
            yield "-".join(words) + (".json" if is_json else ".txt"), fixture, (view, *flags)


DIFFS = {"diff-healthy-trouble.txt": ("healthy", "trouble"),
         "diff-healthy-trouble.json": ("healthy", "trouble", "--json"),
         "diff-healthy-degraded-fold.txt": ("healthy", "degraded", "--fold"),
         "diff-trouble-healthy.txt": ("trouble", "healthy"), "diff-odd-odd.txt": ("odd", "odd"),
         "diff-odd-odd.json": ("odd", "odd", "--json")}


class Golden(CommandTest):
    def show(self, fixture, arguments):
        ended = self.run_program("monitor", *arguments, "--from", snapshots / f"{fixture}.json")
        self.assertEqual((0, b""), (ended.returncode, ended.stderr))
        return ended.stdout

    def test_views_are_as_accepted(self):
        for name, fixture, arguments in cases():
            with self.subTest(name):
                actual = self.show(fixture, arguments)
                if os.environ.get("FLEETWATCH_ACCEPT") == "1":
                    (golden / name).write_bytes(actual)
                self.assertEqual("", difference((golden / name).read_bytes(), actual))

    def test_differences_are_as_accepted(self):
        for name, (old, new, *flags) in DIFFS.items():
            with self.subTest(name):
                files = (snapshots / f"{one}.json" for one in (old, new))
                ended = self.run_program("monitor", "diff", *files, *flags)
                self.assertEqual((0, b""), (ended.returncode, ended.stderr))
                if os.environ.get("FLEETWATCH_ACCEPT") == "1":
                    (golden / name).write_bytes(ended.stdout)
                self.assertEqual("", difference((golden / name).read_bytes(), ended.stdout))

    def test_either_snapshot_of_a_difference_may_come_from_standard_input(self):
        old, new = (snapshots / f"{name}.json" for name in ("healthy", "degraded"))
        wanted = self.run_program("monitor", "diff", old, new)
        for pair, piped in ((("-", new), old), ((old, "-"), new)):
            with self.subTest(pair=pair):
                shown = self.run_program("monitor", "diff", *pair, stdin=piped.read_bytes())
                self.assertEqual(wanted.stdout, shown.stdout)

    def test_every_golden_file_belongs_to_a_case(self):
        self.assertEqual(sorted([*(name for name, _, _ in cases()), *DIFFS]),
                         sorted(path.name for path in golden.iterdir()))

    def test_an_altered_golden_file_is_noticed(self):
        actual = self.show("healthy", ("cluster",))
        for altered in (actual.replace(b"OK", b"KO", 1), actual + b"\n", actual.rstrip(b"\n"), b""):
            self.assertNotEqual("", difference(altered, actual))

    def test_same_snapshot_same_bytes(self):
        for _, fixture, arguments in cases():
            with self.subTest(fixture=fixture, arguments=arguments):
                self.assertEqual(self.show(fixture, arguments), self.show(fixture, arguments))

    def test_json_is_json_and_tables_are_not_hostile(self):
        for name, fixture, arguments in cases():
            with self.subTest(name):
                text = self.show(fixture, arguments)
                if name.endswith(".json"):
                    json.loads(text)
                self.assertEqual([], [byte for byte in text if (byte < 0x20 and byte != 0x0A) or byte == 0x7F])

    def test_standard_input_is_a_source(self):
        path = snapshots / "degraded.json"
        piped = self.run_program("monitor", "alerts", "--from", "-", stdin=path.read_bytes())
        self.assertEqual(self.show("degraded", ("alerts",)), piped.stdout)

    def test_a_saved_snapshot_shows_the_same(self):
        for fixture in FIXTURES:
            with self.subTest(fixture):
                self.run_program("monitor", "--from", snapshots / f"{fixture}.json", "--save", "again.json")
                again = self.run_program("monitor", "report", "--from", "again.json")
                self.assertEqual(self.show(fixture, ("report",)), again.stdout)

    def test_what_is_not_known_survives_saving(self):
        self.run_program("monitor", "--from", snapshots / "odd.json", "--save", "again.json")
        saved = json.loads((self.folder / "again.json").read_text(encoding="utf-8"))
        unknown = json.loads((snapshots / "odd.json").read_text(encoding="utf-8"))["nodes"][0]["report"]["quantum"]
        self.assertEqual(unknown, saved["nodes"][0]["report"]["quantum"])
