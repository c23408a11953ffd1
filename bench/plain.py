"""The peer of the register: a ledger of plain JSON lines, loaded as beancount and fava load theirs.

Nothing is signed, checked or hashed. It is about the least that a durable list of statements costs.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SUBJECTS = {
    "register.opened": "origin",
    "organisation.admitted": "organisation",
    "dataset.described": "dataset",
    "column.described": "dataset",
    "proposal.made": "proposal",
    "ask.added": "proposal",
    "basis.stated": "proposal",
    "benefit.claimed": "benefit",
    "benefit.scored": "benefit",
    "risk.named": "risk",
    "risk.scored": "risk",
    "signal.declared": "declaration",
}
"""The field that names what a statement of each kind is about."""

Ledger = dict[str, dict[str, list[dict[str, Any]]]]


def append(path: Path, statements: Iterable[dict[str, Any]]) -> None:
    """Add a line for each statement; all of them survive a loss of power on return."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(said, separators=(",", ":")) + "\n" for said in statements)
        file.flush()
        os.fsync(file.fileno())


def fold(path: Path) -> Ledger:
    """Read every line back and file it under what it is about."""
    ledger: Ledger = {subject: {} for subject in SUBJECTS.values()}
    with path.open(encoding="utf-8") as file:
        for line in file:
            said = json.loads(line)
            subject = SUBJECTS[said["kind"]]
            ledger[subject].setdefault(said["body"][subject], []).append(said)
    return ledger
