"""The command line, called in this process."""

import shutil

import pytest

from answerable.cli.app import build
from answerable.cli.running import run
from answerable.launch.demo.command import demo


@pytest.fixture
def program():
    main = build()
    main.put("Work", demo)
    return main


@pytest.fixture
def answerable(program, capsys):
    def call(*arguments):
        status = run(program, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


@pytest.fixture
def copy(told, tmp_path):
    shutil.copytree(told, tmp_path / "told")
    return tmp_path / "told"
