"""One of several processes that append to one register, and publish it, until they are killed.

Run as ``python worker.py WORKSPACE NAME QUOTA``; run again, it carries on where it was. A line
``<index> <command> .`` in ``acks/NAME`` says that the append had returned.
"""

import os
import sys
from pathlib import Path

from answerable.model.errors import Broken, Conflict
from answerable.science.tlog import Checkpoint, Tree
from answerable.store.public import PublicFiles
from answerable.store.register import BlobView, Record, Register, Seal, SqliteRegister

PUBLISH_EVERY = 25


def entry(command_id: str, index: int) -> bytes:
    return f"{command_id} is entry {index} ".encode() + b"." * (index * 7 % 500)


def note(size: int, root: bytes) -> bytes:
    return f"{Checkpoint('crash.example', size, root).text}\n— fake {size} {root.hex()}\n".encode()


def append(register: Register, command_id: str) -> int:
    while True:
        size = register.size()
        try:
            register.append(size, [Record(command_id, entry(command_id, size))])
        except Conflict as conflict:
            if conflict.code != "register.moved":
                raise
        else:
            return size


def publish(register: Register, public: PublicFiles) -> None:
    size = register.size()
    hashes = register.leaf_hashes(0, size)
    tree = Tree(hashes[at : at + 32] for at in range(0, len(hashes), 32))
    checkpoint = note(size, tree.root())
    try:
        register.seal(Seal(size, tree.root(), checkpoint))
    except Broken as broken:
        if broken.code != "seal.smaller":
            raise
    else:
        public.publish(tree, register.read, BlobView(register, size), checkpoint, size)


def work(workspace: Path, name: str, quota: int) -> None:
    public = PublicFiles(workspace / "public")
    acks = os.open(workspace / "acks" / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(acks, b"\n")  # ends a line that was cut short
    with SqliteRegister(workspace / "register.db") as register:
        for number in range(quota):
            command_id = f"{name}-{number}"
            if register.find(command_id) is None:
                index = append(register, command_id)
                os.write(acks, f"{index} {command_id} .\n".encode())
                os.fsync(acks)
                if number % PUBLISH_EVERY == PUBLISH_EVERY - 1:
                    publish(register, public)
        publish(register, public)


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
