"""Notes are read strictly, and mean nothing until a known key has signed."""

import pytest

from answerable.science.tlog import NoteError, Signature, Signer, Verifier, open_note, sign
from answerable.science.tlog.note import MAX_NOTE, MAX_SIGNATURES

PETER = Signer.from_private_text(
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
)
ENOCH = Signer("EnochRoot", bytes(32))
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox3"
    "3WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETER_LINE}"


def test_the_example_note_of_go():
    assert sign(TEXT, [PETER]) == NOTE.encode()
    assert sign(TEXT, [PETER, ENOCH]) == (NOTE + ENOCH_LINE).encode()


def test_the_example_note_of_the_specification():
    vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    line = (
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mF"
        "XmRKuwHjG1Yu72IneyaQM=\n"
    )
    note = open_note(f"This is an example message.\n\n{line}".encode(), [Verifier.from_vkey(vkey)])
    assert note.text == "This is an example message.\n"


def test_known_keys_are_verified_and_unknown_ones_kept_apart():
    note = open_note((NOTE + ENOCH_LINE).encode(), [PETER.verifier])
    assert note.text == TEXT
    assert [each.line for each in note.verified] == [PETER_LINE]
    assert [each.line for each in note.unverified] == [ENOCH_LINE]
    both = open_note((NOTE + ENOCH_LINE).encode(), [ENOCH.verifier, PETER.verifier])
    assert [each.name for each in both.verified] == ["PeterNeumann", "EnochRoot"]
    assert both.unverified == ()


def test_repeated_lines_count_once():
    data = (NOTE + PETER_LINE + ENOCH_LINE + ENOCH_LINE).encode()
    note = open_note(data, [PETER.verifier])
    assert len(note.verified) == len(note.unverified) == 1


def test_a_repeated_line_of_a_known_key_must_be_right_too():
    forged = Signature(PETER.name, PETER.key_id, bytes(64)).line
    with pytest.raises(NoteError) as error:
        open_note((NOTE + forged).encode(), [PETER.verifier])
    assert error.value.code == "note.signature"


@pytest.mark.parametrize(
    "line",
    [
        Signature("PeterNeumann", b"\xff" * 4, b"!").line,
        Signature("Somebody", PETER.key_id, b"!").line,
        Signature("Somebody", b"\0" * 4, b"!" * 4000).line,
    ],
)
def test_a_key_is_its_name_and_its_identifier(line):
    assert len(open_note((NOTE + line).encode(), [PETER.verifier]).unverified) == 1


@pytest.mark.parametrize("text", ["\n", "a\n\n", "a\n\nb\n", "\n\n\n", "— a AAAAAAA=\n", "è\n"])
def test_texts_that_can_be_signed(text):
    assert open_note(sign(text, [PETER]), [PETER.verifier]).text == text


@pytest.mark.parametrize("text", ["", "a", "a\r\n", "a\tb\n", "\x00\n", "\ud800\n"])
def test_texts_that_cannot_be_signed(text):
    with pytest.raises(NoteError) as error:
        sign(text, [PETER])
    assert error.value.code == "note.text"


def test_limits_of_what_is_signed():
    with pytest.raises(NoteError, match="from 1 to 100"):
        sign(TEXT, [])
    with pytest.raises(NoteError, match="from 1 to 100"):
        sign(TEXT, [PETER] * (MAX_SIGNATURES + 1))
    with pytest.raises(NoteError, match="at most"):
        sign("x" * MAX_NOTE + "\n", [PETER])


def test_limits_of_what_is_read():
    full = NOTE + ENOCH_LINE * (MAX_SIGNATURES - 1)
    assert open_note(full.encode(), [PETER.verifier]).text == TEXT
    with pytest.raises(NoteError) as error:
        open_note((full + ENOCH_LINE).encode(), [PETER.verifier])
    assert error.value.code == "note.signatures"
    with pytest.raises(NoteError) as error:
        open_note(b"x" * MAX_NOTE + NOTE.encode(), [PETER.verifier])
    assert error.value.code == "note.size"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("note.text", ""),
        ("note.text", "\n"),
        ("note.text", "\n\n"),
        ("note.text", TEXT),
        ("note.text", f"{TEXT}\n"),
        ("note.text", TEXT + PETER_LINE),
        ("note.text", NOTE.removesuffix("\n")),
        ("note.text", f"{NOTE}\n"),
        ("note.text", f"\x01{NOTE}"),
        ("note.text", NOTE.replace("\n", "\r\n")),
        ("note.line", f"{NOTE}\n{NOTE.replace('— ', '- ')}"),
        ("note.line", f"{NOTE}anything\n"),
        ("note.line", NOTE.replace("— ", "—")),
        ("note.line", NOTE.replace("— ", "—  ")),
        ("note.line", NOTE.replace("Neumann ", "Neumann  ")),
        ("note.line", NOTE.replace("PeterNeumann ", "")),
        ("note.line", NOTE.replace("PeterNeumann", "Peter+Neumann")),
        ("note.line", NOTE.replace("PeterNeumann", "Peter\u2003Neumann")),
        ("note.line", NOTE.replace("AM=\n", "AM= \n")),
        ("note.line", NOTE.replace("AM=\n", "AM\n")),
        ("note.line", NOTE.replace("AM=\n", "AN=\n")),
        ("note.line", f"{NOTE}— Somebody \n"),
        ("note.line", f"{NOTE}— Somebody AAAAAA==\n"),
        ("note.signature", NOTE.replace("If you", "If we")),
        ("note.signature", NOTE.replace("/ZJk", "/ZJl")),
        ("note.unsigned", f"{TEXT}\n{ENOCH_LINE}"),
    ],
)
def test_notes_that_are_refused(code, data):
    with pytest.raises(NoteError) as error:
        open_note(data.encode(), [PETER.verifier])
    assert error.value.code == code


def test_what_is_not_text_is_refused():
    with pytest.raises(NoteError) as error:
        open_note(b"\xff" + NOTE.encode(), [PETER.verifier])
    assert error.value.code == "note.text"


def test_verifiers_must_be_told_apart():
    with pytest.raises(NoteError) as error:
        open_note(NOTE.encode(), [PETER.verifier, PETER.verifier])
    assert error.value.code == "note.ambiguous"
