"""Answered rows as training data: readable by the trainer, nothing in it that may not be kept."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from loket.conversations.desk import Member
from loket.review.export import Training, export, merged, neutral, read, render
from loket.review.review import Answer, ReviewList, ReviewState
from loket.understanding.examples import from_rasa
from tests.conversations.support import Process
from tests.review.conftest import Turn
from verbonden.commands import ROOT

TODAY = date(2026, 11, 22)


async def answer_all(reviews: ReviewList, member: Member, answer: Answer) -> None:
    for row in (await reviews.page(member, ReviewState.OPEN)).rows:
        await reviews.answer(member, row.id, answer, ReviewState.OPEN)


async def test_the_trainer_reads_what_is_written(process: Process, turn: Turn, reviews: ReviewList, fatima: Member,
                                                 tmp_path: Path) -> None:  # fmt: skip
    for text in (
        "waar blijft me [geld] {nou}",
        "Waar blijft me [geld]  {nou}",
        "- kloteformulier\nvan die toeslag",
        "113 bellen?",
    ):
        await turn(text, fact="onbegrepen")
    await answer_all(reviews, fatima, Answer("antwoord", ("toeslagen",), "huurtoeslag"))
    await turn("niet beantwoord", fact="onbegrepen")
    path = tmp_path / "nlu" / "review.yml"
    assert await export(process.store, path) == (3, 3)
    found = {(e.tekst, e.uitkomst, e.organisaties, e.taal, e.product) for e in from_rasa(path.parent)}
    label = ("antwoord", ("toeslagen",), "nl", "huurtoeslag")
    assert found == {
        ("Waar blijft me (geld) (nou)", *label), ("kloteformulier van die toeslag", *label), ("113 bellen?", *label)
    }  # fmt: skip
    assert await export(process.store, path) == (3, 0)


async def test_what_left_the_list_stays_in_the_file(process: Process, turn: Turn, reviews: ReviewList, fatima: Member,
                                                    tmp_path: Path) -> None:  # fmt: skip
    path = tmp_path / "review.yml"
    path.write_text(render([Training("oud voorbeeld", "klacht", ("uwv",)), Training("Vraag", "klacht")]), encoding="utf-8")
    await turn("vraag", fact="onbegrepen")
    await answer_all(reviews, fatima, Answer("antwoord", ("113",)))
    assert await export(process.store, path) == (2, 1)
    assert set(read(path)) == {Training("oud voorbeeld", "klacht", ("uwv",)), Training("vraag", "antwoord", ("113",))}


async def test_nothing_answered_writes_no_file(process: Process, turn: Turn, tmp_path: Path) -> None:
    await turn("open", fact="onbegrepen")
    assert await export(process.store, tmp_path / "review.yml") == (0, 0)
    assert list(tmp_path.glob("*.yml")) == []


def test_what_identifies_someone_keeps_its_shape_only() -> None:
    said = (
        "BSN 999990007, NL91ABNA0417164300, zaak ZAAK-2026-0000012345, "
        "bel 06-12345678 of mail jan@jansen.nl, 2514 AB, geboren 12-03-1980"
    )
    line = neutral(said, TODAY)
    for secret in ("999990007", "0417164300", "12345", "jan@", "2514", "1980"):
        assert secret not in line
    assert "00-00000000" in line and "naam@voorbeeld.nl" in line and "ZAAK-0000-0000000000" in line


def test_what_is_asked_about_stays() -> None:
    assert neutral("mag ik 1200 euro huur per maand hebben vanaf 1 januari 2027", TODAY) == (
        "mag ik 1200 euro huur per maand hebben vanaf 1 januari 2027"
    )


LABELS = st.tuples(st.sampled_from(["antwoord", "klacht"]), st.sampled_from([(), ("113",), ("toeslagen", "gemeente")]),
                   st.sampled_from(["nl", "ar"]), st.sampled_from([None, "huurtoeslag"]))  # fmt: skip


@given(st.lists(st.tuples(st.text(max_size=60), LABELS), max_size=8))
def test_whatever_people_type_can_be_read_back(said: list[tuple[str, Any]]) -> None:
    examples = merged(Training(line, *label) for text, label in said if (line := neutral(text, TODAY)))
    raw = yaml.safe_load(render(examples))
    lines = [line for block in raw["nlu"] or [] for line in block["examples"].splitlines()]
    assert all(line.startswith("- ") and not set(line) & set("[]{}") for line in lines)
    assert sorted(line[2:] for line in lines) == sorted(example.text for example in examples)


def verbonden(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "verbonden.cli", "review", "export", *arguments], cwd=ROOT, text=True,
                          capture_output=True, timeout=60, check=False)  # fmt: skip


async def test_the_command(process: Process, turn: Turn, reviews: ReviewList, fatima: Member, database_url: str,
                           tmp_path: Path) -> None:  # fmt: skip
    path = tmp_path / "out" / "review.yml"
    done = verbonden("--database", database_url, "--out", str(path))
    assert (done.returncode, path.exists()) == (0, False) and "Nothing was answered" in done.stdout
    await turn("waar is mijn geld", fact="onbegrepen")
    await answer_all(reviews, fatima, Answer("status"))
    done = verbonden("--database", database_url, "--out", str(path))
    assert done.returncode == 0 and "1 examples, 1 new" in done.stdout
    assert read(path) == [Training("waar is mijn geld", "status")]


def test_the_command_without_a_database(tmp_path: Path) -> None:
    done = verbonden("--var", str(tmp_path))
    assert done.returncode == 1 and "no database" in done.stderr and list(tmp_path.iterdir()) == []
