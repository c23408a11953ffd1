"""Personal data is kept as long as it is needed, and then gone to the last byte."""

import os
import subprocess
import sys
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.model.errors import Broken, Conflict, Invalid, Missing
from answerable.store.vault import Vault, VaultRecord, commitment

SALT = bytes(range(16))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path):
    with Vault(path) as vault:
        yield vault


def record(ref="r1", subject="pool:flood-panel", salt=SALT, **body):
    return VaultRecord(ref, subject, body or {"name": "Ada", "age": 36}, salt)


def refusal(kind, act, *args, **named):
    with pytest.raises(kind) as caught:
        act(*args, **named)
    return caught.value.code, caught.value.params


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- keeping


def test_keeps_records(vault):
    one, two = record("r1"), record("r2", name="Bob", tags=["a", {"b": None}], ok=True)
    other = record("r0", "pool:other")
    vault.put([two, one, other], pending="c1")
    assert vault.get("r1") == one
    assert vault.get("r2") == two
    assert vault.of("pool:flood-panel") == [one, two]
    assert vault.of("nobody") == []


def test_survives_closing(path):
    with Vault(path) as vault:
        vault.put([record()], pending="c1")
    with Vault(path) as vault:
        assert vault.get("r1") == record()


def test_all_or_none(vault):
    vault.put([record("r1")], pending="c1")
    clash = [record("r0"), record("r1", name="Eve")]
    said = refusal(Conflict, vault.put, clash, pending="c2")
    assert said == ("vault.taken", {"ref": "r1"})
    assert refusal(Missing, vault.get, "r0") == ("vault.unknown", {"ref": "r0"})
    assert vault.get("r1") == record("r1")


def test_putting_again_changes_nothing(vault):
    vault.put([record()], pending="c1")
    vault.put([record()], pending="c1")
    vault.settle("c1")
    vault.put([record()], pending="c1")
    assert vault.sweep(lambda _: False) == 0
    assert vault.get("r1") == record()


def test_two_commands_cannot_await_one_record(vault):
    vault.put([record()], pending="c1")
    said = refusal(Conflict, vault.put, [record()], pending="c2")
    assert said == ("vault.taken", {"ref": "r1"})


@pytest.mark.parametrize(
    "body",
    [
        {"height": 1.8},
        {"deep": [{"height": 1.0}]},
        {"big": 2**53},
        {"raw": b"x"},
        {1: "one"},
        {"half": "\ud800"},
    ],
)
def test_refuses_what_has_no_canonical_form(vault, body):
    wrong = VaultRecord("r1", "s", body, SALT)
    assert refusal(Invalid, vault.put, [wrong], pending="c1") == ("vault.body", {"ref": "r1"})
    assert refusal(Invalid, commitment, wrong) == ("vault.body", {"ref": "r1"})


@pytest.mark.parametrize("salt", [b"", b"x" * 15, b"x" * 17])
def test_refuses_a_salt_of_another_length(vault, salt):
    wrong = record(salt=salt)
    assert refusal(Invalid, vault.put, [wrong], pending="c1") == ("vault.salt", {"ref": "r1"})
    assert refusal(Invalid, commitment, wrong) == ("vault.salt", {"ref": "r1"})


def test_every_file_is_for_its_owner_only(path):
    with Vault(path) as vault, vault.session():
        vault.put([record()], pending="c1")
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == {"vault.db": 0o600, "vault.db.session": 0o600}


# --- commitments


def test_commitment_is_fixed_for_ever():
    canonical = b'{"body":{"age":36,"name":"Ada"},"ref":"r1","subject":"pool:flood-panel"}'
    expected = sha256(b"answerable/commitment/v1\n" + SALT + canonical).hexdigest()
    assert commitment(record()) == expected
    assert commitment(record(age=36, name="Ada")) == expected
    assert expected == "9f7769f0dc1c5c372e21904ade7ad399848b6b04b3f912e8a481d2037d85d473"


def test_commitment_depends_on_everything():
    others = [
        record("r2"),
        record(subject="s"),
        record(name="Eve"),
        record(salt=b"x" * 16),
    ]
    assert len({commitment(each) for each in [record(), *others]}) == 5


def test_commitment_is_the_same_after_keeping(vault):
    kept = record(name="Zoë", tags=("a", "b"))
    vault.put([kept], pending="c1")
    assert commitment(vault.get("r1")) == commitment(kept)


# --- erasing

CANARY = "canary-{}-sings"


def canaries(ref, number, size):
    salt = sha256(b"salt" + ref.encode()).digest()[:16]
    return VaultRecord(ref, f"pool:{number % 2}", {"name": CANARY.format(ref) * size}, salt)


def test_erasing_leaves_no_trace(path):
    with Vault(path) as vault:
        for number in range(40):
            vault.put([canaries(f"r{number}", number, 1 + number * 20)], pending=f"c{number}")
        assert CANARY.format("r7").encode() in all_bytes(path.parent)
        assert vault.erase("r7")
        assert not vault.erase("r7")
        assert refusal(Missing, vault.get, "r7") == ("vault.unknown", {"ref": "r7"})
        assert vault.get("r8") == canaries("r8", 8, 161)
        left = all_bytes(path.parent)
        assert CANARY.format("r7").encode() not in left
        assert canaries("r7", 7, 1).salt not in left
        assert [each.name for each in path.parent.iterdir()] == ["vault.db"]


def test_erases_a_whole_subject(path):
    with Vault(path) as vault:
        vault.put([canaries(f"r{number}", number, 30) for number in range(20)], pending="c1")
        assert vault.erase_subject("pool:0") == 10
        assert vault.erase_subject("pool:0") == 0
        assert len(vault.of("pool:1")) == 10
        left = all_bytes(path.parent)
    assert CANARY.format("r2").encode() not in left
    assert CANARY.format("r3").encode() in left


REFS = st.sampled_from([f"r{number}" for number in range(6)])


@pytest.mark.property
@settings(deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["put", "erase", "settle", "sweep"]), REFS, st.integers(1, 400)),
        max_size=14,
    )
)
def test_nothing_erased_is_ever_found(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("vault")
    kept, pending = set(), set()
    with Vault(folder / "vault.db") as vault:
        for step, ref, size in steps:
            if step == "put" and ref not in kept:
                vault.put([canaries(ref, 0, size)], pending=ref)
                kept.add(ref)
                pending.add(ref)
            elif step == "erase":
                assert vault.erase(ref) == (ref in kept)
                kept.discard(ref)
                pending.discard(ref)
            elif step == "settle":
                vault.settle(ref)
                pending.discard(ref)
            elif step == "sweep":
                assert vault.sweep(lambda _: False) == len(pending)
                kept -= pending
                pending.clear()
            left = all_bytes(folder)
            for number in range(6):
                each = f"r{number}"
                assert (CANARY.format(each).encode() in left) == (each in kept)
                assert (canaries(each, 0, 1).salt in left) == (each in kept)


def test_finishes_an_erasure_that_was_cut_short(path, monkeypatch):
    with Vault(path) as vault:
        vault.put([canaries("r1", 1, 50), canaries("r2", 2, 50)], pending="c1")

        def killed(self):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("answerable.store.database.Database.rewrite", killed)
            with pytest.raises(KeyboardInterrupt):
                vault.erase("r1")
        rows = vault._database._connection.execute("SELECT count(*) FROM unclean").fetchone()
        assert rows == (1,)
    with Vault(path) as vault:
        rows = vault._database._connection.execute("SELECT count(*) FROM unclean").fetchone()
        assert rows == (0,)
        assert CANARY.format("r1").encode() not in all_bytes(path.parent)
        assert vault.get("r2") == canaries("r2", 2, 50)


# --- sweeping


def test_sweeps_what_the_register_never_knew(vault, path):
    vault.put([canaries("r1", 1, 9), canaries("r2", 1, 9)], pending="lost")
    vault.put([canaries("r3", 1, 9)], pending="known")
    vault.put([canaries("r4", 1, 9)], pending="settled")
    vault.settle("settled")
    asked = []
    assert vault.sweep(lambda command_id: asked.append(command_id) or command_id == "known") == 2
    assert asked == ["known", "lost"]
    assert vault.sweep(lambda _: False) == 0  # what was known is settled
    assert [each.ref for each in vault.of("pool:1")] == ["r3", "r4"]
    assert CANARY.format("r1").encode() not in all_bytes(path.parent)


def test_does_not_sweep_during_a_session(vault):
    with vault.session():
        vault.put([record()], pending="c1")
        with vault.session():
            assert vault.sweep(lambda _: False) == 0
        assert vault.sweep(lambda _: False) == 0
    assert vault.get("r1") == record()
    assert vault.sweep(lambda _: False) == 1


IN_SESSION = """
import sys
from pathlib import Path
from answerable.store.vault import Vault, VaultRecord
with Vault(Path(sys.argv[1])) as vault, vault.session():
    vault.put([VaultRecord("theirs", "s", {}, bytes(16))], pending="theirs")
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_does_not_sweep_during_the_session_of_another_process(vault, path):
    other = subprocess.Popen(
        [sys.executable, "-c", IN_SESSION, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert other.stdout.readline() == b"ready\n"
        assert vault.sweep(lambda _: False) == 0
        assert vault.get("theirs").body == {}
    finally:
        os.kill(other.pid, 9)  # as if the power went: the session ends with its process
        other.communicate()
    assert vault.sweep(lambda _: False) == 1


# --- trouble


def test_full_disk(vault):
    connection = vault._database._connection
    vault.put([record()], pending="c1")
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    big = [record("r2"), record("r3", name="x" * 20_000)]
    assert refusal(Broken, vault.put, big, pending="c2") == ("store.full", {"path": "vault.db"})
    assert [each.ref for each in vault.of("pool:flood-panel")] == ["r1"]
    connection.execute("PRAGMA max_page_count = 10000")
    vault.put(big, pending="c2")


def test_damaged(path):
    path.write_bytes(b"garbage" * 2000)
    assert refusal(Broken, Vault, path) == ("store.damaged", {"path": "vault.db"})


def test_nothing_of_a_record_is_shown_by_accident():
    assert "Ada" not in repr(record())
    assert repr(SALT) not in repr(record())


def test_records_take_the_place_of_others_and_leave_no_trace(vault, path):
    vault.put([record(f"up-{n}", word=f"canary-{n}") for n in range(3)], pending="c1")
    vault.put([record("own", word="stays"), record("up-9", "pool:another")], pending="c1")
    vault.settle("c1")
    vault.replace("pool:flood-panel", "up-", [record("up-new", word="fresh")])
    assert [each.ref for each in vault.of("pool:flood-panel")] == ["own", "up-new"]
    assert vault.get("up-9")
    assert b"canary" not in all_bytes(path.parent)
    assert vault.sweep(lambda _: False) == 0


@pytest.mark.parametrize(
    ("bad", "kind", "code"),
    [
        (record("up-2", share=0.5), Invalid, "vault.body"),
        (record("up-2", salt=b"short"), Invalid, "vault.salt"),
        (record("own", word="another"), Conflict, "vault.taken"),
    ],
)
def test_records_take_the_place_of_others_all_or_none(vault, bad, kind, code):
    vault.put([record("up-1"), record("own")], pending="c1")
    vault.settle("c1")
    told, _ = refusal(kind, vault.replace, "pool:flood-panel", "up-", [record("up-3"), bad])
    assert told == code
    assert [each.ref for each in vault.of("pool:flood-panel")] == ["own", "up-1"]
