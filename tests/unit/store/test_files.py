"""Files are whole or absent; directories are private; locks hold."""

import errno
import os
import subprocess
import sys

import pytest

from answerable.model.errors import Broken
from answerable.store import files


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "note"
    files.write_durable(path, b"one" * 100_000)
    assert path.read_bytes() == b"one" * 100_000
    files.write_durable(path, b"two", mode=0o600)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["note"]


def test_mode_does_not_depend_on_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        files.write_durable(tmp_path / "note", b"one")
    finally:
        os.umask(before)
    assert (tmp_path / "note").stat().st_mode & 0o777 == 0o644


def test_writes_by_way_of_another_directory(tmp_path, monkeypatch):
    public, staging = tmp_path / "public", tmp_path / "staging"
    public.mkdir()
    staging.mkdir()
    seen = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda fd: (seen.append((names(public), names(staging))), real(fd))
    )
    files.write_durable(public / "note", b"one", staging=staging)
    [(before, during), (after, end)] = seen
    assert (before, len(during), after, end) == ([], 1, ["note"], [])


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "store.full"),
        (errno.EDQUOT, "store.full"),
        (errno.EFBIG, "store.full"),
        (errno.EROFS, "store.unwritable"),
        (errno.EACCES, "store.unwritable"),
        (errno.EIO, "store.unwritable"),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "rename"])
def test_leaves_the_old_bytes_when_it_fails(tmp_path, monkeypatch, call, number, code):
    path = tmp_path / "note"
    files.write_durable(path, b"old")

    def fail(*args, **kwargs):
        raise OSError(number, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace" if call == "rename" else call, fail)
        with pytest.raises(Broken) as caught:
            files.write_durable(path, b"new")
    assert (caught.value.code, caught.value.params) == (code, {"path": "note"})
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["note"]
    files.write_durable(path, b"new")
    assert path.read_bytes() == b"new"


LIMITED = """
import resource, sys
from pathlib import Path
from answerable.model.errors import Broken
from answerable.store import files
path = Path(sys.argv[1])
files.write_durable(path, b"old")
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    files.write_durable(path, b"new" * 1000)
except Broken as error:
    print(error.code, path.read_bytes().decode(), [each.name for each in path.parent.iterdir()])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
files.write_durable(path, b"new" * 1000)
print(len(path.read_bytes()))
"""


def test_a_real_limit_on_file_size(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "note")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "store.full old ['note']\n3000\n"


def test_no_such_directory(tmp_path):
    with pytest.raises(Broken) as caught:
        files.write_durable(tmp_path / "nowhere" / "note", b"one")
    assert caught.value.code == "store.unwritable"


def test_makes_directories(tmp_path):
    path = files.durable_directory(tmp_path / "a" / "b" / "c")
    assert path.is_dir()
    assert files.durable_directory(path) == path
    (tmp_path / "file").touch()
    with pytest.raises(Broken) as caught:
        files.durable_directory(tmp_path / "file" / "d")
    assert caught.value.code == "store.unwritable"


def test_makes_a_directory_private(tmp_path):
    open_one = tmp_path / "open"
    open_one.mkdir(mode=0o755)
    for path in (open_one, tmp_path / "new"):
        assert files.private_directory(path) == path
        assert path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("first", "second", "held"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
@pytest.mark.parametrize("name", ["lock", "."])
def test_locks_share_or_exclude(tmp_path, name, first, second, held):
    path = tmp_path / name
    with files.lock(path, shared=first) as one:
        assert one
        with files.lock(path, shared=second, wait=False) as two:
            assert two is held
    with files.lock(path, wait=False) as free:
        assert free


def test_a_lock_that_cannot_be(tmp_path):
    with pytest.raises(Broken) as caught, files.lock(tmp_path / "nowhere" / "lock"):
        pass
    assert caught.value.code == "store.unwritable"
