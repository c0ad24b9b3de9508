"""Reading the official product list: what an administrator may have in hand, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from loket.directory.upl import InvalidList, read_list

HEADER = "naam,uri,burger,bedrijf,rijk,provincie,waterschap,gemeente,grondslag"
ROWS = ["zandbakvergunning,u:1,X,,,,,X,", 'vliegerbelasting,u:2,X,X,X,,,,"artikel 1, tweede lid"', "dijkfeest,u:3,,X,,X,X,,"]


def written(folder: Path, text: str | bytes) -> Path:
    """A file with this content."""
    path = folder / "lijst.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_reads_names_audience_and_layers(tmp_path: Path) -> None:
    found = read_list(written(tmp_path, "\n".join([HEADER, *ROWS])))
    assert [(n.naam, n.burger, n.bedrijf, n.lagen) for n in found] == [
        ("zandbakvergunning", True, False, ("gemeente",)),
        ("vliegerbelasting", True, True, ("rijk",)),
        ("dijkfeest", False, True, ("provincie", "waterschap")),
    ]


@pytest.mark.parametrize("change", [
    lambda text: "\ufeff" + text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text + "\n\n",
    lambda text: text.replace("naam,uri", "Naam , URI"),
    lambda text: text.replace('"artikel 1, tweede lid"', "artikel 1").replace(",", ";"),
], ids=["byte order mark", "windows", "blank lines", "header in capitals", "semicolons"])  # fmt: skip
def test_variants_read_the_same(tmp_path: Path, change: object) -> None:
    assert callable(change)
    plain = read_list(written(tmp_path, "\n".join([HEADER, *ROWS])))
    assert read_list(written(tmp_path, change("\n".join([HEADER, *ROWS])))) == plain


@pytest.mark.parametrize(("text", "says"), [
    ("", "in de kopregel ontbreekt naam"),
    ("naam,burger\nx,X", "ontbreekt rijk, provincie, waterschap, gemeente"),
    (HEADER, "er staan geen producten in"),
    (f"{HEADER}\nzandbak,u:1,X", "regel 2: 3 kolommen, de kopregel heeft er 9"),
    (f"{HEADER}\n,u:1,X,,,,,X,", "regel 2: er staat geen naam"),
    (f"{HEADER}\n{ROWS[0]}\n{ROWS[0]}", "regel 3: 'zandbakvergunning' staat er al"),
    (b"naam,burger\ncaf\xe9,X", "is geen UTF-8"),
    (f'{HEADER}\n"zandbak,u:1', "regel 2"),
    ("<html><body>Pagina niet gevonden</body></html>", "in de kopregel ontbreekt"),
])  # fmt: skip
def test_says_what_is_wrong(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(InvalidList, match=says):
        read_list(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidList, match="is niet te lezen"):
        read_list(tmp_path / "weg.csv")
    with pytest.raises(InvalidList, match="is niet te lezen"):
        read_list(tmp_path)
