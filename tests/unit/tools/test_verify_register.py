"""The checker accepts a register made from the reference page alone, and names each fault in it."""

import ast
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TOOL = Path(__file__).parents[3] / "tools" / "verify_register.py"
LINES = 150
ORIGIN = "register.example"
SEALED = 1_750_000_000  # 2025-06-15T15:06:40Z
L = 2**252 + 27742317777372353535851937790883648493

Files = dict[str, bytes]
Planned = dict[str, Any]


class Key:
    def __init__(self, seed: str) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest())
        self.public = self.private.public_key().public_bytes_raw()
        self.b64 = b64encode(self.public).decode()
        self.id = sha256(self.public).hexdigest()[:32]

    def sign(self, text: bytes) -> bytes:
        return self.private.sign(text)

    def vkey(self, name: str, kind: int) -> str:
        data = bytes([kind]) + self.public
        return f"{name}+{self.key_id(name, kind).hex()}+{b64encode(data).decode()}"

    def key_id(self, name: str, kind: int) -> bytes:
        return sha256(name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    def line(self, name: str, kind: int, signature: bytes) -> str:
        return f"— {name} {b64encode(self.key_id(name, kind) + signature).decode()}\n"


KEYS = {
    name: Key(name)
    for name in "s1 s2 s3 operator council council2 log log2 time time2 stranger".split()  # noqa: SIM905
}
BLOB = b"a large public text\n" * 50


def vkeys(log: str, time: str) -> dict[str, str]:
    return {
        "log_key": KEYS[log].vkey(ORIGIN, 1),
        "time_key": KEYS[time].vkey(f"{ORIGIN}/time", 4),
    }


def planned(
    kind: str, body: Planned, *signers: str, org: str = "op", at: str = "10:00:00"
) -> Planned:
    return {
        "v": 1,
        "kind": kind,
        "kind_version": 1,
        "at": f"2025-06-15T{at}Z",
        "org": org,
        "role": "steward",
        "actor_ref": "a-1",
        "body": body,
        "signers": list(signers),
    }


def rotated(organisation: str, key: str, *signers: str, **fields: Any) -> Planned:
    body = {"organisation": organisation, "public_key": KEYS[key].b64}
    return planned("organisation.key_rotated", body, *signers, **fields)


def story() -> list[Planned]:
    opened = vkeys("log", "time") | {
        "origin": ORIGIN,
        "stewards": [{"key": KEYS[f"s{i}"].b64, "ref": f"a-{i}"} for i in (1, 2, 3)],
        "quorum": 2,
        "operator": "op",
        "operator_key": KEYS["operator"].b64,
    }
    council = {"organisation": "council", "public_key": KEYS["council"].b64}
    blob = {"media": 'text/"plain"', "sha256": sha256(BLOB).hexdigest(), "size": len(BLOB)}
    # An emoji sorts before U+FB33 in UTF-16, after it in UTF-8: RFC 8785 wants the former.
    odd = {"\ufb33": "é\u2028\x07\x7f", "\U0001f600": 2**53 - 1, "b": [True, -1, {}, [], '\\"null']}
    entries = [
        planned("register.opened", opened, "s1", "s3"),
        planned("organisation.admitted", council, "s1", "s2", "s3", at="10:00:01"),
        planned("signal.declared", odd, "council", org="council", at="10:00:01"),
        planned("vision.published", {"picture": [{"of": blob}]}, at="10:00:02"),
        rotated("council", "council2", "council", "council2", org="council", at="11:00:00"),
        planned("register.key_rotated", vkeys("log2", "time2"), "log", at="11:30:00"),
        planned("duty.met", {"text": blob}, "council2", org="council", at="12:00:00"),
    ]
    for number, entry in enumerate(entries):
        entry["command_id"] = f"c-{number}"
    entries[2]["command_id"] = "c-1"
    return entries


def sign_entry(entry: Planned) -> bytes:
    fields = {name: value for name, value in entry.items() if name != "signers"}
    text = b"answerable/entry/v1\n" + rfc8785.dumps(fields)
    signers = sorted((KEYS[name] for name in entry["signers"]), key=lambda key: key.id)
    signatures = [{"key": key.id, "sig": b64encode(key.sign(text)).decode()} for key in signers]
    return rfc8785.dumps(fields | {"signatures": signatures})


def signed_story(entries: list[Planned]) -> list[bytes]:
    text = b"answerable/register/v1\n" + rfc8785.dumps(entries[0]["body"])
    for entry in entries:
        entry.setdefault("register_id", sha256(text).hexdigest()[:32])
    return [sign_entry(entry) for entry in entries]


def tree(hashes: list[bytes]) -> bytes:
    """Merkle tree by levels: pairs are joined, an odd one goes up as it is."""
    while len(hashes) > 1:
        pairs = [hashes[i : i + 2] for i in range(0, len(hashes), 2)]
        hashes = [sha256(b"\x01" + p[0] + p[1]).digest() if len(p) > 1 else p[0] for p in pairs]
    return hashes[0] if hashes else sha256(b"").digest()


def checkpoint(
    size: int | str, root: bytes, log: str = "log2", time: str = "time2", at: int = SEALED
) -> bytes:
    text = f"{ORIGIN}\n{size}\n{b64encode(root).decode()}\n"
    stamped = KEYS[time].sign(f"cosignature/v1\ntime {at}\n{text}".encode())
    first = KEYS[log].line(ORIGIN, 1, KEYS[log].sign(text.encode()))
    second = KEYS[time].line(f"{ORIGIN}/time", 4, at.to_bytes(8, "big") + stamped)
    return f"{text}\n{first}{second}".encode()


def published(entries: list[bytes], **seal: Any) -> Files:
    """Return the files for fewer than 256,000 entries."""
    parts = {"entries": [len(e).to_bytes(2, "big") + e for e in entries]}
    hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
    files = {"checkpoint": checkpoint(len(entries), tree(hashes), **seal)}
    for level in range(3):
        parts[str(level)] = hashes
        full = len(hashes) // 256
        hashes = [tree(hashes[256 * n : 256 * n + 256]) for n in range(full)]
    for level_name, data in parts.items():
        for n in range(0, len(data), 256):
            here = data[n : n + 256]
            end = "" if len(here) == 256 else f".p/{len(here)}"
            files[f"tile/{level_name}/{n // 256:03d}{end}"] = b"".join(here)
    return files


def published_with_blob(entries: list[Planned], **seal: Any) -> Files:
    blob = {f"blob/{sha256(BLOB).hexdigest()}": BLOB}
    return published(signed_story(entries), **seal) | blob


def whole() -> Files:
    return published_with_blob(story())


KEPT = whole()


class Bench:
    """A folder that holds the files asked for, rewriting only those that changed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.now = folder, capsys, Files()

    def put(self, files: Files) -> None:
        for name in self.now.keys() - files.keys():
            (self.folder / name).unlink()
        for name, data in files.items():
            if self.now.get(name) != data:
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / name).write_bytes(data)
        self.now = dict(files)

    def check(self, *vkey: str) -> tuple[int, str, str]:
        code, said = 0, ""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["verify_register.py", str(self.folder), *vkey])
            try:
                runpy.run_module("tools.verify_register", run_name="__main__")
            except SystemExit as end:  # its code is what is said on stderr
                code, said = 1, f"{end.code}\n"
        out, err = self.capsys.readouterr()
        return code, out, said + err

    def fault(self, files: Files, *vkey: str) -> tuple[str, str]:
        """Return the place of the fault, and what it is."""
        self.put(files)
        code, out, said = self.check(*vkey)
        assert (code, out) == (1, "")
        return fault(said)


def fault(said: str) -> tuple[str, str]:
    found = re.fullmatch(r"FAULT: ('.*?'|\".*?\"): (\w+\(.*\))\n", said)
    assert found, said
    return ast.literal_eval(found[1]), found[2]


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    return Bench(tmp_path / "public", capsys)


def test_good_register(bench: Bench) -> None:
    bench.put(whole())
    (bench.folder / "tile" / "empty").mkdir()
    code, out, err = bench.check()
    assert (code, err) == (0, "")
    root = whole()["checkpoint"].decode().split("\n")[2]
    assert out.endswith(f"\nOK: 7 entries, root {root}\n")
    assert "not given, so trusted" in out
    assert KEYS["log2"].vkey(ORIGIN, 1) in out
    assert sha256(KEYS["log2"].public).hexdigest() in out
    assert "Not checked" in out


def as_program(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(TOOL), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_as_a_program(bench: Bench) -> None:
    files = whole()
    bench.put(files)
    good = as_program(bench.folder)
    assert (good.returncode, good.stderr) == (0, "")
    bench.put(files | {"extra\nOK: 7": b""})
    bad = as_program(bench.folder)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr == "FAULT: 'extra\\nOK: 7': ValueError('is not expected')\n"
    for wrong in ([], [bench.folder, "key", "more"]):
        said = as_program(*wrong)
        assert said.returncode == 1
        assert "DIR [VKEY]" in said.stderr
        assert said.stdout == ""


def test_the_demo_as_a_program(told: Path, tmp_path: Path) -> None:
    good = as_program(told / "public")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-1].startswith("OK: ")
    public = tmp_path / "public"
    shutil.copytree(told / "public", public)
    bundle = next(path for path in sorted((public / "tile/entries").rglob("*")) if path.is_file())
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.chmod(0o644)
    bundle.write_bytes(data)
    bad = as_program(public)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("FAULT: ")


def test_short_and_sharing_no_code() -> None:
    text = TOOL.read_text()
    assert len(text.splitlines()) <= LINES
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).split(".")[0])
    assert names <= sys.stdlib_module_names | {"cryptography", "rfc8785"}
    assert "__import__" not in text
    assert "importlib" not in text


# The key that is trusted


@pytest.mark.parametrize("name", ["log", "log2"])
def test_vkey_that_leads_to_the_seal(bench: Bench, name: str) -> None:
    bench.put(whole())
    code, out, _ = bench.check(KEYS[name].vkey(ORIGIN, 1))
    assert code == 0
    assert "you gave" in out


@pytest.mark.parametrize(
    "vkey", ["", "nonsense", KEYS["stranger"].vkey(ORIGIN, 1), KEYS["log2"].vkey("x", 1)]
)
def test_vkey_that_does_not(bench: Bench, vkey: str) -> None:
    place, what = bench.fault(whole(), vkey)
    assert place == "VKEY"
    assert "does not lead" in what


def test_stewards_replace_the_log_key(bench: Bench) -> None:
    entries = story()
    entries[5]["signers"] = ["s1", "s2"]
    files = published_with_blob(entries)
    bench.put(files)
    assert bench.check()[0] == 0
    assert bench.check(KEYS["log2"].vkey(ORIGIN, 1))[0] == 0
    assert bench.fault(files, KEYS["log"].vkey(ORIGIN, 1))[0] == "VKEY"


def test_stewards_replace_the_time_key_only(bench: Bench) -> None:
    entries = story()
    entries[5] |= {"signers": ["s1", "s2"], "body": vkeys("log", "time2")}
    bench.put(published_with_blob(entries, log="log"))
    assert bench.check(KEYS["log"].vkey(ORIGIN, 1))[0] == 0
    entries = story()
    rotation(planned("register.key_rotated", vkeys("log2", "time"), "s1", "s2"))(entries)
    bench.put(published_with_blob(entries, time="time"))
    assert bench.check(KEYS["log"].vkey(ORIGIN, 1))[0] == 0


def test_stewards_replace_an_organisation_key(bench: Bench) -> None:
    entries = story()
    entries[4]["signers"] = ["council2", "s3", "s1"]
    bench.put(published_with_blob(entries))
    assert bench.check()[0] == 0


# Faults said by someone who holds every key: the register is signed and sealed anew

Change = Callable[[list[Planned]], object]


def put(number: int, **fields: Any) -> Change:
    return lambda entries: entries[number].update(fields)


def body(number: int, **fields: Any) -> Change:
    return lambda entries: entries[number]["body"].update(fields)


def signers(number: int, *names: str) -> Change:
    return put(number, signers=list(names))


def rotation(*more: Planned) -> Change:
    return lambda entries: entries.extend(
        entry | {"command_id": f"d-{n}", "at": "2025-06-15T13:00:00Z"}
        for n, entry in enumerate(more)
    )


SAID = {
    "time goes back": (put(3, at="2025-06-15T10:00:00Z"), "entry 3", "time"),
    "time of another form": (put(3, at="2025-06-15T10:00:03+00:00"), "entry 3", "time"),
    "time with a fraction": (put(3, at="2025-06-15T10:00:03.5Z"), "entry 3", "time"),
    "no such day": (put(6, at="2025-06-31T10:00:00Z"), "entry 6", ""),
    "short day": (put(6, at="2025-6-15T12:00:00Z"), "entry 6", "iso"),
    "command used again": (put(3, command_id="c-0"), "entry 3", "command_id"),
    "command not together": (put(6, command_id="c-1"), "entry 6", "command_id"),
    "another register": (put(4, register_id="0" * 32), "entry 4", "register_id"),
    "another register at 0": (put(0, register_id="0" * 32), "entry 0", "register_id"),
    "v 2": (put(2, v=2), "entry 2", "fields"),
    "v true": (put(2, v=True), "entry 2", "fields"),
    "a field too many": (put(2, note="x"), "entry 2", "fields"),
    "a field too few": (lambda e: e[2].pop("role"), "entry 2", "fields"),
    "a field of another name": (
        lambda e: e[2].update(rolf=e[2].pop("role")),
        "entry 2",
        "fields",
    ),
    "a null": (body(3, x=None), "entry 3", "null"),
    "a fraction": (body(3, x=[1.5]), "entry 3", "fraction"),
    "too long": (body(3, x="x" * 32768), "entry 3", "32 KiB"),
    "organisation unknown": (put(3, org="nobody"), "entry 3", "admitted"),
    "organisation before its admission": (put(1, org="council"), "entry 1", "admitted"),
    "entry 0 of another organisation": (put(0, org="council"), "entry 0", "admitted"),
    "entry 0 of another kind": (put(0, kind="vision.published"), "entry 0", "register.opened"),
    "opened twice": (put(3, kind="register.opened"), "entry 3", "register.opened"),
    "quorum 0": (body(0, quorum=0), "entry 0", "signed"),
    "quorum 4": (body(0, quorum=4), "entry 0", "signed"),
    "quorum a word": (body(0, quorum="two"), "entry 0", ""),
    "no stewards": (lambda e: e[0]["body"].pop("stewards"), "entry 0", "stewards"),
    "log key of another type": (body(0, log_key=KEYS["log"].vkey(ORIGIN, 4)), "entry 0", "vkey"),
    "log key with a wrong id": (
        body(0, log_key=f"{ORIGIN}+00000000+{KEYS['log'].vkey(ORIGIN, 1).split('+', 2)[2]}"),
        "entry 0",
        "vkey",
    ),
    "one steward at 0": (signers(0, "s1"), "entry 0", "signed"),
    "one steward admits": (signers(1, "s2"), "entry 1", "signed"),
    "nobody admits": (signers(1), "entry 1", "signed"),
    "stewards and the new key admit": (signers(1, "s1", "s2", "council"), "entry 1", "signed"),
    "stewards and a stranger admit": (signers(1, "s1", "s2", "stranger"), "entry 1", "keys"),
    "admitted twice": (
        rotation(
            planned(
                "organisation.admitted",
                {"organisation": "op", "public_key": KEYS["s1"].b64},
                "s1",
                "s2",
            )
        ),
        "entry 7",
        "twice",
    ),
    "act without signature": (signers(2), "entry 2", "signed"),
    "act by the operator": (signers(2, "operator"), "entry 2", "signed"),
    "act by both": (signers(2, "operator", "council"), "entry 2", "signed"),
    "act by a quorum": (signers(2, "s1", "s2"), "entry 2", "signed"),
    "act by a retired key": (signers(6, "council"), "entry 6", "keys"),
    "act by a key not yet in force": (signers(2, "council2"), "entry 2", "keys"),
    "signed where nobody signs": (signers(3, "operator"), "entry 3", "signed"),
    "signed like the rotation it is not": (
        lambda e: e[3].update(kind="vision.key_rotated", signers=["s1", "s2"]),
        "entry 3",
        "signed",
    ),
    "rotation without the new key": (signers(4, "council"), "entry 4", "signed"),
    "rotation by the new key alone": (signers(4, "council2"), "entry 4", "signed"),
    "rotation by one steward": (signers(4, "council2", "s1"), "entry 4", "signed"),
    "rotation by old key and steward": (
        signers(4, "council", "council2", "s1"),
        "entry 4",
        "signed",
    ),
    "rotation of nobody": (body(4, organisation="nobody"), "entry 4", "nobody"),
    "new log key signs itself in": (signers(5, "log2"), "entry 5", "keys"),
    "operator replaces the log key": (signers(5, "operator"), "entry 5", "signed"),
    "log key and a steward": (signers(5, "log", "s1"), "entry 5", "signed"),
    "retired log key": (
        rotation(planned("register.key_rotated", vkeys("log2", "time"), "log")),
        "entry 7",
        "keys",
    ),
    "public key too short": (body(1, public_key="AAAA"), "entry 1", "base64"),
    "public key not canonical": (
        body(1, public_key=KEYS["council"].b64.replace("=", "\n=")),
        "entry 1",
        "base64",
    ),
    "blob of another size": (
        lambda e: e[6]["body"]["text"].update(size=1),
        f"blob/{sha256(BLOB).hexdigest()}",
        "content",
    ),
    "blob that is not there": (
        lambda e: e[3].update(body={"media": "x", "sha256": "0" * 64, "size": 1}),
        f"blob/{'0' * 64}",
        "missing",
    ),
    "blob of a size in quotes": (
        lambda e: e[6]["body"]["text"].update(size="1000"),
        f"blob/{sha256(BLOB).hexdigest()}",
        "",
    ),
    "blob of no digest": (
        lambda e: e[3].update(body={"media": "x", "sha256": "../checkpoint", "size": 1}),
        "blob/../checkpoint",
        "plain file",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_fault_in_what_is_said(bench: Bench, name: str) -> None:
    change, place, word = SAID[name]
    entries = deepcopy(story())
    change(entries)
    found, what = bench.fault(published_with_blob(entries))
    assert found == place
    assert word in what


def reformed(change: Callable[[bytes], bytes], number: int = 3) -> Files:
    data = signed_story(story())
    assert change(data[number]) != data[number]
    data[number] = change(data[number])
    return whole() | published(data)


WRITTEN = {
    "a space": lambda b: b.replace(b":", b": ", 1),
    "a line feed at the end": lambda b: b + b"\n",
    "other order": lambda b: b'{"v":1,' + b[1:].replace(b',"v":1', b""),
    "a name twice": lambda b: b'{"actor_ref":"a-1",' + b[1:],
    "a name twice in the body": lambda b: b.replace(b'{"of":', b'{"of":1,"of":'),
    "an escape too many": lambda b: b.replace(b"a-1", b"\\u0061-1"),
    "a slash escaped": lambda b: b.replace(b"text/", b"text\\/"),
    "1.0": lambda b: b.replace(b'"v":1', b'"v":1.0'),
    "1e0": lambda b: b.replace(b'"v":1', b'"v":1e0'),
    "-0": lambda b: b.replace(b'"picture":[', b'"picture":[-0,'),
    "NaN": lambda b: b.replace(b'"picture":[', b'"picture":[NaN,'),
    "2**53": lambda b: b.replace(b'"picture":[', b'"picture":[9007199254740992,'),
    "half a surrogate": lambda b: b.replace(b"a-1", b"\\ud800"),
    "not UTF-8": lambda b: b.replace(b"a-1", b"\xff"),
    "a mark of byte order": lambda b: b"\xef\xbb\xbf" + b,
    "UTF-16": lambda b: b.decode().encode("utf-16"),
    "a list": lambda b: b"[" + b + b"]",
    "a number": lambda b: b"1",
    "nothing": lambda b: b"",
    "10,000 brackets": lambda b: b"[" * 10_000,
}


@pytest.mark.parametrize("name", WRITTEN)
def test_entry_not_in_canonical_form(bench: Bench, name: str) -> None:
    assert bench.fault(reformed(WRITTEN[name]))[0] == "entry 3"


def resigned(change: Callable[[list[dict[str, str]]], object], number: int = 1) -> Files:
    def changed(data: bytes) -> bytes:
        entry = json.loads(data)
        change(entry["signatures"])
        return rfc8785.dumps(entry)

    return reformed(changed, number)


def malleable(signatures: list[dict[str, str]]) -> None:
    data = b64decode(signatures[0]["sig"])
    s = int.from_bytes(data[32:], "little") + L
    signatures[0]["sig"] = b64encode(data[:32] + s.to_bytes(32, "little")).decode()


SIGNED: dict[str, Callable[[list[dict[str, str]]], object]] = {
    "out of order": lambda s: s.reverse(),
    "twice": lambda s: s.append(s[-1]),
    "exchanged": lambda s: [s[0].update(sig=s[1]["sig"])],
    "not base64": lambda s: s[0].update(sig="*" * 88),
    "base64 with other last bits": lambda s: s[0].update(sig=s[0]["sig"][:-3] + "B=="),
    "base64 without padding": lambda s: s[0].update(sig=s[0]["sig"].rstrip("=")),
    "short": lambda s: s[0].update(sig="AAAA"),
    "a field too many": lambda s: s[0].update(time="now"),
    "a field too few": lambda s: s[0].pop("sig"),
    "a number": lambda s: s.append(1),  # type: ignore[arg-type]
    "s + L": malleable,
}


def test_signatures_not_a_list(bench: Bench) -> None:
    for wrong in (b"{}", b'""', b"0", b"[[]]"):
        data = signed_story(story())
        data[3] = data[3].replace(b'"signatures":[]', b'"signatures":' + wrong)
        assert bench.fault(KEPT | published(data))[0] == "entry 3"


@pytest.mark.parametrize("name", SIGNED)
def test_wrong_signature(bench: Bench, name: str) -> None:
    assert bench.fault(resigned(SIGNED[name]))[0] == "entry 1"


def test_changed_after_signing(bench: Bench) -> None:
    said = bench.fault(reformed(lambda b: b.replace(b"a-1", b"a-2"), 2))
    assert said == ("entry 2", "InvalidSignature()")


# Faults of files

BUNDLE, TILE = "tile/entries/000.p/7", "tile/0/000.p/7"
NOT_PLAIN = "ValueError('is missing, or is not a plain file')"
NOT_EXPECTED = "ValueError('is not expected')"
NOT_MADE = "ValueError('is not what the entries make it')"


def test_missing_files(bench: Bench) -> None:
    for name in whole():
        files = whole()
        del files[name]
        assert bench.fault(files) == (name, NOT_PLAIN)


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "tile/0/000",
        "tile/0/000.p/6",
        "tile/1/000.p/1",
        "tile/entries/000.p/3",
        "blob/x",
        ".hidden",
        "checkpoint~",
    ],
)
def test_unexpected_files(bench: Bench, name: str) -> None:
    assert bench.fault(whole() | {name: b""}) == (name, NOT_EXPECTED)


def test_links_and_folders_in_place_of_files(bench: Bench, tmp_path: Path) -> None:
    for name in whole():
        bench.put(whole())
        path = bench.folder / name
        kept = tmp_path / "kept"
        shutil.move(path, kept)
        path.symlink_to(kept)
        assert fault(bench.check()[2]) == (name, NOT_PLAIN)
        path.unlink()
        path.mkdir()
        assert bench.check()[0] == 1
        path.rmdir()
        shutil.move(kept, path)
    shutil.move(bench.folder / "tile", kept)
    (bench.folder / "tile").symlink_to(kept)
    assert fault(bench.check()[2]) == ("tile", NOT_EXPECTED)
    (bench.folder / "tile").unlink()
    shutil.move(kept, bench.folder / "tile")
    os.mkfifo(bench.folder / "pipe")
    assert fault(bench.check()[2]) == ("pipe", NOT_EXPECTED)


def test_bytes_too_many_or_too_few(bench: Bench) -> None:
    for name, data in whole().items():
        for wrong in (data + b"\0", data + b"\n", data[:-1], b"", data + data):
            place, _ = bench.fault(whole() | {name: wrong})
            assert name in (place, BUNDLE)
    bundle = whole()[BUNDLE]  # read first, so what it makes of the other files may come to light
    for wrong in (b"", bundle[:-1], bundle + b"\0", bundle + b"\0\0", bundle + bundle):
        assert bench.fault(whole() | {BUNDLE: wrong})[0].startswith(("tile/", "blob/"))
    assert bench.fault(whole() | {TILE: whole()[TILE] + b"\0" * 32}) == (TILE, NOT_MADE)


def flips(data: bytes, start: int, end: int, step: int) -> Iterator[bytes]:
    for bit in range(8 * start, 8 * end, step):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_one_bit_of_the_checkpoint(bench: Bench) -> None:
    data = whole()["checkpoint"]
    size = data.index(b"\n") + 1
    for changed in flips(data, 0, len(data), 5):
        place, _ = bench.fault(KEPT | {"checkpoint": changed})
        # A size changed to another asks for other files; everything else is of the checkpoint.
        if changed[size : size + 1].isdigit() and changed[size] != data[size]:
            assert place.startswith("tile/")
        else:
            assert place == "checkpoint"


def test_one_bit_of_the_bundle(bench: Bench) -> None:
    for changed in flips(KEPT[BUNDLE], 0, len(KEPT[BUNDLE]), 61):
        assert bench.fault(KEPT | {BUNDLE: changed})[0].startswith(("tile/", "blob/"))


def test_one_bit_of_the_tile(bench: Bench) -> None:
    for changed in flips(KEPT[TILE], 0, len(KEPT[TILE]), 9):
        assert bench.fault(KEPT | {TILE: changed}) == (TILE, NOT_MADE)


def test_one_bit_of_the_blob(bench: Bench) -> None:
    name = f"blob/{sha256(BLOB).hexdigest()}"
    for changed in flips(BLOB, 0, len(BLOB), 67):
        assert bench.fault(KEPT | {name: changed})[0] == name


# Faults of the seal


@pytest.mark.parametrize(
    "seal",
    [
        {"log": "log"},
        {"time": "time"},
        {"log": "stranger"},
        {"log": "time2", "time": "log2"},
        {"at": 0},
    ],
)
def test_seal_by_another_key_or_too_early(bench: Bench, seal: dict[str, Any]) -> None:
    assert bench.fault(published_with_blob(story(), **seal))[0] == "checkpoint"


def test_seal_in_the_second_of_the_last_entry(bench: Bench) -> None:
    noon = SEALED - SEALED % 86400 + 12 * 3600
    bench.put(published_with_blob(story(), at=noon))
    assert bench.check()[0] == 0
    place, what = bench.fault(published_with_blob(story(), at=noon - 1))
    assert place == "checkpoint"
    assert "sealed before its last entry" in what


def test_checkpoint_of_another_form(bench: Bench) -> None:
    good = KEPT["checkpoint"]
    lines = good.split(b"\n")
    wrong = [
        good.replace(b"\n7\n", b"\n07\n"),
        good.replace(b"\n7\n", b"\n+7\n"),
        good.replace(b"\n7\n", b"\n7 \n"),
        good.replace(b"\n7\n", "\n\u0667\n".encode()),
        good.replace(b"\n", b"\r\n"),
        good.replace("—".encode(), b"-"),
        good.replace("— ".encode(), "—  ".encode(), 1),
        good.replace(f"— {ORIGIN} ".encode(), b""),
        good.replace(f"— {ORIGIN}/time ".encode(), b""),
        good.replace(f"— {ORIGIN} ".encode(), "— other ".encode()),
        good + b"\n",
        good + lines[4] + b"\n",
        good.replace(b"\n\n", b"\nmore\n\n"),
        b"\n".join([*lines[:4], lines[5], lines[4], b""]),
        b"\n".join([*lines[:5], b""]),
        b"\xff" + good,
        b"",
    ]
    for changed in wrong:
        assert bench.fault(KEPT | {"checkpoint": changed})[0] == "checkpoint"
    huge = good.replace(b"\n7\n", b"\n1000000000000000000\n")
    assert bench.fault(KEPT | {"checkpoint": huge}) == ("tile/entries/000", NOT_PLAIN)


def test_another_root_or_size_signed_by_the_right_keys(bench: Bench) -> None:
    root = b64decode(KEPT["checkpoint"].split(b"\n")[2])
    wrong = [checkpoint(size, root) for size in ("07", "+7", "7 ", "0_7")]
    for changed in (checkpoint(7, bytes(32)), *wrong):
        place, what = bench.fault(KEPT | {"checkpoint": changed})
        assert place == "checkpoint"
        assert "another size or root" in what


def test_entries_replaced_under_the_same_seal(bench: Bench) -> None:
    entries = story()
    entries[3]["body"]["text"] = "changed"
    place, what = bench.fault(published_with_blob(entries) | {"checkpoint": KEPT["checkpoint"]})
    assert place == "checkpoint"
    assert "another size or root" in what


def test_seal_of_another_text(bench: Bench) -> None:
    good = KEPT["checkpoint"].split(b"\n")
    other = checkpoint(6, bytes(32)).split(b"\n")
    for line in (4, 5):
        changed = b"\n".join([*good[:line], other[line], *good[line + 1 :]])
        assert bench.fault(KEPT | {"checkpoint": changed}) == ("checkpoint", "InvalidSignature()")


def test_seal_by_a_log_key_of_another_name(bench: Bench) -> None:
    entries = story()
    entries[5]["body"]["log_key"] = KEYS["log2"].vkey("other", 1)
    files = published_with_blob(entries)
    text, signatures = files["checkpoint"].decode().split("\n\n")
    first = KEYS["log2"].line("other", 1, KEYS["log2"].sign(f"{text}\n".encode()))
    files["checkpoint"] = f"{text}\n\n{first}{signatures.splitlines()[1]}\n".encode()
    place, what = bench.fault(files)
    assert place == "checkpoint"
    assert "another origin" in what


def test_no_entries(bench: Bench) -> None:
    assert bench.fault(published([]))[0] == "checkpoint"
    assert bench.fault(KEPT | {"checkpoint": checkpoint(0, sha256().digest())})[0] in KEPT


def test_another_origin(bench: Bench) -> None:
    changed = KEPT["checkpoint"].replace(ORIGIN.encode(), b"elsewhere.example", 1)
    assert bench.fault(KEPT | {"checkpoint": changed})[0] == "checkpoint"
    entries = story()
    entries[0]["body"]["origin"] = "elsewhere.example"
    place, what = bench.fault(published_with_blob(entries))
    assert place == "checkpoint"
    assert "another origin" in what


def test_no_folder(bench: Bench) -> None:
    assert fault(bench.check()[2]) == ("checkpoint", NOT_PLAIN)


# Larger trees


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 513])
def test_sizes(bench: Bench, size: int) -> None:
    entries = story()[:1]
    entries += [planned("vision.published", {}) | {"command_id": f"x-{n}"} for n in range(size - 1)]
    files = published(signed_story(entries), log="log", time="time")
    bench.put(files)
    assert bench.check()[0] == 0
    for name, data in files.items():
        changed = bytes([*data[:-1], data[-1] ^ 1])
        place, _ = bench.fault(files | {name: changed})
        assert place == name or name.startswith("tile/entries/")
    assert ("tile/1/000.p/1" in files) == (256 <= size < 512)


def test_names_of_tiles() -> None:
    tiles = runpy.run_module("tools.verify_register")["tiles"]
    for level, size, last in (
        ("entries", 1234 * 256 + 5, "tile/entries/x001/234.p/5"),
        (0, 70_000, "tile/0/273.p/112"),
        (1, 273, "tile/1/001.p/17"),
        (1, 256, "tile/1/000"),
        (2, 1, "tile/2/000.p/1"),
    ):
        names = list(tiles(level, [b""] * (size)))
        assert len(names) == -(-size // 256)
        assert names[-1] == last
    names = list(tiles("entries", [b""] * (1234 * 256)))
    assert names[999:1001] == ["tile/entries/999", "tile/entries/x001/000"]
