"""The report's firewall rules, held to what the real `ufw status numbered` prints."""
import json

from lab import Lab, LabTest

PROFILES = """[Web Lab]
title=x
description=x
ports=80,443/tcp

[Mixed Lab]
title=x
description=x
ports=500:510/udp|5001/tcp
"""

RULES = """
limit 2022/tcp comment 'ssh for ops'
deny 23
reject 25/tcp
allow 6010:6017/tcp
allow 80,443/tcp
allow from 10.0.0.0/24
allow from 10.0.0.0/24 to any port 5001 proto tcp
allow in on wg0 to any port 7001 proto tcp
allow out on eth0 to 203.0.113.4 port 53 proto udp
deny out 25
allow out on wg0
route allow in on wg0 out on eth0
route deny in on eth0 from 192.168.0.0/16 to 10.1.2.3 port 80 proto tcp
route allow out on eth1 to 10.0.0.0/8
route limit in on tun0 to any port 2222 proto tcp
route allow 'Web Lab'
route reject log from 10.0.0.0/8 to any app 'Web Lab'
allow log 8080/tcp
allow log-all 8081/tcp comment 'a # test'
deny out log 137/udp
reject out log-all to 198.51.100.0/24
allow 'Web Lab'
allow from 10.0.0.5 app 'Mixed Lab'
allow in on wg0 to any app 'Mixed Lab'
allow out 'Web Lab'
allow from 10.0.0.9 app 'Web Lab' to 10.0.0.8 app 'Mixed Lab'
deny from 203.0.113.7
allow proto esp from any to any
allow proto ah from 10.0.0.1 to 10.0.0.2
allow proto gre from 10.0.0.1
allow proto igmp to 224.0.0.0/4
allow proto ipv6 from 10.0.0.1
allow from any port 68 to any port 67 proto udp
allow proto tcp from 10.0.0.3 port 1024:65535 to any port 4501,9094
allow from 10.0.0.7 port 1000
allow from 2001:db8::1 to 2001:db8::2 port 443 proto tcp
deny from 2001:db8::/32
allow in on eth0 from fe80::/10 to any port 546 proto udp
allow 15001
allow to any port 5001 proto udp
allow to 10.0.0.3 port 6001
allow to 127.0.0.1 port 6001
allow from ::1
prepend deny from 192.0.2.1
insert 3 allow from 192.0.2.2 comment 'umlaut ü and "quote"'
"""

# Each opens ports of the mesh to others: the rule, and what the alerts say.
EXPOSING = {
    "allow 6001/tcp": ["port 6001 open: 6001/tcp ALLOW IN Anywhere", "port 6001 open: 6001/tcp (v6) ALLOW IN Anywhere (v6)"],
    "allow from 203.0.113.0/24 to any port 3320": ["port 3320 open: 3320 ALLOW IN 203.0.113.0/24"],
    "allow proto tcp from 203.0.113.9 to any port 4400:4600": ["port 4501 open: 4400:4600/tcp ALLOW IN 203.0.113.9"],
    "allow from 10.0.0.0/8 to any port 5001": ["port 5001 open: 5001 ALLOW IN 10.0.0.0/8"],
}
SAVE = "rm -rf /root/ufw && cp -a /etc/ufw /root/ufw"
RESTORE = "rm -rf /etc/ufw && mv /root/ufw /etc/ufw && ufw reload"


class Firewall(LabTest):
    def setUp(self):
        super().setUp()
        self.shell(SAVE)
        self.addCleanup(self.shell, RESTORE)
        self.shell(f"cat > /etc/ufw/applications.d/lab <<'END'\n{PROFILES}END")

    def shell(self, line):
        done = Lab.shell("n3", "sh", "-c", line)
        self.assertEqual(done.status, 0, f"{line}: {done.out}{done.err}")
        return done.out

    def add(self, rules):
        self.shell("set -e\n" + "\n".join(f"ufw {rule} >/dev/null" for rule in rules))

    def compare(self):
        printed = [line.strip() for line in self.shell("ufw status numbered").splitlines() if line.startswith("[")]
        report = json.loads(self.shell("orama node report --json --section network --internet-target none"))
        self.assertEqual(report["network"]["ufw_rules"], printed)
        return printed

    def exposed(self):
        return sorted(" ".join(alert["message"].split()) for alert in Lab.alerts("--node", Lab.hosts[2])
                      if alert["id"] == "network.internal_port_exposed")

    def test_rules_are_those_of_ufw(self):
        rules = [rule for rule in RULES.splitlines() if rule]
        self.add(rules)
        self.assertGreater(len(self.compare()), len(rules))
        self.assertEqual(self.exposed(), [])

    def test_only_exposing_rules_are_told(self):
        self.add(EXPOSING)
        self.compare()
        self.assertEqual(self.exposed(), sorted(text for texts in EXPOSING.values() for text in texts))
