"""The log of a gateway: every answer and every refusal, recorded before anything leaves.

A Merkle tree log of its own. Each release has a public half, which is a leaf of the log, and a
private half, which can be erased; the leaf is committed to it by a salted hash.

>>> import tempfile
>>> from datetime import UTC, datetime
>>> from pathlib import Path
>>> from answerable.gateway.releases import Release, ReleaseLog, verify_receipt
>>> folder = tempfile.TemporaryDirectory()
>>> clock = lambda: datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
>>> log = ReleaseLog(Path(folder.name) / "log", "gateway.example/releases", clock)
>>> lookup = Release("allowed", "flood-help", "homes", "lookup", "fire-service", "rescue")
>>> number = log.record(lookup, {"subject": "9001", "case": "42"}, ("homes", "9001")).result()
>>> log.finished(number, 1, "sent")

What the gateway gives to whoever asked can be checked without it:

>>> seen = verify_receipt(log.receipt(number).data, [log.verifier])
>>> seen.index, seen.leaf["recipient"], seen.leaf["outcome"]
(1, 'fire-service', 'allowed')

The person can be told, as long as the private half is kept:

>>> [found.private for found in log.about("homes", "9001")]
[{'case': '42', 'subject': '9001'}]
>>> log.erase([number])
1
>>> log.about("homes", "9001")
[]
>>> log.close()
>>> folder.cleanup()
"""

from answerable.gateway.releases.anchors import Anchor, Salts, Wrong, compare, salts_of
from answerable.gateway.releases.daily import Counted, Counting, DayOfReleases, count_day
from answerable.gateway.releases.leaves import How, Leaf, Release
from answerable.gateway.releases.log import Recorded, ReleaseLog
from answerable.gateway.releases.private import commitment
from answerable.gateway.releases.receipts import Verified, verify_receipt

__all__ = [
    "Anchor",
    "Counted",
    "Counting",
    "DayOfReleases",
    "How",
    "Leaf",
    "Recorded",
    "Release",
    "ReleaseLog",
    "Salts",
    "Verified",
    "Wrong",
    "commitment",
    "compare",
    "count_day",
    "salts_of",
    "verify_receipt",
]
