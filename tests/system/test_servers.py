# SPDX-License-Identifier: Apache-2.0
"""Dispatch databases on real servers: what the warehouse ends up with is what it would have from SQLite, through
changes, restarts, ended sessions and slow statements; and nothing on the machine can make a driver write it down."""

import contextlib
import ctypes.util
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import pytest

import leakscan
from association import Site, yesterday
from centre import Centre
from compare import STREAMS
from dispatch_server import SERVERS, MariaDB, Postgres
from waiting import wait_for

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run


@pytest.fixture(name="server", scope="module", params=sorted(SERVERS))
def dispatch_server(request):
    with SERVERS[request.param]() as server:
        yield server


@pytest.fixture(name="centre")
def running_centre():
    with tempfile.TemporaryDirectory(prefix="srv-", dir="/tmp") as folder:
        with Centre(f"{folder}/c").init().start() as centre:
            yield centre


def site_on(server, centre, calls=600, days_back=40, source=(), settings=None):
    """An association whose dispatch database is on the server; the SQLite file holds the same rows."""
    site = Site(centre.folder.parent / "s", centre, settings={"source": server.settings(**dict(source)), **(settings or {})})
    site.create(calls, days_back=days_back)
    server.load(site.source)
    return site


def swept_equal(site):
    """After changes: an erasure and the removals of its days may take more than one round."""
    for _ in range(3):
        site.agent("sweep", "cold")
        site.once()
        if site.agree(5).equal:
            return True
    return site.agree(5)


def fingerprints(centre):
    """Of each record its fp: SHA-256 of the whole line that left."""
    with centre.reading() as db:
        return {stream: dict(db.execute(f"SELECT id, fp FROM ops_version_{stream}")) for stream in STREAMS}


def test_the_warehouse_ends_as_the_source_through_changes_and_a_restart(server, centre):
    site = site_on(server, centre)
    site.join()
    site.once()
    assert site.agree(30).equal
    site.change(seed=2, new=20, late=5, correct=10, delete=3, merge=1, object=1)
    server.load(site.source)
    server.restart()
    assert swept_equal(site) is True


def test_an_objection_typed_here_is_found_among_the_servers_numbers(server, centre):
    """Whatever type the key has: old days are asked for by it at once, and not left to the weekly sweep."""
    site = site_on(server, centre)
    site.join()
    site.once()
    assert site.agree(30).equal
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        patient, rows = db.execute("SELECT patient_id, count(*) FROM appels JOIN patients p ON p.id = patient_id WHERE"
                                   " p.opposition IN (0, 'N') AND patient_id NOT IN (SELECT id_enfant FROM rapprochements"
                                   " UNION SELECT id_parent FROM rapprochements) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1").fetchone()
    said = site.agent("object", "add", typed=f"{patient}\n").stdout
    assert f"{rows} rows" in said
    site.once()
    sides = site.sides(objecting=[patient])
    wait_for(lambda: site.compare(sides=sides).equal, 30, "the warehouse without the person")


def test_a_word_is_nobodys_number_and_holds_up_nothing(server, centre):
    """MariaDB takes a word for 0 and 12x for 12, PostgreSQL refuses to compare them with a number."""
    site = site_on(server, centre, calls=60)
    site.join()
    site.once()
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        doctor, = db.execute("SELECT medecin_id FROM consultations WHERE medecin_id IS NOT NULL LIMIT 1").fetchone()
    for words, typed in ((["--practitioner"], f"{doctor}x\n"), ([], "word\n")):
        refused = site.agent("object", "add", *words, typed=typed, check=False)
        assert refused.returncode == 65 and "--unknown" in refused.stderr
        site.agent("object", "add", *words, "--unknown", typed=typed)
    assert swept_equal(site) is True


def test_a_death_hides_whatever_pads_it(server, centre):
    site = site_on(server, centre, calls=60)
    number, values = 5_000_000, ("DCD", "DCD ", "dcd\t", "DCD\u00a0")
    with contextlib.closing(sqlite3.connect(site.source)) as db, db:
        for visit, value in enumerate(values, number):
            db.execute("INSERT INTO appels (num, appel_le, code_motif, urgence, commentaire)"
                       " VALUES (?, ?, 'DOUL', 2, 'douleur')", (str(visit), yesterday("10:00:00")))
            db.execute("INSERT INTO consultations (id, appel_num, mode, code_devenir, conclusion)"
                       " VALUES (?, ?, 'HH', ?, 'constat')", (visit, str(visit), value))
    server.load(site.source)
    site.join()
    site.once()
    cores = [site.core("call", number + n) for n in range(len(values))]
    with centre.reading() as db:
        found = wait_for(lambda: db.execute("SELECT received_hour, note FROM call WHERE id IN (?, ?, ?, ?)", cores).fetchall(),
                         30, "the calls in the warehouse")
    assert found == [(None, None)] * len(values)


def equal_but_for_one_text(compared):
    """A note of one word of 100 kB is too much for the text engine's time: it is withheld, wherever it was read."""
    return compared.equal or (list(compared.differences) == ["call"]
                              and compared.differences["call"]["differing"] == {"text:withheld": 1})


def test_one_mapping_gives_the_same_records_from_sqlite_and_from_a_server(server, centre):
    """Not one record's line differs when an association moves from a file to a server, long and accented notes
    included."""
    site = site_on(server, centre)
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        for number, note in enumerate(("é" * 50_000, "œuf " * 2000, "x" * 4096, "€" * 1365 + "a", "")):
            db.execute("UPDATE appels SET commentaire = ? WHERE rowid = ?", (note, 50 + number))
        db.commit()
    server.load(site.source)
    site.write_config({})
    site.join()
    site.once()
    assert equal_but_for_one_text(site.agree(8))
    before = fingerprints(centre)
    assert sum(map(len, before.values())) > 1500
    site.write_config({"source": server.settings()})
    site.approve()  # its columns are of other types
    site.agent("sweep", "cold")
    site.once()
    assert equal_but_for_one_text(site.agree(8))
    assert fingerprints(centre) == before


def test_a_session_ended_in_mid_sweep_loses_nothing(server, centre):
    """An administrator ends the agent's sessions while it reads all of history; it comes back by itself."""
    site = site_on(server, centre, calls=1500, days_back=60, settings={"collect": ["hot: 300ms"]})
    site.join()
    with site.start("collect", "send"):
        for _ in range(3):
            wait_for(server.end_sessions, 20, "a session of the agent")
        assert site.agree(60).equal
        site.change(seed=3, new=10, correct=3, delete=1, within=1)  # what hot sweeps see
        server.load(site.source)
        server.end_sessions()
        wait_for(lambda: site.compare().equal, 60, "the changes to arrive")


def test_nobodys_trace_and_no_password_is_written(server, centre, monkeypatch):
    """Tracing is switched on around the agent in every way that the drivers and unixODBC know; the first part shows
    that this way of switching it on works."""
    site = site_on(server, centre, calls=300, days_back=20)
    trap = centre.folder.parent / "trap"
    trap.mkdir()
    (trap / "odbcinst.ini").write_text(
        f"[ODBC]\nTrace=Yes\nTraceFile={trap}/odbc.log\n[PostgreSQL ANSI]\nDebug=1\nCommLog=1\n")
    (trap / ".odbc.ini").write_text(f"[dispatch]\nTrace=Yes\nTraceFile={trap}/user.log\nCommLog=1\nDebug=1\n")
    (trap / ".my.cnf").write_text(f"[client]\ndebug=d:t:o,{trap}/client.trace\n")
    for name, value in {"HOME": trap, "TMPDIR": trap, "ODBCSYSINI": trap, "ODBCINI": trap / ".odbc.ini",
                        "ODBCINSTINI": "odbcinst.ini", "TDSDUMP": trap / "tds.log", "TDSDUMPCONFIG": trap / "tdsconf.log",
                        "PSQLODBC_WCS_DEBUG": "1", "MYSQL_DEBUG": f"d:t:o,{trap}/client.trace",
                        "PGOPTIONS": "-c client_min_messages=debug5"}.items():
        monkeypatch.setenv(name, str(value))
    before = set(trap.iterdir()) | set(pathlib.Path("/tmp").glob("*log*"))
    library = ctypes.util.find_library("odbc")
    subprocess.run([sys.executable, "-c", "import ctypes, sys; odbc = ctypes.CDLL(sys.argv[1]); h = ctypes.c_void_p();"
                    "odbc.SQLAllocHandle(1, None, ctypes.byref(h)); odbc.SQLSetEnvAttr(h, 200, ctypes.c_void_p(3), 0);"
                    "d = ctypes.c_void_p(); odbc.SQLAllocHandle(2, h, ctypes.byref(d));"
                    "odbc.SQLDriverConnect(d, None, b'DRIVER=/nowhere', -3, None, 0, None, 0)", library], check=True)
    assert (trap / "odbc.log").exists(), "the trap works"
    (trap / "odbc.log").unlink()
    site.join()
    site.once()
    site.agent("check")
    site.agent("preview")
    assert site.agree(30).equal
    made = (set(trap.iterdir()) | set(pathlib.Path("/tmp").glob("*log*"))) - before
    assert made == set()
    secret = server.password_file.read_text(encoding="utf-8").strip().encode()
    canaries = leakscan.Canaries(site.canaries.read_bytes().splitlines())
    for place in (site.logs, site.spool, site.collect, trap):
        if place != site.collect:  # whose register of objections holds ids, encrypted
            assert leakscan.Place(place.name, place).scan(canaries)["found"] == {}
        for path in place.rglob("*"):
            assert not path.is_file() or secret not in path.read_bytes()


def test_the_password_is_in_no_command_line_or_environment(server, centre):
    site = site_on(server, centre, calls=300, days_back=20, settings={"collect": ["hot: 300ms"]})
    site.join()
    secret = server.password_file.read_text(encoding="utf-8").strip().encode()
    with site.start("collect", "send"):
        assert site.agree(40).equal
        for process in site.processes.values():
            for name in ("cmdline", "environ"):
                assert secret not in pathlib.Path(f"/proc/{process.pid}/{name}").read_bytes()


def test_a_wrong_password_and_a_missing_grant_are_told_apart_and_quoted_nowhere(server, centre, tmp_path):
    site = site_on(server, centre, calls=300, days_back=20)
    (tmp_path / "wrong").write_text("not the password\n")
    site.write_config({"source": server.settings(password_file=tmp_path / "wrong")})
    said = site.agent("check", check=False).stdout
    assert "does not accept source.user" in said and "not the password" not in said
    site.write_config({"source": server.settings(database="nonesuch")})
    assert "dispatch database" in site.agent("check", check=False).stdout
    site.write_config({"source": server.settings()})
    server.forbid("personnes")
    try:
        said = site.agent("check", check=False).stdout
        assert "error" in said and ("may not read" in said or "no table" in said or "does not fit" in said), said
    finally:
        server.allow("personnes")
    assert "may not read" not in site.agent("check", check=False).stdout


def test_two_keys_of_the_database_that_are_one_id_are_found_years_apart(server, centre):
    """The server takes ' 12' and '12' for two, and sorts nothing for the agent to see that they are one."""
    site = site_on(server, centre, calls=300, days_back=300)
    site.join()
    site.once()
    assert site.agree(30).equal
    before = site.status()["withheld"].get("duplicate_key", 0)
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        num, = db.execute("SELECT num FROM appels WHERE patient_id IS NOT NULL ORDER BY appel_le DESC LIMIT 1").fetchone()
        db.execute("INSERT INTO appels (num, appel_le) SELECT ' ' || num, datetime(appel_le, '-270 days') FROM appels"
                   " WHERE num = ?", (num,))
        db.commit()
    server.load(site.source)
    assert "1 keys stand on more than one row" in site.agent("check", check=False).stdout
    site.agent("sweep", "cold")
    site.once()
    both = {"call": {"missing": 2, "surplus": 0, "differing": {}}}  # whoever compares them as texts
    wait_for(lambda: {stream: {name: found[name] for name in both["call"]} for stream, found
                      in site.compare().differences.items()} == both, 30, "both records of the id to go")
    assert site.status()["withheld"]["duplicate_key"] >= before + 2


@pytest.mark.parametrize("index, hint, why", [
    ("appels (appel_le)", "CREATE INDEX contact_appel_le ON appels (appel_le)", "reading a day walks through all of"),
    ("appels (patient_id)", "CREATE INDEX contact_patient_id ON appels (patient_id)", "one patient's rows walks through all of"),
    ("consultations (appel_num)", "CREATE INDEX contact_appel_num ON consultations (appel_num)",
     "reading a day walks through all of")])
def test_check_names_the_index_that_would_help(server, centre, index, hint, why):
    site = site_on(server, centre, calls=300, days_back=20)
    server.many_rows(200_000)  # the server estimates, sometimes by half
    server.drop_index(index)
    try:
        said = site.agent("check", check=False).stdout
        assert hint in said and why in said
    finally:
        server.index(index)
        server.few_rows()
    assert "CREATE INDEX" not in site.agent("check", check=False).stdout


def test_memory_does_not_grow_with_the_number_of_persons(server, centre):
    """All their names are learnt; a driver that holds whole results took 60 MB more for these, and for more persons all that
    the unit allows."""
    site = site_on(server, centre, calls=300, days_back=20)
    server.many_persons(300_000)
    try:
        site.join()
        with site.start("collect", "send"):
            assert site.agree(60).equal
            status = pathlib.Path(f"/proc/{site.processes['collect'].pid}/status").read_text(encoding="ascii")
            assert int(status.split("VmHWM:")[1].split()[0]) < 40 * 1024
    finally:
        server.execute("DELETE FROM personnes WHERE id > 900000000")


# What only one of the products can be made to do.

@pytest.fixture(name="postgres")
def fresh_postgres(request):
    with Postgres(getattr(request, "param", None)) as server:
        yield server


def stream_state(site, stream):
    return next(s for s in site.status()["streams"] if s["stream"] == stream)


def test_a_slow_view_a_value_that_cannot_be_read_and_a_lock_stop_their_stream_alone(postgres, centre):
    """Over source.timeout and behind a lock it is tried again; what the database itself cannot convert is not asked
    for again and again. All the time the other streams go on, and afterwards all is as it should be."""
    site = site_on(postgres, centre, calls=300, days_back=20, source={"timeout": "5s"}, settings={"collect": ["hot: 300ms"]})
    site.join()
    site.once()
    assert site.agree(30).equal
    postgres.execute("ALTER TABLE actes RENAME TO actes_", "CREATE VIEW actes AS SELECT * FROM actes_ WHERE pg_sleep(9) IS"
                     " NOT NULL", "GRANT SELECT ON actes TO contact")
    slow = site.agent("sweep", "cold", check=False)
    assert slow.returncode == 75 and "longer than source.timeout" in slow.stderr
    postgres.execute("DROP VIEW actes", "CREATE VIEW actes AS SELECT id, consultation_id, code, libelle, quantite / (id - id)"
                     " AS quantite FROM actes_", "GRANT SELECT ON actes TO contact")
    site.change(seed=4, new=10, within=1)  # no correction: of a person it changes visits of weeks ago, which no hot sweep reads
    postgres.load_into(site.source, actes="actes_")
    with site.start("collect", "send"):
        # Of every value: each day that is read is found to be such, before too many are.
        wait_for(lambda: stream_state(site, "act")["days_unread"] > 0, 20, "days to be passed over")
        wait_for(lambda: "visit" not in site.compare().differences, 30, "the other streams to go on")
        asked = postgres.rows("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'contact-agent'")
        assert asked[0][0] <= 1
        failures = [line for line in site.log("collect").splitlines() if "cannot convert" in line]
        assert len(failures) == len(set(failures))  # each day is told once
    postgres.execute("DROP VIEW actes", "ALTER TABLE actes_ RENAME TO actes")
    assert swept_equal(site) is True
    with contextlib.closing(postgres.connect()) as db:
        db.cursor().execute("LOCK TABLE appels IN ACCESS EXCLUSIVE MODE")
        locked = site.agent("sweep", "cold", check=False)
        assert locked.returncode == 75 and ("busy" in locked.stderr or "longer than" in locked.stderr)
    site.agent("sweep", "cold")


ACCENTED = """\
      channel: {from: a.canal, rule: enum, values: {phone: ["TÉL", "œ€"], web: WEB, app: APP, transfer: C15, other: FAX}}
"""


def accented(site, encoding=None):
    """The sample's mapping, with words that are not ASCII."""
    text = site.mapping.read_text(encoding="utf-8")
    start = text.index("      channel:")
    text = text[:start] + ACCENTED + text[text.index("\n", start) + 1:]
    if encoding:
        text = text.replace("days: {from: 2015-01-01}", f"days: {{from: 2015-01-01}}\nencoding: {encoding}", 1)
    site.mapping.write_text(text, encoding="utf-8")


def channels(centre):
    with centre.reading() as db:
        return dict(db.execute("SELECT channel, count(*) FROM call GROUP BY channel"))


@pytest.mark.parametrize("postgres, words, mapped", [
    ("LATIN9", ("'TÉL'", "'œ€'"), None),
    ("UTF8", ("'TÉL'", "'œ€'"), "cp1252"),  # the database knows better than the mapping
    ("SQL_ASCII", ("'T' || E'\\xC9' || 'L'", "E'\\x9C\\x80'"), "cp1252"),
], indirect=["postgres"], ids=["latin9", "utf8", "bytes"])
def test_text_is_read_in_the_encoding_it_is_in(postgres, centre, words, mapped):
    site = site_on_ascii(postgres, centre)
    accented(site, mapped)
    first, second = words
    postgres.execute("UPDATE appels SET canal = NULL",
                     f"UPDATE appels SET canal = {first} WHERE num IN (SELECT num FROM appels ORDER BY num LIMIT 30 OFFSET 60)",
                     f"UPDATE appels SET canal = {second} WHERE num IN (SELECT num FROM appels ORDER BY num LIMIT 20 OFFSET 120)")
    if mapped == "cp1252" and "x9C" in second:  # a byte that is none in CP1252: withheld, and counted
        postgres.execute(r"UPDATE appels SET canal = E'\x81' WHERE num IN (SELECT num FROM appels ORDER BY num LIMIT 5 OFFSET 200)")
    site.join()
    site.once()
    expected = int(postgres.rows("SELECT count(*) FROM appels WHERE canal IS NOT NULL AND octet_length(canal) > 1")[0][0])
    wait_for(lambda: sum(channels(centre).values()) > 100, 20, "the calls")
    found = channels(centre)
    assert set(found) == {None, "phone"} and 0 < found["phone"] <= expected
    assert found["phone"] >= expected - 5  # of people who object, or a call without a day
    withheld = site.agent("status").stdout
    assert ("undecodable" in withheld) == ("x9C" in second)


def test_a_mariadb_column_is_read_in_the_character_set_it_is_in(centre):
    """Whatever the mapping says, for the server knows better: CP1252 (which it calls latin1), UTF-16, and UTF-8 of old."""
    with MariaDB() as server:
        site = site_on(server, centre, calls=300, days_back=20)
        accented(site, "latin9")
        site.mapping.write_text(site.mapping.read_text().replace('phone: ["TÉL", "œ€"], web: WEB', 'phone: "TÉL", web: "œ€"'))
        site.join()
        site.once()
        ours = "(SELECT num FROM (SELECT num FROM appels JOIN patients p ON p.id = patient_id WHERE opposition IN ('0', 'N')" \
               " ORDER BY num LIMIT 40 OFFSET 60) AS chosen)"
        for number, charset in enumerate(("latin1", "utf16", "utf8mb3")):
            word, channel = (("TÉL", "phone"), ("œ€", "web"))[number % 2]
            server.execute("UPDATE appels SET canal = NULL", f"ALTER TABLE appels MODIFY canal VARCHAR(10) CHARACTER SET {charset}",
                           f"UPDATE appels SET canal = '{word}' WHERE num IN {ours}")
            site.agent("sweep", "cold")
            site.once()
            wait_for(lambda: channels(centre).get(channel, 0) > 30 and set(channels(centre)) == {None, channel}, 20, charset)
        assert "undecodable" not in site.agent("status").stdout


def site_on_ascii(server, centre):
    site = Site(centre.folder.parent / "s", centre, settings={"source": server.settings()})
    site.create(300, days_back=20)
    with contextlib.closing(sqlite3.connect(site.source)) as db:
        for table, columns in (("appels", ("commentaire", "notes_internes", "nom_appelant", "adresse_intervention")),
                               ("consultations", ("conclusion",)), ("prescriptions", ("posologie", "medicament"))):
            for column in columns:
                db.execute(f"UPDATE {table} SET {column} = NULL")
        for column in ("nom", "prenom", "nom_naissance", "rue", "complement", "commune", "interphone", "notes_internes"):
            db.execute(f"UPDATE personnes SET {column} = 'X'")
        db.execute("UPDATE medecins SET nom = 'X', prenom = 'X'")
        db.execute("UPDATE patients SET medecin_traitant = NULL")
        db.execute("UPDATE actes SET libelle = NULL")
        db.commit()
    server.load(site.source)
    return site


def test_moments_are_taken_to_the_sites_own_day(postgres, centre):
    """A day column with a zone: the same instants, stored by a server that thinks in another zone, fall on the same
    local days, both sides of midnight and of the change of clocks."""
    site = site_on(postgres, centre, calls=300, days_back=20)
    postgres.execute("ALTER DATABASE dispatch SET timezone = 'Pacific/Noumea'",
                     "ALTER TABLE appels ALTER appel_le TYPE timestamptz USING appel_le AT TIME ZONE 'Europe/Paris'")
    site.join()
    site.once()
    assert site.agree(30).equal
