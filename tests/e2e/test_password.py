"""Passwords of the inventory, against a real sshd that takes them."""
import pathlib
import re
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
TO_A_PIPE = re.compile(r'\d+ +write\(\d+<pipe:\[\d+\]>, "')
AUTHORIZE = f"""set -e
install -d -o {USER} -m 700 ~{USER}/.ssh
cat > ~{USER}/.ssh/authorized_keys"""
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

    def ask(self, password, *options, key=None):
        """The one row of the cluster view, with what was started and written, and to where."""
        inventory = self.folder / "nodes.conf"
        inventory.write_text("|".join(["lab", f"{USER}@{Lab.hosts[2]}", password, "node", *([key] if key else [])]) + "\n")
        trace, saved = self.folder / "trace", self.folder / "saved.json"
        settings = [f"UserKnownHostsFile={self.lab}/known_hosts", "GlobalKnownHostsFile=/dev/null",
                    "StrictHostKeyChecking=yes", f"PubkeyAuthentication={'yes' if key else 'no'}", *options]
        reply = call("strace", "-f", "-v", "-y", "-s", "10000", "-e", "trace=execve,write,writev,pwrite64,sendto,sendmsg",
                     "-o", str(trace), FLEETWATCH, "monitor", "cluster", "--env", "lab", "--json", "--config", str(inventory),
                     "--save", str(saved), *(word for setting in settings for word in ("--ssh-option", setting)))
        self.assertEqual(reply.status, 0, reply.err)
        seen = trace.read_text(errors="replace")
        for text in (reply.out, reply.err, saved.read_text()):
            self.assertNotIn("Kumquat", text)
        told = [line for line in seen.splitlines() if "Kumquat" in line]
        self.assertTrue(all(TO_A_PIPE.match(line) for line in told), told)
        self.assertNotEqual(told, [])
        return reply.json()[0], seen

    def test_the_right_one_logs_in(self):
        for method in ("password", "keyboard-interactive"):
            with self.subTest(method):
                row, seen = self.ask(PASSWORD, f"PreferredAuthentications={method}")
                self.assertEqual((row["status"], row.get("reason")), ("ok", None), row)
                self.assertIn("SSH_ASKPASS_REQUIRE=force", seen)
                self.assertRegex(seen, r'execve\("[^"]*fleetwatch", \["[^"]*fleetwatch", "[^"]*[Pp]assword: "\]')

    def test_it_opens_the_key(self):
        key = self.folder / "key"
        done = call("ssh-keygen", "-q", "-t", "ed25519", "-N", PASSWORD, "-f", str(key))
        self.assertEqual(done.status, 0, done.err)
        done = call(LAB, "shell", "n3", "sh", "-c", AUTHORIZE, input=pathlib.Path(f"{key}.pub").read_text())
        self.assertEqual(done.status, 0, done.err)
        row, _ = self.ask(PASSWORD, "PreferredAuthentications=publickey", key=str(key))
        self.assertEqual((row["status"], row.get("reason")), ("ok", None), row)
        row, _ = self.ask("Kumquat-8", "PreferredAuthentications=publickey", key=str(key))
        self.assertEqual((row["status"], row["reason"]), ("unreachable", "auth"), row)

    def test_the_wrong_one_is_refused_at_once(self):
        row, _ = self.ask("Kumquat-8")
        self.assertEqual((row["status"], row["reason"]), ("unreachable", "auth"), row)

    def test_a_host_key_is_never_confirmed(self):
        row, _ = self.ask(PASSWORD, "HostKeyAlias=unheard-of")
        self.assertEqual((row["status"], row["reason"]), ("unreachable", "host_key"), row)

    def test_a_jump_host_does_not_get_it(self):
        """The same account with the same password is there too: it could log in if it were told."""
        through = (f"ssh -F /dev/null -o PubkeyAuthentication=no -o UserKnownHostsFile={self.lab}/known_hosts -o "
                   f"StrictHostKeyChecking=yes -o NumberOfPasswordPrompts=1 -W %h:%p {USER}@{Lab.hosts[1]}")
        row, seen = self.ask(PASSWORD, f"ProxyCommand={through}")
        self.assertEqual(row["status"], "unreachable", row)
        self.assertIn(Lab.hosts[1], seen)
        log = Lab.shell("n2", "journalctl", "-u", "ssh", "--no-pager", "--since=-2min").out
        self.assertNotIn(f"Accepted password for {USER}", log)
        self.assertNotIn(f"Accepted keyboard-interactive/pam for {USER}", log)
