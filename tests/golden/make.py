"""Write the golden files that are missing: ``python -m tests.golden.make``. It never overwrites."""

import sys
from pathlib import Path

from tests.golden.examples import golden

import answerable.stages  # noqa: F401 - every kind is known once they are imported

HERE = Path(__file__).parent


def main() -> int:
    """Write what is missing; tell whether anything that is there differs."""
    different = []
    for name, data in golden().items():
        path = HERE / f"{name}.json"
        if not path.exists():
            path.write_bytes(data)
        elif path.read_bytes() != data:
            different.append(path.name)
    if different:
        sys.stderr.write(f"A golden file is never changed: {', '.join(sorted(different))}\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
