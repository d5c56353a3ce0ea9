# SPDX-License-Identifier: Apache-2.0
"""The sample dispatch database on a real PostgreSQL or MariaDB server, with the types that a product there would have:
padded CHAR keys, NUMERIC ids, REAL and DOUBLE, DATE and TIMESTAMP, BOOLEAN. The SQLite file stays what the expectations
are read from; `load` makes the server's tables equal to it, in one transaction."""

import contextlib
import datetime
import itertools
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

import psycopg2
import pymysql

from centre import ROOT

INDEXES = ("appels (appel_le)", "appels (patient_id)", "patients (personne_id)", "rapprochements (id_enfant)",
           "consultations (appel_num)", "diagnostics (consultation_id)", "actes (consultation_id)",
           "prescriptions (consultation_id)")

# By table its columns in the sample's order. Words that the products spell otherwise are replaced below.
TABLES = {
    "medecins": "id INTEGER PRIMARY KEY, nom VARCHAR(100), prenom VARCHAR(100), tel VARCHAR(30), rpps CHAR(11)",
    "personnes": "id BIGINT PRIMARY KEY, nom VARCHAR(100), nom_naissance VARCHAR(100), prenom VARCHAR(100), sexe SMALLINT,"
                 " ddn DATE, tel VARCHAR(40), tel2 VARCHAR(40), numero VARCHAR(20), rue VARCHAR(200), complement TEXT,"
                 " etage VARCHAR(50), code_porte VARCHAR(50), interphone VARCHAR(100), cp CHAR(8), commune VARCHAR(100),"
                 " email VARCHAR(200), nir CHAR(18), notes_internes TEXT",
    "patients": "id NUMERIC(18,0) PRIMARY KEY, personne_id BIGINT, opposition CHAR(3), medecin_traitant VARCHAR(200)",
    "rapprochements": "id INTEGER, id_parent NUMERIC(18,0), id_enfant BIGINT, fait_le LOCALTIME_",
    "appels": "num CHAR(20) PRIMARY KEY, appel_le LOCALTIME_, transmis_le LOCALTIME_, depart_le LOCALTIME_,"
              " arrive_le LOCALTIME_, fin_le LOCALTIME_, annule_le LOCALTIME_, modifie_le LOCALTIME_, type_jour CHAR(1),"
              " tranche CHAR(4), code_motif VARCHAR(20), code_motif2 VARCHAR(20), urgence SMALLINT, canal VARCHAR(10),"
              " type_appelant NUMERIC(4,1), tel_appelant VARCHAR(40), nom_appelant VARCHAR(100),"
              " adresse_intervention TEXT, decision CHAR(8), motif_annulation VARCHAR(10), commentaire LONG_,"
              " notes_internes TEXT, patient_id NUMERIC(18,0), medecin_id INTEGER",
    "consultations": "id BIGINT PRIMARY KEY, appel_num CHAR(20), mode CHAR(3), code_devenir VARCHAR(5), lieu VARCHAR(5),"
                     " ta_sys SMALLINT, ta_dia SMALLINT, pouls INTEGER, spo2 NUMERIC(6,2), temperature REAL_,"
                     " glycemie DOUBLE PRECISION, eva SMALLINT, conclusion LONG_, medecin_id INTEGER",
    "diagnostics": "consultation_id BIGINT, rang SMALLINT, code VARCHAR(12), certitude CHAR(2)",
    "actes": "id NUMERIC(12,0) PRIMARY KEY, consultation_id BIGINT, code VARCHAR(20), libelle VARCHAR(200),"
             " quantite NUMERIC(5,2)",
    "prescriptions": "id BIGINT PRIMARY KEY, consultation_id BIGINT, cip CHAR(20), atc VARCHAR(10), medicament VARCHAR(200),"
                     " posologie TEXT, jours INTEGER",
}
COPY_SIGNS = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
TIMED = re.compile(r"(\w+) (?:LOCALTIME_|DATE)\b")
USER, PASSWORD = "contact", "a;b}c{%41 =é'\"\\"


def real_moment(text):
    """A date that is none cannot stand in a column of dates: NULL there, and no record from either."""
    try:
        return datetime.datetime.fromisoformat(text) and text if text else None
    except ValueError:
        return None


def readable(data):
    """A few notes of the sample are in Latin-1 among UTF-8, which no column of a server can hold."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def sample_rows(path, table, columns):
    timed = [i for i, column in enumerate(columns) if column in TIMED.findall(TABLES[table])]
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.text_factory = readable
        for row in db.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            row = list(row)
            for i in timed:
                row[i] = real_moment(row[i])
            yield tuple(row)


def columns_of(table):
    return [part.split()[0] for part in re.sub(r"\([^)]*\)", "", TABLES[table]).split(", ")]


def index_name(index):
    return re.sub("[^a-z_]+", "_", index) + "i"


class CopyText:
    """Rows as COPY reads them, made while it reads."""

    def __init__(self, rows):
        self.lines, self.rest = map(self.line, rows), ""

    @staticmethod
    def line(row):
        return "\t".join("\\N" if value is None else str(value).translate(COPY_SIGNS) for value in row) + "\n"

    def read(self, size):
        parts, length = [self.rest], len(self.rest)
        while length < size and (line := next(self.lines, "")):
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self.rest = text[size:]
        return text[:size]


class Server:
    """A server of its own in a folder; the agent's account may only read."""

    words = {}
    tool = kind = None
    options = "-c fsync=off -c full_page_writes=off -c max_wal_size=64MB"  # PostgreSQL's; what was committed outlives a kill

    def __init__(self, encoding=None, inside="/tmp"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.kind[:2]}-", dir=inside))
        self.folder.chmod(0o755)
        self.encoding = encoding
        self.password_file = self.folder / "password"

    def __enter__(self):
        self.tool_run("start")
        return self.prepare()

    def __exit__(self, *_):
        self.tool_run("stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def tool_run(self, verb, check=True):
        subprocess.run([ROOT / "scripts" / self.tool, verb, self.folder], check=check, stdout=subprocess.DEVNULL, timeout=120,
                       env={**os.environ, "PGOPTIONS_TEST": self.options})

    def restart(self):
        self.tool_run("kill")
        self.tool_run("start")

    def prepare(self):
        self.password_file.write_text(PASSWORD + "\n", encoding="utf-8")
        self.execute(*self.setup())
        for table, columns in TABLES.items():
            for word, instead in self.words.items():
                columns = columns.replace(word, instead)
            self.execute(f"CREATE TABLE {table} ({columns})")
        self.execute(*(self.grant.format(verb="GRANT", table=table, way="TO") for table in TABLES))
        for index in INDEXES:
            self.index(index)
        return self

    def index(self, index):
        self.execute(f"CREATE INDEX {index_name(index)} ON {index}")

    def forbid(self, table):
        self.execute(self.grant.format(verb="REVOKE", table=table, way="FROM"))

    def allow(self, table):
        self.execute(self.grant.format(verb="GRANT", table=table, way="TO"))

    def many_rows(self, count):
        """Old calls and visits, so many that nobody wants to walk through them."""
        self.execute(f"INSERT INTO appels (num, appel_le) SELECT {self.concat}, {self.minutes} FROM {self.series(count)}",
                     f"INSERT INTO consultations (id, appel_num) SELECT 900000000 + n, {self.concat} FROM {self.series(count)}")
        self.analyse()

    def many_persons(self, count):
        """Of a thousand names and a long address."""
        name = self.concat.replace(" n", " n % 1000")
        self.execute("INSERT INTO personnes (id, nom, nom_naissance, prenom, rue, commune) SELECT 900000000 + n,"
                     f" {name}, 'Naissance', {name}, 'rue {'des Fleurs ' * 15}', 'Lyon' FROM {self.series(count)}")

    def few_rows(self):
        self.execute("DELETE FROM appels WHERE num LIKE 'z%'", "DELETE FROM consultations WHERE id > 900000000")
        self.analyse()

    def execute(self, *statements):
        with contextlib.closing(self.connect()) as db:
            cursor = db.cursor()
            for statement in statements:
                cursor.execute(statement)
            db.commit()

    def rows(self, statement):
        with contextlib.closing(self.connect()) as db:
            cursor = db.cursor()
            cursor.execute(statement)
            return cursor.fetchall()

    def load(self, path):
        """Makes the tables equal to those of a sample database; whoever reads sees all of it or nothing."""
        self.load_into(path)

    def load_into(self, path, **instead):
        """instead: the name that a table has for the time being."""
        with contextlib.closing(self.connect()) as db:
            cursor = db.cursor()
            for table in TABLES:
                columns = columns_of(table)
                into = instead.get(table, table)
                cursor.execute(f"DELETE FROM {into}")
                self.insert(cursor, into, columns, sample_rows(path, table, columns))
            db.commit()
        self.analyse()

    @staticmethod
    def insert(cursor, table, columns, rows):
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
        while some := list(itertools.islice(rows, 10000)):
            cursor.executemany(statement, some)

    def settings(self, **more):
        """The lines of agent.yaml's section `source`."""
        values = {"kind": self.kind, "host": self.host(), "database": "dispatch", "user": USER,
                  "password_file": self.password_file, **more}
        return [f"{name}: {value}" for name, value in values.items()]


class Postgres(Server):
    kind, tool = "postgresql", "temporary-postgres"
    words = {"LOCALTIME_": "TIMESTAMP", "LONG_": "TEXT", "REAL_": "REAL"}
    grant = "{verb} SELECT ON {table} {way} contact"
    concat, minutes = "'z' || n", "TIMESTAMP '2016-01-01 00:00:00' + n * INTERVAL '1 minute'"

    @staticmethod
    def series(count):
        return f"generate_series(1, {count}) AS n"

    @staticmethod
    def insert(cursor, table, columns, rows):
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", CopyText(rows))

    def drop_index(self, index):
        self.execute(f"DROP INDEX {index_name(index)}")

    def host(self):
        return self.folder

    def connect(self, database="dispatch"):
        db = psycopg2.connect(f"host={self.folder} user=postgres dbname={database}")
        db.set_client_encoding("UTF8")
        return db

    def setup(self):
        administrator = self.connect("postgres")
        administrator.autocommit = True
        encoding = f" ENCODING '{self.encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0" if self.encoding else ""
        administrator.cursor().execute(f"CREATE DATABASE dispatch{encoding}")
        administrator.cursor().execute(f"CREATE ROLE {USER} LOGIN PASSWORD %s", (PASSWORD,))
        administrator.close()
        hba = self.folder / "data" / "pg_hba.conf"
        hba.write_text(f"local all {USER} scram-sha-256\n" + hba.read_text())
        return ["SELECT pg_reload_conf()"]

    def analyse(self):
        self.execute(f"ANALYZE {', '.join(TABLES)}")  # not the catalogue, which takes longer

    def end_sessions(self):
        """Ends what the agent has open, as an administrator would; returns how many there were."""
        return len(self.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
                             " 'contact-agent'"))


class MariaDB(Server):
    kind, tool = "mariadb", "temporary-mariadb"
    words = {"LOCALTIME_": "DATETIME", "LONG_": "MEDIUMTEXT", "REAL_": "FLOAT"}
    grant = "{verb} SELECT ON dispatch.{table} {way} contact@localhost"
    concat, minutes = "CONCAT('z', n)", "TIMESTAMP '2016-01-01 00:00:00' + INTERVAL n MINUTE"

    @staticmethod
    def series(count):
        return f"(SELECT seq AS n FROM seq_1_to_{count}) AS series"

    def drop_index(self, index):
        self.execute(f"DROP INDEX {index_name(index)} ON {index.split()[0]}")

    def host(self):
        return self.folder / "mysqld.sock"

    def connect(self, database="dispatch"):
        return pymysql.connect(unix_socket=str(self.host()), user="root", database=database, charset="utf8mb4")

    def setup(self):
        with contextlib.closing(self.connect(None)) as db:
            cursor = db.cursor()
            cursor.execute("CREATE DATABASE dispatch CHARACTER SET utf8mb4")
            cursor.execute(f"CREATE USER {USER}@localhost IDENTIFIED BY %s", (PASSWORD,))
        return []

    def analyse(self):
        self.execute(*(f"ANALYZE TABLE {table}" for table in TABLES))

    def end_sessions(self):
        sessions = self.rows(f"SELECT id FROM information_schema.processlist WHERE user = '{USER}'")
        for (number,) in sessions:
            with contextlib.suppress(pymysql.Error):
                self.execute(f"KILL {number}")
        return len(sessions)


SERVERS = {"postgresql": Postgres, "mariadb": MariaDB}
