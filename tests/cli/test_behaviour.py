"""Exit status, pipes, colours, files, secrets, and the report of this machine."""
import json
import os
import stat
import subprocess

import program
from program import CommandTest, snapshots

HEALTHY = ("monitor", "cluster", "--from", str(snapshots / "healthy.json"))
PASSWORD = "correct-horse-battery"


class ExitCode(CommandTest):
    def warnings_alone(self):
        document = json.loads((snapshots / "healthy.json").read_text(encoding="utf-8"))
        caddy = document["nodes"][0]["report"]["services"]["services"][8]
        self.assertEqual("caddy", caddy["name"])
        caddy["active_state"] = "inactive"
        return self.write("warnings.json", json.dumps(document))

    def nobody_answered(self):
        document = json.loads((snapshots / "degraded.json").read_text(encoding="utf-8"))
        document["nodes"] = [node for node in document["nodes"] if "report" not in node]
        return self.write("nobody.json", json.dumps(document))

    def test_it_tells_the_health(self):
        healthy, degraded = snapshots / "healthy.json", snapshots / "degraded.json"
        for view in ("cluster", "alerts", "report"):
            for path, expected in ((healthy, 0), (self.warnings_alone(), 1), (degraded, 2),
                                   (self.nobody_answered(), 3)):
                with self.subTest(view=view, expected=expected):
                    ended = self.run_program("monitor", view, "--from", path, "--exit-code")
                    self.assertEqual((expected, b""), (ended.returncode, ended.stderr), ended.stdout[:500])

    def test_without_it_the_health_does_not_matter(self):
        self.assertEqual(0, self.run_program("monitor", "--from", snapshots / "degraded.json").returncode)

    def test_errors_stay_errors(self):
        self.check_refused(66, arguments=("monitor", "--from", "nosuch.json", "--exit-code"))
        self.check_refused(64, arguments=("monitor", "--exit-code"))


class Output(CommandTest):
    def test_a_closed_pipe_ends_quietly(self):
        for arguments in (HEALTHY, ("monitor", "report", "--from", str(snapshots / "odd.json")), ("manual",),
                          ("node", "report", "--schema"), ("node", "report", "--internet-target", "none"),
                          ("--help",)):
            with self.subTest(arguments=arguments):
                reader, writer = os.pipe()
                os.close(reader)
                ended = subprocess.run([program.binary, *arguments], cwd=self.folder, env=self.environment(),
                                       stdout=writer, stderr=subprocess.PIPE, timeout=program.TIME_LIMIT, check=False)
                os.close(writer)
                self.assertEqual((0, b""), (ended.returncode, ended.stderr))

    def test_a_reader_that_leaves_early(self):
        line = '"$@" | head -c 1; echo "${PIPESTATUS[@]}"'
        ended = subprocess.run(["bash", "-c", line, "bash", program.binary, "monitor", "report", "--from",
                                snapshots / "odd.json"], cwd=self.folder, env=self.environment(), capture_output=True,
                               timeout=program.TIME_LIMIT, check=False)
        self.assertEqual((b"{0 0\n", b""), (ended.stdout, ended.stderr))

    def test_a_full_disk_is_told(self):
        for arguments in (HEALTHY, ("manual",), ("node", "report", "--internet-target", "none"), ("--help",)):
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                ended = subprocess.run([program.binary, *arguments], cwd=self.folder, env=self.environment(),
                                       stdout=full, stderr=subprocess.PIPE, timeout=program.TIME_LIMIT, check=False)
                self.assertEqual(74, ended.returncode)
                self.assertIn(b"standard output", ended.stderr)

    def test_colour_is_for_terminals(self):
        status, coloured = self.run_on_terminal(*HEALTHY)
        self.assertEqual(0, status)
        self.assertIn(b"\x1b[", coloured)
        for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            with self.subTest(variables=variables):
                self.assertNotIn(b"\x1b", self.run_on_terminal(*HEALTHY, **variables)[1])
        self.assertNotIn(b"\x1b", self.run_program(*HEALTHY).stdout)
        self.assertNotIn(b"\x1b", self.run_on_terminal(*HEALTHY, "--json")[1])

    def test_an_empty_no_color_means_nothing(self):
        self.assertIn(b"\x1b[", self.run_on_terminal(*HEALTHY, NO_COLOR="")[1])

    def test_hostile_names_stay_text_in_colour(self):
        coloured = self.run_on_terminal("monitor", "--from", str(snapshots / "odd.json"))[1].decode()
        for hostile in ("\x1b[2J", "\x1b[31m环", "\x1b]0;", "\x07", "\u202e", "\x1b[5m"):
            self.assertNotIn(hostile, coloured)


class Save(CommandTest):
    def test_nobody_else_reads_it(self):
        old_mask = os.umask(0)
        self.addCleanup(os.umask, old_mask)
        self.assertEqual(0, self.run_program(*HEALTHY, "--save", "saved.json").returncode)
        self.assertEqual(0o600, stat.S_IMODE((self.folder / "saved.json").stat().st_mode))
        self.assertEqual(["saved.json"], [path.name for path in self.folder.iterdir()])

    def test_it_takes_the_place_of_an_older_one(self):
        self.write("saved.json", "older and readable").chmod(0o644)
        self.assertEqual(0, self.run_program(*HEALTHY, "--save", "saved.json").returncode)
        self.assertEqual(0o600, stat.S_IMODE((self.folder / "saved.json").stat().st_mode))
        json.loads((self.folder / "saved.json").read_text(encoding="utf-8"))

    def test_what_cannot_be_written_leaves_nothing(self):
        self.check_refused(74, "nosuch/saved.json", arguments=(*HEALTHY, "--save", "nosuch/saved.json"))
        (self.folder / "taken").mkdir()
        self.check_refused(74, "taken", arguments=(*HEALTHY, "--save", "taken"))
        self.assertEqual(["taken"], [path.name for path in self.folder.iterdir()])


class Nodes(CommandTest):
    """The way over ssh, with a program in its place that runs the remote line here and keeps its arguments."""

    def setUp(self):
        super().setUp()
        report = json.loads((snapshots / "healthy.json").read_text(encoding="utf-8"))["nodes"][0]["report"]
        self.write("report.json", json.dumps(report))
        self.write("bin/ssh", "#!/bin/sh\n"
                   f'{{ printf "%s\\n" "$@"; env; }} >> "{self.folder}/seen"\n'
                   '[ "$1" = -G ] && { echo hostname n.example; echo port 22; exit; }\n'
                   f'[ -n "$SSH_ASKPASS" ] && "$SSH_ASKPASS" "x@y\'s password: " >> "{self.folder}/answered"\n'
                   'for line; do :; done\nexec sh -c "$line"\n').chmod(0o755)
        self.path = f"{self.folder}/bin:/usr/bin:/bin"
        self.write("inventory", f"lab|ubuntu@a.example|{PASSWORD}|node\n"
                   f"lab|ubuntu@b.example|{PASSWORD}|node|{self.folder}/key\nlab|ubuntu@c.example|node\n")

    def monitor(self, view, *more):
        return self.run_program("monitor", view, "--env", "lab", "--config", "inventory", "--report-command",
                                f"cat {self.folder}/report.json", "--ssh-option", "Compression=yes", *more,
                                PATH=self.path)

    def test_nodes_answer_and_are_named(self):
        ended = self.monitor("cluster", "--json")
        self.assertEqual(0, ended.returncode, ended.stderr)
        rows = {row["host"]: row for row in json.loads(ended.stdout)}
        self.assertEqual(["a.example", "b.example", "c.example"], list(rows))
        self.assertEqual(["ok"] * 3, [row["status"] for row in rows.values()])
        answered = (self.folder / "answered").read_text(encoding="utf-8")
        self.assertEqual(2 * (PASSWORD + "\n"), answered, "once for each node that has one")

    def test_as_a_helper_by_accident(self):
        for arguments in (("monitor",), ("x@y's password: ",), ("node", "report")):
            with self.subTest(arguments):
                ended = self.run_program(*arguments, FLEETWATCH_ASKPASS="12:34")
                self.assertEqual((1, b""), (ended.returncode, ended.stdout))
                self.assertIn(b"FLEETWATCH_ASKPASS is set", ended.stderr)

    def test_settings_reach_ssh(self):
        self.monitor("cluster")
        seen = (self.folder / "seen").read_text(encoding="utf-8").splitlines()
        for word in ("BatchMode=yes", "BatchMode=no", "Compression=yes", f"{self.folder}/key", "a.example", "b.example",
                     "c.example"):
            self.assertIn(word, seen)

    def test_a_password_shows_nowhere(self):
        for view, flags in (("cluster", ()), ("cluster", ("--json",)), ("alerts", ()), ("alerts", ("--json",)),
                            ("report", ()), ("cluster", ("--node", "nosuch"))):
            with self.subTest(view=view, flags=flags):
                ended = self.monitor(view, *flags, "--save", "saved.json")
                self.assertNotIn(PASSWORD.encode(), ended.stdout + ended.stderr)
        for name in ("saved.json", "seen"):
            self.assertNotIn(PASSWORD, (self.folder / name).read_text(encoding="utf-8"))

    def test_a_password_of_a_malformed_line_shows_nowhere(self):
        for line in (f"lab|ubuntu@a.example|{PASSWORD}", f"lab|ubuntu@a.example|{PASSWORD}|boss",
                     f"lab|ubuntu@a.example|{PASSWORD}|boss|node|x", PASSWORD, f"lab||{PASSWORD}|node"):
            with self.subTest(line):
                self.write("wrong", line + "\n")
                message = self.check_refused(65, "wrong:1", PATH=self.path,
                                             arguments=("monitor", "--env", "lab", "--config", "wrong"))
                self.assertNotIn(PASSWORD, message)

    def test_a_node_that_says_nonsense(self):
        self.write("report.json", "welcome to the machine\n")
        rows = json.loads(self.monitor("cluster", "--json").stdout)
        self.assertEqual(["unreachable"] * 3, [row["status"] for row in rows])
        self.assertTrue(all(row["reason"] and row["error"] for row in rows), rows)


class NodeReport(CommandTest):
    def report(self, *flags):
        ended = self.run_program("node", "report", "--internet-target", "none", *flags)
        self.assertEqual(0, ended.returncode, ended.stderr)
        return ended.stdout

    def check_known(self, value, schema, path):
        kind = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number",
                type(None): "null"}[type(value)]
        kinds = (kind, "number") if kind == "integer" else (kind,)  # 3.0 may be written as 3
        fitting = [one for one in schema.get("oneOf", [schema]) if one["type"] in kinds]
        self.assertEqual(1, len(fitting), f"{path} is {kind}, the schema says {schema}")
        schema = fitting[0]
        if isinstance(value, dict):
            for key, below in value.items():
                found = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
                self.assertIsInstance(found, dict, f"{path}.{key} is not in the schema")
                self.check_known(below, found, f"{path}.{key}")
        elif isinstance(value, list):
            self.assertIn("items", schema, path)
            for below in value:
                self.check_known(below, schema["items"], path + "[]")

    def test_the_schema_knows_every_key(self):
        schema = json.loads(self.run_program("node", "report", "--schema").stdout)
        report = json.loads(self.report("--json"))
        self.assertIn("system", report)
        self.check_known(report, schema, "report")
        for node in json.loads((snapshots / "healthy.json").read_text(encoding="utf-8"))["nodes"]:
            self.check_known(node["report"], schema, node["host"])

    def test_one_line_or_indented(self):
        self.assertEqual(1, self.report("--json").count(b"\n"))
        for flags in ((), ("--pretty",), ("--json", "--pretty")):
            self.assertGreater(self.report(*flags).count(b"\n"), 10)

    def test_one_section(self):
        report = json.loads(self.report("--json", "--section", "system"))
        self.assertEqual(["system"], report["sections"])
        others = set(json.loads(self.report("--json"))) - {"system"}
        sections = {"services", "rqlite", "olric", "ipfs", "gateway", "wireguard", "dns", "anyone", "network",
                    "processes", "namespaces"}
        self.assertTrue(others & sections)
        self.assertEqual(set(), set(report) & sections)

    def test_a_stream_answers_each_line(self):
        ended = self.run_program("node", "report", "--stream", "--section", "system", "--internet-target", "none",
                                 stdin=b"aa\nbb\n")
        self.assertEqual(0, ended.returncode, ended.stderr)
        for token in (b"aa", b"bb"):
            self.assertEqual(1, ended.stdout.count(b"fw:" + token + b":begin\n"))
            self.assertEqual(1, ended.stdout.count(b"fw:" + token + b":end:0"))
