"""The healthy cluster, through every one-shot view."""
import json
import pathlib
import re
import tempfile

from lab import Lab, LabTest, call, FLEETWATCH, NODE

SEED_KEYS = {
    "": "timestamp hostname version collect_ms errors system services rqlite olric ipfs gateway wireguard dns anyone network processes namespaces",
    "system": "cpu_count load_avg_1 mem_total_mb",
    "services": "services failed_units",
    "rqlite": "responsive raft_state term",
    "olric": "service_active memberlist_up",
    "ipfs": "daemon_active swarm_peers",
    "gateway": "responsive http_status",
    "wireguard": "interface_up wg_ip peers",
    "dns": "coredns_active caddy_active base_tls_days_left",
    "anyone": "relay_active bootstrapped",
    "network": "internet_reachable ufw_active",
    "processes": "zombie_count orphan_count panic_count",
}


class Cluster(LabTest):
    def test_lists_all_nodes_and_no_alert(self):
        table = Lab.run("monitor", "cluster", "--env", "lab")
        self.assertEqual(table.status, 0, table.err)
        self.assertTrue(table.out.startswith("OK: no alerts, 3 of 3 nodes answered"), table.out)
        rows = Lab.run("monitor", "cluster", "--env", "lab", "--json").json()
        self.assertEqual([row["host"] for row in rows], Lab.hosts)
        self.assertEqual([row["status"] for row in rows], ["ok"] * 3)
        self.assertEqual(sorted(row["rqlite_state"] for row in rows), ["Follower", "Follower", "Leader"])
        self.assertEqual(Lab.alerts("--exit-code"), [])

    def test_report_has_the_shape_of_the_seed(self):
        report = Lab.run("monitor", "report", "--env", "lab").json()
        self.assertEqual(list(report), ["meta", "summary", "alerts", "nodes"])
        self.assertEqual(report["meta"]["healthy_count"], 3)
        self.assertEqual(report["summary"]["rqlite_voters"], "3/3")
        self.assertEqual(report["summary"]["wg_mesh_status"], "all connected")
        self.assertEqual(report["summary"]["service_health"], "all nominal")
        self.assertRegex(report["summary"]["rqlite_leader"], r"^10\.0\.0\.[123]$")
        nameserver = report["nodes"][0]["report"]
        for section, keys in SEED_KEYS.items():
            there = nameserver if section == "" else nameserver[section]
            self.assertEqual([key for key in keys.split() if key not in there], [], section)
        self.assertNotIn("dns", report["nodes"][2]["report"], "n3 is no nameserver")

    def test_same_snapshot_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            saved = pathlib.Path(folder) / "now.json"
            first = Lab.run("monitor", "report", "--env", "lab", "--save", str(saved)).out
            self.assertEqual(saved.stat().st_mode & 0o777, 0o600)
            for view in (["report"], ["cluster"], ["alerts"], ["cluster", "--json"], ["alerts", "--json"]):
                once = call(FLEETWATCH, "monitor", *view, "--from", str(saved))
                again = call(FLEETWATCH, "monitor", *view, "--from", str(saved))
                self.assertEqual(once.status, 0, once.err)
                self.assertEqual(once.out, again.out)
            self.assertEqual(call(FLEETWATCH, "monitor", "report", "--from", str(saved)).out, first)

    def test_a_report_starts_no_program(self):
        for program in (NODE, FLEETWATCH):
            traced = call("strace", "-f", "-e", "trace=execve", program, "node", "report", "--internet-target", "none")
            self.assertEqual(traced.status, 0, traced.err)
            self.assertEqual(len(re.findall(r"execve\(", traced.err)), 1, traced.err)

    def test_ordinary_user_gets_a_report_with_reasons(self):
        lines = Lab.shell("n1", "su", "ubuntu", "-c", "/usr/local/bin/orama node report --json").out
        report = json.loads(lines)
        self.assertIn("kernel_version", report["system"])
        self.assertTrue(any(": denied: " in entry for entry in report["errors"]), report["errors"])
        self.assertNotIn("peers", report["wireguard"])

    def test_stream_answers_each_line(self):
        done = call(NODE, "node", "report", "--stream", "--internet-target", "none", input="ab12\ncd34\n")
        marks = re.findall(r"^fw:(\w+):(begin|end:0)$", done.out, re.M)
        self.assertEqual(marks, [("ab12", "begin"), ("ab12", "end:0"), ("cd34", "begin"), ("cd34", "end:0")], done.err)
