"""What people write in a settings file: TOML, with every fault in it named at once."""

import tomllib
from typing import Any

from answerable.model.errors import Invalid


def parse_toml(data: bytes, name: str) -> dict[str, Any]:
    """Read settings.

    Args:
        data: as they stand in the file.
        name: of the file, to say where the fault is.

    Raises:
        Invalid: ``config.toml``.
    """
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise Invalid("config.toml", file=name, said=str(problem)) from None
