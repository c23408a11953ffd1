"""The register: entries that are appended and never changed, their blobs, and what was signed.

    protocol    what every register promises
    memory      for tests and trials
    sqlite      one file, several processes

The drivers share the checks of what they are handed, and nothing else.
"""

from answerable.store.register.memory import MemoryRegister
from answerable.store.register.protocol import (
    LONGEST_ENTRY,
    BlobView,
    Record,
    Register,
    Seal,
)
from answerable.store.register.sqlite import SqliteRegister

__all__ = [
    "LONGEST_ENTRY",
    "BlobView",
    "MemoryRegister",
    "Record",
    "Register",
    "Seal",
    "SqliteRegister",
]
