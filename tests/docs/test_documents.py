"""What the documents say exists: links, pictures, commands, variables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verbonden.cli import SUBCOMMANDS
from verbonden.commands import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "web/README.md", ROOT / "demo/zaaksysteem/README.md",
                    ROOT / "demo/twilio/README.md"])
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
TOP_FOLDERS = ("actions", "bot", "channels", "data", "demo", "docs", "loket", "setup", "tests", "verbonden", "web")
PICTURE_BYTES = 150_000


def named(document: Path) -> set[str]:
    """Paths of the project that a document names in code marks: `loket/settings.py`, `data/nlu/`."""
    words = CODE.findall(re.sub(r"(?s)```.*?```", "", document.read_text(encoding="utf-8")))
    return {word for word in words if re.fullmatch(rf"(?:{'|'.join(TOP_FOLDERS)})/[\w./-]*", word)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_pictures_are_there(document: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(document.read_text(encoding="utf-8"))]
    missing = [link for link in links if link and "://" not in link and not (document.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("document", [ROOT / "README.md", ROOT / "docs/teksten.md"], ids=lambda path: path.name)
def test_named_paths_are_there(document: Path) -> None:
    found = named(document)
    assert len(found) >= 8
    assert not [path for path in sorted(found) if not (ROOT / path).exists()]


def test_pictures_are_small_and_used() -> None:
    everything = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    pictures = sorted((ROOT / "docs/afbeeldingen").glob("*.png"))
    assert pictures and all(picture.stat().st_size <= PICTURE_BYTES for picture in pictures)
    assert sum(picture.name in everything for picture in pictures) >= 7


def test_settings_are_in_the_readme_and_exist() -> None:
    files = [path for folder in ("loket", "channels", "verbonden", "data") for path in (ROOT / folder).rglob("*")]
    code = "".join(path.read_text(encoding="utf-8") for path in files if path.suffix in (".py", ".yaml"))
    told = set(re.findall(r"`((?:VERBONDEN|ZAAKSYSTEEM|KLANTINTERACTIES)_[A-Z_]+)`", README))
    assert not [name for name in sorted(told) if name not in code]
    settings = set(re.findall(r"VERBONDEN_[A-Z_]+", (ROOT / "loket/settings.py").read_text(encoding="utf-8")))
    assert not settings - told


def test_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    told = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test", "model", "web"} <= told <= targets
    assert set(re.findall(r"\.venv/bin/verbonden (\w+)", README)) <= set(SUBCOMMANDS)
