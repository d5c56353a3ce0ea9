# SPDX-License-Identifier: Apache-2.0
"""Which tests are run by one worker, one after the other: those of a file, and of a server where a file has several,
unless a file says so itself. And a site, and a bare machine, that several files begin with."""

import re

import pytest

from association import Site
from centre import ROOT, Centre

# What takes longest is begun first, for it ends last.
LONGEST = ("test_histories", "test_servers", "test_kill", "test_postgres", "test_demo", "test_gateway")


def pytest_configure(config):
    config.addinivalue_line("markers", "release_only: not run with sanitizers (tracing, memory limits)")


def place(item):
    name = item.path.stem
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("xdist_group"):
            continue
        server = re.search(r"\[(mariadb|postgresql)\b", item.name)
        item.add_marker(pytest.mark.xdist_group(item.path.stem + (server.group(1) if server else "")))
    items.sort(key=place)


@pytest.fixture(name="settled")
def joined_and_loaded(tmp_path):
    with Centre(tmp_path / "c").init().start() as centre:
        site = Site(tmp_path / "s", centre).create(60, days_back=20).join()
        site.once()
        assert site.agree().equal
        yield centre, site


@pytest.fixture(name="bare")
def bare_machine(tmp_path):
    """Installed, and nothing else done."""
    config = tmp_path / "agent.yaml"
    config.write_text(f"model_folder: {ROOT}/conf/model\nmapping: {ROOT}/conf/mappings/demo-dispatch.yaml\n"
                      f"source: {{database: {tmp_path}/none.db}}\ncollect: {{folder: {tmp_path}/collect}}\n"
                      f"send: {{folder: {tmp_path}/send}}\nspool: {{folder: {tmp_path}/spool}}\n")
    return config
