"""Nodes that send anything at all: each a clear error or harmless text."""
from lab import Lab, LabTest

ESCAPES = r"""printf '{"hostname":"\\u001b[2Jevil\\u0007","errors":["\\u001b]0;title\\u0007"]}'"""


class Hostile(LabTest):
    def reasons(self, command):
        reply = Lab.run("monitor", "cluster", "--env", "lab", "--json", "--report-command", command)
        return {(row["status"], row.get("reason")) for row in reply.json()}, reply

    def test_replies_that_are_no_report(self):
        nested = "head -c 10000 /dev/zero | tr '\\0' '['"
        for command, reason in {
            "head -c 104857600 /dev/zero": "too_large",
            "printf '{\"hostname\":\"a\"'": "bad_report",
            "echo not json": "bad_report",
            nested: "bad_report",
            "printf '{\"system\":[]}'": "bad_report",
            "exit 127": "no_command",
        }.items():
            with self.subTest(command):
                found, reply = self.reasons(command)
                self.assertEqual(found, {("unreachable", reason)}, reply.out)
                self.assertLess(len(reply.out), 10_000)

    def test_wrong_type_names_its_path(self):
        _, reply = self.reasons("printf '{\"system\":{\"mem_use_pct\":\"12\"}}'")
        self.assertIn("system.mem_use_pct", reply.out)

    def test_noise_before_the_report_is_no_harm(self):
        found, reply = self.reasons("printf '{\"hostname\":\"quiet\"}'")
        self.assertEqual(found, {("ok", None)}, reply.out)
        for node in ("n1", "n2", "n3"):
            Lab.shell(node, "sh", "-c", "printf 'echo \"{noise} from a start file\"\\n' > /home/ubuntu/.bashrc")
        try:
            found, reply = self.reasons("printf '{\"hostname\":\"quiet\"}'")
            self.assertEqual(found, {("ok", None)}, reply.out)
        finally:
            for node in ("n1", "n2", "n3"):
                Lab.shell(node, "rm", "/home/ubuntu/.bashrc")

    def test_escapes_never_reach_the_terminal(self):
        for view in ("cluster", "alerts", "report"):
            out = Lab.run("monitor", view, "--env", "lab", "--report-command", ESCAPES).out
            self.assertNotIn("\x1b", out, view)
            self.assertNotIn("\x07", out, view)
