"""A code says who somebody is in one column of one agreement, and nothing anywhere else."""

import datetime as dt
import pickle
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pyarrow as pa
import pytest

from answerable.gateway.pseudonyms import Pseudonyms, open_pseudonyms
from answerable.model.errors import Broken, Refused

SECRET = bytes(range(32))
FIXED = ("c438b5737bf45bb94e3e588c9b693ca0", "e71727630f2435e1739502b5c5dae5eb")


@pytest.fixture
def coder():
    return Pseudonyms(SECRET).for_("flood-support", "person")


def test_codes_are_fixed_for_ever(coder):
    assert coder.code("9434765919").hex() == FIXED[0]
    assert coder.code("a name longer than a block").hex() == FIXED[1]


def test_codes_of_two_agreements_columns_or_gateways_have_nothing_in_common(coder):
    others = [
        Pseudonyms(SECRET).for_("flood-support", "mother"),
        Pseudonyms(SECRET).for_("flood-planning", "person"),
        Pseudonyms(bytes(32)).for_("flood-support", "person"),
    ]
    for text in ("9434765919", "a name longer than a block"):
        assert len({each.code(text) for each in [coder, *others]}) == 4
    assert not any(each.reveal(coder.code("9434765919")) for each in others)


def test_the_same_column_keeps_its_codes(coder):
    assert Pseudonyms(SECRET).for_("flood-support", "person").code("1") == coder.code("1")


NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([7, -3, None, 2**63 - 1]), ["7", "-3", None, "9223372036854775807"]),
        (pa.array([dt.date(2026, 3, 14), None]), ["2026-03-14", None]),
        (pa.array([NOON, None], pa.timestamp("us", "UTC")), ["2026-03-14T12:00:00Z", None]),
        (pa.array([True, False, None]), ["yes", "no", None]),
        (pa.array([1.5, 2.0, None]), ["1.5", "2", None]),
        (pa.array([Decimal("1.50"), None]), ["1.50", None]),
        (pa.array([None, None], pa.string()), [None, None]),
        (pa.array([], pa.string()), []),
    ],
)
def test_other_values_are_written_the_one_way(coder, values, texts):
    wanted = [None if text is None else coder.code(text) for text in texts]
    assert coder.codes(values).to_pylist() == wanted


@pytest.mark.parametrize(
    "values",
    [pa.array([[1]]), pa.array([NOON.replace(tzinfo=None)]), pa.array([float("nan")])],
    ids=lambda values: str(values.type),
)
def test_what_no_catalogue_column_holds_is_refused(coder, values):
    with pytest.raises(Refused) as caught:
        coder.codes(values)
    assert caught.value.code == "pseudonym.type"
    assert caught.value.params == {"type": str(values.type)}


def test_what_lies_under_a_null_has_no_code(coder):
    """Arrow may keep bytes where it says that there is no value; they must not leave as a code."""
    valid = pa.py_buffer(b"\x02")
    offsets = pa.array([0, 6, 9], pa.int32()).buffers()[1]
    hidden = pa.Array.from_buffers(pa.string(), 2, [valid, offsets, pa.py_buffer(b"hiddenAda")])
    assert hidden.to_pylist() == [None, "Ada"]
    codes = coder.codes(hidden)
    assert codes.to_pylist() == [None, coder.code("Ada")]
    assert codes.buffers()[1].to_pybytes() == bytes(16) + coder.code("Ada")


@pytest.mark.parametrize("code", [b"", b"x", bytes(15), bytes(17), bytes(32)])
def test_what_is_no_code_reveals_nobody(coder, code):
    assert coder.reveal(code) is None


def test_secrets_do_not_show(coder):
    said = repr(Pseudonyms(SECRET)) + repr(coder) + str(coder)
    assert SECRET.hex() not in said
    assert repr(SECRET) not in said
    with pytest.raises(TypeError):
        pickle.dumps(coder)
    with pytest.raises(TypeError):
        pickle.dumps(Pseudonyms(SECRET))


# --- the file


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "pseudonyms.key"
    code = open_pseudonyms(path).for_("a", "b").code("1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert open_pseudonyms(path).for_("a", "b").code("1") == code
    assert open_pseudonyms(tmp_path / "other.key").for_("a", "b").code("1") != code


@pytest.mark.parametrize("data", [b"", b"00" * 31, b"00" * 33, b"zz" * 32, b"\xff" * 64])
def test_a_damaged_secret_is_refused_and_left_as_it_is(tmp_path, data):
    path = tmp_path / "pseudonyms.key"
    path.write_bytes(data)
    with pytest.raises(Broken) as caught:
        open_pseudonyms(path)
    assert (caught.value.code, caught.value.params) == ("key.damaged", {"key": "pseudonyms.key"})
    assert path.read_bytes() == data


def test_a_code_depends_on_nothing_that_was_coded_before_nor_on_who_else_codes(coder):
    texts = [f"person-{number % 7}" for number in range(400)]
    wanted = [code.as_py() for code in coder.codes(pa.array(texts))]
    assert [coder.code(text) for text in texts] == wanted
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(coder.code, texts)) == wanted
