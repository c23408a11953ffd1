"""Three gateways of the story, each beside its data, running as processes of their own."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

from answerable.gateway.client import Client
from answerable.gateway.releases import ReleaseLog
from answerable.gateway.vault import Fed, GatewayVault
from answerable.launch.demo import sources
from answerable.launch.demo.cast import AGENCY, COUNCIL, HEALTH, ORIGIN
from answerable.model.base import moment_text
from answerable.model.errors import Broken
from answerable.model.signing import SigningKey
from answerable.store.files import lock, private_directory, write_durable

_PATIENCE: Final = 60
_STEP: Final = 0.05
_PORTS: Final = range(20_000, 32_000)


@dataclass(frozen=True, slots=True)
class Site:
    """One body's gateway and its data.

    Attributes:
        source: the lines of its configuration that say where the data is.
    """

    gateway: str
    organisation: str
    dataset: str
    title: str
    source: str

    @property
    def audience(self) -> str:
        """What tokens for it name."""
        return f"{ORIGIN}/{self.gateway}"

    def write(self, home: Path) -> None:
        """Put the invented data beside the gateway."""
        {
            AGENCY: lambda: sources.write_rain(home / sources.RAIN),
            COUNCIL: lambda: sources.write_help(home / sources.HELP),
            HEALTH: lambda: sources.write_equipment(home / sources.EQUIPMENT),
        }[self.organisation]()


SITES: Final = (
    Site(
        "rivers-gateway",
        AGENCY,
        "rain-readings",
        "Gateway of the rivers agency",
        f'kind = "parquet"\npaths = ["{sources.RAIN}"]\n'
        'open_columns = ["gauge", "read_at", "rain_mm"]',
    ),
    Site(
        "council-gateway",
        COUNCIL,
        "extra-help",
        "Gateway of the council",
        f'kind = "sqlite"\npath = "{sources.HELP}"\ntable = "extra_help"',
    ),
    Site(
        "health-gateway",
        HEALTH,
        "powered-equipment",
        "Gateway of the health board",
        f'kind = "csv"\npaths = ["{sources.EQUIPMENT}"]',
    ),
)

_CONFIG: Final = """# A gateway of the demonstration. Everything in it is invented.
gateway = "{site.gateway}"
organisation = "{site.organisation}"
organisation_keys = ["{key}"]
directory = "state"
listen = "127.0.0.1:{port}"

[register]
origin = "{origin}"
key = "{register_key}"
mirrors = ["file:../../public"]

[[sources]]
dataset = "{site.dataset}"
{site.source}
"""


def home_of(workspace: Path, site: Site) -> Path:
    """Give the folder of a gateway."""
    return workspace / "gateways" / site.organisation


def set_up(workspace: Path, site: Site, key: str, register_key: str) -> Path:
    """Write data and configuration of a gateway; give the configuration's file."""
    home = private_directory(home_of(workspace, site))
    if not any(home.glob("*.*")):
        site.write(home)
    config = home / "gateway.toml"
    text = _CONFIG.format(
        site=site, key=key, port=_free_port(), origin=ORIGIN, register_key=register_key
    )
    config.write_text(text, encoding="utf-8")
    return config


def wait_for(workspace: Path, site: Site) -> None:
    """Wait until no gateway of an earlier telling, cut short, is still at work."""
    directory = home_of(workspace, site) / "state" / "releases"
    if directory.exists():
        with lock(directory / "lock"):
            pass


def log_key(workspace: Path, site: Site, now: datetime) -> str:
    """Give the key of a gateway's log, made now if there is none."""
    directory = private_directory(home_of(workspace, site) / "state") / "releases"
    with ReleaseLog(directory, site.audience, lambda: now) as log:
        return log.verifier.vkey


def _free_port() -> int:
    """Find a port below those that the system gives to callers, which could take it meanwhile."""
    while True:
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def set_clock(workspace: Path, moment: datetime) -> bool:
    """Tell every gateway of the story what time it is, unless it is later already.

    Returns:
        Whether it was not.
    """
    private_directory(workspace / "gateways")
    file = clock_file(workspace)
    if file.exists() and read_clock(file) > moment:
        return False
    write_durable(file, moment_text(moment).encode())
    return True


def clock_file(workspace: Path) -> Path:
    """Name the file that tells the gateways what time it is in the story."""
    return workspace / "gateways" / "clock"


def read_clock(path: Path) -> datetime:
    """Tell the time of the story."""
    return datetime.fromisoformat(path.read_text("ascii")).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Started:
    """A gateway that runs."""

    site: Site
    address: str

    def follows(self, size: int, moment: datetime) -> bool:
        """Tell whether it believes so many entries, sealed at this moment."""
        said = self.health()
        return bool(said) and (said["entries"], said["sealed_at"]) == (size, moment_text(moment))

    def health(self) -> dict[str, Any]:
        """Ask how it is; nothing while it does not answer."""
        connection = HTTPConnection(self.address.removeprefix("http://"), timeout=5)
        try:
            connection.request("GET", "/health")
            return _json(connection.getresponse().read())
        except (OSError, HTTPException):
            return {}
        finally:
            connection.close()

    def client(self, key: SigningKey, workspace: Path) -> Client:
        """Give what asks it, with the key of a service."""
        clock = clock_file(workspace)
        return Client(self.address, self.site.audience, key, lambda: read_clock(clock))


def _json(data: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(data)
    return said


def wait_until(
    so: Callable[[], object], what: str, process: "subprocess.Popen[bytes] | None" = None
) -> None:
    """Wait until something is so.

    Raises:
        Broken: ``demo.gateway``: the process ended, or a minute is over.
    """
    for _ in range(int(_PATIENCE / _STEP)):
        if so():
            return
        if process and process.poll() is not None:
            break
        time.sleep(_STEP)
    raise Broken("demo.gateway", gateway=what)


def feed(workspace: Path, site: Site, name: str, people: Iterable[str], now: datetime) -> Fed:
    """Feed a list of people who said no, as the body does every day."""
    with GatewayVault(home_of(workspace, site) / "state" / "vault.sqlite3") as vault:
        return vault.feed(name, people, now)


@contextmanager
def running(configs: Sequence[tuple[Site, Path]], clock: Path | None) -> Iterator[list[Started]]:
    """Run gateways until the end of the block.

    Args:
        configs: the file of each.
        clock: the file that tells the story's time; without one it is the machine's.
    """
    with ExitStack() as stack:
        yield [stack.enter_context(_running(site, path, clock)) for site, path in configs]


@contextmanager
def _running(site: Site, config: Path, clock: Path | None) -> Iterator[Started]:
    listen = next(
        line.split('"')[1] for line in config.read_text().splitlines() if line.startswith("listen")
    )
    with (config.parent / "gateway.log").open("ab") as journal:
        program = [sys.executable, "-m", "answerable.launch.demo.gateway"]
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [*program, str(config), str(clock or ""), str(os.getpid())], stderr=journal
        )
    started = Started(site, f"http://{listen}")
    try:
        wait_until(started.health, site.gateway, process)
        yield started
    finally:
        process.terminate()
        process.wait(_PATIENCE)
