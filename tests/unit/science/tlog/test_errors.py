"""Errors are a code and a sentence."""

import pickle

import pytest

from answerable.science import tlog

KINDS = [
    tlog.TreeError,
    tlog.ProofError,
    tlog.TileError,
    tlog.NoteError,
    tlog.CheckpointError,
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_carries_its_code_and_says_its_message(kind):
    error = kind("some.code", "Something is wrong.")
    assert isinstance(error, tlog.TlogError)
    assert isinstance(error, ValueError)
    assert error.code == "some.code"
    assert str(error) == error.message == "Something is wrong."


def test_an_error_survives_a_process_boundary():
    error = pickle.loads(pickle.dumps(tlog.NoteError("some.code", "Something is wrong.")))  # noqa: S301
    assert (error.code, error.message) == ("some.code", "Something is wrong.")


def test_all_is_exactly_the_public_names():
    modules = {"bundle", "checkpoint", "cosignature", "encoding", "errors", "hashing", "keys"}
    modules |= {"note", "proof", "receipt", "tiles", "tree"}
    public = {name for name in vars(tlog) if not name.startswith("_")}
    assert set(tlog.__all__) == public - modules
