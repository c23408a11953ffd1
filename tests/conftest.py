"""What many tests share: the demo told once, and Hypothesis profiles."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the demo's story was told. Not to be changed: copy it."""
    from answerable.launch.demo.command import tell_story

    workspace = tmp_path_factory.mktemp("told") / "demo"
    assert tell_story(workspace, quiet=True)
    return workspace
