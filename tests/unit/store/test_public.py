"""The published files are exactly those of the published checkpoint, whatever happens."""

import base64
import os
from hashlib import sha256
from pathlib import Path

import pytest

from answerable.model.errors import Broken, Invalid
from answerable.science.tlog import Checkpoint, Tree, leaf_hash, tiles_of, unpack_bundle
from answerable.store import files
from answerable.store.public import PublicFiles

ENTRIES = [b"entry %d" % number for number in range(1000)]
TREE = Tree(map(leaf_hash, ENTRIES))
BLOBS = {sha256(content).hexdigest(): content for content in (b"one", b"two", b"three")}
OTHER = Tree(leaf_hash(b"another " + entry) for entry in ENTRIES)


def read(start, stop):
    return ENTRIES[start:stop]


def note(size, tree=TREE, signature="signed"):
    return f"{Checkpoint('test.example', size, tree.root(size)).text}\n— {signature}\n".encode()


def publish(public, size, blobs=BLOBS, **options):
    return public.publish(TREE, read, blobs, note(size), size, **options)


def some(count):
    return dict(list(BLOBS.items())[:count])


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "public"


@pytest.fixture
def public(folder):
    return PublicFiles(folder)


def present(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def check(folder, size, blobs=BLOBS, checkpoint=None):
    """Find exactly the files of this size, with the right content, and no empty directory."""
    found = present(folder)
    tiles = {tile.path: tile for tile in tiles_of(size)}
    assert set(found) == set(tiles) | {f"blob/{digest}" for digest in blobs} | {"checkpoint"}
    assert found["checkpoint"] == (checkpoint or note(size))
    for path, tile in tiles.items():
        if tile.is_bundle:
            assert unpack_bundle(found[path], tile.width) == ENTRIES[tile.start : tile.stop]
        else:
            assert found[path] == TREE.hashes(8 * tile.level, tile.start, tile.stop)
    for digest, content in blobs.items():
        assert found[f"blob/{digest}"] == content
    assert all(any(path.iterdir()) for path in folder.rglob("*") if path.is_dir())


def spy_on_writes(monkeypatch):
    written = []
    real = files.write_durable

    def spy(path, *args, **named):
        written.append(path.name)
        return real(path, *args, **named)

    monkeypatch.setattr(files, "write_durable", spy)
    return written


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 1000])
def test_publishes_everything(public, folder, size):
    assert public.published_size() is None
    assert publish(public, size)
    assert public.published_size() == size
    check(folder, size)


def test_grows(public, folder):
    for count, size in enumerate([0, 1, 2, 256, 300, 511, 513, 1000]):
        blobs = some(count % 4)
        assert publish(public, size, blobs)
        check(folder, size, blobs)


def test_one_more_entry_writes_only_what_changed(public, monkeypatch):
    publish(public, 600)
    written = spy_on_writes(monkeypatch)
    publish(public, 601)
    assert written == ["89", "89", "checkpoint"]  # bundle 2, tile 2; the level above is as it was
    written.clear()
    assert publish(public, 601)
    assert written == []


def test_asks_only_for_new_blobs(public, folder):
    publish(public, 3, some(2))

    class Blobs(dict):
        def __getitem__(self, digest):
            asked.append(digest)
            return super().__getitem__(digest)

    asked = []
    publish(public, 3, Blobs(BLOBS))
    assert asked == list(BLOBS)[2:]
    check(folder, 3)


def test_a_blob_not_named_any_more_is_removed(public, folder):
    publish(public, 3)
    publish(public, 3, some(1))
    check(folder, 3, some(1))


def test_the_checkpoint_comes_after_all_that_it_covers(public, monkeypatch):
    for size in (5, 300, 1000):
        written = spy_on_writes(monkeypatch)
        publish(public, size)
        assert written[-1] == "checkpoint"
        assert written.count("checkpoint") == 1


def test_never_goes_back(public, folder):
    publish(public, 300)
    for repair in (False, True):
        assert not publish(public, 299, repair=repair)
        check(folder, 300)


def test_cosigned_again(public, folder):
    publish(public, 300)
    cosigned = note(300, signature="cosigned")
    assert public.publish(TREE, read, BLOBS, cosigned, 300)
    check(folder, 300, checkpoint=cosigned)


def test_readers_may_read_and_nobody_else_may_write(public, folder):
    publish(public, 300)
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)
    assert (folder.parent / ".publishing").stat().st_mode & 0o777 == 0o700


# --- refusals


def refusal(kind, act, *args, **named):
    with pytest.raises(kind) as caught:
        act(*args, **named)
    return caught.value.code, caught.value.params


@pytest.mark.parametrize("repair", [False, True])
def test_refuses_another_tree(public, folder, repair):
    publish(public, 300)
    for size in (300, 301):
        act = (OTHER, read, BLOBS, note(size, OTHER), size)
        said = refusal(Broken, public.publish, *act, repair=repair)
        assert said == ("public.different", {"size": 300})
    check(folder, 300)


def test_refuses_a_checkpoint_that_is_not_of_the_tree(public, folder):
    said = refusal(Broken, public.publish, OTHER, read, BLOBS, note(9), 9)
    assert said == ("public.different", {"size": 9})
    small = Tree(map(leaf_hash, ENTRIES[:8]))
    said = refusal(Broken, public.publish, small, read, BLOBS, note(9), 9)
    assert said == ("public.different", {"size": 9})
    assert not folder.exists()


def test_refuses_a_size_that_the_checkpoint_does_not_say(public):
    said = refusal(Invalid, public.publish, TREE, read, BLOBS, note(9), 8)
    assert said == ("public.size", {"said": 9, "size": 8})


def test_refuses_entries_and_blobs_without_their_hash(public, folder):
    publish(public, 3, {})
    said = refusal(Broken, public.publish, TREE, lambda *_: [b"x"], {}, note(4), 4)
    assert said == ("public.mismatched", {"path": "tile/entries/000.p/4"})
    wrong = {"0" * 64: b"x"}
    said = refusal(Broken, public.publish, TREE, read, wrong, note(4), 4)
    assert said == ("public.mismatched", {"path": f"blob/{'0' * 64}"})
    assert public.published_size() == 3
    publish(public, 4, {})
    check(folder, 4, {})


@pytest.mark.parametrize(
    "text",
    [b"", b"one line", b"\xff\n1\n", b"o\n01\n" + base64.b64encode(bytes(32)) + b"\n\nsig\n"],
)
def test_does_not_touch_a_checkpoint_that_it_cannot_understand(public, folder, text):
    publish(public, 3)
    (folder / "checkpoint").write_bytes(text)
    said = ("public.damaged", {"path": "checkpoint"})
    assert refusal(Broken, public.published_size) == said
    assert refusal(Broken, publish, public, 4) == said
    assert refusal(Broken, publish, public, 4, repair=True) == said
    assert (folder / "checkpoint").read_bytes() == text


def test_a_checkpoint_that_is_no_file(public, folder):
    (folder / "checkpoint").mkdir(parents=True)
    said = ("public.damaged", {"path": "checkpoint"})
    assert refusal(Broken, public.published_size) == said
    assert refusal(Broken, publish, public, 4) == said


def test_something_in_the_way(public, folder):
    (folder / "tile").mkdir(parents=True)
    (folder / "tile" / "0").touch()
    assert refusal(Broken, publish, public, 300)[0] == "store.unwritable"
    assert public.published_size() is None


# --- repairing


def harm(folder):
    (folder / "tile/0/000").unlink()
    (folder / "tile/0/001").write_bytes(b"altered")
    (folder / "tile/9/x001").mkdir(parents=True)
    (folder / "tile/0/001.p").mkdir()
    (folder / "tile/0/001.p/7").write_bytes(b"left over")
    (folder / "blob" / next(iter(BLOBS))).unlink()
    (folder / "blob" / "stray").touch()
    (folder / "index.html").touch()
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "folder").symlink_to("/etc")
    (folder / "release").mkdir()
    (folder / "release" / "day").touch()


@pytest.mark.parametrize("size", [600, 700])
def test_repairs(public, folder, size):
    publish(public, 600)
    harm(folder)
    assert publish(public, size, repair=True)
    check(folder, size)
    assert Path("/etc/passwd").exists()


def test_repairing_what_is_whole_writes_nothing(public, folder, monkeypatch):
    publish(public, 600)
    written = spy_on_writes(monkeypatch)
    assert publish(public, 600, repair=True)
    assert written == []
    check(folder, 600)


def test_leaves_alone_what_belongs_to_somebody_else(folder):
    public = PublicFiles(folder, keep=("release",))
    publish(public, 600)
    harm(folder)
    publish(public, 600, repair=True)
    assert (folder / "release" / "day").exists()
    (folder / "release" / "day").unlink()
    (folder / "release").rmdir()
    check(folder, 600)


class Killed(BaseException):
    """What comes after it does not happen, not even tidying up."""


def kill_at(patch, moment):
    """Stop every change to the disk from the n-th on, as a kill does."""
    left = [moment]

    def guarded(real):
        def call(*args, **named):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(*args, **named)

        return call

    for name in ("fsync", "replace", "unlink", "mkdir", "rmdir", "write", "rename", "link"):
        patch.setattr(os, name, guarded(getattr(os, name)))
    return left


@pytest.mark.parametrize("then", [300, 301, 600])
@pytest.mark.parametrize(("first", "second"), [(None, 257), (250, 300)])
def test_killed_at_any_moment_and_published_again(tmp_path, monkeypatch, first, second, then):
    moment, ended = 0, False
    while not ended:
        folder = tmp_path / f"{moment}" / "public"
        folder.parent.mkdir()
        public = PublicFiles(folder)
        if first is not None:
            publish(public, first, some(2))
        with monkeypatch.context() as patch:
            left = kill_at(patch, moment)
            try:
                publish(public, second, some(1))
                ended = left[0] >= 0
            except Killed:
                pass
        seen = public.published_size()
        assert seen in {first, second}
        covered = {tile.path for tile in tiles_of(seen or 0)}
        if seen == first:
            assert covered <= set(present(folder) if folder.exists() else ())
        publish(public, then)
        check(folder, then)
        rest = {path.name for path in (folder.parent / ".publishing").iterdir()}
        assert rest == {"lock"}
        moment += 1
    assert moment > 20


def test_no_room(public, folder, monkeypatch):
    publish(public, 300, some(1))
    real, left = os.write, [5]

    def write(*args):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "no room")
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        assert refusal(Broken, publish, public, 1000)[0] == "store.full"
    assert public.published_size() == 300
    assert publish(public, 1000)
    check(folder, 1000)
