"""Which language a text is in, told by its most common small words."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

NAMES = {
    "eng": "English",
    "fra": "French",
    "deu": "German",
    "spa": "Spanish",
    "ita": "Italian",
    "por": "Portuguese",
    "nld": "Dutch",
    "swe": "Swedish",
    "dan": "Danish",
    "nor": "Norwegian",
    "pol": "Polish",
    "ces": "Czech",
    "ron": "Romanian",
    "fin": "Finnish",
    "tur": "Turkish",
    "hun": "Hungarian",
}
"""The languages in Latin letters that are told apart, by their ISO 639-3 codes."""

_SMALL_WORDS = {
    "eng": """the of and to in is that it for was on are as with his they at be this from have or by one had not but
        what all were when we there can an your which their said if do will each about how up out them then she many
        some so these would other into has more two like him see could no than been its who now did""",
    "fra": """le la les de des du un une et en est que qui dans pour sur par au aux avec ce cette ces il elle ils nous
        vous sont ne pas plus se son sa ses leur leurs ou mais comme d l qu s c n entre etre ont fait sous meme tout
        on dont lors ainsi apres chaque deux""",
    "deu": """der die das und ist von den mit zu des auf fur im nicht ein eine einer einem einen dem sich als auch es
        an werden wird aus er hat dass sie nach bei um sind wie oder uber zum zur durch nur wenn kann noch so haben
        sein ihre bis zwischen""",
    "spa": """el la los las de del que y en un una es se por con no para al lo su sus como mas o pero este esta son
        entre cuando muy sin sobre ser tiene tambien fue hay desde todo nos durante ya cada""",
    "ita": """il la le lo gli i di del della dei delle che e un una per in non si con da al alla dal nel nella sono
        come piu anche o ma questo questa se sul ha essere tra ogni dalla suo sua loro degli""",
    "por": """o a os as de do da dos das que e em um uma para com nao por no na nos nas se ao mais como mas foi sao
        ou ser seu sua pelo pela isso este esta entre quando muito tem tambem cada""",
    "nld": """de het een en van in is dat op te zijn met voor niet aan er om ook als bij uit door over naar wordt
        worden deze dit of maar heeft hebben kan die wat meer tot tussen""",
    "swe": """och att det som en ett pa ar av for med den till inte om har de i var kan fran vid eller men sig ska
        vara mellan nar hur""",
    "dan": """og at det som en et pa er af for med den til ikke om har de i var kan fra ved eller men sig skal vaere
        mellem nar hvor""",
    "nor": """og at det som en et pa er av for med den til ikke om har de i var kan fra ved eller men seg skal vaere
        mellom nar hvor""",
    "pol": """i w na z do sie nie jest to ze o jak po od za dla przez oraz lub jego sa przy ktory ktora ktore moze
        tego jako tym byc""",
    "ces": """a v na je se ze s z do o jako pro od po za k jsou nebo ktery ktera ktere tak jeho pri byt mezi podle
        neni""",
    "ron": """si de la in a cu pe nu din pentru este o un care ca mai sau sunt prin se al ale la fi dintre fost""",
    "fin": """ja on ei se etta joka oli ovat myos kun tai mutta niin kuin jos voi sen hanen siita olla ole sita nama
        ovat mita""",
    "tur": """ve bir bu da de ile icin olarak cok daha en gibi ne kadar olan sonra ise veya her o var degil""",
    "hun": """a az es hogy nem is egy van meg ez csak de mint el vagy kell volt azt ha lehet minden amely kozott""",
}
_SETS = {code: frozenset(words.split()) for code, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")

_FEWEST = 15  # words; fewer tell nothing
_SHARE = 0.18  # of the words are small ones in running text: a quarter to a half in most languages, less in lists
_AHEAD = 1.4  # times as many as of any other language, or it may be either


class LanguageGuess(NamedTuple):
    """A language (ISO 639-3) and how many of so many words are small words of it."""

    code: str
    known: int
    words: int


def guess_language(text: str) -> LanguageGuess | None:
    """Return the language of a text; None where it is too short, in none of these, or may be in two of them.

    Accents do not count: text that was recognised as English has lost them. Of two Scandinavian languages, which share
    their small words, neither is found unless the text is clearly in one of them.
    """
    words = [_plain(word) for word in _WORD.findall(text)]
    if len(words) < _FEWEST:
        return None
    counts = {code: sum(word in known for word in words) for code, known in _SETS.items()}
    best, second = sorted(counts, key=lambda code: -counts[code])[:2]
    if counts[best] < _SHARE * len(words) or counts[best] < _AHEAD * counts[second]:
        return None
    return LanguageGuess(best, counts[best], len(words))


def _plain(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(one))
