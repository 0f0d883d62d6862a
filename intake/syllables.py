"""Whether a word can be a Vietnamese syllable: the proof that a text was read in the right encoding."""

import re
import unicodedata

_FIRST = "ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_OPEN = (
    "uyu|uya|oai|oao|oay|oeo|iêu|yêu|uây|uôi|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oe|oi|ôi|ơi|ua|uê|ui|uơ|uy"
    "|ưa|ưi|ưu|[aeêioôơuưy]"
)
_CLOSED = (
    "(?:a|oa)(?:ch|nh)|(?:ê|i|y|uê|uy)(?:ch|nh|[mnpt])|(?:uyê|oe)[mnt]|ơ[mnpt]|oong|ooc"
    "|(?:a|ă|â|e|o|ô|u|ư|iê|yê|uô|ươ|oa|oă|uâ)(?:ng|[cmnpt])"
)
_SYLLABLE = re.compile(rf"(?:{_FIRST})?(?:{_OPEN}|{_CLOSED})")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SHARP = frozenset("\u0301\u0323")  # the only tones of a syllable that ends in c, ch, p, t


def is_syllable(word: str) -> bool:
    """Say whether Vietnamese can write such a word; not whether it has one."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in parts if mark in _TONES]
    bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not bare.endswith(("c", "ch", "p", "t")) or (bool(tones) and tones[0] in _SHARP)
