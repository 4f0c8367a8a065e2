"""The proof of the fault catalogue: a short selection passes, and one that expects the wrong alert fails."""
import json

from lab import Lab, LabTest, call, LAB


class Proof(LabTest):
    def test_short_selection(self):
        reply = call(LAB, "prove", "--short", "--json", timeout=600)
        self.assertEqual(reply.status, 0, reply.out + reply.err)
        rows = reply.json()["rows"]
        self.assertGreaterEqual(len(rows), 8)
        self.assertEqual([row["fault"] for row in rows if not row["good"]], [])
        self.assertEqual({row["kind"] for row in rows}, {"real", "injected", "doctored"})

    def test_a_wrong_expectation_fails(self):
        reply = call(LAB, "prove", "--select", "load", "--expect", "wireguard.interface_down", "--within", "1", "--json", timeout=300)
        self.assertEqual(reply.status, 1, reply.out + reply.err)
        row = reply.json()["rows"][0]
        self.assertFalse(row["seen"])
        self.assertEqual(row["others"], ["system.load_high@n3"])

    def test_fault_and_heal_by_hand(self):
        self.assertEqual(call(LAB, "fault", "load", "n1").status, 0)
        try:
            self.expect_roots([("system.load_high", Lab.hosts[0])])
            self.assertIn("applied to n1 already", call(LAB, "fault", "load", "n1").err)
        finally:
            self.assertEqual(call(LAB, "heal").status, 0)
        self.assertEqual(Lab.settle(lambda alerts: not alerts), [])

    def test_unknown_names_are_named(self):
        for words in (["fault", "no-such"], ["heal", "load"], ["fault", "load", "n9"], ["fault", "split-brain"]):
            reply = call(LAB, *words)
            self.assertEqual(reply.status, 1, words)
            self.assertTrue(reply.err.startswith("lab: "), reply.err)
        self.assertGreater(len(call(LAB, "fault", "--list").out.splitlines()), 80)
