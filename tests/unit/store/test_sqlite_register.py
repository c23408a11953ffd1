"""What only a register in a file can get wrong: full disks, torn files, other versions."""

import sqlite3
import subprocess
import sys
from hashlib import sha256

import pytest

from answerable.model.errors import Broken, Conflict
from answerable.store.register import Record, Seal, SqliteRegister

CONTENT = b"blob" * 10_000
BLOBS = {sha256(CONTENT).hexdigest(): CONTENT}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "register.db"


def entry(number):
    return b"entry %d " % number + b"." * (number * 370 % 9000)


def fill(register, count, blobs=BLOBS):
    for number in range(register.size(), count):
        register.append(number, [Record(f"c{number}", entry(number))], blobs)


def opening(path):
    with pytest.raises(Broken) as caught:
        SqliteRegister(path)
    return caught.value.code, caught.value.params


def connection_of(register):
    return register._database._connection


def test_keeps_everything_when_closed(path):
    with SqliteRegister(path) as register:
        fill(register, 5)
        register.seal(Seal(5, b"r" * 32, b"note"))
    with SqliteRegister(path) as register:
        assert register.read(0, 9) == [entry(number) for number in range(5)]
        assert register.find("c3") == range(3, 4)
        assert register.blobs() == tuple(BLOBS)
        assert register.sealed() == Seal(5, b"r" * 32, b"note")


def test_every_file_is_for_its_owner_only(path):
    with SqliteRegister(path) as register:
        fill(register, 2)
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == {
        "register.db": 0o600,
        "register.db-wal": 0o600,
        "register.db-shm": 0o600,
    }


def test_waits_for_the_disk(path):
    with SqliteRegister(path) as register:
        pragma = connection_of(register).execute
        assert pragma("PRAGMA journal_mode").fetchone() == ("wal",)
        assert pragma("PRAGMA synchronous").fetchone() == (2,)


def test_two_registers_on_one_file(path):
    with SqliteRegister(path) as one, SqliteRegister(path) as two:
        fill(one, 3)
        assert two.size() == 3
        with pytest.raises(Conflict):
            two.append(2, [Record("other", b"x")])
        fill(two, 4)
        assert one.read(3, 4) == [entry(3)]


# --- a full disk


def test_full_disk_writes_nothing(path):
    with SqliteRegister(path) as register:
        fill(register, 3)
        connection = connection_of(register)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        more = [Record("big", b"x" * 30_000)]
        with pytest.raises(Broken) as caught:
            register.append(3, more, {sha256(b"new").hexdigest(): b"new"})
        assert (caught.value.code, caught.value.params) == (
            "store.full",
            {"path": "register.db"},
        )
        assert register.size() == 3
        assert register.blobs() == tuple(BLOBS)
        assert register.find("big") is None
        connection.execute("PRAGMA max_page_count = 1000000")
        register.append(3, more)
        assert register.size() == 4


LIMITED = """
import resource, sys
from pathlib import Path
from answerable.model.errors import Broken
from answerable.store.register import Record, SqliteRegister
with SqliteRegister(Path(sys.argv[1])) as register:
    register.append(0, [Record("a", b"first")])
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
    done = 1
    try:
        while True:
            register.append(done, [Record(f"c{done}", b"x" * 5000)])
            done += 1
    except Broken as error:
        print(error.code, register.size() == done, len(register.read(0, 99)) == done)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    register.append(done, [Record("last", b"x" * 5000)])
    print(register.size() == done + 1)
"""


def test_a_real_limit_on_file_size(path):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], check=True, capture_output=True, text=True
    )
    assert done.stdout == "store.unwritable True True\nTrue\n"


def test_read_only(path):
    with SqliteRegister(path) as register:
        fill(register, 2)
        connection_of(register).execute("PRAGMA query_only = ON")
        for act in (
            lambda: register.append(2, [Record("x", b"x")]),
            lambda: register.seal(Seal(1, b"r" * 32, b"")),
        ):
            with pytest.raises(Broken) as caught:
                act()
            assert caught.value.code == "store.unwritable"
        assert register.read(0, 9) == [entry(0), entry(1)]


def test_nowhere_to_be(tmp_path):
    assert opening(tmp_path / "nowhere" / "register.db")[0] == "store.unwritable"
    assert list(tmp_path.iterdir()) == []
    assert opening(tmp_path)[0] == "store.unwritable"  # a directory


# --- a file that is not what it should be


def test_an_empty_file_is_new(path):
    path.touch()
    with SqliteRegister(path) as register:
        fill(register, 1)


@pytest.mark.parametrize("size", [1, 15, 100, 4095, 4096, 4097, 50_000])
def test_garbage(path, size):
    path.write_bytes((b"not a database " * 4000)[:size])
    assert opening(path) == ("store.damaged", {"path": "register.db"})


def test_the_database_of_somebody_else(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE cake (slices INTEGER)")
    other.close()
    assert opening(path) == ("store.damaged", {"path": "register.db"})


def test_a_vault_is_no_register(path):
    from answerable.store.vault import Vault

    Vault(path).close()
    assert opening(path)[0] == "store.damaged"


def test_a_later_version(path):
    SqliteRegister(path).close()
    change(path, "PRAGMA user_version = 2")
    assert opening(path) == ("store.newer", {"path": "register.db", "version": 2})


def change(path, *statements):
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def read_all(path):
    with SqliteRegister(path) as register:
        return everything(register)


def damage(path):
    with pytest.raises(Broken) as caught:
        read_all(path)
    return caught.value.code


def everything(register):
    size = register.size()
    return (
        register.read(0, size),
        register.leaf_hashes(0, size),
        [register.find(f"c{number}") for number in range(size)],
        {digest: register.blob(digest) for digest in register.blobs()},
        register.seals(),
    )


def make_bytes(path):
    with SqliteRegister(path) as register:
        fill(register, 40)
        register.seal(Seal(40, b"r" * 32, b"note"))
        whole = everything(register)
    return path.read_bytes(), whole


def test_a_truncated_file_never_gives_a_wrong_answer(path):
    data, _ = make_bytes(path)
    cuts = {len(data) * part // 60 for part in range(1, 60)}
    pages = {(cut // 4096) * 4096 for cut in cuts} - {0}
    for cut in cuts | pages | {len(data) - 1, len(data) - 4096}:
        path.write_bytes(data[:cut])
        assert damage(path) == "store.damaged"


def test_pages_that_turned_to_nothing_never_give_a_wrong_answer(path):
    data, whole = make_bytes(path)
    codes = []
    for page in range(1, len(data) // 4096):
        start = page * 4096
        path.write_bytes(data[:start] + bytes(4096) + data[start + 4096 :])
        try:
            assert read_all(path) == whole  # a page that nothing asked for
        except Broken as error:
            codes.append(error.code)
    assert set(codes) == {"store.damaged"}
    assert len(codes) > 30


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE entry SET data = x'00' WHERE number = 1",
        "DELETE FROM entry WHERE number = 1",
        "DELETE FROM leaf WHERE number = 2",
        "DELETE FROM leaf WHERE number = 1",
        "UPDATE blob SET data = x'00'",
        "DELETE FROM entry WHERE number = 2",  # now shorter than what was signed
    ],
)
def test_what_was_altered_by_hand(path, harm):
    with SqliteRegister(path) as register:
        fill(register, 3)
        register.seal(Seal(3, b"r" * 32, b"note"))
    change(path, harm)
    assert damage(path) == "store.damaged"


def test_busy(path, monkeypatch):
    monkeypatch.setattr("answerable.store.database._BUSY_SECONDS", 0.01)
    with SqliteRegister(path) as one, SqliteRegister(path) as two:
        with one._database.writing(), pytest.raises(Broken) as caught:
            fill(two, 1)
        assert caught.value.code == "store.busy"
        fill(two, 1)


def test_an_error_inside_a_transaction_undoes_it(path):
    class Other(Exception):
        pass

    def half(register):
        with register._database.writing() as connection:
            connection.execute("INSERT INTO entry VALUES (0, x'00')")
            raise Other

    with SqliteRegister(path) as register:
        with pytest.raises(Other):
            half(register)
        assert register.size() == 0
