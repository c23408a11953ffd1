"""A witness signs a checkpoint at a time, and the time can be trusted."""

import pytest

from answerable.science.tlog import (
    CheckpointError,
    Cosignature,
    Cosigner,
    NoteError,
    Signature,
    Signer,
    open_note,
    sign,
)

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
LOG = Signer("example.com/behind-the-sofa", b"l" * 32)
WITNESS = Cosigner("witness.example.com/w1", b"w" * 32)
NOW = 1679315147


def test_a_cosignature_stands_beside_the_signature_of_the_log():
    data = sign(TEXT, [LOG, WITNESS.at(NOW)])
    note = open_note(data, [LOG.verifier, WITNESS.verifier])
    by_log, by_witness = note.verified
    assert type(by_log) is Signature
    assert isinstance(by_witness, Cosignature)
    assert by_witness.timestamp == NOW
    assert by_witness.line in data.decode()


def test_the_layout():
    value = WITNESS.at(NOW).sign(TEXT.encode())
    assert len(value) == 72
    assert value[:8] == NOW.to_bytes(8, "big")
    message = b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    assert value[8:] == WITNESS.raw_sign(message)


def test_the_time_of_the_example_in_the_specification():
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJs"
        "X3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    data = sign(TEXT, [LOG]) + line.encode()
    (kept,) = open_note(data, [LOG.verifier]).unverified
    assert int.from_bytes(kept.value[:8], "big") == NOW
    assert kept.line == line


@pytest.mark.parametrize(
    "value",
    [
        b"!",
        bytes(72),
        (NOW + 1).to_bytes(8, "big") + WITNESS.at(NOW).sign(TEXT.encode())[8:],
        (2**63).to_bytes(8, "big") + bytes(64),
        WITNESS.at(NOW).sign(TEXT.encode()) + b"!",
    ],
)
def test_a_wrong_cosignature_is_refused(value):
    line = Signature(WITNESS.name, WITNESS.key_id, value).line
    with pytest.raises(NoteError) as error:
        open_note(sign(TEXT, [LOG]) + line.encode(), [LOG.verifier, WITNESS.verifier])
    assert error.value.code == "note.signature"


@pytest.mark.parametrize("time", [-1, 2**63])
def test_times_that_cannot_be_signed(time):
    with pytest.raises(NoteError) as error:
        WITNESS.at(time)
    assert error.value.code == "cosignature.time"


def test_a_witness_signs_nothing_but_checkpoints():
    with pytest.raises(CheckpointError):
        sign("hello\n", [WITNESS.at(NOW)])
