"""What every register promises; run on each of them."""

import threading
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.model.errors import AnswerableError, Broken, Conflict, Invalid, Missing
from answerable.science.tlog import leaf_hash
from answerable.store.register import (
    LONGEST_ENTRY,
    BlobView,
    MemoryRegister,
    Record,
    Register,
    Seal,
    SqliteRegister,
)

DRIVERS = {
    "memory": lambda folder: MemoryRegister(),
    "sqlite": lambda folder: SqliteRegister(folder / "register.db"),
}


@pytest.fixture(params=DRIVERS)
def register(request, tmp_path):
    with DRIVERS[request.param](tmp_path) as register:
        yield register


def records(*named):
    return [Record(command_id, data) for command_id, data in named]


def add(register: Register, count: int) -> None:
    size = register.size()
    register.append(
        size, [Record(f"c{number}", b"entry %d" % number) for number in range(size, size + count)]
    )


def blobs(*contents):
    return {sha256(content).hexdigest(): content for content in contents}


def seal(size, root=b"r" * 32, note=b"signed"):
    return Seal(size, root, note)


def refusal(kind, act, *args):
    with pytest.raises(kind) as caught:
        act(*args)
    assert type(caught.value) is kind
    return caught.value.code, caught.value.params


def contents(register: Register):
    return register.read(0, 10**9), register.blobs(), register.seals()


# --- appending and reading


def test_begins_empty(register):
    assert register.size() == 0
    assert contents(register) == ([], (), [])
    assert register.sealed() is None
    assert register.find("c0") is None


def test_gives_back_the_exact_bytes(register):
    data = [b"", b"\x00\xff" * 100, "café".encode(), b"x" * LONGEST_ENTRY]
    register.append(0, [Record("a", each) for each in data])
    assert register.size() == 4
    assert register.read(0, 4) == data


@pytest.mark.parametrize(
    ("start", "stop", "numbers"),
    [
        (0, 3, [0, 1, 2]),
        (1, 2, [1]),
        (1, 99, [1, 2]),
        (3, 9, []),
        (2, 1, []),
        (9, 12, []),
        (-2, 2, [0, 1]),
        (-3, -1, []),
    ],
)
def test_reads_what_there_is(register, start, stop, numbers):
    add(register, 3)
    expected = [b"entry %d" % number for number in numbers]
    assert register.read(start, stop) == expected
    assert register.leaf_hashes(start, stop) == b"".join(map(leaf_hash, expected))


def test_refuses_to_append_to_another_size(register):
    add(register, 2)
    before = contents(register)
    for expected in (0, 1, 3, -1):
        said = refusal(
            Conflict, register.append, expected, records(("new", b"x")), blobs(b"unwanted")
        )
        assert said == ("register.moved", {"expected": expected, "size": 2})
    assert contents(register) == before
    assert register.find("new") is None


def test_refuses_nothing(register):
    assert refusal(Invalid, register.append, 0, [], blobs(b"alone")) == ("append.empty", {})
    assert contents(register) == ([], (), [])


def test_refuses_an_entry_that_is_too_long(register):
    long = records(("a", b"short"), ("a", b"x" * (LONGEST_ENTRY + 1)))
    assert refusal(Invalid, register.append, 0, long) == (
        "entry.too_long",
        {"size": LONGEST_ENTRY + 1, "most": LONGEST_ENTRY},
    )
    assert register.size() == 0


# --- commands


def test_finds_the_entries_of_each_command(register):
    register.append(0, records(("a", b"1"), ("a", b"2"), ("b", b"3")))
    register.append(3, records(("c", b"4")))
    assert register.find("a") == range(2)
    assert register.find("b") == range(2, 3)
    assert register.find("c") == range(3, 4)
    assert register.find("A") is None


@pytest.mark.parametrize(
    "again",
    [
        [("a", b"other")],
        [("new", b"x"), ("b", b"y")],
        [("new", b"x"), ("other", b"y"), ("new", b"z")],  # not side by side
    ],
)
def test_refuses_a_command_that_has_entries(register, again):
    register.append(0, records(("a", b"1"), ("b", b"2")))
    before = contents(register)
    code, params = refusal(Conflict, register.append, 2, records(*again), blobs(b"unwanted"))
    assert (code, params) == ("command.repeated", {"command_id": again[-1][0]})
    assert contents(register) == before
    assert register.find("new") is None
    assert register.find("other") is None


def test_one_of_many_threads_wins_each_size(register):
    lost = []

    def work(name):
        for number in range(10):
            while True:
                size = register.size()
                try:
                    register.append(size, records((f"{name}-{number}", b"%d" % size)))
                except Conflict as conflict:
                    lost.append(conflict.code)
                else:
                    break

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert register.read(0, 99) == [b"%d" % number for number in range(40)]
    assert set(lost) <= {"register.moved"}


# --- blobs


def test_keeps_blobs(register):
    first, second = blobs(b"", b"one"), blobs(b"two" * 50_000)
    register.append(0, records(("a", b"1"), ("a", b"2")), first)
    register.append(2, records(("b", b"3")), first | second)
    assert register.blobs() == tuple(sorted(first | second))
    for digest, content in (first | second).items():
        assert register.blob(digest) == content


def test_tells_which_blobs_had_come_by_then(register):
    first, second = blobs(b"one"), blobs(b"two")
    register.append(0, records(("a", b"1"), ("a", b"2")), first)
    register.append(2, records(("b", b"3")), first | second)
    assert register.blobs(0) == ()
    assert register.blobs(2) == tuple(first)
    assert register.blobs(3) == register.blobs() == tuple(sorted(first | second))


def test_refuses_a_blob_under_another_name(register):
    wrong = "0" * 64
    said = refusal(Invalid, register.append, 0, records(("a", b"1")), {wrong: b"one"})
    assert said == ("blob.mismatched", {"digest": wrong})
    assert contents(register) == ([], (), [])


def test_does_not_know_other_blobs(register):
    assert refusal(Missing, register.blob, "0" * 64) == ("blob.unknown", {"digest": "0" * 64})


def test_shows_its_blobs_as_a_mapping(register):
    mine = blobs(b"one", b"two")
    register.append(0, records(("a", b"1")), mine)
    register.append(1, records(("b", b"2")), blobs(b"later"))
    view = BlobView(register, stop=1)
    assert dict(view) == mine
    assert len(view) == 2
    with pytest.raises(KeyError):
        view[sha256(b"later").hexdigest()]


# --- seals


def test_remembers_every_seal(register):
    add(register, 5)
    given_seals = [seal(0), seal(3), seal(5, b"R" * 32), seal(5, b"R" * 32, b"cosigned")]
    for each in given_seals:
        register.seal(each)
        assert register.sealed() == each
        register.seal(each)
    assert register.seals() == given_seals


@pytest.mark.parametrize(
    ("wrong", "code", "params"),
    [
        (seal(2), "seal.smaller", {"sealed": 3, "size": 2}),
        (seal(3, b"R" * 32), "seal.different", {"size": 3}),
        (seal(6), "seal.ahead", {"sealed": 6, "size": 5}),
    ],
)
def test_never_signs_a_smaller_or_different_tree(register, wrong, code, params):
    add(register, 5)
    register.seal(seal(3))
    assert refusal(Broken, register.seal, wrong) == (code, params)
    assert register.seals() == [seal(3)]


# --- all drivers are one

NAMES = st.sampled_from("abcdefgh")
STEPS = st.one_of(
    st.tuples(
        st.just("append"),
        st.integers(-1, 1),
        st.lists(st.builds(Record, NAMES, st.binary(max_size=40)), max_size=4),
        st.lists(st.binary(max_size=3), max_size=2).map(lambda all_: blobs(*all_)),
    ),
    st.tuples(
        st.just("seal"),
        st.integers(0, 9),
        st.sampled_from([b"r" * 32, b"R" * 32]),
        st.sampled_from([b"note", b"cosigned"]),
    ),
    st.tuples(st.just("read"), st.integers(-3, 9), st.integers(-3, 9)),
    st.tuples(st.just("find"), NAMES),
)


def take(register, step):
    """Do it, and tell all that can be seen of it."""
    kind, *args = step
    try:
        if kind == "append":
            off, new, content = args
            return register.append(register.size() + off, new, content)
        if kind == "seal":
            return register.seal(Seal(*args))
        if kind == "read":
            return register.read(*args), register.leaf_hashes(*args)
        return register.find(*args)
    except AnswerableError as error:
        return type(error), error.code, error.params


@pytest.mark.property
@settings(deadline=None)
@given(steps=st.lists(STEPS, max_size=12))
def test_drivers_cannot_be_told_apart(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("register")
    with MemoryRegister() as memory, SqliteRegister(folder / "register.db") as sqlite:
        for step in steps:
            assert take(memory, step) == take(sqlite, step)
        assert contents(memory) == contents(sqlite)
    with SqliteRegister(folder / "register.db") as again:
        assert contents(memory) == contents(again)
