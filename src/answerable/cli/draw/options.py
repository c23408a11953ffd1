"""Options that several commands about panels share."""

from pathlib import Path

import click

FILE = click.Path(path_type=Path)


def names(_ctx: click.Context, _param: click.Parameter, said: str) -> tuple[str, ...]:
    """Read names with commas between them."""
    return tuple(name.strip() for name in said.split(",") if name.strip())


SEED = click.option(
    "--seed", required=True, metavar="HEX", help="32 bytes that nobody could choose."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
