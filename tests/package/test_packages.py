# SPDX-License-Identifier: Apache-2.0
"""The packages' life on two machines with systemd, in the order in which it is lived: installed, enrolled, filled,
attacked, killed, upgraded, downgraded, removed, purged. Each test goes on where the one before ended."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3

import pytest
from machine import ROOT, owned, repacked, run, wait_for
from world import AGENT, CALLS, COLLECT, GATEWAY, INTAKE, LOADER, SAMPLE, SEND, SETTINGS, SIGNER, USER, World, package

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("systemd-nspawn") or not shutil.which("debootstrap"),
                                reason="needs root, debootstrap and systemd-nspawn")

@pytest.fixture(scope="module", name="world")
def make_world():
    world = World()
    try:
        yield world.open()
    finally:
        world.close()


def test_the_agent_installs_with_its_users_and_folders_and_waits(world):
    world.install(world.site, "contact-agent")
    site = world.site
    assert site.owner(f"{AGENT}/collect") == ("contact-collect:contact-collect", "700")
    assert site.owner(f"{AGENT}/send") == ("contact-send:contact-send", "700")
    assert site.owner(f"{AGENT}/spool") == ("contact-collect:contact-agent", "2770")
    assert site.active("contact-agent.target") and not site.active(COLLECT) and not site.active(SEND)
    assert site.run("systemctl is-enabled contact-agent.target").stdout.strip() == "enabled"
    assert "enroll BUNDLE" in site.run("contact-agent").stdout
    assert site.run("systemctl --failed --plain --no-legend").stdout == ""


def test_the_centre_is_set_up_as_its_installed_documentation_says(world):
    world.install(world.centre, "contact-gateway")
    centre = world.centre
    share = "/usr/share/contact-gateway/nginx"
    assert centre.path("/usr/share/doc/contact-gateway").exists()
    with centre.path("/etc/contact-gateway/gateway.yaml").open("a", encoding="utf-8") as settings:
        settings.write("heartbeat:\n  every: 1s\n")
    assert "The services run" in centre.run("contact-gateway init --host localhost").stdout
    steps = (ROOT / "docs" / "centre.md").read_text(encoding="utf-8")
    nginx = re.search(r"^(cd /usr/share/contact-gateway/nginx\n.*?systemctl restart nginx)$", steps, re.M | re.S)[1]
    centre.run(f"set -e\n{nginx}")
    for unit in (INTAKE, LOADER, SIGNER):
        assert centre.active(unit), centre.journal(unit)
    assert "site add" in centre.run("contact-gateway").stdout
    snippet = "/etc/nginx/snippets/contact-gateway-sites.inc"
    centre.run(f"sed -i 's/, edition .*/, edition 0./' {snippet}")
    assert "nginx" in centre.run("contact-gateway").stdout
    centre.run(f"cp {share}/contact-gateway-sites.inc {snippet}")
    assert centre.owner(f"{GATEWAY}/landing") == ("contact-gateway:contact-loader", "2770")
    assert centre.owner("/run/contact-gateway/intake.sock") == ("contact-gateway:contact-gateway", "660")


def test_root_enrols_and_each_key_belongs_to_the_service_that_uses_it(world):
    centre, site = world.centre, world.site
    centre.run("contact-gateway site add lyon")
    assert centre.owner("/root/lyon.bundle.yaml") == ("root:root", "600")
    site.put(centre.path("/root/lyon.bundle.yaml"), "/root/lyon.bundle.yaml")
    site.path("/srv/dispatch").mkdir(parents=True)
    run(SAMPLE, "create", "--calls", CALLS, "--seed", 1, "--days-back", 100, "--out", site.path("/srv/dispatch/dispatch.db"),
        "--canaries", site.folder / "canaries.txt")
    said = site.run("contact-agent enroll lyon.bundle.yaml").stdout  # the signer is waited for, as no person need be
    assert "The services run" in said
    for name in ("root.key", "seal.key"):
        assert site.owner(f"{AGENT}/collect/{name}") == ("contact-collect:contact-collect", "400")
    assert site.owner(f"{AGENT}/send/identity/key.pem") == ("contact-send:contact-send", "400")
    assert site.owner(f"{AGENT}/send/identity/certificate.pem")[0] == "contact-send:contact-send"
    for unit in (COLLECT, SEND):
        assert wait_for(lambda unit=unit: site.active(unit), 20, f"{unit} to run")
    assert "collect waits" in site.journal(COLLECT), "without a mapping it waits, and says so"
    assert centre.run("find /var/lib/contact-gateway/enrol -user root -type f").stdout == ""


def test_nothing_leaves_before_approval_and_everything_after(world):
    centre, site = world.centre, world.site
    listed = wait_for(lambda: re.search(r"^lyon +([0-9a-f ]{79}) +NOT", centre.run("contact-gateway seal list").stdout, re.M),
                      30, "the seal to be offered")
    centre.run(f"contact-gateway seal accept lyon {listed[1]}")
    site.path("/etc/contact-agent/conf.d/source.yaml").write_text(SETTINGS)
    site.run("cp /usr/share/contact-agent/mappings/demo-dispatch.yaml /etc/contact-agent/mapping.yaml")
    site.run("contact-agent check")
    assert "<" in site.run("contact-agent preview -n 3").stdout
    wait_for(lambda: "collect goes on" in site.journal(COLLECT), 30, "collect to find the mapping")
    assert list(centre.path(f"{GATEWAY}/landing").glob("*/*/*.cms")) == []
    site.run("contact-agent approve --by 'Dr Demo' --yes --no-key-backup")
    result = wait_for(world.loaded, 90, "the backfill to be loaded")
    assert sum(result.source.values()) > CALLS
    wait_for(lambda: [site["state"] for site in json.loads(centre.run("contact-gateway fleet --json").stdout)["sites"]]
             == ["well"], 60, "the fleet page to say that the site is well")


def test_commands_typed_by_root_leave_no_file_that_a_service_cannot_use(world):
    centre, site = world.centre, world.site
    for command in ("status", "ledger", "pause", "resume", "deletions show", "status --json"):
        site.run(f"contact-agent {command}", check=False)
    for command in ("site list", "fleet", "metrics", "seal list", "site add paris", "site revoke paris", ""):
        centre.run(f"contact-gateway {command}")
    collect, send = "contact-collect:contact-collect [0-7]+", "contact-send:contact-send [0-7]+"
    wrong = owned(site, f"{AGENT}/collect", {"*": collect}) + owned(site, f"{AGENT}/send", {"*": send})
    wrong += owned(site, f"{AGENT}/spool", {"*": "contact-(collect|send):contact-(agent|collect) [0-7]+"})
    owners = {"state": "contact-gateway:contact-gateway", "landing": "contact-gateway:contact-loader",
              "feedback": "contact-loader:contact-gateway", "loader": "contact-loader:contact-loader",
              "warehouse": "contact-loader:contact-loader", "signer": "contact-signer:contact-signer",
              "enrol/answers": "contact-signer:contact-gateway", "enrol/requests": "contact-gateway:contact-signer",
              "seals/offered": "contact-gateway:contact-gateway", "tls": "root:root", "offline": "root:root"}
    for folder, owner in owners.items():
        wrong += owned(centre, f"{GATEWAY}/{folder}", {"*": f"{owner} [0-7]+"})
    assert wrong == []


# Attacks. Each is: a unit, what is typed in it, the user that types, and the setting that is to stop it.

HIDDEN = [
    (SEND, f"cat {AGENT}/collect/root.key", "contact-collect", ["TemporaryFileSystem", "BindPaths"]),
    (SEND, f"cat {AGENT}/collect/seal.key", "contact-collect", ["TemporaryFileSystem", "BindPaths"]),
    (SEND, f"cat {AGENT}/collect/state.db", "contact-collect", ["TemporaryFileSystem", "BindPaths"]),
    (SEND, "cat /srv/dispatch/dispatch.db", None, ["TemporaryFileSystem", "BindPaths"]),
    (SEND, "cat /etc/contact-agent/mapping.yaml", None, ["InaccessiblePaths"]),
    (COLLECT, f"cat {AGENT}/send/identity/key.pem", "contact-send", ["InaccessiblePaths"]),
    (INTAKE, f"cat {GATEWAY}/loader/recipient.key", "contact-loader", ["InaccessiblePaths"]),
    (INTAKE, f"cat {GATEWAY}/warehouse/warehouse.db", "contact-loader", ["InaccessiblePaths"]),
    (INTAKE, f"cat {GATEWAY}/signer/ca.key", "contact-signer", ["InaccessiblePaths"]),
    (LOADER, f"cat {GATEWAY}/signer/ca.key", "contact-signer", ["InaccessiblePaths"]),
    (LOADER, f"cat {GATEWAY}/state/registry.db", "contact-gateway", ["InaccessiblePaths"]),
    (SIGNER, f"cat {GATEWAY}/loader/recipient.key", "contact-loader", ["InaccessiblePaths"]),
    (SIGNER, f"cat {GATEWAY}/state/registry.db", "contact-gateway", ["InaccessiblePaths"]),
    (SIGNER, f"ls {GATEWAY}/landing/lyon", "contact-gateway", ["InaccessiblePaths"]),
]


@pytest.mark.parametrize("unit, command, user, settings", HIDDEN,
                         ids=[f"{unit.removesuffix('.service')}: {command}" for unit, command, _, _ in HIDDEN])
def test_what_is_anothers_is_not_seen_even_by_its_owner(world, unit, command, user, settings):
    machine = world.machine_of(unit)
    assert machine.probe(unit, command, without=settings, user=user), "it must succeed without the setting"
    assert not machine.probe(unit, command, user=user)


FOREIGN = [(SEND, f"{AGENT}/collect/root.key", ["TemporaryFileSystem", "BindPaths"]),
           (COLLECT, f"{AGENT}/send/identity/key.pem", ["InaccessiblePaths"]),
           (INTAKE, f"{GATEWAY}/loader/recipient.key", ["InaccessiblePaths"]),
           (INTAKE, f"{GATEWAY}/signer/ca.key", ["InaccessiblePaths"]),
           (LOADER, f"{GATEWAY}/signer/ca.key", ["InaccessiblePaths"]),
           (SIGNER, f"{GATEWAY}/loader/recipient.key", ["InaccessiblePaths"])]


@pytest.mark.parametrize("unit, path, hiding", FOREIGN, ids=[f"{unit}: {path}" for unit, path, _ in FOREIGN])
def test_what_is_anothers_is_not_read_by_its_mode_alone(world, unit, path, hiding):
    machine, folders, opened = world.machine_of(unit), [], []
    assert not machine.probe(unit, f"cat {path}", without=hiding)
    folder = pathlib.PurePath(path)
    while str(folder) not in (AGENT, GATEWAY):
        folders.append((folder, machine.owner(folder)[1]))
        folder = folder.parent
    try:
        for folder, mode in folders:
            machine.run(f"chmod a+rX {folder}")
            opened.append((folder, mode))
        assert machine.probe(unit, f"cat {path}", without=hiding), "it must succeed when the modes are open"
    finally:
        for folder, mode in opened:
            machine.run(f"chmod {mode} {folder}")


REACH = "exec 3<>/dev/tcp/127.0.0.1/443"
NETWORK_SETTINGS = ("PrivateNetwork", "RestrictAddressFamilies", "IPAddressDeny")


@pytest.mark.parametrize("setting", NETWORK_SETTINGS)
@pytest.mark.parametrize("unit", [COLLECT, LOADER, SIGNER, INTAKE])
def test_no_network_is_reached(world, unit, setting):
    machine = world.machine_of(unit)
    assert machine.probe(unit, REACH, without=NETWORK_SETTINGS), "it must succeed without the settings"
    reached = machine.probe(unit, REACH, without=[name for name in NETWORK_SETTINGS if name != setting])
    if reached and setting == "IPAddressDeny":
        pytest.skip("IPAddressDeny is not enforced here: it needs BPF programs on the container's control groups")
    assert not reached


def test_send_reaches_the_network_that_it_is_for(world):
    assert world.site.probe(SEND, REACH)


@pytest.mark.parametrize("unit", list(USER))
def test_a_unit_writes_nowhere_but_in_its_own_folders(world, unit):
    machine = world.machine_of(unit)
    for command, settings in (("echo >/opt/written", ["ProtectSystem", "TemporaryFileSystem", "BindPaths"]),
                              ("echo >>/etc/contact-agent/agent.yaml || echo >>/etc/contact-gateway/gateway.yaml",
                               ["ProtectSystem"])):
        machine.run("chmod o+w /opt; chmod -f o+w /etc/contact-agent/agent.yaml /etc/contact-gateway/gateway.yaml", check=False)
        try:
            assert machine.probe(unit, command, without=settings), "it must succeed without the setting"
            assert not machine.probe(unit, command)
        finally:
            machine.run("chmod o-w /opt; chmod -f o-w /etc/contact-agent/agent.yaml /etc/contact-gateway/gateway.yaml; "
                        "rm -f /opt/written", check=False)


@pytest.mark.parametrize("unit", list(USER))
def test_a_running_service_has_given_up_what_it_does_not_need(world, unit):
    machine = world.machine_of(unit)
    pid = machine.pid(unit)
    status = dict(line.split(":\t", 1) for line in machine.run(f"cat /proc/{pid}/status").stdout.splitlines() if ":\t" in line)
    assert machine.run(f"ps -o user:32= -p {pid}", check=False).stdout.strip() in (USER[unit], "")
    assert machine.run(f"stat -c %U /proc/{pid}/task").stdout.strip() in (USER[unit], "root")
    assert status["Uid"].split()[0] != "0" and len(set(status["Uid"].split())) == 1
    assert (status["NoNewPrivs"].strip(), status["Seccomp"].strip()) == ("1", "2")
    assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {0}
    assert re.search(r"^Max core file size +0 +0", machine.run(f"cat /proc/{pid}/limits").stdout, re.M)
    own = machine.run(f"readlink /proc/{pid}/ns/net").stdout != machine.run("readlink /proc/1/ns/net").stdout
    assert own == (unit != SEND), "send alone has the machine's network"


@pytest.mark.parametrize("unit", list(USER))
def test_exposure_is_at_most_1_3(world, unit):
    said = world.machine_of(unit).run(f"systemd-analyze security --no-pager {unit}").stdout
    exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)[1])
    assert exposure <= 1.3, said


# Life.

@pytest.mark.parametrize("unit", list(USER))
def test_a_service_that_was_killed_comes_back(world, unit):
    machine = world.machine_of(unit)
    machine.run("mkdir -p /run/systemd/system/%s.d && printf '[Service]\\nRestartSec=200ms\\nWatchdogSec=3s\\n' "
                ">/run/systemd/system/%s.d/test.conf && systemctl daemon-reload" % (unit, unit))
    machine.run(f"systemctl restart {unit}")
    for kill in (signal.SIGKILL, signal.SIGABRT):
        before = machine.pid(unit)
        machine.run(f"kill -{int(kill)} {before}")
        wait_for(lambda pid=before: machine.came_back(unit, pid), 20, f"{unit} to come back")


@pytest.mark.parametrize("unit", list(USER))
def test_a_service_that_hangs_is_ended_by_the_watchdog_and_comes_back(world, unit):
    machine = world.machine_of(unit)
    before = machine.pid(unit)
    machine.run(f"kill -STOP {before}")
    wait_for(lambda: machine.came_back(unit, before), 30, f"{unit} to come back")
    assert "watchdog" in machine.journal(unit).lower()


def test_after_all_this_new_rows_arrive_also_across_a_boot(world):
    world.change(2)
    wait_for(world.loaded, 60, "new rows to be loaded")
    world.site.shut_down()
    world.site.boot()
    for unit in (COLLECT, SEND):
        wait_for(lambda unit=unit: world.site.active(unit), 20, f"{unit} to have started at boot")
    world.change(3)
    wait_for(world.loaded, 60, "rows to be loaded after the boot")


def keys(world):
    files = [world.site.path(f"{AGENT}/collect/root.key"), world.site.path(f"{AGENT}/collect/seal.key"),
             world.site.path(f"{AGENT}/send/identity/key.pem")]
    return [file.read_bytes() for file in files]


def test_an_upgrade_keeps_queue_keys_and_settings_and_goes_on(world):
    site, before = world.site, keys(world)
    world.centre.run(f"systemctl stop {INTAKE}")
    world.change(4)
    waiting = wait_for(world.queue, 30, "a batch to wait in the queue")
    pids = [site.pid(unit) for unit in (COLLECT, SEND)]
    world.install(site, "contact-agent", repacked(package("contact-agent"), "0.2.0", site.folder))
    assert [site.active(unit) for unit in (COLLECT, SEND)] == [True, True]
    assert all(site.pid(unit) not in pids for unit in (COLLECT, SEND)), "the new program runs"
    assert world.queue() >= waiting and keys(world) == before
    assert site.path("/etc/contact-agent/conf.d/source.yaml").read_text() == SETTINGS
    world.centre.run(f"systemctl start {INTAKE}")
    wait_for(world.loaded, 60, "what waited to be loaded")


def version_of(path, new):
    """Gives a database another version; SQLite, as root, leaves its files to their owner. The former one."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        former = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute(f"PRAGMA user_version = {new}")
    return former


def test_a_program_older_than_its_data_refuses_says_what_to_do_and_loses_nothing(world):
    """As after a downgrade from a version that changed the files."""
    site, before = world.site, keys(world)
    world.centre.run(f"systemctl stop {INTAKE}")
    world.change(5)
    waiting = wait_for(world.queue, 30, "a batch to wait in the queue")
    site.run(f"systemctl stop {COLLECT} {SEND}")
    state = site.path(f"{AGENT}/collect/state.db")
    spool = site.path(f"{AGENT}/spool/{os.readlink(site.path(f'{AGENT}/spool/current'))}/spool.db")
    former = {path: version_of(path, 99) for path in (state, spool)}
    path = package("contact-agent")
    site.put(path, f"/root/{path.name}")
    site.run(f"apt-get install -y --allow-downgrades /root/{path.name}")
    for unit in (COLLECT, SEND):
        wait_for(lambda unit=unit: re.search("newer package|version 99", site.journal(unit)), 30, f"{unit} to refuse")
        assert "newer package" in site.journal(unit), site.journal(unit)[-1500:]
    refused = site.run("contact-agent status", check=False)
    assert refused.returncode != 0 and "newer package" in refused.stderr
    assert world.queue() >= waiting and keys(world) == before
    assert not list(site.path(f"{AGENT}/collect").glob("*damaged*")), "nothing was set aside"
    site.run(f"systemctl stop {COLLECT} {SEND}")
    for path, version in former.items():
        version_of(path, version)
    site.run("systemctl start contact-agent.target")
    world.centre.run(f"systemctl start {INTAKE}")
    wait_for(world.loaded, 60, "what waited to be loaded")


def test_removing_keeps_queue_keys_and_settings(world):
    site, before = world.site, keys(world)
    world.centre.run(f"systemctl stop {INTAKE}")
    world.change(6)
    waiting = wait_for(world.queue, 30, "a batch to wait in the queue")
    site.run("apt-get remove -y contact-agent")
    assert not site.path("/usr/bin/contact-agent").exists() and not site.active(COLLECT) and not site.active(SEND)
    assert world.queue() >= waiting and keys(world) == before
    assert site.path("/etc/contact-agent/mapping.yaml").exists()
    world.install(site, "contact-agent")
    world.centre.run(f"systemctl start {INTAKE}")
    wait_for(world.loaded, 60, "what waited to be loaded, by the package installed again")


def test_purging_leaves_the_root_key_and_the_objections_and_says_so(world):
    site, before = world.site, keys(world)
    said = site.run("apt-get purge -y contact-agent").stdout
    assert "root key and the register of objections stay in" in said and f"{AGENT}/collect" in said
    assert not site.path("/etc/contact-agent").exists()
    left = {str(path.relative_to(site.path(AGENT))) for path in site.path(AGENT).rglob("*")}
    assert {name for name in left if not re.fullmatch("collect/objections.db-(wal|shm)", name)} == \
        {"collect", "collect/root.key", "collect/objections.db"}
    assert site.path(f"{AGENT}/collect/root.key").read_bytes() == before[0]
    assert site.owner(f"{AGENT}/collect/root.key") == ("contact-collect:contact-collect", "400")


def test_a_machine_installed_again_after_a_purge_knows_its_patients(world):
    site, centre = world.site, world.centre
    world.install(site, "contact-agent")
    site.path("/etc/contact-agent/conf.d/source.yaml").write_text(SETTINGS)
    site.run("cp /usr/share/contact-agent/mappings/demo-dispatch.yaml /etc/contact-agent/mapping.yaml")
    centre.run("contact-gateway site add lyon --new-code --out /root/again.yaml")
    site.put(centre.path("/root/again.yaml"), "/root/again.yaml")
    site.run("contact-agent enroll again.yaml --wait")
    listed = wait_for(lambda: re.search(r"^lyon +([0-9a-f ]{79}) +NOT", centre.run("contact-gateway seal list").stdout, re.M),
                      30, "the new seal to be offered")
    centre.run(f"contact-gateway seal accept lyon {listed[1]}")
    site.run("contact-agent approve --by 'Dr Demo' --yes --no-key-backup")
    world.change(7)
    wait_for(world.loaded, 90, "source and warehouse to be equal, with the pseudonyms of before")


def test_a_key_is_restored_beside_running_services_which_end_first_and_go_on(world):
    site = world.site
    paper = site.run("contact-agent key backup --paper").stdout
    typed = "\n".join(" ".join(re.findall(r"^ {4}((?:[0-9A-Z]{5} ?){7})$", paper, re.M)).split())
    before, pids = keys(world), [site.pid(unit) for unit in (COLLECT, SEND)]
    site.run("contact-agent key restore", text=typed)
    for unit, pid in zip((COLLECT, SEND), pids):
        wait_for(lambda unit=unit, pid=pid: site.came_back(unit, pid), 30, f"{unit} to run again")
    assert keys(world)[0] == before[0]
    assert site.owner(f"{AGENT}/collect/root.key") == ("contact-collect:contact-collect", "400")


def enrol_again(world, life):
    """With a new code, for a certificate of another life than the present one's."""
    settings = world.centre.path("/etc/contact-gateway/gateway.yaml")
    text = re.sub(r"^enrolment:\n  certificate_life: .*\n", "", settings.read_text(), flags=re.M)
    settings.write_text(f"{text}enrolment:\n  certificate_life: {life}\n")
    world.centre.run(f"systemctl restart {SIGNER}; contact-gateway site add lyon --new-code --out /root/again.yaml")
    world.site.put(world.centre.path("/root/again.yaml"), "/root/again.yaml")
    world.site.run("contact-agent enroll again.yaml --wait")


def test_a_certificate_is_renewed_at_two_thirds_of_its_life_with_another_key(world):
    """It begins an hour before it was made: of 91 minutes two thirds are over in 40 seconds."""
    enrol_again(world, "31m")
    before = keys(world)
    wait_for(lambda: keys(world)[2] != before[2], 120, "another TLS key")
    assert keys(world)[:2] == before[:2] and "certificate is renewed" in world.site.journal(SEND)
    assert world.site.owner(f"{AGENT}/send/identity/key.pem") == ("contact-send:contact-send", "400")
    world.change(8)
    wait_for(world.loaded, 90, "rows to be loaded under the new certificate")


def test_a_certificate_that_ended_keeps_the_queue_and_the_site_enrols_again(world):
    """The signer rests meanwhile, else it would be renewed."""
    enrol_again(world, "60s")
    world.centre.run(f"systemctl stop {SIGNER}")
    wait_for(lambda: "expired" in world.site.run("contact-agent status --json", check=False).stdout, 120, "its end to be told")
    world.change(9)
    waiting = wait_for(world.queue, 60, "a batch to wait in the queue")
    enrol_again(world, "90d")
    wait_for(world.loaded, 90, "what waited to be loaded")
    assert waiting


def test_a_batch_is_opened_as_the_protocol_says_with_openssl_alone(world):
    """The documentation's own lines."""
    centre = world.centre
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    lines = re.search(r"```\n(cd [^`]*openssl cms -decrypt[^`]*)```", text)[1]
    batch = sorted(centre.path(f"{GATEWAY}/landing/lyon").glob("*/*.cms"))[-1]
    seals = centre.path(f"{GATEWAY}/loader/seals/lyon").glob("*.pem")
    done = [centre.run(lines.replace("SERIES/12", f"{batch.parent.name}/{batch.stem}").replace("FINGERPRINT", seal.stem), check=False)
            for seal in seals]
    assert any(one.stdout.startswith('{"site":"lyon"') for one in done), [one.stderr[-300:] for one in done]


def test_another_decryption_key_is_the_loaders_and_reaches_the_site(world):
    centre, site = world.centre, world.site
    centre.run(f"contact-gateway renew --recipient {GATEWAY}/offline/warehouse-root.key")
    assert centre.owner(f"{GATEWAY}/loader/recipient-2.key") == ("contact-loader:contact-loader", "400")
    told = centre.path(f"{GATEWAY}/public/recipients.pem").read_text()
    wait_for(lambda: site.path(f"{AGENT}/collect/recipients.pem").read_text() == told, 60, "the site to take it")
    world.change(10)
    wait_for(world.loaded, 90, "rows to be loaded that are sealed to it")


def test_after_leaving_nothing_runs_and_a_purge_leaves_nothing(world):
    site = world.site
    said = site.run("contact-agent leave --yes").stdout
    assert "site revoke" in said
    for unit in (COLLECT, SEND):
        wait_for(lambda unit=unit: not site.active(unit), 20, f"{unit} to have ended")
    assert sorted(str(path.relative_to(site.path(AGENT))) for path in site.path(AGENT).rglob("*") if path.is_file()) == \
        ["collect/audit.log", "collect/ledger.json"]
    assert owned(site, f"{AGENT}/collect", {"*": "contact-collect:contact-collect [0-7]+"}) == []
    site.run("systemctl restart contact-agent.target")
    assert not site.active(COLLECT) and not site.active(SEND) and site.run("systemctl --failed --plain --no-legend").stdout == ""
    said = site.run("apt-get purge -y contact-agent").stdout
    assert "root key" not in said and not site.path(AGENT).exists()


def test_purging_the_centre_keeps_its_keys_and_what_was_loaded(world):
    centre = world.centre
    said = centre.run("apt-get purge -y contact-gateway").stdout
    assert GATEWAY in said and "stay in" in said
    assert not centre.path("/etc/contact-gateway").exists() and not centre.active(LOADER)
    for name in ("loader/recipient.key", "signer/ca.key", "warehouse/warehouse.db", "state/registry.db"):
        assert centre.path(f"{GATEWAY}/{name}").exists()
