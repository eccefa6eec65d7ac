"""Stems of words, the same for Säcke and SAECKE; German, or English where the lists are English."""

import functools
import re

import snowballstemmer

UMLAUT = re.compile(r"(?<![aeq])ue|ae|oe")
PLAIN = {"ae": "a", "oe": "o", "ue": "u"}


@functools.cache
def _stemmer(language: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("english" if language == "en" else "german")


@functools.lru_cache(maxsize=200_000)
def stem(word: str, language: str = "de") -> str:
    """Return the stem of a folded word, without umlauts."""
    if len(word) < 4 or any(map(str.isdecimal, word)):
        return word
    if language == "en":
        return str(_stemmer(language).stemWord(word))
    return _shortened(UMLAUT.sub(lambda found: PLAIN[found[0]], str(_stemmer(language).stemWord(word))))


def _shortened(word: str) -> str:
    """Drop what the stemmer leaves of words that end in -ung and -ier: Markierung and Markier-, Hefter and Heftung, Strips and Strip."""
    for ending in ("ung", "ier"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)]
    return word[:-1] if word.endswith(("ps", "os")) and len(word) > 5 else word  # Strips and Fotos, which the stemmer leaves
