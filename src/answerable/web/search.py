"""Finding things by words: without case, without accents, in any language, by beginnings.

>>> index = Index()
>>> index.put("rain", [(8, "Glawiad (Rain)"), (1, "Every gauge, every quarter of an hour")])
0
>>> index.find("GLÂW quarter")
{0: 10}
>>> index.find("glawiad snow")
{}
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_BEGINNING: Final = 3
"""A shorter word counts only as a whole."""

_LAST: Final = "\U0010ffff"


def fold(words: str) -> str:
    """Write words the one way in which they are compared.

    >>> fold("Sïon a Siân, STRASSE and Straße")
    'sion a sian, strasse and strasse'
    """
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()


def words_in(said: str) -> list[str]:
    """Give the words of a sentence or a name, as they are compared.

    >>> words_in("flood_area: the Dŵr-Cymru's")
    ['flood', 'area', 'the', 'dwr', 'cymru', 's']
    """
    return _WORD.findall(fold(said))


class Index:
    """What can be found, by number, with how much each of its words weighs."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._numbers: dict[str, int] = {}
        self._words: list[tuple[str, ...]] = []
        self._where: dict[str, dict[int, int]] = {}
        self._sorted: list[str] = []

    def put(self, key: str, said: Iterable[tuple[int, str]]) -> int:
        """Make something found by its words, no longer by those it had; give its number.

        Args:
            key: its name.
            said: sentences, and how much a word in each weighs; the most counts.
        """
        number = self._number(key)
        for word in self._words[number]:
            del self._where[word][number]
        weights = _weights(said)
        for word, weight in weights.items():
            self._where.setdefault(word, {})[number] = weight
        self._words[number] = tuple(weights)
        return number

    def _number(self, key: str) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.keys)
            self.keys.append(key)
            self._words.append(())
        return self._numbers[key]

    def find(self, words: str) -> dict[int, int]:
        """Give the numbers of what has every word, or one that begins so, with how well it fits.

        A whole word weighs twice as much as a beginning.
        """
        found: dict[int, int] | None = None
        for word in dict.fromkeys(words_in(words)):
            here = self._having(word)
            if found is None:
                found = here
            else:
                found = {number: n + here[number] for number, n in found.items() if number in here}
            if not found:
                break
        return found or {}

    def _having(self, word: str) -> dict[int, int]:
        found = {number: 2 * weight for number, weight in self._where.get(word, {}).items()}
        for longer in self._longer(word):
            for number, weight in self._where[longer].items():
                if weight > found.get(number, 0):
                    found[number] = weight
        return found

    def _longer(self, word: str) -> Iterator[str]:
        """Give the words that begin with a word and go on."""
        if len(word) < _BEGINNING:
            return
        if len(self._sorted) != len(self._where):
            self._sorted = sorted(self._where)
        start, stop = bisect_left(self._sorted, word), bisect_left(self._sorted, word + _LAST)
        yield from (each for each in self._sorted[start:stop] if each != word)


def _weights(said: Iterable[tuple[int, str]]) -> dict[str, int]:
    weights: dict[str, int] = {}
    for weight, sentence in said:
        for word in words_in(sentence):
            weights[word] = max(weight, weights.get(word, 0))
    return weights
