"""``answerable verify receipt``: what holds, what does not, and what it says of it."""

import base64
import json
from datetime import UTC, datetime

import pytest
from tests import sites
from tests.sites import COUNTY, HOMES

from answerable.cli.app import build
from answerable.cli.running import run
from answerable.gateway.releases import Release, ReleaseLog
from answerable.loop import SetClock
from answerable.science.tlog import Signer

LOOKUP = Release(
    "allowed",
    "flood-help",
    "homes",
    "lookup",
    "fire-service",
    "flood_response",
    by=("needs-only", "floods-only"),
    rows=1,
)
REFUSED = Release("refused", recipient="fire-service", codes=("request.purpose",))


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return sites.fresh(tmp_path_factory, tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="module")
def receipts(ground):
    """Give the key that the register lists, and two receipts: an answer and a refusal."""
    with ReleaseLog(ground.state(COUNTY) / "releases", COUNTY.audience, ground.now) as log:
        private = {"subject": HOMES[0], "case": "a-case"}
        given = log.record(LOOKUP, private, ("homes", HOMES[0])).result()
        refused = log.record(REFUSED, {"subject": HOMES[1]}).result()
        return log.verifier.vkey, log.receipt(given).data, log.receipt(refused).data


@pytest.fixture
def verify(capsys, monkeypatch, tmp_path):
    """Check the bytes of a receipt; give status, output and complaints."""
    noon = SetClock(sites.NOON)
    monkeypatch.setattr("answerable.cli.receipts.SystemClock", lambda: noon)

    def call(data, *arguments, name="release.tlog-proof"):
        file = tmp_path / name
        if data is not None:
            file.write_bytes(data)
        status = run(build(), ["verify", "receipt", str(file), *map(str, arguments)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


# What holds.


def test_a_receipt_holds_by_a_key_that_is_trusted(verify, receipts):
    key, given, _ = receipts
    status, out, err = verify(given, "--key", key)
    assert (status, err) == (0, "")
    assert f"is in the log {COUNTY.audience} of " in out
    rows = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()[1:-1]}
    assert rows["recipient"].strip() == "fire-service"
    assert rows["by"].strip() == "needs-only, floods-only"
    assert (rows["outcome"].strip(), rows["rows"].strip()) == ("allowed", "1")
    assert "It does not prove" in out


def test_a_receipt_holds_by_a_key_that_a_register_lists(verify, receipts, ground):
    _, given, _ = receipts
    status, out, err = verify(given, "--register", ground.public)
    assert (status, err) == (0, "")
    assert "flood-help" in out


def test_a_refusal_has_a_receipt_too(verify, receipts):
    key, _, refused = receipts
    status, out, _ = verify(refused, "--key", key)
    assert status == 0
    assert "refused" in out
    assert "no rule" in out
    assert "agreement" not in out


def test_nobody_is_named(verify, receipts):
    key, *both = receipts
    for data in both:
        _, out, err = verify(data, "--key", key)
        assert "INV" not in out + err
        assert "a-case" not in out + err


# What does not.


def stranger():
    return Signer(COUNTY.audience, bytes(range(1, 33))).verifier.vkey


def test_a_receipt_of_another_log_does_not_hold(verify, receipts):
    status, out, err = verify(receipts[1], "--key", stranger())
    assert (status, out) == (7, "")
    assert "(code receipt.stranger)" in err


def extra(data):
    """Find the line in a receipt that carries the leaf."""
    lines = data.split(b"\n")
    [place] = [number for number, line in enumerate(lines) if line.startswith(b"extra ")]
    return lines, place


def altered(data, old, new):
    """Give the receipt with another leaf in it."""
    lines, place = extra(data)
    leaf = base64.b64decode(lines[place].split()[1])
    assert old in leaf
    lines[place] = b"extra " + base64.b64encode(leaf.replace(old, new))
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rows":1', b'"rows":0'),
        (b"fire-service", b"some-service"),
        (b'"outcome":"allowed"', b'"outcome":"refused"'),
        (b"}", b"} "),
    ],
)
def test_a_receipt_whose_leaf_was_changed_does_not_hold(verify, receipts, old, new):
    key, given, _ = receipts
    status, out, err = verify(altered(given, old, new), "--key", key)
    assert (status, out) == (7, "")
    assert "(code receipt.wrong)" in err


def test_the_leaf_of_another_receipt_does_not_fit(verify, receipts):
    key, given, refused = receipts
    lines, place = extra(given)
    others, other = extra(refused)
    lines[place] = others[other]
    status, out, err = verify(b"\n".join(lines), "--key", key)
    assert (status, out) == (7, "")
    assert "(code receipt.wrong)" in err


def test_no_byte_of_a_receipt_may_be_another(verify, receipts):
    key, given, _ = receipts
    for place in range(0, len(given), 7):
        changed = given[:place] + bytes([given[place] ^ 1]) + given[place + 1 :]
        status, out, err = verify(changed, "--key", key)
        assert (status in (2, 7), out) == (True, ""), place
        assert "(code receipt." in err


@pytest.mark.parametrize("data", [b"", b"hello\n", b"\xff\x00" * 40, json.dumps({"a": 1}).encode()])
def test_what_is_no_receipt_is_said_to_be_none(verify, receipts, data):
    status, out, err = verify(data, "--key", receipts[0])
    assert (status, out) == (2, "")
    assert "(code receipt.format)" in err


def test_a_file_that_is_not_there(verify, receipts):
    status, out, err = verify(None, "--key", receipts[0])
    assert (status, out) == (2, "")
    assert "(code receipt.file)" in err
    assert "release.tlog-proof" in err


def test_a_name_of_a_file_cannot_steer_the_terminal(verify, receipts):
    _, _, err = verify(None, "--key", receipts[0], name="a\x1b[2Jb")
    assert "\x1b" not in err
    assert "a\\x1b[2Jb" in err


# Whom to believe.


def test_without_a_key_nothing_is_believed(verify, receipts):
    status, out, err = verify(receipts[1])
    assert (status, out) == (2, "")
    assert "(code receipt.key)" in err
    assert "--key" in err


def test_a_key_that_is_none(verify, receipts):
    status, out, err = verify(receipts[1], "--key", "nonsense")
    assert (status, out) == (2, "")
    assert "(code key.form)" in err


def test_a_register_that_is_not_there(verify, receipts, tmp_path):
    status, out, err = verify(receipts[1], "--register", tmp_path / "nowhere")
    assert (status, out) == (2, "")
    assert "(code source.missing)" in err


def test_a_register_that_does_not_hold_lists_nothing(verify, receipts, tmp_path, tmp_path_factory):
    ground = sites.fresh(tmp_path_factory, tmp_path)
    bundle = next(path for path in (ground.public / "tile/entries").rglob("*") if path.is_file())
    data = bundle.read_bytes()
    bundle.write_bytes(data[:-20] + b"x" + data[-19:])
    status, out, err = verify(receipts[1], "--register", ground.public)
    assert (status, out) == (7, "")
    assert "(code register.broken)" in err


def test_a_register_from_before_the_gateway_was_listed(
    verify, receipts, tmp_path, tmp_path_factory
):
    """Only the keys that the register lists count, not one that a receipt brings along."""
    ground = sites.fresh(tmp_path_factory, tmp_path)
    clock = SetClock(datetime(2026, 3, 13, 12, tzinfo=UTC))
    with ReleaseLog(tmp_path / "releases", COUNTY.audience, clock.now) as log:
        foreign = log.receipt(log.record(LOOKUP, None).result()).data
    status, out, err = verify(foreign, "--register", ground.public)
    assert (status, out) == (7, "")
    assert "(code receipt.stranger)" in err
