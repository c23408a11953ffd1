"""Codes made of whole columns, compared with codes made of one text after another."""

import hmac

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from answerable.gateway.pseudonyms import Pseudonyms

pytestmark = pytest.mark.property

SECRETS = st.binary(min_size=32, max_size=32)
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True)
EDGES = ["", "\0", "x" * 14, "x" * 15, "x" * 16, "é" * 7, "é" * 8, "😀" * 4, "\0" * 15, "\0" * 16]
TEXTS = st.text() | st.sampled_from(EDGES) | st.from_regex(r"[0-9]{10}", fullmatch=True)
COLUMNS = st.lists(st.none() | TEXTS, max_size=20)
KINDS = st.sampled_from(["string", "large", "view", "dictionary"])


def oracle(secret, agreement, column, text):
    """RFC 5869, then one block of AES, or RFC 2104."""
    info = "answerable/pseudonym/v1\n" + agreement + "\n" + column
    keys = HKDF(algorithm=SHA256(), length=64, salt=None, info=info.encode()).derive(secret)
    said = text.encode("utf-8")
    if len(said) > 15:
        return hmac.new(keys[32:], said, "sha256").digest()[:16]
    block = bytes([len(said)]) + said
    encryptor = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor()  # noqa: S305
    return encryptor.update(block + b"\0" * (16 - len(block))) + encryptor.finalize()


def array(kind, values):
    made = pa.array(values, pa.string())
    match kind:
        case "large":
            return made.cast(pa.large_string())
        case "view":
            return made.cast(pa.string_view())
        case "dictionary":
            return made.dictionary_encode()
    return made


@given(SECRETS, NAMES, NAMES, COLUMNS, KINDS)
def test_a_column_has_the_codes_of_its_texts(secret, agreement, column, values, kind):
    coder = Pseudonyms(secret).for_(agreement, column)
    wanted = [None if v is None else oracle(secret, agreement, column, v) for v in values]
    codes = coder.codes(array(kind, values))
    codes.validate(full=True)
    assert codes.type == pa.binary(16)
    assert codes.to_pylist() == wanted
    assert [None if v is None else coder.code(v) for v in values] == wanted


@given(COLUMNS, KINDS, st.integers(0, 20), st.integers(0, 20))
def test_a_slice_has_the_codes_of_its_texts(values, kind, start, size):
    coder = Pseudonyms(bytes(32)).for_("a", "b")
    codes = coder.codes(array(kind, values).slice(start, size))
    assert codes.to_pylist() == coder.codes(array(kind, values)).to_pylist()[start : start + size]
    codes.validate(full=True)


@given(st.lists(COLUMNS, max_size=4), KINDS)
def test_chunks_have_the_codes_of_their_texts(chunks, kind):
    coder = Pseudonyms(bytes(32)).for_("a", "b")
    type_ = array(kind, []).type
    codes = coder.codes(pa.chunked_array([array(kind, chunk) for chunk in chunks], type_))
    wanted = [None if v is None else coder.code(v) for chunk in chunks for v in chunk]
    assert codes.to_pylist() == wanted
    assert codes.type == pa.binary(16)


@given(SECRETS, TEXTS)
def test_the_holder_of_the_key_finds_whoever_fits_into_a_block(secret, text):
    coder = Pseudonyms(secret).for_("a", "b")
    short = len(text.encode()) < 16
    assert coder.reveal(coder.code(text)) == (text if short else None)


@given(SECRETS, st.lists(TEXTS, unique=True, max_size=30))
def test_nobody_shares_a_code(secret, texts):
    coder = Pseudonyms(secret).for_("a", "b")
    assert len({coder.code(text) for text in texts}) == len(texts)
