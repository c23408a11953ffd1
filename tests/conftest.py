"""What many tests share: the demo told once, and Hypothesis profiles."""

import os
from pathlib import Path

import fasteners
import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the demo's story was told, once for all processes of the run.

    Not to be changed: copy it.
    """
    from answerable.launch.demo.command import tell_story

    own = tmp_path_factory.getbasetemp()
    base = own.parent if own.name.startswith("popen-") else own
    workspace = base / "told"
    with fasteners.InterProcessLock(base / "told.lock"):
        if not workspace.exists():
            assert tell_story(base / "telling", quiet=True)
            (base / "telling").rename(workspace)
    return workspace
