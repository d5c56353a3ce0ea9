# SPDX-License-Identifier: Apache-2.0
"""The whole path into a real PostgreSQL, with the same comparison as for the embedded store."""

import contextlib
import pathlib
import subprocess
import tempfile

import psycopg2
import pytest

from association import Site
from centre import ROOT, Centre
from waiting import wait_for

pytestmark = pytest.mark.release_only  # not yet proved within the time of the sanitizers' run

TOOL = ROOT / "scripts" / "temporary-postgres"


@pytest.fixture(name="server", scope="module")
def postgres_server():
    """A server of its own, reached by its Unix socket in the folder."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        pathlib.Path(folder).chmod(0o755)
        subprocess.run([TOOL, "start", folder], check=True, capture_output=True)
        try:
            yield folder
        finally:
            subprocess.run([TOOL, "stop", folder], check=True, capture_output=True)


@pytest.fixture(name="database")
def empty_database(server):
    conninfo = f"host={server} user=postgres dbname=warehouse"
    administrator = psycopg2.connect(f"host={server} user=postgres dbname=postgres")
    administrator.autocommit = True
    administrator.cursor().execute("DROP DATABASE IF EXISTS warehouse")
    administrator.cursor().execute("CREATE DATABASE warehouse")
    administrator.close()
    return conninfo


def agree(site, database):
    """Waits until both sides agree, and returns the comparison."""
    sides = site.sides()

    def equal():
        with contextlib.closing(psycopg2.connect(database)) as db:
            comparison = sides.compare(db, "%s")
        return comparison if comparison.equal else None

    return wait_for(equal, 60, "PostgreSQL and the source to agree")


def test_postgresql_ends_as_the_source_through_changes_and_an_outage(database):
    with tempfile.TemporaryDirectory(prefix="pgs-", dir="/tmp") as folder:
        centre = Centre(f"{folder}/c", store="postgresql", conninfo=database).init()
        with centre.start():
            site = Site(f"{folder}/s", centre).create(1500, days_back=60)
            site.join()
            site.once()
            assert sum(agree(site, database).warehouse.values()) > 5000
            site.change(seed=2, new=20, late=5, correct=10, delete=3, merge=1, object=1)
            site.agent("sweep", "cold")
            site.once()
            agree(site, database)
            centre.stop("nginx", "load")
            site.change(seed=3, new=20, late=5, correct=10, delete=3)
            site.agent("sweep", "cold", check=False)
            site.once(check=False)
            centre.start("nginx", "load")
            site.once()
            agree(site, database)


def test_identifiers_of_operators_stand_apart_from_what_researchers_query(database):
    """fp, seq and load times are in a schema of their own; the typed tables hold neither them nor a token."""
    with tempfile.TemporaryDirectory(prefix="pgs-", dir="/tmp") as folder:
        centre = Centre(f"{folder}/c", store="postgresql", conninfo=database).init()
        with centre.start():
            site = Site(f"{folder}/s", centre).create(200, days_back=20)
            site.join()
            site.once()
            agree(site, database)
        with contextlib.closing(psycopg2.connect(database)) as db:
            cursor = db.cursor()
            cursor.execute("SELECT table_schema, column_name FROM information_schema.columns"
                           " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')")
            public = {column for schema, column in cursor.fetchall() if schema == "public"}
            assert {"site", "id", "day", "reason", "age"} <= public
            assert not public & {"fp", "seq", "series", "loaded"}
            cursor.execute("SELECT max(octet_length(id)), min(octet_length(id)) FROM call")
            assert cursor.fetchone() == (32, 32)
