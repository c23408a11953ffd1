"""Check the public files of a register: python3 tools/verify_register.py DIR [VKEY].

Written from docs/reference/public-files.md alone. VKEY: a log key you trust, now or once in force.
"""
import base64, json, re, sys
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as Key
from rfc8785 import dumps as canonical

FIELDS = "actor_ref at body command_id kind kind_version org register_id role signatures v".split()
SIGNED = """dataset.opened recommendation.answered proposal.decided agreement.drafted duty.met
    agreement.signed agreement.suspended agreement.resumed signal.declared signal.ended panel.drawn
    pool.committed panel.finished recommendation.ratified service.listed service.withdrawn
    gateway.listed optouts.sealed releases.counted seed.promised seed.revealed
    replacement.committed"""
BLOB = re.compile(rb'\{"media":"(?:[^"\\]|\\.)*","sha256":"([^"]*)","size":([^}]*)\}')
def need(ok: object, what: str) -> None:
    if not ok:
        raise ValueError(what)
def unbase64(text: str, size: int = 32) -> bytes:
    data = base64.b64decode(text)
    need(base64.b64encode(data).decode() == text and len(data) == size, "base64 is not right")
    return data
def split_vkey(vkey: str, kind: int) -> tuple[str, bytes, bytes]:
    name, key_id, data = [*vkey.split("+", 2)[:2], unbase64(vkey.split("+", 2)[2], 33)]
    digest = sha256(f"{name}\n".encode() + data).hexdigest()[:8]
    need(digest == key_id and data[0] == kind and name.split() == [name], "a vkey is not valid")
    return name, bytes.fromhex(key_id), data[1:]
def tree(hashes: list[bytes]) -> bytes:
    left = 1 << (len(hashes) - 1).bit_length() >> 1  # the largest power of two below the length
    parts = tree(hashes[:left]) + tree(hashes[left:]) if left else b""
    return sha256(b"\1" + parts).digest() if parts else hashes[0]
def tiles(level: object, parts: list[bytes]) -> dict[str, bytes]:
    found = {}
    for n in range(0, len(parts), 256):
        *high, low = f"{n // 256:,}".split(",")  # tlog-tiles writes 1234067 as x001/x234/067
        path = f"tile/{level}/" + "".join(f"x{part:0>3}/" for part in high) + f"{low:0>3}"
        path += f".p/{len(parts) - n}" if len(parts) - n < 256 else ""
        found[path] = b"".join(parts[n : n + 256])
    return found
class Register:
    def __init__(self, folder: Path) -> None:
        self.folder, self.place, self.at, self.used = folder, "checkpoint", "", dict[str, bool]()
    def read(self, name: str) -> bytes:
        self.place, path = name, self.folder / name
        plain = path.is_file() and not path.is_symlink() and ".." not in name
        need(plain, "is missing, or is not a plain file")
        return path.read_bytes()

    def entries(self, size: int) -> tuple[list[bytes], bytes]:
        level, entries, wanted = 0, list[bytes](), {"checkpoint": self.read("checkpoint")}
        for path in tiles("entries", [b""] * min(size, 10**7)):
            bundle = BytesIO(self.read(path))
            while length := bundle.read(2):
                entries.append(bundle.read(int.from_bytes(length, "big")))
        wanted |= tiles("entries", [len(e).to_bytes(2, "big") + e for e in entries])
        leaves = hashes = [sha256(b"\0" + entry).digest() for entry in entries]
        while hashes:
            wanted |= tiles(level, hashes)
            full = range(0, len(hashes) - 255, 256)
            level, hashes = level + 1, [tree(hashes[n : n + 256]) for n in full]
        for digest, length in BLOB.findall(b"".join(entries)):
            data = wanted[f"blob/{digest.decode()}"] = self.read(f"blob/{digest.decode()}")
            right = sha256(data).hexdigest() == digest.decode() and len(data) == int(length)
            need(right, "is not the content that an entry names")
        there = [f for f in sorted(self.folder.rglob("*")) if f.is_symlink() or not f.is_dir()]
        for self.place in [*wanted, *(path.relative_to(self.folder).as_posix() for path in there)]:
            need(self.place in wanted, "is not expected")
            need(self.read(self.place) == wanted[self.place], "is not what the entries make it")
        return entries, tree(leaves)

    def entry(self, number: int, data: bytes) -> None:
        self.place = f"entry {number}"
        said = json.loads(data, parse_float=lambda _: need(0, "holds a fraction"))
        need(len(data) <= 32768 and canonical(said) == data, "is not canonical JSON of 32 KiB")
        need(b"null" not in re.sub(rb'"(?:[^"\\]|\\.)*"', b"", data), "holds a null")
        need(list(said) == FIELDS and data.endswith(b',"v":1}'), "does not have the right fields")
        need((said["kind"] == "register.opened") is not bool(number), "register.opened is entry 0")
        if number == 0:
            text = b"answerable/register/v1\n" + canonical(body := said["body"])
            self.register_id, self.opened = sha256(text).hexdigest()[:32], body
            self.stewards = {unbase64(steward["key"]) for steward in body["stewards"]}
            self.keys = {body["operator"]: unbase64(body["operator_key"])}
            self.log_keys, self.time_key = [body["log_key"]], body["time_key"]
        at, said_by = f"{datetime.fromisoformat(said['at']):%Y-%m-%dT%TZ}", said["command_id"]
        need(at == said["at"] >= self.at, "has a bad or an earlier time")
        need(said_by not in self.used or said_by == [*self.used][-1], "uses a command_id again")
        known = said["register_id"] == self.register_id and said["org"] in self.keys
        need(known, "has the wrong register_id, or an org that was not admitted before")
        self.at, self.used[said_by] = at, True
        self.signatures(said, said["kind"], said["body"], said.pop("signatures"))

    def signatures(self, said: Any, kind: str, body: Any, given: list[dict[str, str]]) -> None:
        old, new, log = b"", b"", split_vkey(self.log_keys[-1], 1)[2]
        if kind in ("organisation.admitted", "organisation.key_rotated"):
            old, new = self.keys.get(body["organisation"], b""), unbase64(body["public_key"])
            need((kind == "organisation.admitted") == (not old), "admits twice or rotates nobody")
        keys = (*self.stewards, *self.keys.values(), log, new)
        known = {sha256(key).hexdigest()[:32]: key for key in keys}
        ids = [name for name, _ in map(dict.values, list.copy(given))]  # just "key" and "sig"
        need(ids == sorted(set(ids) & set(known)), "has signatures out of order, or by other keys")
        signers, text = {known[name] for name in ids}, b"answerable/entry/v1\n" + canonical(said)
        for one in given:
            Key.from_public_bytes(known[one["key"]]).verify(unbase64(one["sig"], 64), text)
        others = signers - {new} if old else signers  # those besides the new key of a rotation
        right = others <= self.stewards and len(others) >= self.opened["quorum"] > 0
        if old or kind == "register.key_rotated":
            right = (right or others == {old if new else log}) and (not new or new in signers)
        elif kind not in ("register.opened", "organisation.admitted"):
            right = signers == {self.keys[said["org"]] for _ in {kind} & set(SIGNED.split())}
        need(right, "is not signed by exactly those who must sign it")
        self.keys |= {body["organisation"]: new} if new else {}
        if kind == "register.key_rotated":  # unless it signs, the old key vouches for nothing
            kept = self.log_keys if others == {log} or body["log_key"] == self.log_keys[-1] else []
            self.log_keys, self.time_key = [*kept, body["log_key"]], body["time_key"]

    def check(self, given: list[str]) -> str:
        *text, empty, one, two, end = self.read("checkpoint").decode().split("\n")
        need(len(text) == 3 and empty == end == "", "is not three lines and two signatures")
        entries, root = self.entries(int(text[1]))
        for number, data in enumerate(entries):
            self.entry(number, data)
        self.place = "checkpoint"
        need([str(len(entries)), root] == [text[1], unbase64(text[2])], "has another size or root")
        log, time, stamp = split_vkey(self.log_keys[-1], 1), split_vkey(self.time_key, 4), b""
        for line, size, (name, key_id, key) in ((one, 68, log), (two, 76, time)):
            data = unbase64(line.removeprefix(f"— {name} "), size)
            need(data[:4] == key_id and line.startswith(f"— {name} "), "is not by a key in force")
            stamp = data[4:-64]  # only the second, the cosignature, has a time
            when = f"cosignature/v1\ntime {int.from_bytes(stamp, 'big')}\n" if stamp else ""
            Key.from_public_bytes(key).verify(data[-64:], (when + "\n".join([*text, ""])).encode())
        need(text[0] == self.opened["origin"] == log[0], "is of another origin")
        last = datetime.fromisoformat(self.at).timestamp()
        need(int.from_bytes(stamp, "big") >= last, "is sealed before its last entry")
        self.place, trusted = "VKEY", "you gave" if given else "not given, so trusted:"
        need(not given or given[0] in self.log_keys, "does not lead to the log key now in force")
        return f"""The log key {trusted} {self.log_keys[-1]} (SHA-256 {sha256(log[2]).hexdigest()})
Not checked: the rules of each kind of entry (`answerable verify` does).
OK: {len(entries)} entries, root {text[2]}"""
if __name__ == "__main__":
    register = Register(Path(*sys.argv[1:2]))
    try:
        print(register.check(sys.argv[2:]) if len(sys.argv) in (2, 3) else sys.exit(__doc__))
    except Exception as fault:  # noqa: BLE001 - whatever stops the check is a fault
        sys.exit(f"FAULT: {register.place!a}: {fault!a}")  # escaped: a name may hold anything
