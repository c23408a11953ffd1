"""Lines are appended all or none, and cut back to what was acknowledged."""

import os

import pytest

from answerable.gateway.releases.lines import Lines
from answerable.model.errors import Broken


@pytest.fixture
def path(folder):
    folder.mkdir()
    return folder / "releases.jsonl"


@pytest.fixture
def lines(path, disk):
    lines = Lines(path, disk)
    yield lines
    lines.close()


def test_appends_and_reads(path, lines):
    lines.append([b"one", b"", b"three"])
    lines.append([b"four"])
    assert len(lines) == 4
    assert [lines.read(number) for number in range(4)] == [b"one", b"", b"three", b"four"]
    assert path.read_bytes() == b"one\n\nthree\nfour\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_append_is_one_sync(lines, disk):
    before = disk.syncs
    lines.append([b"line"] * 100)
    assert disk.syncs == before + 1


def test_reads_more_than_a_block_in_order(lines):
    wanted = [b"%d" % number * (number % 5) for number in range(2500)]
    lines.append(wanted)
    assert list(lines.between(0, 2500)) == wanted
    assert list(lines.between(999, 1002)) == wanted[999:1002]
    assert list(lines.between(7, 7)) == []


@pytest.mark.parametrize("torn", [b"x", b"{" * 5000, b"\0" * 100])
def test_a_torn_last_line_is_cut_off(path, lines, torn):
    lines.append([b"one", b"two"])
    with path.open("ab") as file:
        file.write(torn)
    again = Lines(path)
    assert len(again) == 2
    assert path.read_bytes() == b"one\ntwo\n"
    again.append([b"three"])
    assert list(again.between(0, 3)) == [b"one", b"two", b"three"]
    again.close()


def test_a_failed_sync_leaves_nothing(path, lines, disk):
    lines.append([b"one"])
    disk.failing = 1
    with pytest.raises(Broken) as caught:
        lines.append([b"two"])
    assert caught.value.code == "store.unwritable"
    assert caught.value.params == {"path": "releases.jsonl"}
    assert (len(lines), path.read_bytes()) == (1, b"one\n")
    lines.append([b"three"])
    assert path.read_bytes() == b"one\nthree\n"


def test_refuses_as_long_as_it_cannot_be_cut_back(path, lines, disk):
    lines.append([b"one"])
    disk.failing = 4
    for _ in range(3):
        with pytest.raises(Broken):
            lines.append([b"lost"])
    lines.append([b"two"])
    assert list(lines.between(0, len(lines))) == [b"one", b"two"]
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_disk_that_fills_in_the_middle_of_a_line_leaves_nothing(path, lines, monkeypatch):
    lines.append([b"one"])
    real, room = os.write, [5]

    def write(descriptor, data):
        if not room[0]:
            raise OSError(28, "full")
        written = real(descriptor, bytes(data)[: room[0]])
        room[0] -= written
        return written

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(Broken) as caught:
        lines.append([b"a long line"])
    assert caught.value.code == "store.full"
    assert path.read_bytes() == b"one\n"
    room[0] = 1000
    lines.append([b"two"])
    assert path.read_bytes() == b"one\ntwo\n"


def test_writes_on_when_the_system_takes_a_little_at_a_time(path, lines, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:3]))
    lines.append([b"a long line", b"another"])
    assert path.read_bytes() == b"a long line\nanother\n"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Broken) as caught:
        Lines(tmp_path / "nowhere" / "releases.jsonl")
    assert caught.value.code == "store.unwritable"
