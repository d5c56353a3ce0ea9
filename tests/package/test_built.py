# SPDX-License-Identifier: Apache-2.0
"""The packages as files: what distributions' own checkers say, their size, and that a commit is its bytes."""

import hashlib
import re
import shutil
import subprocess

import pytest
from machine import FOLDER, ROOT, run

LEXICON = "./usr/share/contact-agent/text.lex"


def built(kind):
    paths = sorted((ROOT / "build" / kind).glob(f"*.{kind}"))
    assert paths, f"make {kind}"
    return paths


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"needs {program}")


@needs("lintian")
def test_lintian_finds_no_error_and_no_warning():
    changes, = (ROOT / "build" / "deb").glob("*.changes")
    said = run("lintian", "--allow-root", "--fail-on", "error,warning", changes).stdout
    assert not re.search("^[EW]:", said, re.M)


@needs("rpmlint")
def test_rpmlint_finds_nothing():
    said = run("rpmlint", "-c", "packaging/rpm/rpmlint.toml", *built("rpm"), "packaging/rpm/contact-agent.spec", cwd=ROOT).stdout
    assert "0 errors, 0 warnings" in said


@needs("dpkg-deb")
def test_the_agent_without_its_lexicon_takes_less_than_a_megabyte():
    agent = next(path for path in built("deb") if path.name.startswith("contact-agent_"))
    sizes = {line.split()[5]: int(line.split()[2]) for line in run("dpkg-deb", "-c", agent).stdout.splitlines()}
    assert 0 < sum(size for name, size in sizes.items() if name != LEXICON) < 1_000_000, \
        sorted(sizes.items(), key=lambda item: -item[1])[:8]


@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_the_same_commit_gives_the_same_bytes_in_another_folder(kind):
    """Of what was built of this commit; by another path, at another time."""
    again = FOLDER / "again"
    shutil.rmtree(again, ignore_errors=True)
    run("git", "clone", "--quiet", ROOT, again)
    subprocess.run(["git", "-C", again, "checkout", "--quiet", run("git", "-C", ROOT, "rev-parse", "HEAD").stdout.strip()], check=True)
    run("scripts/package", kind, cwd=again)
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in built(kind)}
    assert digests == {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                       for path in (again / "build" / kind).glob(f"*.{kind}")}
    shutil.rmtree(again)
