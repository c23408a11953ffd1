"""Keys have one text, and nothing else is read as a key."""

import pytest

from answerable.science.tlog import CosignatureVerifier, Cosigner, NoteError, Signer, Verifier

PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"


def test_the_example_key_of_go():
    signer = Signer.from_private_text(PRIVATE)
    assert signer.private_text == PRIVATE
    assert signer.vkey == PUBLIC
    assert signer.verifier == Verifier.from_vkey(PUBLIC)
    assert signer.verifier.vkey == PUBLIC
    assert signer.key_id == signer.verifier.key_id == bytes.fromhex("c74f20a3")


def test_the_zero_key_of_go():
    expected = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    assert Signer("EnochRoot", bytes(32)).vkey == expected


def test_a_published_witness_key():
    assert CosignatureVerifier.from_vkey(WITNESS).vkey == WITNESS


@pytest.mark.parametrize("kind", [Signer, Cosigner])
def test_generated_keys_differ_and_round_trip(kind):
    key = kind.generate("example.org/log")
    assert key != kind.generate("example.org/log")
    assert kind.from_private_text(key.private_text) == key
    assert type(key.verifier).from_vkey(key.vkey) == key.verifier


def test_a_secret_is_not_shown():
    key = Signer("a", b"s" * 32)
    assert "sss" not in repr(key)


def test_the_type_is_part_of_the_identifier():
    assert Signer("a", bytes(32)).key_id != Cosigner("a", bytes(32)).key_id


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x00b", "\ud800"])
@pytest.mark.parametrize("kind", [Signer, Verifier])
def test_names_that_no_key_has(kind, name):
    with pytest.raises(NoteError) as error:
        kind(name, bytes(32))
    assert error.value.code == "key.name"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("key.text", ""),
        ("key.text", "PeterNeumann"),
        ("key.text", "PeterNeumann+c74f20a3"),
        ("key.text", "PeterNeumann+c74f20a3+"),
        ("key.text", PUBLIC + "\n"),
        ("key.text", PUBLIC + "=" * 4),
        ("key.text", PUBLIC[:-1]),
        ("key.id", PUBLIC.replace("c74f20a3", "c74f20a4")),
        ("key.id", PUBLIC.replace("c74f20a3", "C74F20A3")),
        ("key.id", PUBLIC.replace("c74f20a3", "0c74f20a3")),
        ("key.id", PUBLIC.replace("Peter", "Paul")),
        ("key.name", PUBLIC.replace("Peter", "Peter ")),
        ("key.name", PUBLIC.removeprefix("PeterNeumann")),
        ("key.length", PUBLIC[:-4]),
        ("key.type", WITNESS),
        ("key.text", PRIVATE),
    ],
)
def test_texts_that_are_not_a_public_key(code, text):
    with pytest.raises(NoteError) as error:
        Verifier.from_vkey(text)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("key.text", PUBLIC),
        ("key.text", "PRIVATE+KEY+"),
        ("key.id", "PRIVATE+KEY+" + PUBLIC),
        ("key.id", PRIVATE.replace("c74f20a3", "c74f20a4")),
        ("key.type", PRIVATE.replace("+AYE", "+BYE")),
        ("key.length", PRIVATE[:-4]),
    ],
)
def test_texts_that_are_not_a_private_key(code, text):
    with pytest.raises(NoteError) as error:
        Signer.from_private_text(text)
    assert error.value.code == code
