"""Places for streams: never more than there are, and given back whatever happens."""

import pytest

from answerable.gateway.door.room import Room
from answerable.model.errors import Broken


def test_whoever_finds_no_place_is_told_so_and_holds_none():
    room = Room(1)
    with room.taken():
        for _ in range(2):
            with pytest.raises(Broken, match=r"door\.busy"), room.taken():
                pytest.fail("there was no place")
    with room.taken():
        pass


def test_a_place_is_free_again_after_a_failure():
    room = Room(1)
    with pytest.raises(ValueError, match="cut"), room.taken():
        raise ValueError("cut")
    with room.taken():
        pass
