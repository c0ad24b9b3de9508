"""How words are looked up: in small letters, without accents."""

import unicodedata


def plain(word: str) -> str:
    """Return a word in small letters without accents; the key of every list of words in this package."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, as keys."""
    return frozenset(plain(word) for word in text.split())
