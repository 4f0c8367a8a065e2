"""Passwords of the inventory, against a real sshd that takes them."""
import pathlib
import tempfile

from lab import FLEETWATCH, LAB, Lab, LabTest, call

USER = "watcher"
PASSWORD = "Kumquat-7 of the orchard's"
SSHD = f"Match User {USER}\n  PasswordAuthentication yes\n  KbdInteractiveAuthentication yes\n"
PREPARE = f"""set -e
useradd -m -s /bin/sh {USER}
chpasswd
printf '{USER} ALL=(root) NOPASSWD: ALL\\n' > /etc/sudoers.d/{USER}
printf '%s' '{SSHD}' > /etc/ssh/sshd_config.d/zz-{USER}.conf
systemctl reload ssh"""
UNDO = f"userdel -r {USER}; rm -f /etc/sudoers.d/{USER} /etc/ssh/sshd_config.d/zz-{USER}.conf; systemctl reload ssh"


class Password(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for node in ("n2", "n3"):
            done = call(LAB, "shell", node, "sh", "-c", PREPARE, input=f"{USER}:{PASSWORD}\n")
            assert done.status == 0, done.err
            cls.addClassCleanup(Lab.shell, node, "sh", "-c", UNDO)
        cls.lab = pathlib.Path(call(LAB, "folder").out.strip())
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def ask(self, password, *options):
        """The one row of the cluster view, with every program that was started and its arguments and environment."""
        inventory = self.folder / "nodes.conf"
        inventory.write_text(f"lab|{USER}@{Lab.hosts[2]}|{password}|node\n")
        trace = self.folder / "trace"
        known = ["--ssh-option", f"UserKnownHostsFile={self.lab}/known_hosts", "--ssh-option", "StrictHostKeyChecking=yes",
                 "--ssh-option", "GlobalKnownHostsFile=/dev/null", "--ssh-option", "PubkeyAuthentication=no"]
        reply = call("strace", "-f", "-v", "-s", "10000", "-e", "trace=execve", "-o", str(trace), FLEETWATCH, "monitor",
                     "cluster", "--env", "lab", "--json", "--config", str(inventory), *known, *options)
        self.assertEqual(reply.status, 0, reply.err)
        started = trace.read_text(errors="replace")
        for text in (started, reply.out, reply.err):
            self.assertNotIn(PASSWORD, text)
            self.assertNotIn("Kumquat", text)
        return reply.json()[0], started

    def test_the_right_one_logs_in(self):
        row, started = self.ask(PASSWORD)
        self.assertEqual((row["status"], row.get("reason")), ("ok", None), row)
        self.assertIn("SSH_ASKPASS_REQUIRE=force", started)
        self.assertRegex(started, r'execve\("[^"]*fleetwatch", \["[^"]*fleetwatch", "[^"]*[Pp]assword: "\]')

    def test_the_wrong_one_is_refused_at_once(self):
        row, _ = self.ask("Kumquat-8")
        self.assertEqual((row["status"], row["reason"]), ("unreachable", "auth"), row)

    def test_a_host_key_is_never_confirmed(self):
        row, _ = self.ask(PASSWORD, "--ssh-option", "HostKeyAlias=unheard-of")
        self.assertEqual((row["status"], row["reason"]), ("unreachable", "host_key"), row)

    def test_a_jump_host_does_not_get_it(self):
        """The same account with the same password is there too: it could log in if it were told."""
        through = (f"ssh -F /dev/null -o PubkeyAuthentication=no -o UserKnownHostsFile={self.lab}/known_hosts -o "
                   f"StrictHostKeyChecking=yes -o NumberOfPasswordPrompts=1 -W %h:%p {USER}@{Lab.hosts[1]}")
        row, started = self.ask(PASSWORD, "--ssh-option", f"ProxyCommand={through}")
        self.assertEqual(row["status"], "unreachable", row)
        self.assertIn(Lab.hosts[1], started)
        log = Lab.shell("n2", "journalctl", "-u", "ssh", "--no-pager", "--since=-2min").out
        self.assertNotIn(f"Accepted password for {USER}", log)
        self.assertNotIn(f"Accepted keyboard-interactive/pam for {USER}", log)
