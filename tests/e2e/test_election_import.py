"""Candidates in an account that has no streams of its own: it imports the subjects of one election of another account,
as Choria's broker makes it for its provisioners. They may write the key, and cannot read it."""
import concurrent.futures
import pathlib
import signal
import sys
import tempfile
import time
import unittest

from lab import ROOT
import test_election
from test_election import SLACK, Race

sys.path.insert(0, str(ROOT / "lab"))
import broker  # noqa: E402

BUCKET = "CHORIA_LEADER_ELECTION"
PREFIX = "choria.streams"
TTL = 6  # seconds: so much sooner than without hearing of a marker who hears leads, also on a busy machine
INTERVAL = 0.75 * TTL


def accounts(keys):
    """Users main, who has the streams, prov, who imports, and deaf, who imports and may not listen."""
    exports = [f"$JS.API.STREAM.INFO.KV_{BUCKET}", *(f"$KV.{BUCKET}.{key}" for key in keys)]
    imports = [(subject, PREFIX + "." + subject.removeprefix("$JS.API.")) for subject in exports]
    exported = ", ".join(f'{{service: "{subject}"}}' for subject in exports)
    imported = ", ".join(f'{{service: {{account: choria, subject: "{subject}"}}, to: "{here}"}}'
                         for subject, here in imports)
    return f"""accounts {{
      choria {{ jetstream: enabled, users: [{{user: main, password: s3cret}}], exports: [{exported}] }}
      provisioning {{
        users: [
          {{user: prov, password: s3cret}},
          {{user: deaf, password: s3cret, permissions: {{subscribe: {{deny: "{PREFIX}.>"}}}}}}
        ]
        imports: [{imported}]
      }}
    }}"""


def successor(race, leader, told):
    """Who may listen leads before the marker can be forgotten; who may not has to wait for that, and leads an interval
    after its first write."""
    follower, started = race.wait_for(2, seconds=race.patience)
    assert follower != leader and race.holder() == follower, race.events()
    race.check_exclusion()
    took = started - told
    assert (took < TTL + INTERVAL) == race.listens, (took, race.events())
    return took


def orderly(race):
    leader, _ = race.wait_for(1)
    told = time.time()
    race.candidates[leader].signal(signal.SIGTERM)
    return successor(race, leader, told)


def evict(race):
    leader, _ = race.wait_for(1)
    told = time.time()
    done = race.command("evict", race.key, "--bucket", race.bucket, "--force")
    assert done.status == 0, done.err
    assert "and candidates of fleetwatch in this account" in done.out, done.out
    race.wait_for(1, "end", seconds=INTERVAL + 1 + SLACK)  # who does not hear of it learns it at its next renewal
    return successor(race, leader, told)


SCENARIOS = {"orderly": orderly, "kill": test_election.kill, "stop": test_election.stop, "evict": evict}


def run_scenario(scenario, url, user, password_file):
    flags = ["--user", user, "--password-file", password_file, "--js-api-prefix", PREFIX]
    viewer = ["--user", "main", "--password-file", password_file]
    with Race([url], BUCKET, f"{user}-{scenario}", flags, viewer, TTL) as race:
        race.listens = user == "prov"
        race.patience = TTL + 2 * INTERVAL + 2 * SLACK  # who does not hear the end tries at intervals
        return SCENARIOS[scenario](race)


def measure(program, users, password_file):
    """Who leads after whom in each scenario for each user, as futures of the seconds it took."""
    races = [(user, scenario) for user in users for scenario in SCENARIOS]
    with broker.Broker(accounts([f"{user}-{scenario}" for user, scenario in races]), jetstream=True,
                       server=program) as server:
        client = broker.Client(server.port, user="main", **{"pass": "s3cret"})
        broker.make_election_bucket(client, TTL)
        client.close()
        with concurrent.futures.ThreadPoolExecutor(len(races)) as pool:
            return {race: pool.submit(run_scenario, race[1], server.url, race[0], password_file) for race in races}


@unittest.skipUnless(broker.program(), "nats-server is not installed")
class ImportingAccount(unittest.TestCase):
    def test_who_takes_over(self):
        with tempfile.TemporaryDirectory(prefix="fleetwatch-election-") as folder:
            password_file = pathlib.Path(folder, "password")
            password_file.write_text("s3cret")
            for name, program in broker.programs().items():
                for (user, scenario), future in measure(program, ("prov", "deaf"), str(password_file)).items():
                    with self.subTest(scenario, user=user, server=name):
                        print(f"{user} {scenario}: {future.result():.2f} s", end="; ")
