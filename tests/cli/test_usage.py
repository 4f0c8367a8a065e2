"""What the program says to a command line that it does not understand, or whose input is not what it should be."""
import os
import subprocess

import program
from program import CommandTest, snapshots

COMMANDS = ("", "node", "node report", "node record", "monitor", "monitor cluster", "monitor node", "monitor service",
            "monitor mesh", "monitor dns", "monitor namespaces", "monitor alerts", "monitor report", "monitor diff",
            "monitor choria", "tool", "tool event", "tool connections", "tool tally", "broker", "broker server",
            "broker server report", "broker server report conns",
            "election", "election info", "election list", "election evict", "election run", "election file", "completion",
            "manual")


class Help(CommandTest):
    def test_every_command_shows_an_example(self):
        for command in COMMANDS:
            with self.subTest(command or "fleetwatch"):
                ended = self.run_program(*command.split(), "--help")
                self.assertEqual((0, b""), (ended.returncode, ended.stderr))
                usage, _, examples = ended.stdout.decode().partition("\nExample")
                self.assertIn(f"Usage: fleetwatch {command}".rstrip() + " [", usage)
                self.assertIn("  fleetwatch ", examples.replace("sudo ", ""))

    def test_no_command_is_missing_here(self):
        listed = self.run_program("completion", "bash").stdout.decode()
        for line in listed.splitlines():
            if line.startswith("    '") and ") words=" in line:
                self.assertIn(line.split("'")[1], COMMANDS)

    def test_version(self):
        ended = self.run_program("--version")
        self.assertEqual((0, b""), (ended.returncode, ended.stderr))
        self.assertRegex(ended.stdout.decode(), r"\A\d+\.\d+\.\d+\n\Z")


class WrongUsage(CommandTest):
    def test_wrong_words_are_named(self):
        healthy = f"--from {snapshots}/healthy.json"
        for line, *named in (
                ("", "a command is missing", "monitor", "node", "see fleetwatch --help"),
                ("nosuch", '"nosuch"', "monitor", "see fleetwatch --help"),
                ("--nosuch", "--nosuch"),
                ("node", "report", "see fleetwatch node --help"),
                ("node nosuch", '"nosuch"', "report"),
                ("monitor nosuch", '"nosuch"', "cluster", "see fleetwatch monitor --help"),
                ("monitor --nosuch", "--nosuch"),
                (f"monitor cluster {healthy} --nosuch", "--nosuch", "see fleetwatch monitor --help"),
                (f"monitor cluster {healthy} extra", "extra"),
                ("monitor cluster", "--env"),
                ("monitor", "--env"),
                ("monitor cluster --env", "--env"),
                ("monitor cluster --env lab --parallel 0", "--parallel", "1 to 1024"),
                (f"monitor cluster {healthy} --compact", "--compact"),
                (f"monitor report {healthy} --compact --max-tokens 199", "--max-tokens", "at least 200 tokens"),
                (f"monitor report {healthy} --compact --max-tokens x", "--max-tokens", "at least 200 tokens"),
                (f"monitor report {healthy} --max-tokens 300", "--max-tokens", "--compact"),
                ("tool", "event", "connections", "tally", "see fleetwatch tool --help"),
                ("tool event --type nope", "alive,governor,provisioned,shutdown,startup,upgraded", "nope"),
                ("tool tally --component >", "--component"),
                ("tool tally --prefix 9x", "--prefix"),
                ("tool connections --monitor https://x/y", "--monitor", "https://x/y"),
                ("broker server report", "conns"),
                ("monitor diff", "OLD"),
                (f"monitor diff {snapshots}/healthy.json", "NEW"),
                ("monitor diff - -", "standard input"),
                ("monitor diff a b --save c", "--save", "fleetwatch monitor diff OLD NEW"),
                (f"monitor diff a b {healthy}", "--from"),
                ("node report extra", "extra"),
                ("node report --section nosuch", "nosuch", "system", "namespaces"),
                ("election", "a command is missing", "evict", "see fleetwatch election --help"),
                ("election evict", "ELECTION"),
                ("election evict backup --server b1", "no terminal", "--force"),
                ("election evict back..up --force --server b1", '"back..up"', "no name of an election"),
                ("election info --bucket a.b --server b1", '"a.b"', "no name of a bucket"),
                ("election list --bucket > --server b1", '">"', "no name of a bucket"),
                ("election run backup", "COMMAND"),
                ("election run backup 'x --server b1", "COMMAND", "quote"),
                ("election run * true --server b1", '"*"', "no name of an election"),
                ("election file /tmp/x --server b1", "the name of the election is empty"),
                ("election file", "FILE"),
                ("completion", "SHELL"),
                ("completion tcsh", "tcsh", "bash")):
            with self.subTest(line):
                self.check_refused(64, *named, arguments=line.split())

    def test_wrong_durations_are_named(self):
        for command, flag in (("monitor cluster --env lab", "--timeout"), ("monitor cluster --env lab", "--deadline"),
                              ("node report", "--timeout")):
            for text in ("3x", "-1s", "0", "", "ten", "1e99h", "nan", "10 s"):
                with self.subTest(flag=flag, text=text):
                    self.check_refused(64, flag, f'"{text}"', "500ms", arguments=(*command.split(), f"{flag}={text}")
                                       if text else (*command.split(), flag, text))

    def test_empty_names_of_files_are_refused(self):
        good = str(snapshots / "healthy.json")
        for arguments, named in ((("node", "report", "--replay", ""), "--replay"),
                                 (("node", "record", ""), "DIR"), (("monitor", "diff", "", good), "OLD"),
                                 (("monitor", "diff", good, ""), "NEW"),
                                 (("monitor", "cluster", "--from", "", "--env", "lab"), "--from"),
                                 (("monitor", "cluster", "--from", good, "--save", ""), "--save"),
                                 (("monitor", "cluster", "--env", "lab", "--config", ""), "--config")):
            with self.subTest(arguments=arguments):
                self.check_refused(64, named, "the name is empty", arguments=arguments)
        self.check_refused(64, "--replay", "missing", arguments=("node", "report", "--replay="))
        self.assertEqual([], list(self.folder.iterdir()))

    def test_control_characters_of_the_command_line_are_not_repeated(self):
        for arguments in (("\x1b[31mred",), ("monitor", "--timeout", "\x1b[2J"), ("monitor", "--from", "\x1b[2J"),
                          ("node", "report", "--section", "\x1b[2J")):
            with self.subTest(arguments=arguments):
                self.assertNotIn("\x1b", self.run_program(*arguments).stderr.decode())


class WrongInput(CommandTest):
    def test_diff_names_the_file_that_is_wrong(self):
        good = str(snapshots / "healthy.json")
        text = str(self.write("text.json", "no snapshot"))
        empty = str(self.write("empty.json", ""))
        for status, pair, named in ((66, (good, "missing.json"), ("missing.json",)),
                                    (66, ("missing.json", good), ("missing.json",)),
                                    (66, (good, empty), ("empty.json", "empty")),
                                    (66, (good, str(self.folder)), (str(self.folder),)),
                                    (65, (text, good), ("text.json", "JSON")),
                                    (65, (good, str(snapshots / "odd.json")), ('"lab"', "tëst", "odd.json"))):
            with self.subTest(pair=pair):
                self.check_refused(status, *named, arguments=("monitor", "diff", *pair))

    def test_inventory_that_is_not_there_names_every_tried_path(self):
        if os.path.exists("/etc/fleetwatch/remote-nodes.conf"):
            self.skipTest("this machine has an inventory")
        arguments = ("monitor", "cluster", "--env", "lab")
        rest = ("./scripts/remote-nodes.conf", f"{self.folder}/.config/fleetwatch/remote-nodes.conf",
                "/etc/fleetwatch/remote-nodes.conf")
        self.check_refused(66, *rest, "--config", arguments=arguments)
        self.check_refused(66, "xdg/fleetwatch/remote-nodes.conf", arguments=arguments, XDG_CONFIG_HOME="xdg")
        self.check_refused(66, "nosuch.conf", arguments=arguments, FLEETWATCH_INVENTORY="nosuch.conf")
        self.check_refused(66, "nosuch.conf", arguments=(*arguments, "--config", "nosuch.conf"))

    def test_unknown_names_come_with_the_known_ones(self):
        self.write("inventory", "lab|ubuntu@n1.example|node\nprod|ubuntu@n2.example|node\n")
        config = ("--config", "inventory")
        self.check_refused(66, '"nosuch"', "lab, prod", arguments=("monitor", "--env", "nosuch", *config))
        self.check_refused(66, '"n9"', "n1.example", arguments=("monitor", "--env", "lab", "--node", "n9", *config))
        self.check_refused(66, '"n9"', arguments=("monitor", "--from", snapshots / "healthy.json", "--node", "n9"))

    def test_malformed_inventory_line_is_named(self):
        self.write("inventory", "# comment\nlab|ubuntu@n1.example|node\nlab|ubuntu@n2.example\n")
        self.check_refused(65, "inventory:3", arguments=("monitor", "--env", "lab", "--config", "inventory"))

    def test_what_is_no_snapshot(self):
        healthy = (snapshots / "healthy.json").read_text(encoding="utf-8")
        for name, content, status in (("text", "not json", 65), ("other", '{"schema": "other/1"}', 65),
                                      ("list", "[]", 65), ("cut", healthy[:3000], 65),
                                      ("newer", healthy.replace("snapshot/1", "snapshot/2"), 65),
                                      ("wrong-type", healthy.replace('"mem_use_pct": 25', '"mem_use_pct": {}'), 65),
                                      ("deep", "[" * 100000, 65), ("empty", "", 66)):
            with self.subTest(name):
                self.write(name, content)
                self.check_refused(status, f"{name}: ", arguments=("monitor", "cluster", "--from", name))
        self.check_refused(66, "nosuch.json", arguments=("monitor", "cluster", "--from", "nosuch.json"))
        self.check_refused(66, ".: ", arguments=("monitor", "cluster", "--from", "."))

    def test_wrong_tokens_of_a_stream(self):
        for line in (b"not hexadecimal\n", b"\n", b"0" * 65 + b"\n", b"0" * 300 + b"\n"):
            with self.subTest(line):
                ended = self.run_program("node", "report", "--stream", "--internet-target", "none", stdin=line)
                self.assertEqual((64, b""), (ended.returncode, ended.stdout))
                self.assertIn(b"standard input", ended.stderr)


class Completion(CommandTest):
    def complete(self, *words):
        self.write("completion.bash", self.run_program("completion", "bash").stdout.decode())
        script = ('source ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fleetwatch; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        ended = subprocess.run(["bash", "--norc", "-c", script, "bash", *words], cwd=self.folder,
                               env=self.environment(), capture_output=True, timeout=program.TIME_LIMIT, check=False)
        self.assertEqual((0, b""), (ended.returncode, ended.stderr))
        return ended.stdout.decode().split()

    def test_bash_reads_it(self):
        path = self.write("completion.bash", self.run_program("completion", "bash").stdout.decode())
        subprocess.run(["bash", "-n", path], check=True)

    def test_bash_completes(self):
        self.assertEqual(["cluster"], self.complete("fleetwatch", "monitor", "cl"))
        self.assertEqual(["monitor"], self.complete("fleetwatch", "mon"))
        self.assertEqual(["--exit-code"], self.complete("fleetwatch", "monitor", "alerts", "--exi"))
        self.assertEqual(["--section"], self.complete("fleetwatch", "node", "report", "--sec"))
        self.assertEqual([], self.complete("fleetwatch", "monitor", "zz"))
        self.assertIn("completion.bash", self.complete("fleetwatch", "monitor", "--from", "compl"))


class Manual(CommandTest):
    def test_it_renders_without_a_complaint(self):
        page = self.run_program("manual").stdout
        try:
            shown = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, check=True,
                                   env=self.environment(), timeout=program.TIME_LIMIT)
        except FileNotFoundError:
            self.skipTest("no groff here")
        self.assertEqual("", shown.stderr.decode())
        for word in (b"monitor cluster", b"NO_COLOR", b"EXIT STATUS"):
            self.assertIn(word, page)
        self.assertGreater(len(shown.stdout.splitlines()), 60)
