"""`verbonden upl`: which names of the official product list the verwijsindex covers."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from loket.directory import Directory, InvalidDirectory
from loket.directory.upl import Covered, InvalidList, Rules, coverage, read_list

FOLDER = Path("data/verwijsindex")
_AUDIENCES = {"burger": "inwoners", "bedrijf": "bedrijven"}
_HOW = {"product": "eigen antwoord", "laag": "bestuurslaag", "niet": "niet gedekt"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("bestand", type=Path, help="the official product list: CSV from standaarden.overheid.nl")
    parser.add_argument("--voor", choices=[*_AUDIENCES, "alle"], default="burger", help="names for whom (default: burger)")
    parser.add_argument("--lijst", choices=list(_HOW), help="also list the names that are answered this way")
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    parser.add_argument("--index", type=Path, default=FOLDER, help=f"folder of the verwijsindex; default: {FOLDER}")


def run(args: argparse.Namespace) -> int:
    """Print the report; 1 when a name is not covered, 2 when the list or the verwijsindex can not be read."""
    try:
        names = [n for n in read_list(args.bestand) if args.voor == "alle" or getattr(n, args.voor)]
        found = coverage(names, Directory.load(args.index), Rules.load(args.index))
    except (InvalidList, InvalidDirectory, OSError, yaml.YAMLError) as error:
        print(error, file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps({"aantal": _counts(found), "namen": [_row(c) for c in found]}, ensure_ascii=False, indent=1))
    else:
        print("\n".join([*_summary(found, args.voor), *_list(found, args.lijst)]))
    return 1 if any(c.how == "niet" for c in found) else 0


def _counts(found: Sequence[Covered]) -> dict[str, int]:
    counted: Counter[str] = Counter(c.how for c in found)
    return {"alle": len(found), **{how: counted[how] for how in _HOW}}


def _row(covered: Covered) -> dict[str, Any]:
    match = covered.match
    return {
        "naam": covered.name.naam, "lagen": covered.name.lagen, "hoe": covered.how, "organisaties": covered.organisations,
        "product": match.product if match else None, "door": match.phrase if match else None,
        "score": match.score if match else None, "tekst": covered.text or None,
    }  # fmt: skip


def _summary(found: Sequence[Covered], audience: str) -> list[str]:
    lines = [f"{len(found)} namen voor {_AUDIENCES.get(audience, 'iedereen')}"]
    for how, count in list(_counts(found).items())[1:]:
        lines.append(f"  {_HOW[how]:<16}{count:>5}  {count / max(len(found), 1):>6.1%}")
    layers = Counter(c.organisations[0] for c in found if c.how == "laag")
    lines += [f"    {organisation:<14}{count:>5}" for organisation, count in layers.most_common()]
    return lines


def _list(found: Sequence[Covered], how: str | None) -> list[str]:
    lines = []
    for covered in found:
        if covered.how != how:
            continue
        match = covered.match
        why = f"{match.product} ({match.score:.2f}: {match.phrase})" if match else ", ".join(covered.organisations)
        lines.append(f"{covered.name.naam}: {why}" if why else covered.name.naam)
    return lines
