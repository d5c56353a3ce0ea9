# SPDX-License-Identifier: Apache-2.0
"""What must not spread: a table of merges gone wrong erases nobody, and what one table of a server is in the way of, its lock, its
rights, a slow answer, is no other's; afterwards reading goes on by itself, and soon."""

import contextlib
import os
import pathlib
import signal
import sqlite3
import tempfile
import time

import pytest

from association import Site, yesterday
from centre import Centre
from dispatch_server import Postgres
from waiting import wait_for

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run


@pytest.fixture(name="server", scope="module")
def dispatch_server():
    with Postgres() as server:
        yield server


@contextlib.contextmanager
def world(server=None, calls=300, source=(), settings=None, days_back=20):
    with tempfile.TemporaryDirectory(prefix="hb-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            chosen = {"source": server.settings(**dict(source))} if server else {}
            site = Site(f"{folder}/s", centre, settings={**chosen, **(settings or {})}).create(calls, days_back=days_back)
            if server:
                server.load(site.source)
            with site:
                yield site


def in_warehouse(site, query):
    with site.centre.reading() as db:
        return db.execute(query).fetchone()[0]


def suppressed(site):
    return in_warehouse(site, "SELECT COUNT(*) FROM ops_suppressed")


def in_source(site, *statements):
    with contextlib.closing(sqlite3.connect(site.source, timeout=20)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_patients_all_merged_into_one_who_objects_are_held_back():
    with world() as site:
        site.join()
        site.once()
        assert site.agree(30).equal
        erased, calls = suppressed(site), in_warehouse(site, "SELECT COUNT(*) FROM call")
        first = "(SELECT MIN(id) FROM patients WHERE id > 0)"
        in_source(site, f"UPDATE patients SET opposition = 'O' WHERE id = {first}",
                  "CREATE TABLE kept AS SELECT MAX(rowid) AS last FROM rapprochements",
                  f"INSERT INTO rapprochements (id_parent, id_enfant) SELECT {first}, id FROM patients WHERE id > {first}"
                  " AND id NOT IN (SELECT id_enfant FROM rapprochements)")
        said = site.agent("once", check=False)
        assert said.returncode != 0 and "merged" in said.stderr
        site.agent("once", check=False)
        assert suppressed(site) == erased and in_warehouse(site, "SELECT COUNT(*) FROM call") == calls
        assert "objections" in site.agent("deletions", "show", check=False).stdout
        in_source(site, "DELETE FROM rapprochements WHERE rowid > (SELECT last FROM kept)")
        for _ in range(3):  # an erasure and the removals of its days may take more than one round
            site.agent("sweep", "cold")
            site.once()
        assert site.agree(30).equal
        assert suppressed(site) < erased + 20


def test_a_parent_that_is_nobody_merges_nobody():
    with world() as site:
        site.mapping.write_text(site.mapping.read_text().replace(
            "{from: rapprochements, parent: id_parent, child: id_enfant}", "{from: patients, parent: fusion, child: id}"))
        in_source(site, "ALTER TABLE patients ADD fusion INTEGER DEFAULT 0")
        site.join()
        site.once()
        wait_for(lambda: in_warehouse(site, "SELECT COUNT(DISTINCT patient) FROM call") > 100, 60, "patients of their own")
        assert suppressed(site) < 20


@pytest.mark.parametrize("fault", ["forbidden", "locked", "renamed"])
def test_one_table_out_of_reach_is_its_own_streams_matter(server, fault):
    with world(server, source={"timeout": "2s"}, settings={"collect": ["hot: 1s", "look: 1d"]}) as site:
        site.join()
        site.once()
        assert site.agree(30).equal
        holder = server.connect()
        if fault == "forbidden":
            server.forbid("actes")
        elif fault == "renamed":
            server.execute('ALTER TABLE actes RENAME code TO "CODE"')
        else:
            holder.cursor().execute("LOCK TABLE actes IN ACCESS EXCLUSIVE MODE")
        try:
            site.start("collect", "send")
            before = in_warehouse(site, "SELECT COUNT(*) FROM call")
            time.sleep(4)
            server.execute("INSERT INTO appels (num, appel_le, modifie_le, urgence)"
                           f" VALUES ('20261130-{fault}', '{yesterday('10:00:00')}', '{yesterday('10:00:00')}', 1)")
            wait_for(lambda: in_warehouse(site, "SELECT COUNT(*) FROM call") > before, 90, "the other stream")
            if fault == "renamed":
                stopped = {stream["stream"]: stream["stopped"] for stream in site.status()["streams"] if stream["stopped"]}
                assert stopped == {"act": "column_missing"}
        finally:
            holder.rollback()
            holder.close()
            server.allow("actes")
            if fault == "renamed":
                server.execute('ALTER TABLE actes RENAME "CODE" TO code')


def test_after_a_lock_of_seconds_reading_goes_on_soon(server):
    with world(server, source={"timeout": "2s"}, settings={"collect": ["hot: 2s", "look: 1s", "share: 1"]}) as site:
        site.join()
        site.once()
        assert site.agree(30).equal
        site.start("collect", "send")
        with contextlib.closing(server.connect()) as holder:
            holder.cursor().execute("LOCK TABLE diagnostics IN ACCESS EXCLUSIVE MODE")
            wait_for(lambda: "collect" in site.log("collect") and "HINT" in site.log("collect") or "busy" in site.log("collect")
                     or "longer" in site.log("collect"), 90, "a read that fails")
            holder.rollback()
        before = in_warehouse(site, "SELECT COUNT(*) FROM call")
        server.execute("INSERT INTO appels (num, appel_le, modifie_le, urgence)"
                       f" VALUES ('20261130-again', '{yesterday('10:00:00')}', '{yesterday('10:00:00')}', 1)")
        wait_for(lambda: in_warehouse(site, "SELECT COUNT(*) FROM call") > before, 90, "the new call")


def waits_for(server, table):
    """The agent's sessions that wait for the lock of a table, ended; how many they were."""
    return len(server.rows("SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid)"
                           f" WHERE a.application_name = 'contact-agent' AND NOT l.granted AND l.relation = '{table}'::regclass"))


def test_text_comes_back_soon_after_a_session_that_ended_while_names_were_learnt(server):
    """With the server back, nothing else is in the way of text; it used to be withheld for ten minutes more."""
    with world(server, settings={"collect": ["hot: 1s"]}) as site:
        server.execute("CREATE TABLE annuaire (nom TEXT)", "GRANT SELECT ON annuaire TO contact")
        site.mapping.write_text(site.mapping.read_text().replace("gazetteer:\n",
                                                                 "gazetteer:\n  - {from: annuaire, name: nom}\n"))
        site.join()
        with contextlib.closing(server.connect()) as holder:
            holder.cursor().execute("LOCK TABLE annuaire IN ACCESS EXCLUSIVE MODE")
            site.start("collect", "send")
            wait_for(lambda: waits_for(server, "annuaire"), 60, "names to be learnt")
            holder.rollback()
        wait_for(lambda: "names:" in site.log("collect"), 30, "the failure to be told")
        assert site.agree(60).equal


def test_a_change_told_by_a_number_hastens_the_next_sweep():
    with world(calls=60, settings={"collect": ["hot: 1d", "look: 300ms"]}) as site:
        in_source(site, "ALTER TABLE appels ADD version INTEGER", "UPDATE appels SET version = 1")
        site.mapping.write_text(site.mapping.read_text().replace("changed: a.modifie_le", "changed: a.version"))
        site.join()
        site.start("collect", "send")
        assert site.agree(60).equal
        time.sleep(3)
        in_source(site, "UPDATE appels SET urgence = CASE urgence WHEN 1 THEN 2 ELSE 1 END, version = 2"
                        f" WHERE num = (SELECT MAX(num) FROM appels WHERE appel_le < '{yesterday('23:59:59')}')")
        assert site.agree(60).equal


def processor_of(process):
    """Seconds that it has used."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_nothing_is_asked_of_the_server_while_paused(server):
    with world(server, settings={"collect": ["hot: 1d", "look: 300ms"]}) as site:
        site.join()
        site.start("collect", "send")
        assert site.agree(60).equal
        site.agent("pause")
        time.sleep(3)
        asked = "SELECT COALESCE(MAX(query_start)::text, '') FROM pg_stat_activity WHERE usename = 'contact'"
        before, used = server.rows(asked), processor_of(site.processes["collect"])
        time.sleep(4)
        assert server.rows(asked) == before
        assert processor_of(site.processes["collect"]) - used < 2  # one that does not wait uses all of it


def test_a_stream_that_is_slow_keeps_no_other_from_its_nights_work(server):
    with world(server, calls=600, source={"timeout": "1s"}, settings={"collect": ["hot: 1s", "look: 1d"]}, days_back=80) as site:
        site.join()
        site.once()
        assert site.agree(30).equal
        wait_for(lambda: (site.once(), site.status()["unloaded"] == 0)[1], 60, "all of it to be loaded")
        with contextlib.closing(sqlite3.connect(next(site.collect.glob("**/state.db")))) as state:
            state.execute("UPDATE fact SET value = '0' WHERE name IN ('warm_s', 'share_s')")
            state.execute("UPDATE fact SET value = ? WHERE name = 'cold_s'", (str(int(time.time()) - 8 * 86400),))
            state.execute("DELETE FROM fact WHERE name LIKE 'warm.%' OR name LIKE 'share_had.%'")
            state.commit()
        server.execute("ALTER TABLE actes RENAME TO actes_",
                       "CREATE VIEW actes AS SELECT * FROM actes_ WHERE pg_sleep(9) IS NOT NULL", "GRANT SELECT ON actes TO contact")
        (old,) = server.rows("SELECT num FROM appels WHERE patient_id IN (SELECT patient_id FROM appels GROUP BY 1 HAVING COUNT(*) = 1)"
                             " AND appel_le < now() - interval '50 days' ORDER BY appel_le DESC LIMIT 1")[0]
        server.execute(f"UPDATE appels SET urgence = CASE urgence WHEN 1 THEN 2 ELSE 1 END WHERE num = '{old}'")
        changed = "SELECT COUNT(*) FROM ops_version_call WHERE seq > {0}".format(site.status()["last_seq"])
        stated = changed.replace("ops_version_call", "ops_statement") + " AND stream = 'visit'"
        try:
            site.start("collect", "send")
            wait_for(lambda: in_warehouse(site, changed) > 0, 90, "the others' night")
            wait_for(lambda: in_warehouse(site, stated) > 0, 90, "what the others are to hold")
        finally:
            server.execute("DROP VIEW actes", "ALTER TABLE actes_ RENAME TO actes")


def test_an_index_dropped_and_made_again_is_noticed_without_a_new_connection(server):
    """What plans say is asked anew each night, and after a hangup, as here; the connection stays the same."""
    with world(server, calls=60, settings={"collect": ["hot: 1s", "look: 1d"]}) as site:
        server.many_rows(120_000)
        site.join()

        def slow_warnings():
            os.kill(site.processes["collect"].pid, signal.SIGHUP)
            return site.log("collect").count("stream call: reading a day walks through all")

        site.start("collect")
        wait_for(lambda: all(stream["swept"] for stream in site.status()["streams"]), 60, "the plans to have been asked for")
        session = "SELECT pid FROM pg_stat_activity WHERE application_name = 'contact-agent'"
        (first,) = server.rows(session)
        assert slow_warnings() == 0
        server.drop_index("appels (appel_le)")
        server.analyse()
        wait_for(lambda: slow_warnings() == 1, 60, "the index to be missed")
        server.index("appels (appel_le)")
        server.analyse()
        assert slow_warnings() == 1
        time.sleep(3)  # in which it was asked again
        server.drop_index("appels (appel_le)")
        wait_for(lambda: slow_warnings() == 2, 60, "it to be missed again, after it was there")
        assert server.rows(session) == [first]
        server.index("appels (appel_le)")
        server.few_rows()


def test_a_search_for_spellings_that_takes_too_long_stops_nothing(server):
    """A practitioner's id is looked for in whole tables, which may be too much for the server; reading goes on without."""
    with world(server, calls=60, source={"timeout": "2s"}, settings={"collect": ["hot: 1s", "look: 1d"]}) as site:
        columns = [name for (name,) in server.rows("SELECT column_name FROM information_schema.columns WHERE table_name ="
                                                   " 'consultations' AND column_name <> 'medecin_id' ORDER BY ordinal_position")]
        server.execute("CREATE TABLE tempo AS SELECT 0.0::float AS seconds", "ALTER TABLE consultations RENAME TO consultations_",
                       f"CREATE VIEW consultations AS SELECT {', '.join(columns)}, CASE WHEN pg_sleep((SELECT seconds FROM tempo))"
                       " IS NULL THEN 0 ELSE medecin_id::numeric END AS medecin_id FROM consultations_",
                       "GRANT SELECT ON consultations, tempo TO contact")
        try:
            site.join()
            site.once()
            server.execute("UPDATE tempo SET seconds = 0.15")
            said = site.agent("object", "add", "--practitioner", "--unknown", "--by", "Dr Demo", typed="3.0\n").stdout
            assert "could not be looked up" in said
            site.start("collect", "send")
            wait_for(lambda: "other spellings of a practitioner" in site.log("collect"), 90, "the search to fail")
            before = in_warehouse(site, "SELECT COUNT(*) FROM call")
            server.execute("INSERT INTO appels (num, appel_le, modifie_le, urgence)"
                           f" VALUES ('20261130-spelt', '{yesterday('10:00:00')}', '{yesterday('10:00:00')}', 1)")
            wait_for(lambda: in_warehouse(site, "SELECT COUNT(*) FROM call") > before, 60, "the new call")
        finally:
            server.execute("DROP VIEW consultations", "ALTER TABLE consultations_ RENAME TO consultations", "DROP TABLE tempo")
