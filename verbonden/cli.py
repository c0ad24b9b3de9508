"""The command `verbonden`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from loket import secret_files

SUBCOMMANDS = {
    "run": ("verbonden.run", "run the whole product on this machine"),
    "cluster": ("verbonden.cluster", "run the distributed product on this machine: copies behind a balancer"),
    "chat": ("verbonden.chat", "talk to the running product in the terminal"),
    "triage": ("verbonden.triage", "understand one text, or a file of texts, without starting the product"),
    "upl": ("verbonden.upl", "compare the official product list with what the verwijsindex covers"),
    "gesprek": ("verbonden.gesprek", "play the citizen's side of written conversations through the running product"),
    "doctor": ("verbonden.doctor", "what is installed, reachable, misconfigured"),
    "review": ("verbonden.review", "write what staff answered on the review list as training data"),
    "backup": ("verbonden.backup.make", "copy the store to a file, also while the product runs"),
    "restore": ("verbonden.backup.restore", "make the store what a copy is"),
    "audit": ("verbonden.audit", "whether the record of who looked, opened and changed is as it was written"),
    "sleutels": ("verbonden.sleutels", "seal again with the first key of the vault what is sealed with an older one"),
    "model": ("verbonden.model_command", "train the Rasa model if what it is made of changed"),
}
"""Name: module with `add_arguments(parser)` and `run(args) -> int`, and what it does."""


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; returns the exit code: 0 all is well, 1 it failed, 2 the command was not understood."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        secret_files.load()
    except secret_files.WrongSecretFile as refused:
        print(refused, file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(prog="verbonden", description="Front-line assistant of the Dutch government.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    # Only the module that is asked for is imported: some of them take seconds.
    asked = next((word for word in given if word in SUBCOMMANDS), None)
    for name, (_, text) in SUBCOMMANDS.items():
        subparser = subparsers.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name == asked:
            importlib.import_module(SUBCOMMANDS[name][0]).add_arguments(subparser)
    args = parser.parse_args(given)
    module = importlib.import_module(SUBCOMMANDS[args.command][0])
    try:
        code: int = module.run(args)
    except BrokenPipeError:  # `verbonden triage ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
