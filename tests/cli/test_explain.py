"""What `monitor alerts --explain` says, and the page that is made from the same table."""
import json
import os

import program
from program import CommandTest, snapshots

PAGE = program.tests.parent / "docs" / "alerts.md"
RENEW = "renew it: fleetwatch monitor alerts --explain all --markdown > docs/alerts.md"


class Explain(CommandTest):
    def explain(self, *arguments):
        ended = self.run_program("monitor", "alerts", "--explain", *arguments)
        self.assertEqual((0, b""), (ended.returncode, ended.stderr))
        return ended.stdout.decode()

    def test_the_page_is_in_step_with_the_table(self):
        now = self.explain("all", "--markdown")
        if os.environ.get("FLEETWATCH_ACCEPT") == "1":
            PAGE.write_text(now, encoding="utf-8")
        self.assertTrue(PAGE.read_text(encoding="utf-8") == now, f"docs/alerts.md is not what the table says; {RENEW}")

    def test_one_rule(self):
        text = self.explain("system.disk_high")
        for part in ("system.disk_high", "warning", "above 85 %", "Likely causes", "ssh HOST 'df -h / /opt/orama'"):
            self.assertIn(part, text)
        self.assertEqual(text, self.explain("system.disk_high@198.18.7.1/x"), "a key is as good as its id")

    def test_json(self):
        everything = json.loads(self.explain("all", "--json"))
        self.assertGreater(len(everything), 80)
        for one in everything:
            self.assertTrue(one["meaning"] and one["fires"] and one["causes"] and one["checks"], one["id"])

    def test_every_alert_of_the_fixtures_is_explained(self):
        for fixture in ("degraded", "odd"):
            shown = self.run_program("monitor", "alerts", "--json", "--from", snapshots / f"{fixture}.json")
            for alert in json.loads(shown.stdout):
                self.assertEqual(alert["id"], json.loads(self.explain(alert["key"], "--json"))[0]["id"])
                self.assertTrue(1 <= len(alert["commands"]) <= 3, alert)

    def test_an_unknown_id_names_the_nearest(self):
        self.check_refused(64, '"rqlite.noleader"', "rqlite.no_leader,", "--explain all",
                           arguments=("monitor", "alerts", "--explain", "rqlite.noleader"))
        self.check_refused(64, '""', arguments=("monitor", "alerts", "--explain", ""))

    def test_flags_that_it_would_drop_are_refused(self):
        for flags in (("--save", "kept.json"), ("--exit-code",), ("--from", snapshots / "degraded.json")):
            self.check_refused(64, "--explain goes without --from, --save and --exit-code",
                               arguments=("monitor", "alerts", "--explain", "system.disk_high", *flags))
        self.assertFalse((self.folder / "kept.json").exists())

    def test_only_alerts_explains(self):
        self.check_refused(64, "--explain", arguments=("monitor", "cluster", "--explain", "all"))
        self.check_refused(64, "requires --explain", arguments=("monitor", "alerts", "--markdown"))
