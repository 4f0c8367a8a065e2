"""One real fault, one alert: effects are listed beneath their cause."""
import time

from lab import Lab, LabTest


class Faults(LabTest):
    def test_stopped_sshd_on_the_leader(self):
        leader, host = Lab.leader()
        Lab.shell(leader, "systemctl", "stop", "ssh")
        try:
            alerts = self.expect_roots([("ssh.collect_failed", host)])
            self.assertIn("refused", alerts[0]["message"])
        finally:
            Lab.shell(leader, "systemctl", "start", "ssh")

    def test_stopped_caddy(self):
        Lab.shell("n2", "systemctl", "stop", "caddy")
        try:
            alerts = self.expect_roots([("service.not_active", Lab.hosts[1])])
            cause = [alert for alert in alerts if alert["id"] == "service.not_active"][0]
            effects = [alert for alert in alerts if alert is not cause]
            self.assertIn("dns.caddy_down", [alert["id"] for alert in effects])
            self.assertEqual({alert["caused_by"] for alert in effects}, {cause["key"]})
            table = Lab.run("monitor", "cluster", "--env", "lab").out
            self.assertIn("caddy is inactive", table)
            self.assertLess(table.index("caddy is inactive"), table.index("Caddy is down"))
        finally:
            Lab.shell("n2", "systemctl", "start", "caddy")

    def test_downed_wireguard(self):
        Lab.shell("n3", "systemctl", "stop", "wg-quick@wg0")
        try:
            alerts = Lab.settle(lambda found: any(alert["id"] == "wireguard.interface_down" for alert in found))
            time_of_notice = time.monotonic()
            self.assertTrue(all(alert["node"] == Lab.hosts[2] for alert in alerts if "caused_by" not in alert), alerts)
            self.assertEqual(len([alert for alert in alerts if "caused_by" not in alert]), 1, alerts)
            # The other members notice within seconds; what they say is an effect, too.
            def said_by_others(found):
                return any(alert["node"] != Lab.hosts[2] for alert in found)
            alerts = Lab.settle(said_by_others)
            self.assertTrue(said_by_others(alerts), f"nobody else noticed in {time.monotonic() - time_of_notice:.0f} s")
            self.assertEqual(len([alert for alert in alerts if "caused_by" not in alert]), 1, alerts)
        finally:
            Lab.shell("n3", "systemctl", "start", "wg-quick@wg0")

    def test_killed_node(self):
        leader, host = Lab.leader()
        Lab.node("kill", leader)
        try:
            self.expect_roots([("ssh.collect_failed", host)], "--timeout", "5s")
            said = Lab.settle(lambda found: len(found) > 1, "--timeout", "5s")
            self.assertEqual([alert["id"] for alert in said if "caused_by" not in alert], ["ssh.collect_failed"], said)
        finally:
            Lab.node("boot", leader)

    def test_silent_service_leaves_the_rest_on_time(self):
        Lab.shell("n2", "systemctl", "kill", "-s", "STOP", "orama-node")
        try:
            reply = Lab.run("monitor", "report", "--env", "lab", "--node", Lab.hosts[1])
            report = reply.json()["nodes"][0]["report"]
            self.assertIs(report["rqlite"]["responsive"], False)
            self.assertTrue(report["gateway"]["responsive"])
            self.assertIn("kernel_version", report["system"])
            self.assertTrue(any(entry.startswith("rqlite: timeout") or entry.startswith("rqlite.") for entry in report["errors"]), report["errors"])
            self.assertLess(report["collect_ms"], 4000)
        finally:
            Lab.shell("n2", "systemctl", "kill", "-s", "CONT", "orama-node")

    def test_silent_sshd_leaves_the_other_nodes_on_time(self):
        pid = Lab.shell("n3", "systemctl", "show", "-p", "MainPID", "--value", "ssh").out.strip()
        Lab.shell("n3", "kill", "-STOP", pid)
        try:
            reply = Lab.run("monitor", "cluster", "--env", "lab", "--json", "--timeout", "3s")
            rows = reply.json()
            self.assertEqual([row["status"] for row in rows], ["ok", "ok", "unreachable"])
            self.assertEqual(rows[2]["reason"], "timeout")
            self.assertLess(reply.seconds, 10)
        finally:
            Lab.shell("n3", "kill", "-CONT", pid)
