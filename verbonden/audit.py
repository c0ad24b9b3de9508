"""`verbonden audit check`: whether the audit is as it was written; `verbonden audit head`: its end, to keep elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from sqlalchemy.exc import SQLAlchemyError

from loket.identity.seals import Finding, Head, Seals
from loket.store import Store
from verbonden import database
from verbonden.database import NoDatabase, database_url

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("action", choices=["check", "head"], help="look at every record, or print the end of the chain")
    parser.add_argument("--head", type=_head, metavar="SEQ:LINK", help="a head that was kept elsewhere: it must be in the chain")
    database.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 when everything fits, 1 when something does not or nothing can be read."""
    var = database.folder(args.var)
    database.use_keys(var)
    try:
        url = database_url(args.database, var)
        head, findings = asyncio.run(_look(url, Seals.from_environment(os.environ), args.action, args.head))
    except NoDatabase as error:
        print(error, file=sys.stderr)
        return 1
    except (SQLAlchemyError, OSError) as error:
        print(f"The audit can not be read: {type(error).__name__}. Look with: verbonden doctor", file=sys.stderr)
        return 1
    if args.action == "head":
        print(f"{head.seq}:{head.link}")
        return 0
    for finding in findings[:SHOWN]:
        print(_line(finding), file=sys.stderr)
    if findings:
        print(f"{len(findings)} findings in a chain of {head.seq} links: see docs/runbook.md, \"audit\".", file=sys.stderr)
        return 1
    print(f"All {head.seq} links of the audit fit. Head: {head.seq}:{head.link}")
    return 0


async def _look(url: str, seals: Seals, action: str, known: Head | None) -> tuple[Head, list[Finding]]:
    store = Store.connect(url)
    try:
        if action == "check":
            return await seals.check(store, known)
        async with store.read() as session:
            return await seals.head(session), []
    finally:
        await store.close()


def _line(finding: Finding) -> str:
    where = f"link {finding.seq}" if finding.seq else "no link"
    return f"{finding.what}: {where}" + (f", {finding.kind} {finding.record_id}" if finding.kind else "")


def _head(words: str) -> Head:
    seq, _, link = words.partition(":")
    if not seq.isdigit() or not link:
        raise argparse.ArgumentTypeError("a head is SEQ:LINK, as `verbonden audit head` prints it")
    return Head(int(seq), link)
