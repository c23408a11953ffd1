"""A stranger who reads the public files the whole time, and says what was seen.

Run as ``python reader.py WORKSPACE``; ends when ``WORKSPACE/stop`` is there. Prints a line
``<size> <root>`` for each new checkpoint, and ends with an error at the first that is not right.
"""

import sys
import time
from pathlib import Path

from answerable.science.tlog import Checkpoint, parse_checkpoint, tiles_of, unpack_bundle


def read_checkpoint(data: bytes) -> Checkpoint:
    text, _, signature = data.decode().rpartition("\n\n")
    seen = parse_checkpoint(text + "\n")
    assert signature == f"— fake {seen.size} {seen.root.hex()}\n", "torn"
    return seen


def check_covered(public: Path, data: bytes, size: int) -> None:
    """Find every file that the checkpoint covers, unless another checkpoint took its place."""
    for tile in tiles_of(size):
        try:
            content = (public / tile.path).read_bytes()
        except FileNotFoundError:
            assert (public / "checkpoint").read_bytes() != data, f"{tile.path} is missing"
            return
        if tile.is_bundle:
            assert len(unpack_bundle(content, tile.width)) == tile.width
        else:
            assert len(content) == 32 * tile.width


def main(workspace: Path) -> None:
    public, stop = workspace / "public", workspace / "stop"
    data, size, ending = b"", -1, False
    while not ending:
        ending = stop.exists()
        time.sleep(0.002)
        try:
            found = (public / "checkpoint").read_bytes()
        except FileNotFoundError:
            assert size == -1, "the checkpoint went away"
            continue
        if found != data:
            seen = read_checkpoint(found)
            assert seen.size > size, "it shrank"
            data, size = found, seen.size
            check_covered(public, data, size)
            print(size, seen.root.hex(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
