"""Training, saving, loading and asking the understanding, on a small set of messages with the real embeddings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from loket.understanding.crisis import CrisisGate
from loket.understanding.examples import from_file
from loket.understanding.model import UnderstandingModel
from loket.understanding.targets import Example
from loket.understanding.training import Trained, folds, train

FILES = ("w5_zaken.yml", "w5_gesprek.yml", "w5_crisis.yml", "w5_privacy.yml", "w5_crisis_niet.yml")
GATE = CrisisGate.load(Path("data/crisis/poort.yaml"))


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [example for name in FILES for example in from_file(Path("data/nlu") / name)]


@pytest.fixture(scope="module")
def trained(examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train(examples, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def model(trained: Trained) -> UnderstandingModel:
    today = date(2026, 11, 22)
    return UnderstandingModel(trained.features, trained.heads, GATE, lambda: today, trained.neighbours, trained.encoding)


def test_what_was_saved_understands_the_same(trained: Trained, model: UnderstandingModel, tmp_path: Path) -> None:
    trained.save(tmp_path)
    loaded = UnderstandingModel.load(tmp_path, GATE, lambda: date(2026, 11, 22))
    for text in ("wie leest dit gesprek", "ik wil een mens spreken", "kim bunu okuyor", "mijn man slaat mij"):
        one, other = model.understand(text)[0], loaded.understand(text)[0]
        assert (one.uitkomst, one.taal, one.crisis) == (other.uitkomst, other.taal, other.crisis)
        assert one.score == pytest.approx(other.score, abs=0.02)


def test_many_at_once_are_understood_as_one_by_one(model: UnderstandingModel) -> None:
    texts = ["hallo", "who can read this", "Geboren op 3 mei 1980", "", "niet eens met de boete", "x" * 3000]
    together = model.understand_all(texts)
    assert len(together) == len(texts)
    for text, (found, entities) in zip(texts, together):
        alone, same = model.understand(text)
        assert (found.uitkomst, found.taal, entities) == (alone.uitkomst, alone.taal, same)
        assert found.score == pytest.approx(alone.score, abs=0.01)


def test_scores_are_probabilities_best_first(model: UnderstandingModel) -> None:
    found, _ = model.understand("mag ik anoniem blijven")
    scores = [ranked.score for ranked in found.uitkomsten]
    assert found.uitkomst == "privacy"
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0, abs=1e-6)


def test_danger_beats_a_case_number(model: UnderstandingModel) -> None:
    # Given a message that holds next to nothing besides a case number
    assert model.understand("ZAAK-2026-0000000001")[0].uitkomst == "status"
    # When danger stands beside the number, then danger is heard
    found, _ = model.understand("ZAAK-2026-0000000001 mijn man slaat mij")
    assert (found.uitkomst, found.crisis) == ("crisis", "veiligthuis")


def test_danger_in_a_few_words_is_believed_whatever_the_classifier_thinks(model: UnderstandingModel) -> None:
    for text in ("huiselijk geweld", "kindermishandeling melden", "brand", "zelfmoord"):
        assert model.understand(text)[0].uitkomst == "crisis", text


def test_languages_are_known_without_their_meaning(model: UnderstandingModel) -> None:
    known = {"kto to czyta": "pl", "хто бачить що я пишу": "uk", "wer liest hier mit": "de", "مين بيقرا كلامي": "ar"}
    assert {text: model.understand(text)[0].taal for text in known} == known


def test_writers_are_left_out_as_a_whole() -> None:
    # Given three writers, of whom the first wrote most
    dutch = [Example(f"bericht {n}", "antwoord", schrijver=1 + n % 3) for n in range(60)]
    fold = folds(dutch)
    # Then the later ones are each in one fold, and the first is never held out
    assert {int(f) for f, e in zip(fold, dutch) if e.schrijver == 1} == {-1}
    assert all(len({int(f) for f, e in zip(fold, dutch) if e.schrijver == number}) == 1 for number in (2, 3))
    assert len({int(f) for f, e in zip(fold, dutch) if e.schrijver != 1}) == 2
    # And with one writer there is nothing to leave out but blocks
    assert set(np.unique(folds([Example(f"bericht {n}", "antwoord") for n in range(80)]))) == {-1, 0, 1}


def test_every_later_writer_is_named_in_the_messages() -> None:
    for path in sorted(Path("data/nlu").glob("w[0-9]_*.yml")):
        assert {example.schrijver for example in from_file(path)} == {int(path.name[1])}, path.name
