"""The files of a draw; they appear all at once, or not at all."""

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from answerable.cli.draw.asked import File
from answerable.cli.draw.made import PLAIN, Made
from answerable.cli.draw.report import report
from answerable.model.errors import Broken, Invalid
from answerable.science.sortition import certificate
from answerable.science.sortition.instance import Reals, Wholes

_DIGITS: Final = 12


def contents(made: Made, inputs: Mapping[str, File]) -> dict[str, bytes]:
    """Write every file of a draw.

    ``probabilities.csv`` (id, probability), ``panel.csv`` (those drawn, with every column),
    ``lottery.json`` (orbits with their members, whole panels with exact weights, the numbered
    compositions), ``certificate.json`` (leximin only), ``report.html``, and ``draw.json`` (what was
    asked and what came of it, with the digests of everything else).
    """
    files = {
        "probabilities.csv": _probabilities(made),
        "panel.csv": _panel(made),
        "lottery.json": json_of(_lottery(made)),
        "report.html": report(made),
    }
    if made.method == "leximin":
        files["certificate.json"] = json_of(certificate(made.exact))
    return {**files, "draw.json": json_of(said(made, inputs, files))}


def said(
    made: Made, inputs: Mapping[str, File], files: Mapping[str, bytes] | None = None
) -> dict[str, Any]:
    """Say what was asked and what came of it."""
    pool, measured = made.pool, made.measured
    return {
        "v": 1,
        "method": made.method,
        "people": len(pool.numbers),
        "seats": pool.made.seats,
        "orbits": len(pool.made.orbits),
        "seed": made.seed.hex(),
        "compositions": len(made.compositions),
        "ticket": made.drawn.ticket,
        "panel": [pool.numbers[place] for place in made.drawn.members],
        "least_probability": _rounded(measured.least_probability),
        "gini": _rounded(measured.gini),
        "geometric_mean": _rounded(measured.geometric_mean),
        "spread_within_profile": _rounded(measured.spread_within_profile),
        "furthest_composition": _rounded(made.furthest),
        **({"sampling_error": _rounded(made.doubt)} if made.method == PLAIN else {}),
        "targets": [
            {
                "of": [list(pair) for pair in each.target.of],
                "min": each.target.min,
                "max": each.target.max,
                "pool": each.pool,
                "seats": each.seats,
            }
            for each in made.met
        ],
        "inputs": {name: {"file": f.name, "sha256": f.digest} for name, f in inputs.items()},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in (files or {}).items()},
    }


def write(out: Path, files: Mapping[str, bytes]) -> None:
    """Put files in a folder that is not there yet, or is empty.

    Raises:
        Broken: ``out.unwritable``.
        Invalid: ``out.taken``.
    """
    check_out(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError:
        raise Broken("out.unwritable", out=str(out)) from None
    try:
        for name, data in files.items():
            (making / name).write_bytes(data)
        making.chmod(0o700)
        making.replace(out)
    except OSError:
        raise Broken("out.unwritable", out=str(out)) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)


def write_file(out: Path, data: bytes) -> None:
    """Put a file where there is none; it appears whole, or not at all.

    Raises:
        Broken: ``out.unwritable``.
        Invalid: ``out.exists``.
    """
    check_new(out)
    making = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out.parent, delete=False) as file:
            making = Path(file.name)
            file.write(data)
        making.replace(out)
    except OSError:
        if making:
            making.unlink(missing_ok=True)
        raise Broken("out.unwritable", out=str(out)) from None


def check_new(out: Path) -> None:
    """Refuse a file that is there already, or cannot be written.

    Raises:
        Invalid: ``out.exists``, ``out.unwritable``.
    """
    _check_place(out)
    if out.exists():
        raise Invalid("out.exists", out=str(out))


def check_out(out: Path) -> None:
    """Refuse a folder in which something is already, or that cannot be written.

    Raises:
        Invalid: ``out.taken``, ``out.unwritable``.
    """
    _check_place(out)
    if out.exists() and (not out.is_dir() or not os.access(out, os.R_OK) or any(out.iterdir())):
        raise Invalid("out.taken", out=str(out))


def _check_place(out: Path) -> None:
    """Make sure that something new can be put where ``out`` is, and not in place of a link."""
    place = out.absolute().parent
    while not os.path.lexists(place):
        place = place.parent
    if out.is_symlink() or not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise Invalid("out.unwritable", out=str(out))


def _probabilities(made: Made) -> bytes:
    pairs = zip(made.pool.numbers, made.chances.tolist(), strict=True)
    return csv_of(("id", "probability"), ((number, f"{chance:.12f}") for number, chance in pairs))


def _panel(made: Made) -> bytes:
    columns = made.pool.columns
    rows = (made.pool.rows[place] for place in made.drawn.members)
    return csv_of(columns, ([row[column] for column in columns] for row in rows))


def _lottery(made: Made) -> dict[str, Any]:
    pool, exact = made.pool, made.exact
    return {
        "v": 1,
        "features": list(pool.made.features),
        "orbits": [
            {
                "values": list(orbit.values),
                "household": [list(values) for values in orbit.household],
                "members": [pool.numbers[place] for place in orbit.members],
                "probability": _rounded(chance),
            }
            for orbit, chance in zip(pool.made.orbits, exact.chances.tolist(), strict=True)
        ],
        "people": list(pool.numbers),
        "households": pool.made.households.tolist(),
        "panels": [
            {"weight": weight, "seats": _some(panel)}
            for weight, panel in zip(exact.weights.tolist(), exact.panels, strict=True)
        ],
        "compositions": [_some(each) for each in made.compositions],
    }


def _some(seats: Wholes | Reals) -> dict[str, int]:
    return {str(at): int(number) for at, number in enumerate(seats.tolist()) if number}


def _rounded(number: float) -> float:
    return round(number, _DIGITS)


def csv_of(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Write a table."""
    out = io.StringIO()
    plain = csv.writer(out, lineterminator="\n")
    # Python before 3.13 leaves a carriage return bare, and then nobody can read the row
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in (list(cells) for cells in (heading, *rows)):
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
    return out.getvalue().encode()


def json_of(value: Any) -> bytes:
    """Write JSON, as short as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
