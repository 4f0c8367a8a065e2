"""What every test of the command line needs: the program in a clean environment, the fixtures, a folder of its own."""
import os
import pathlib
import pty
import select
import subprocess
import tempfile
import unittest

tests = pathlib.Path(__file__).resolve().parent.parent
snapshots = tests / "fixtures" / "snapshots"
golden = tests / "golden" / "cli"
binary = None  # set by tests/cli/run
TIME_LIMIT = 60  # seconds, also for the slow build with sanitizers


class CommandTest(unittest.TestCase):
    """Each test has an empty folder, which is the working folder and the home of the program."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fleetwatch-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def environment(self, **more):
        kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        return {**kept, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TERM": "xterm", **more}

    def run_program(self, *arguments, stdin=b"", **variables):
        return subprocess.run([binary, *map(str, arguments)], cwd=self.folder, env=self.environment(**variables),
                              input=stdin, capture_output=True, timeout=TIME_LIMIT, check=False)

    def run_on_terminal(self, *arguments, **variables):
        """Status and output with a pseudo terminal as standard output."""
        ours, theirs = pty.openpty()
        with subprocess.Popen([binary, *map(str, arguments)], cwd=self.folder, env=self.environment(**variables),
                              stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE) as process:
            os.close(theirs)
            output = b""
            while select.select([ours], [], [], TIME_LIMIT)[0]:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # the last writer is gone
                    break
                if not piece:
                    break
                output += piece
            os.close(ours)
            return process.wait(TIME_LIMIT), output

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def check_refused(self, status, *named, arguments, **variables):
        """The run fails with `status`, prints nothing and names on standard error what is wrong."""
        ended = self.run_program(*arguments, **variables)
        message = ended.stderr.decode()
        self.assertEqual((status, b""), (ended.returncode, ended.stdout), message)
        for part in named:
            self.assertIn(part, message)
        self.assertTrue(message.startswith("fleetwatch: "), message)
        return message
