"""Public files are read from a directory or a web address, and from nowhere else."""

import socket
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from answerable.evidence.source import DirectorySource, WebSource, source_at
from answerable.model.errors import Broken, Invalid

SOON = 0.2


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Dripping(Quiet):
    """Answers for ever, a byte at a time."""

    stopped = threading.Event()

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        try:
            while not self.stopped.wait(SOON / 20):
                self.wfile.write(b".")
        except OSError:
            pass


@contextmanager
def serving(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "tile").mkdir()
    (tmp_path / "tile/one").write_bytes(b"one" * 50_000)
    (tmp_path / "checkpoint").write_bytes(b"head")
    return tmp_path


@pytest.fixture(params=["path", "file:", "web", "web in time"])
def source(request, files):
    if request.param == "path":
        yield source_at(str(files))
    elif request.param == "file:":
        yield source_at(f"file:{files}")
    else:
        within = {"within": 60.0} if request.param == "web in time" else {}
        with serving(partial(Quiet, directory=files)) as address:
            yield source_at(address, **within)


def test_files_are_the_same_wherever_they_are(source):
    assert source.read("checkpoint") == b"head"
    assert source.read("tile/one") == b"one" * 50_000
    assert source.read("tile/two") is None


def test_a_directory_names_its_files_and_the_web_does_not(files):
    link = files / "link"
    link.symlink_to(files / "checkpoint")
    assert DirectorySource(files).paths() == {"checkpoint", "tile/one", "link"}
    assert DirectorySource(files).read("link") is None
    assert DirectorySource(files).read("tile") is None
    assert WebSource("http://127.0.0.1:9").paths() is None


def test_a_relative_path_may_be_said_as_a_file(files, monkeypatch):
    monkeypatch.chdir(files.parent)
    assert source_at(f"file:{files.name}").read("checkpoint") == b"head"
    assert source_at(files.name).read("checkpoint") == b"head"


def test_a_file_larger_than_any_is_not_read(files):
    with (files / "checkpoint").open("r+b") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(Broken, match=r"source\.large"):
        DirectorySource(files).read("checkpoint")
    with (
        serving(partial(Quiet, directory=files)) as address,
        pytest.raises(Broken, match=r"source\.large"),
    ):
        WebSource(address).read("checkpoint")


@pytest.mark.parametrize("place", ["ftp://example.org", "file:///etc/passwd"])
def test_an_address_of_another_kind(place):
    with pytest.raises(Invalid, match=r"source\.scheme"):
        source_at(place)


@pytest.mark.parametrize("place", ["http://[::1", "http://a\nb/", "http://h/\xff"])
def test_an_address_that_is_none(place):
    with pytest.raises(Invalid, match=r"source\.scheme"):
        source_at(place)


@pytest.mark.parametrize("scheme", ["", "file:"])
def test_a_directory_that_is_not_there(scheme, tmp_path):
    with pytest.raises(Invalid, match=r"source\.missing"):
        source_at(f"{scheme}{tmp_path / 'nothing'}")


def test_an_address_where_nobody_answers():
    with pytest.raises(Broken, match=r"source\.unreachable"):
        WebSource("http://127.0.0.1:9").read("checkpoint")


def test_whoever_takes_the_call_and_says_nothing_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(Broken, match=r"source\.unreachable"):
            source_at(address, seconds=SOON).read("checkpoint")


def test_whoever_never_comes_to_an_end_is_not_waited_for():
    with serving(Dripping) as address:
        with pytest.raises(Broken, match=r"source\.unreachable"):
            source_at(address, seconds=60, within=SOON).read("checkpoint")
        Dripping.stopped.set()
