"""How fast the transparency log is: leaves and proofs, alone and beside pymerkle.

pymerkle (GPL) is no dependency: it is installed into a throw-away environment and measured there,
in turns with our own code, each in a fresh process of the same Python.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answerable.science.tlog import Tree, leaf_hashes
from bench.figures import Figure, Say, at_least, at_most

NAME = "log"
DESCRIPTION = "Transparency log: leaves per second, proofs, and both beside pymerkle 7.0.0"

LEAVES = 1_000_000
ENTRY_BYTES = 300
BIG_TREE = 10_000_000
BATCH = 1_000
PROOFS = 10_000
RUNS = 3
PYMERKLE = "pymerkle==7.0.0"

_SHARED = """
import json, sys, time
entries = [b"%0300d" % number for number in range(100_000)]
indexes = [number * 7919 % 100_000 for number in range(10_000)]

def cpu(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, result
"""

_OURS = """
from answerable.science.tlog import Tree, leaf_hash, leaf_hashes

def batch():
    tree = Tree()
    for at in range(0, len(entries), 1000):
        tree.extend(leaf_hashes(entries[at:at + 1000]))
    return tree

def single():
    tree = Tree()
    for entry in entries:
        tree.append(leaf_hash(entry))
    return tree

def prove():
    for index in indexes:
        tree.inclusion(index)

batched, tree = cpu(batch)
one_by_one, tree = cpu(single)
proofs, _ = cpu(prove)
root = tree.root().hex()
print(json.dumps({"batch": batched, "single": one_by_one, "proofs": proofs, "root": root}))
"""

_THEIRS = """
from pymerkle import InmemoryTree

def batch():
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(entries)
    return tree

def single():
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    return tree

def prove():
    for index in indexes:
        tree.prove_inclusion(index + 1)

batched, tree = cpu(batch)
one_by_one, tree = cpu(single)
proofs, _ = cpu(prove)
root = tree.get_root().hex()
print(json.dumps({"batch": batched, "single": one_by_one, "proofs": proofs, "root": root}))
"""


def run(say: Say) -> list[Figure]:
    """Measure everything; about a minute."""
    return [*_leaves(say), *_proofs(say), *_beside_pymerkle(say)]


def _leaves(say: Say) -> list[Figure]:
    say(f"hashing {LEAVES:,} entries of {ENTRY_BYTES} bytes into a tree, {RUNS} times")
    entries = [b"%0300d" % number for number in range(LEAVES)]
    best = min(_seconds_to_grow(entries) for _ in range(RUNS))
    return [at_least("leaves", LEAVES / best, "leaves per CPU second", 100_000, RUNS)]


def _seconds_to_grow(entries: list[bytes]) -> float:
    tree = Tree()
    start = time.process_time()
    for at in range(0, LEAVES, BATCH):
        tree.extend(leaf_hashes(entries[at : at + BATCH]))
    tree.root()
    return time.process_time() - start


def _proofs(say: Say) -> list[Figure]:
    say(f"proving inclusion in a tree of {BIG_TREE:,} leaves, {PROOFS:,} times")
    tree = Tree()
    for start in range(0, BIG_TREE, BATCH):
        numbers = range(start, start + BATCH)
        tree.extend(leaf_hashes(number.to_bytes(8, "big") for number in numbers))
    # Each proof is for another size, so that nothing is remembered from the one before.
    took = [_milliseconds_to_prove(tree, BIG_TREE - 37 * number) for number in range(PROOFS)]
    percentiles = statistics.quantiles(took, n=100)
    return [
        at_most("inclusion proof, median", percentiles[49], "ms", 1, PROOFS),
        at_most("inclusion proof, 99th percentile", percentiles[98], "ms", 1, PROOFS),
    ]


def _milliseconds_to_prove(tree: Tree, size: int) -> float:
    index = size * size // 7919 % size
    start = time.perf_counter_ns()
    tree.inclusion(index, size)
    return (time.perf_counter_ns() - start) / 1e6


def _beside_pymerkle(say: Say) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-log-") as folder:
        say(f"installing {PYMERKLE} into a throw-away environment")
        theirs = _install(Path(folder))
        say(f"100,000 entries: ours and pymerkle's in turns, {RUNS} times")
        rounds = [(_measure(sys.executable, _OURS), _measure(theirs, _THEIRS)) for _ in range(RUNS)]
    if len({measured["root"] for both in rounds for measured in both}) != 1:
        message = "the two libraries disagree about the root"
        raise RuntimeError(message)
    faster = "times faster"
    ratios = {key: _ratio(rounds, key, say) for key in ("batch", "single", "proofs")}
    return [
        at_least("append by the thousand, beside pymerkle", ratios["batch"], faster, 10, RUNS),
        at_least("append one by one, beside pymerkle", ratios["single"], faster, 1, RUNS),
        at_least("inclusion proof, beside pymerkle", ratios["proofs"], faster, 10, RUNS),
    ]


def _install(folder: Path) -> str:
    """Make an environment with pymerkle and give its Python."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(folder / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PYMERKLE]
    subprocess.run(install, check=True, capture_output=True)
    return python


def _measure(python: str, script: str) -> dict[str, float]:
    """Run a script in a process of its own and read the CPU seconds that it prints."""
    done = subprocess.run(
        [python, "-c", _SHARED + script], check=True, capture_output=True, text=True
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _ratio(rounds: list[tuple[dict[str, float], dict[str, float]]], key: str, say: Say) -> float:
    ours = min(mine[key] for mine, _ in rounds)
    theirs = min(other[key] for _, other in rounds)
    say(f"{key}: ours {ours:.4f} s, pymerkle's {theirs:.4f} s of CPU")
    return theirs / ours
