"""A register that is being appended to while pages are read: every page is of one moment."""

import threading
from contextlib import closing

from tests.pages import Reader, served

from answerable.model.actor import Role
from answerable.model.text import en
from answerable.stages.envision import PublishVision

ACTS = 25
PATHS = ("/", "/record", "/proposals/flood-help", "/imagine", "/library", "/waiting")


def test_pages_stay_whole(story):
    actor = story.loop.actor(Role.STEWARD, "inverlarch-data-commons")
    begun, over, troubles = story.loop.state.size, threading.Event(), []

    def act():
        try:
            for number in range(ACTS):
                said = example_of(number)
                story.loop.act(said, actor)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test tells
            troubles.append(problem)
        finally:
            over.set()

    with served(story.site.app()) as address, closing(Reader(address, story)) as reader:
        acting = threading.Thread(target=act)
        acting.start()
        sizes = []
        while not over.is_set() or len(sizes) < 3:
            for path in PATHS:
                assert reader.get(path).status_code == 200, path
            front = reader.data("/")
            show = next(stage for stage in front["stages"] if stage["id"] == "show")
            assert show["count"] == front["entries"]
            sizes.append(front["entries"])
        acting.join()
        assert troubles == []
        assert sizes == sorted(sizes)
        assert reader.data("/")["entries"] == begun + ACTS
        assert len(reader.data("/imagine")["pictures"]) == 1 + ACTS


def example_of(number):
    return PublishVision(
        vision=f"another-vision-{number}",
        title=en(f"Another vision, number {number}"),
        picture=en("People are asked first."),
        horizons=(2030, 2040),
    )
