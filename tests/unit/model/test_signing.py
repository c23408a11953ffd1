"""Keys and signatures, against vectors that others published."""

import base64

import pytest
from pydantic import TypeAdapter, ValidationError
from tests.golden.examples import key

from answerable.model.signing import (
    PublicKey,
    SignatureText,
    SigningKey,
    canonical,
    is_signed,
    key_id,
    public_text,
)

# RFC 8032, section 7.1: tests 1, 2 and 3.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), VECTORS)
def test_rfc_8032(seed, public, message, signature):
    signer = SigningKey(bytes.fromhex(seed))
    said = bytes.fromhex(message)
    assert signer.public == public_text(bytes.fromhex(public))
    assert signer.sign(said) == public_text(bytes.fromhex(signature))
    assert is_signed(said, signer.sign(said), signer.public)
    assert not is_signed(said + b"x", signer.sign(said), signer.public)
    assert not is_signed(said, signer.sign(said), key("another").public)


def test_any_bit_of_a_signature_counts():
    signer = key("council")
    raw = bytearray(base64.b64decode(signer.sign(b"words")))
    for place in range(0, 64, 7):
        raw[place] ^= 1
        assert not is_signed(b"words", public_text(bytes(raw)), signer.public)
        raw[place] ^= 1
    assert is_signed(b"words", public_text(bytes(raw)), signer.public)


def test_a_key_is_named_by_its_digest():
    assert key_id(key("council").public) == key("council").id
    assert len(key("council").id) == 32
    assert key("council").id != key("health").id


def test_a_private_key_is_not_shown():
    signer = key("council")
    shown = f"{signer!r} {signer} {[signer]}"
    assert signer.seed.hex() not in shown
    assert repr(signer.seed) not in shown


@pytest.mark.parametrize(("kind", "size"), [(PublicKey, 32), (SignatureText, 64)])
def test_keys_and_signatures_have_one_text(kind, size):
    adapter = TypeAdapter(kind)
    good = public_text(bytes(range(size)))
    assert adapter.validate_python(good) == good
    bad = [
        "",
        " ",
        "words",
        good + "\n",
        " " + good,
        good[:-1],
        good.rstrip("=") + "A=",
        good.replace("=", ""),
        public_text(bytes(size - 1)),
        public_text(bytes(size + 1)),
        base64.urlsafe_b64encode(b"\xff" * size).decode(),
        base64.b64encode(bytes(size)).decode()[:-3] + "B==",
        "é" * size,
    ]
    for text in bad:
        with pytest.raises(ValidationError, match=rf"needs {size} bytes in base64"):
            adapter.validate_python(text)


def test_a_key_that_anybody_can_sign_with_is_no_key():
    low = public_text(bytes([1]) + bytes(31))
    nothing = public_text(bytes([1]) + bytes(63))
    assert is_signed(b"one thing", nothing, low)
    assert is_signed(b"and another", nothing, low)
    with pytest.raises(ValidationError):
        TypeAdapter(PublicKey).validate_python(low)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"é": 1, "z": 2}, '{"z":2,"é":1}'),
        ({"😀": 1, "ﬀ": 2}, '{"😀":1,"ﬀ":2}'),
        ({"a": [True, False, None, "x"]}, '{"a":[true,false,null,"x"]}'),
        ({"a": '"\\\b\n\u0001/'}, '{"a":"\\"\\\\\\b\\n\\u0001/"}'),
        ({"a": -(2**53) + 1}, '{"a":-9007199254740991}'),
        ((1, 2), "[1,2]"),
    ],
)
def test_json_is_written_the_one_way_of_rfc_8785(said, written):
    assert canonical(said).decode() == written
