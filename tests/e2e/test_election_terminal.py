"""`election run` and `election file` as somebody has them on a terminal, or beside a reader that stopped reading.

The scenarios run side by side at one broker: most of their time is waiting to lead.
"""
import concurrent.futures
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import shlex
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest
import urllib.request

from lab import FLEETWATCH, ROOT

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402

PROGRAM = os.environ.get("FLEETWATCH_BIN", FLEETWATCH)
TTL = 4  # seconds; the least with which the default interval of 0.75 TTL is allowed
SOON = 20  # seconds, for what comes at once on a machine that does nothing else
CTRL_C, CTRL_BACKSLASH = b"\x03", b"\x1c"

# Writes down each signal; those of $2 it survives, at the others it takes its time, and ends.
COMMAND = """
log=$1
for name in INT QUIT TERM HUP; do
  case " $2 " in
    *" $name "*) trap "echo $name >>$log" $name ;;
    *) trap "echo $name >>$log; sleep 0.5; echo end >>$log; exit 7" $name ;;
  esac
done
trap 'rm -f $log.pid' EXIT
trap : USR1 USR2
echo $$ >$log.pid
echo start >>$log
while :; do sleep 0.02; done
"""


# Writes down each signal with who sent it, and ends a while after the first that asks it to. A shell would fold two
# that come at once.
RECORDER = """
import signal, sys
log = open(sys.argv[1], "a", buffering=1)
asks = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP}
signal.pthread_sigmask(signal.SIG_BLOCK, asks | {signal.SIGUSR1})
print("start", file=log)
info = signal.sigwaitinfo(asks)
while info:
    print(info.si_signo, info.si_code, info.si_pid, sep=":", file=log)
    info = signal.sigtimedwait(asks, 1)
print("end", file=log)
sys.exit(7)
"""
SI_USER, SI_KERNEL = 0, 128


class Bench:
    """One election of its own, a folder, and programs that are ended with it."""

    def __init__(self, server, election):
        self.server, self.election, self.bucket = server, election, "ELECT"
        self.client = broker.Client(server.port)
        self.home = tempfile.TemporaryDirectory(prefix="fleetwatch-terminal-")
        self.folder = pathlib.Path(self.home.name)
        self.log, self.file = self.folder / "log", self.folder / "leader"
        self.log.touch()
        self.pid = self.folder / "log.pid"  # of the command that runs
        self.ends = contextlib.ExitStack()
        self.master = None
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.ends.close()
        self.client.close()
        with contextlib.suppress(OSError, ValueError):  # a command that outlived its candidate
            os.kill(int(self.pid.read_text()), signal.SIGKILL)
        self.home.cleanup()

    def run(self, survives="", *flags):
        return [PROGRAM, "election", "run", self.election, *self.flags(), *flags, "--", "bash", "-c", COMMAND,
                "command", str(self.log), survives]

    def record(self):
        return [PROGRAM, "election", "run", self.election, *self.flags(), "--", sys.executable, "-c", RECORDER,
                str(self.log)]

    def keep_file(self):
        return [PROGRAM, "election", "file", str(self.file), self.election, *self.flags()]

    def flags(self):
        return ["--bucket", self.bucket, "--server", self.server.url, "--name", "op1"]

    def start(self, command, **streams):
        self.process = subprocess.Popen(command, **streams)

    def on_terminal(self, command):
        """As its session's leader, which is who the kernel tells of a hangup."""
        self.master, theirs = pty.openpty()
        self.start(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                   preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(theirs)
        self.ends.callback(self.hang_up)

    def type(self, keys):
        os.write(self.master, keys)

    def hang_up(self):
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def lines(self):
        return self.log.read_text().split()

    def wait_until(self, holds, what):
        deadline = time.monotonic() + SOON
        while not holds():
            state = (self.process.poll(), self.lines(), self.key())
            assert time.monotonic() < deadline, f"{what} did not come: {state}"
            time.sleep(0.02)

    def wait_for(self, line):
        self.wait_until(lambda: line in self.lines(), line)

    def wait_for_campaign(self):
        """Until the candidate listens to its key."""
        name = f"election {self.election} "
        self.wait_until(lambda: any(one["name"].startswith(name) and one["subscriptions"] > 1
                                    for one in connections(self.server)), "the candidate")

    def key(self):
        """Sequence, value and headers of the newest message."""
        answer = self.client.ask("$JS.API.STREAM.MSG.GET.KV_ELECT",
                                 json.dumps({"last_by_subj": f"$KV.ELECT.{self.election}"}))
        return answer.get("message", {})

    def check_released(self):
        newest = self.key()
        assert "data" not in newest and "hdrs" in newest, newest

    def check_held(self):
        assert "data" in self.key(), self.key()

    def ends_with(self, status):
        found = self.process.wait(SOON)
        assert found == status, (found, self.lines())
        self.process = None


def connections(server):
    """Those of the broker's monitoring endpoint."""
    with urllib.request.urlopen(server.monitor_url + "/connz", timeout=SOON) as answer:
        return [{"name": "", **one} for one in json.load(answer)["connections"]]


def candidate_ctrl_c(bench):
    bench.client.publish(f"$KV.ELECT.{bench.election}", "op2")
    bench.on_terminal(bench.run())
    bench.wait_for_campaign()
    bench.type(CTRL_C)
    bench.ends_with(0)
    assert bench.lines() == []


def candidate_hangup(bench):
    bench.on_terminal(bench.run())
    bench.wait_for_campaign()
    bench.hang_up()
    bench.ends_with(0)
    assert bench.lines() == []


def leader_hears_once(bench, ask, number, code, sender):
    """The command hears of what ends it from one alone."""
    bench.on_terminal(bench.record())
    bench.wait_for("start")
    pid = bench.process.pid
    ask()
    bench.ends_with(7)
    heard = f"{int(number)}:{code}:{pid if sender else 0}"
    assert bench.lines() == ["start", heard, "end"], (heard, bench.lines())
    bench.check_released()


def leader_typed(bench, keys, number):
    leader_hears_once(bench, lambda: bench.type(keys), number, SI_KERNEL, False)


def leader_ctrl_c(bench):
    leader_typed(bench, CTRL_C, signal.SIGINT)


def leader_quit(bench):
    leader_typed(bench, CTRL_BACKSLASH, signal.SIGQUIT)


def leader_signal(bench, number):
    """Of somebody else: the command has not heard of it."""
    leader_hears_once(bench, lambda: bench.process.send_signal(number), number, SI_USER, True)


def leader_sigterm(bench):
    leader_signal(bench, signal.SIGTERM)


def leader_sigint_of_another(bench):
    leader_signal(bench, signal.SIGINT)


def leader_ctrl_c_twice(bench):
    bench.on_terminal(bench.run(survives="INT"))
    bench.wait_for("start")
    bench.type(CTRL_C)
    bench.wait_for("INT")
    time.sleep(0.5)  # a command that does not end keeps the key
    assert bench.process.poll() is None
    bench.check_held()
    bench.type(CTRL_C)
    bench.ends_with(1)
    assert "end" not in bench.lines()
    bench.check_released()


def leader_sigterm_twice(bench):
    bench.on_terminal(bench.run(survives="TERM"))
    bench.wait_for("start")
    bench.process.send_signal(signal.SIGTERM)
    bench.wait_for("TERM")
    bench.check_held()
    bench.process.send_signal(signal.SIGTERM)
    bench.ends_with(1)
    bench.check_released()


def leader_hangup(bench):
    bench.on_terminal(bench.run())
    bench.wait_for("start")
    bench.hang_up()
    bench.ends_with(7)
    assert bench.lines() == ["start", "HUP", "end"], bench.lines()
    bench.check_released()


def leader_hangup_and_sigterm(bench):
    """As the end of a login session: the second one is no impatience."""
    bench.on_terminal(bench.run(survives="HUP"))
    bench.wait_for("start")
    bench.hang_up()
    bench.wait_for("HUP")
    bench.process.send_signal(signal.SIGTERM)
    bench.ends_with(7)
    assert bench.lines() == ["start", "HUP", "TERM", "end"], bench.lines()
    bench.check_released()


def loser_still_ends(bench, ask):
    """Whatever a user does between the first request to a command whose election is lost and the second."""
    bench.on_terminal(bench.run("INT HUP", "--terminate"))
    bench.wait_for("start")
    bench.client.publish(f"$KV.ELECT.{bench.election}", "op2")
    bench.wait_for("INT")
    ask()
    bench.ends_with(7)
    assert bench.lines()[-2:] == ["TERM", "end"], bench.lines()


def loser_ctrl_c(bench):
    loser_still_ends(bench, lambda: bench.type(CTRL_C))


def loser_hangup(bench):
    loser_still_ends(bench, bench.hang_up)


def leader_hangup_of_a_shell(bench):
    """A shell hands a hangup on to its job, and so may the kernel once more: the command has its time all the same."""
    bench.on_terminal(["bash", "--norc", "-i"])
    (bench.folder / "job").write_text(shlex.join(bench.run()))
    bench.type(f". {bench.folder}/job\n".encode())
    bench.wait_for("start")
    bench.hang_up()
    bench.wait_for("end")
    bench.wait_until(lambda: "data" not in bench.key(), "the key")
    bench.check_released()
    assert set(bench.lines()) == {"start", "HUP", "end"}, bench.lines()


def file_ends(bench, end):
    bench.on_terminal(bench.keep_file())
    bench.wait_until(bench.file.exists, "the file")
    end(bench)
    bench.ends_with(0)
    assert not bench.file.exists()
    bench.check_released()


def file_ctrl_c(bench):
    file_ends(bench, lambda one: one.type(CTRL_C))


def file_sigterm(bench):
    file_ends(bench, lambda one: one.process.send_signal(signal.SIGTERM))


def file_hangup(bench):
    file_ends(bench, Bench.hang_up)


def file_hangup_twice(bench):
    """A broker that is slow to take the key back is waited for."""
    with contextlib.ExitStack() as slow:
        server = slow.enter_context(broker.Broker(jetstream=True))
        client = broker.Client(server.port)
        broker.make_election_bucket(client, TTL, "ELECT")
        client.close()
        other = slow.enter_context(Bench(server, bench.election))
        other.start(other.keep_file(), stderr=subprocess.DEVNULL)
        other.wait_until(other.file.exists, "the file")
        server.process.send_signal(signal.SIGSTOP)
        other.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        other.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        still_there = other.process.poll() is None
        server.process.send_signal(signal.SIGCONT)
        assert still_there
        other.ends_with(0)
        other.check_released()


def file_candidate_ctrl_c(bench):
    bench.client.publish(f"$KV.ELECT.{bench.election}", "op2")
    bench.on_terminal(bench.keep_file())
    bench.wait_for_campaign()
    bench.type(CTRL_C)
    bench.ends_with(0)
    assert not bench.file.exists()


def goes_on(bench):
    """It leads, is evicted (which it has words for), leads again, and renews."""
    bench.wait_until(lambda: "data" in bench.key(), "a leader")
    bench.wait_until(bench.file.exists, "the file")
    bench.client.ask("$JS.API.STREAM.PURGE.KV_ELECT", json.dumps({"filter": f"$KV.ELECT.{bench.election}"}))
    for _ in range(4):
        before = bench.key().get("seq", 0)
        bench.wait_until(lambda: bench.key().get("seq", 0) > before and "data" in bench.key(), "a renewal")
    bench.wait_until(bench.file.exists, "the file")
    bench.process.send_signal(signal.SIGTERM)
    bench.ends_with(0)
    assert not bench.file.exists()
    bench.check_released()


@contextlib.contextmanager
def full_pipe(bench):
    reads, writes = os.pipe()
    bench.ends.callback(os.close, reads)
    os.set_blocking(writes, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writes, b"x" * 4096)
    os.set_blocking(writes, True)
    yield writes
    os.close(writes)


def blocked_pipe(bench):
    with full_pipe(bench) as writes:
        bench.start(bench.keep_file(), stdout=writes, stderr=writes)
    goes_on(bench)


def blocked_error(bench):
    """Nobody reads why the campaign cannot begin: a signal ends it all the same."""
    bench.bucket = "NONE"
    for command in (bench.run(), bench.keep_file()):
        with full_pipe(bench) as writes:
            bench.start(command, stdout=writes, stderr=writes)
        waits = pathlib.Path(f"/proc/{bench.process.pid}/wchan")
        bench.wait_until(lambda: "pipe_write" in waits.read_text(), "the wait")
        bench.process.send_signal(signal.SIGTERM)
        bench.ends_with(0)


def blocks(task, number):
    mask = next(line for line in (task / "status").read_text().splitlines() if line.startswith("SigBlk:"))
    return int(mask.split()[1], 16) >> (number - 1) & 1


def looked_up_broker(bench):
    """No thread but the one that waits for signals takes any, also none that looked up names before."""
    config = bench.folder / "client.conf"
    config.write_text("plugin.choria.srv_domain = fleetwatch.invalid\nplugin.security.provider = file\n")
    own = {name: value for name, value in os.environ.items() if not name.startswith("NATS_")}
    said = bench.folder / "said"
    with said.open("w") as stderr:
        bench.start([PROGRAM, "election", "run", bench.election, "--config", str(config), "--timeout", "1s", "--", "true"],
                    stderr=stderr, env={**own, "RES_OPTIONS": "timeout:1 attempts:1"})
    bench.wait_until(lambda: "trying again" in said.read_text(), "a broker that is not there")
    tasks = list(pathlib.Path(f"/proc/{bench.process.pid}/task").iterdir())
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        takers = [task for task in tasks if not blocks(task, number)]
        assert len(takers) == 1 < len(tasks), (number, takers, tasks)
    bench.process.send_signal(signal.SIGTERM)
    bench.ends_with(0)


def closed_pipe(bench):
    reads, writes = os.pipe()
    os.close(reads)
    bench.start(bench.keep_file(), stdout=writes, stderr=writes)
    os.close(writes)
    goes_on(bench)


def unread_terminal(bench):
    """With less room than a line needs."""
    bench.on_terminal(bench.keep_file())
    theirs = os.open(f"/proc/{bench.process.pid}/fd/1", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with contextlib.suppress(BlockingIOError):
        while os.write(theirs, b"x" * 64) == 64:
            pass
    os.close(theirs)
    goes_on(bench)


def stopped_terminal(bench):
    bench.on_terminal(bench.keep_file())
    bench.type(b"\x13")  # Ctrl-S
    goes_on(bench)


def no_streams(bench):
    """Whatever is opened first gets the numbers of the closed streams: words must not go there."""
    bench.start(["bash", "-c", 'exec "$@" <&- >&- 2>&-', "bash", *bench.keep_file()])
    bench.wait_until(bench.file.exists, "the file")
    assert {os.readlink(f"/proc/{bench.process.pid}/fd/{number}") for number in range(3)} == {"/dev/null"}
    goes_on(bench)


def command_without_streams(bench):
    bench.start(["bash", "-c", 'exec "$@" <&- >&- 2>&-', "bash", *bench.run()])
    bench.wait_for("start")
    bench.process.send_signal(signal.SIGTERM)
    bench.ends_with(7)
    bench.check_released()


SCENARIOS = (candidate_ctrl_c, candidate_hangup, leader_ctrl_c, leader_quit, leader_sigterm, leader_sigint_of_another,
             leader_ctrl_c_twice, leader_sigterm_twice, leader_hangup, leader_hangup_and_sigterm, loser_ctrl_c,
             loser_hangup, leader_hangup_of_a_shell, file_ctrl_c, file_sigterm, file_hangup, file_hangup_twice,
             file_candidate_ctrl_c, blocked_pipe, blocked_error, looked_up_broker, closed_pipe, unread_terminal,
             stopped_terminal, no_streams, command_without_streams)


def run_scenario(scenario, server):
    with Bench(server, scenario.__name__) as bench:
        scenario(bench)


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class OnATerminal(unittest.TestCase):
    def test_how_campaigns_end_and_go_on(self):
        with broker.Broker(jetstream=True) as server:
            client = broker.Client(server.port)
            broker.make_election_bucket(client, TTL, "ELECT")
            client.close()
            with concurrent.futures.ThreadPoolExecutor(len(SCENARIOS)) as pool:
                running = {one.__name__: pool.submit(run_scenario, one, server) for one in SCENARIOS}
            for name, future in running.items():
                with self.subTest(name):
                    future.result()
