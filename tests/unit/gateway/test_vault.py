"""Who said no is left out as long as they say so, and then gone to the last byte."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from tests.injections import INJECTIONS

from answerable.gateway.vault import GatewayVault, read_subjects, sealed
from answerable.model.errors import Broken, Invalid, Missing

AT = datetime(2026, 3, 14, 4, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gateway" / "vault.sqlite3"


@pytest.fixture
def vault(path):
    path.parent.mkdir()
    with GatewayVault(path) as vault:
        yield vault


def refusal(kind, act, *args):
    with pytest.raises(kind) as caught:
        act(*args)
    assert "secret" not in str(caught.value)
    return caught.value.code, caught.value.params


def all_bytes(path):
    return b"".join(each.read_bytes() for each in path.parent.iterdir())


# --- feeding


def test_a_list_is_fed_whole(vault):
    assert vault.lists() == {}
    fed = vault.feed("no-research", ["b", "a", "b"], AT)
    assert (fed.list, fed.version, fed.at, fed.count) == ("no-research", 1, AT, 2)
    assert vault.members(["no-research"]) == {"no-research": {"a", "b"}}
    again = vault.feed("no-research", ["c"], LATER)
    assert (again.version, again.at, again.count) == (2, LATER, 1)
    assert vault.members(["no-research"]) == {"no-research": {"c"}}
    assert vault.lists() == {"no-research": again}


def test_the_same_list_again_is_a_new_version_under_a_new_salt(vault):
    one = vault.feed("no-research", ["a"], AT)
    salt, _ = vault.opens("no-research")
    two = vault.feed("no-research", ["a"], LATER)
    assert (two.version, two.at) == (2, LATER)
    assert vault.opens("no-research")[0] != salt
    assert two.commitment != one.commitment


def test_lists_are_apart(vault):
    vault.feed("one", ["a"], AT)
    vault.feed("two", ["b"], LATER)
    assert vault.members(["one", "two"]) == {"one": {"a"}, "two": {"b"}}
    assert [(fed.version, fed.at) for fed in vault.lists().values()] == [(1, AT), (1, LATER)]


def test_one_person_comes_and_goes(vault):
    vault.feed("no-research", ["a"], AT)
    assert (vault.add("no-research", "b", LATER).version, vault.lists()["no-research"].count) == (
        2,
        2,
    )
    assert vault.add("no-research", "b", LATER).count == 2
    assert vault.remove("no-research", "a", LATER).count == 1
    assert vault.members(["no-research"]) == {"no-research": {"b"}}


def test_nobody_is_put_on_a_list_that_was_never_fed(vault):
    said = ("list.unknown", {"name": "unfed"})
    assert refusal(Missing, vault.add, "unfed", "secret", AT) == said
    assert refusal(Missing, vault.remove, "unfed", "secret", AT) == said
    assert refusal(Missing, vault.opens, "unfed") == said


def test_all_or_nothing(vault):
    def broken():
        yield "b"
        raise KeyboardInterrupt

    fed = vault.feed("no-research", ["a"], AT)
    with pytest.raises(KeyboardInterrupt):
        vault.feed("no-research", broken(), LATER)
    assert vault.lists() == {"no-research": fed}
    assert vault.members(["no-research"]) == {"no-research": {"a"}}


@pytest.mark.parametrize("wrong", ["", "secret" * 50, "secret\0", "secret\ud800"])
def test_what_names_nobody_is_refused_with_its_place(vault, wrong):
    fed = vault.feed("no-research", ["a"], AT)
    assert refusal(Invalid, vault.feed, "no-research", ["b", wrong], AT) == (
        "list.value",
        {"line": 2},
    )
    assert refusal(Invalid, vault.add, "no-research", wrong, AT) == ("list.value", {"line": 1})
    assert vault.lists() == {"no-research": fed}


SAYABLE = [text for text in INJECTIONS if 0 < len(text) <= 200]


def test_names_are_only_names(vault):
    vault.feed("no-research", SAYABLE, AT)
    assert vault.members(["no-research"]) == {"no-research": set(SAYABLE)}
    for name in SAYABLE:
        vault.remove("no-research", name, AT)
    assert vault.members(["no-research"]) == {"no-research": set()}


def test_lists_may_be_called_anything(vault):
    for name in INJECTIONS:
        vault.feed(name, ["a"], AT)
    assert set(vault.members(INJECTIONS).values()) == {frozenset("a")}
    assert set(vault.lists()) == set(INJECTIONS)


# --- what queries see


def test_the_relation_that_queries_know(vault):
    vault.feed("no-research", ["b", "a"], AT)
    reader = sqlite3.connect(f"{vault.path.as_uri()}?mode=ro", uri=True)
    seen = reader.execute("SELECT list, subject FROM left_out ORDER BY subject").fetchall()
    assert seen == [("no-research", "a"), ("no-research", "b")]
    vault.add("no-research", "c", AT)
    assert reader.execute("SELECT count(*) FROM left_out").fetchone() == (3,)
    reader.close()


def test_a_reader_sees_the_old_list_while_a_new_one_is_fed(vault):
    vault.feed("no-research", ["a"], AT)
    with GatewayVault(vault.path) as other:
        seen = []

        def feeding():
            yield "b"
            seen.append(other.members(["no-research"]))
            yield "c"

        vault.feed("no-research", feeding(), LATER)
        assert seen == [{"no-research": {"a"}}]
        assert other.members(["no-research"]) == {"no-research": {"b", "c"}}


def test_another_process_is_noticed(path, vault):
    with GatewayVault(path) as other:
        tokens = [vault.token]
        for act in (
            lambda: other.feed("no-research", ["a"], AT),
            lambda: other.add("no-research", "b", AT),
            lambda: other.remove("no-research", "a", AT),
            lambda: other.feed("no-research", ["b"], AT),
            lambda: vault.feed("more", [], AT),
        ):
            act()
            vault.look()
            tokens.append(vault.token)
        assert len(set(tokens)) == len(tokens)
        vault.look()
        assert vault.token == tokens[-1]
        assert vault.members(["no-research"]) == {"no-research": {"b"}}


def test_members_are_the_same_set_until_the_list_changes(vault):
    vault.feed("one", ["a"], AT)
    vault.feed("two", ["b"], AT)
    before = vault.members(["one", "two"])
    vault.add("two", "c", AT)
    after = vault.members(["one", "two"])
    assert after["one"] is before["one"]
    assert before["two"] == {"b"}
    assert after["two"] == {"b", "c"}


def test_a_list_is_kept(path, vault):
    fed = vault.feed("no-research", ["a"], AT)
    with GatewayVault(path) as again:
        assert again.lists() == {"no-research": fed}
        assert again.members(["no-research"]) == {"no-research": {"a"}}


# --- seals


def test_a_seal_is_fixed_for_ever():
    salt = bytes(range(16))
    canonical = b'{"list":"no-research","subjects":["a","b"],"version":3}'
    expected = sha256(b"answerable/opt-out/v1\n" + salt + canonical).hexdigest()
    assert sealed("no-research", 3, ["a", "b"], salt) == expected


def test_a_seal_depends_on_everything():
    salt = bytes(16)
    seals = [
        sealed("one", 1, ["a"], salt),
        sealed("two", 1, ["a"], salt),
        sealed("one", 2, ["a"], salt),
        sealed("one", 1, ["b"], salt),
        sealed("one", 1, [], salt),
        sealed("one", 1, ["a"], bytes(15) + b"x"),
    ]
    assert len(set(seals)) == len(seals)


def test_an_auditor_can_open_the_seal_of_today(vault):
    for act in (
        lambda: vault.feed("no-research", ["é", "b", "a", "B", "\uffff"], AT),
        lambda: vault.add("no-research", "😀", AT),
        lambda: vault.remove("no-research", "a", AT),
    ):
        fed = act()
        salt, people = vault.opens("no-research")
        assert people == sorted(people)
        assert len(salt) == 16
        assert sealed("no-research", fed.version, people, salt) == fed.commitment


# --- erasure


GONE = b"somebody-who-left"


@pytest.mark.parametrize("size", [1, 3000])
def test_no_byte_of_who_was_removed_remains(vault, size):
    stays = [f"somebody-{number}" for number in range(size)]
    vault.feed("no-research", [*stays, GONE.decode()], AT)
    salt, _ = vault.opens("no-research")
    assert GONE in all_bytes(vault.path)
    vault.remove("no-research", GONE.decode(), AT)
    assert GONE not in all_bytes(vault.path)
    assert salt not in all_bytes(vault.path)
    vault.feed("no-research", [GONE.decode()], AT)
    vault.feed("no-research", stays, AT)
    assert GONE not in all_bytes(vault.path)
    assert vault.clean()


def test_a_reader_that_stays_only_delays_the_erasure(path, vault):
    vault.feed("no-research", ["a", GONE.decode()], AT)
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM left_out").fetchone() == (2,)
    vault._database._connection.execute("PRAGMA busy_timeout = 0")
    vault.remove("no-research", GONE.decode(), AT)
    assert not vault.clean()
    assert reader.execute("SELECT count(*) FROM left_out").fetchone() == (2,)
    reader.rollback()
    reader.close()
    assert vault.clean()
    assert GONE not in all_bytes(path)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from answerable.gateway.vault import GatewayVault

path, last = Path(sys.argv[1]), int(sys.argv[2])
vault = GatewayVault(path)
vault._database._connection.execute("PRAGMA cache_size = 10")  # so that it writes early
seen = 0

def kill(statement):
    global seen
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)

vault._database._connection.set_trace_callback(kill)
people = (f"new-{number}" for number in range(2000))
vault.feed("no-research", people, datetime(2026, 3, 15, tzinfo=UTC))
vault._database._connection.set_trace_callback(None)
print(seen)
"""
OLD = [f"old-{number}" for number in range(2000)]
NEW = [f"new-{number}" for number in range(2000)]


def feed_and_be_killed(path, last):
    line = [sys.executable, "-c", KILLED, path, str(last)]
    return subprocess.run(line, capture_output=True, check=False)


@pytest.mark.crash
def test_whoever_is_killed_while_feeding_leaves_the_old_list_or_the_new_one_whole(tmp_path):
    """Killed at the start of a statement: some of the many inserts, and every other one."""
    (tmp_path / "count").mkdir()
    counted = tmp_path / "count" / "vault.sqlite3"
    with GatewayVault(counted) as vault:
        vault.feed("no-research", OLD, AT)
    total = int(feed_and_be_killed(counted, -1).stdout)
    found = []
    for last in sorted({1, 2, 3, 1000, 1999, *range(total - 12, total + 1)}):
        path = tmp_path / str(last) / "vault.sqlite3"
        path.parent.mkdir()
        with GatewayVault(path) as vault:
            vault.feed("no-research", OLD, AT)
        assert feed_and_be_killed(path, last).returncode == -9
        with GatewayVault(path) as vault:
            people = vault.members(["no-research"])["no-research"]
            version = vault.lists()["no-research"].version
            held = all_bytes(path)
        assert (version, people) in ((1, set(OLD)), (2, set(NEW)))
        assert (b"new-" if version == 1 else b"old-") not in held
        found.append(version)
    assert found == sorted(found)
    assert set(found) == {1, 2}


def test_every_file_is_for_its_owner_only(vault):
    vault.feed("no-research", ["a"], AT)
    assert {each.stat().st_mode & 0o777 for each in vault.path.parent.iterdir()} == {0o600}


def test_another_kind_of_file_is_refused(tmp_path):
    path = tmp_path / "vault.sqlite3"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE left_out (list, subject)")
    other.close()
    with pytest.raises(Broken) as caught:
        GatewayVault(path)
    assert caught.value.code == "store.damaged"


# --- reading a file


def subjects(tmp_path, data, column="id"):
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    return list(read_subjects(path, column))


@pytest.mark.parametrize(
    "data",
    [
        b"id\n1\n2\n",
        b"\xef\xbb\xbfid\r\n1\r\n2",
        b'name,id\nAda,"1"\nBob, 2 \n',
        b" id ,x\n1\n\n,\n  ,\t\n2,y,z\n",
    ],
)
def test_people_are_read(tmp_path, data):
    assert subjects(tmp_path, data) == ["1", "2"]


def test_text_is_read_as_it_is(tmp_path):
    assert subjects(tmp_path, 'id\n"a,""b"""\né\n0071\n'.encode()) == ['a,"b"', "é", "0071"]
    assert subjects(tmp_path, b"id\n") == []


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"x,id\n1,1\nsecret,\n", 3), (b"x,id\nsecret\n", 2), (b"id\n" + b"secret" * 40, 2)],
)
def test_a_line_that_names_nobody_is_refused(tmp_path, data, line):
    assert refusal(Invalid, subjects, tmp_path, data) == ("list.value", {"line": line})


@pytest.mark.parametrize(
    "data", [b"", b"name\nsecret\n", b"id,id\nsecret,1\n", b"id;name\nsecret;1\n"]
)
def test_a_column_that_is_not_there_once_is_refused(tmp_path, data):
    assert refusal(Invalid, subjects, tmp_path, data) == ("list.column", {"column": "id"})


@pytest.mark.parametrize(
    "data",
    [
        "id\nsecret\n".encode("utf-16"),
        b"id\nsecret\xff\n",
        b'id\n"1\nsecret\n',  # a quote that never ends would take two people for one
        b'id\n"1"secret\n',
    ],
)
def test_a_file_in_another_form_is_refused(tmp_path, data):
    assert refusal(Invalid, subjects, tmp_path, data) == ("list.file", {"file": "people.csv"})


def test_a_file_with_a_mistake_changes_nothing(vault, tmp_path):
    fed = vault.feed("no-research", ["a"], AT)
    path = tmp_path / "people.csv"
    path.write_bytes(b"id,x\nb,1\n,2\n")
    said = refusal(Invalid, vault.feed, "no-research", read_subjects(path, "id"), LATER)
    assert said == ("list.value", {"line": 3})
    assert vault.lists() == {"no-research": fed}
    assert vault.members(["no-research"]) == {"no-research": {"a"}}
