"""Text as a reader sees it: Unicode put in order, smuggled characters taken out, certain encoding damage repaired."""

from __future__ import annotations

import re
import unicodedata

TAGS = re.compile("[\U000e0000-\U000e007f]+")
# Characters that show nothing: zero-width, bidirectional controls, fillers, variation selectors, soft hyphen.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = re.compile("(.?)([\u200c\u200d\ufe0f]+)(.?)", re.DOTALL)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
}  # fmt: skip
# Symbol-font bullets in the private use area, as Word and its exporters write them.
_BULLETS = re.compile("[\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf0a8\uf071\uf02d\uf0be]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")

# UTF-8 read as Windows-1252: a lead byte's character, then the characters of 1 to 3 continuation bytes.
_CONTINUATION = "\u0080-\u00bf" + "".join(
    bytes([b]).decode("cp1252") for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
_MOJIBAKE = re.compile(
    f"[\u00c2-\u00df][{_CONTINUATION}]|[\u00e0-\u00ef][{_CONTINUATION}]{{2}}|[\u00f0-\u00f4][{_CONTINUATION}]{{3}}"
)
# "－" (U+FF0D) whose last byte has no Windows-1252 character, and a no-break space whose second half became a space.
_LOST_DASH = re.compile("ï¼[\u200b\u008d\ufffd]?(?=\\s|$)")
_LOST_SPACE = re.compile("(?<=[^\\sA-ZÀ-Þ])Â(?=\\s|$)|(?<=\\s)Â(?=\\s)")
_GLUED_SPACE = re.compile("(?<=[a-z.,;:!?)])Â(?=[A-Z])")
_TRAILING = re.compile("[ \t]+$", re.MULTILINE)
_BLANK_LINES = re.compile("\n{3,}")


def _by_cp1252(found: re.Match[str]) -> str:
    broken = found.group()
    data = bytearray()
    for char in broken:
        try:
            data += char.encode("cp1252")
        except UnicodeEncodeError:
            data += char.encode("latin-1", "ignore")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return broken


def repair_encoding(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252, only where the bytes prove it ("Donâ€™t" is "Don’t")."""
    if not any(mark in text for mark in "ÂÃâïðÅÄ"):
        return text
    text = _LOST_DASH.sub("-", text)
    text = _MOJIBAKE.sub(_by_cp1252, text)
    return _GLUED_SPACE.sub(" ", _LOST_SPACE.sub("", text))


def _keep_joiner(found: re.Match[str]) -> str:
    """Zero-width joiners and the emoji selector stay where scripts or emoji need them."""
    before, joiners, after = found.groups()
    needed = before and (
        unicodedata.category(before) in ("So", "Sk", "Mn", "Mc") or ("\u0590" <= before < "\u2000") or before > "\u2e7f"
    )
    if joiners == "\ufe0f":
        needed = needed or before in "#*0123456789"
    return before + (joiners[0] if needed else "") + after


def smuggled(text: str) -> list[str]:
    """What invisible tag characters spell out, piece by piece."""
    pieces = ("".join(chr(ord(c) - 0xE0000) for c in run if ord(c) >= 0xE0020) for run in TAGS.findall(text))
    return [piece for piece in (p.strip("\x7f ") for p in pieces) if piece]


def spelt(text: str) -> list[list[str | None]]:
    """What invisible characters of a text spell, as hidden runs [reason, text, page]."""
    return [["invisible characters", piece, None] for piece in smuggled(text)]


def clean(text: str, *, visible_hyphen: bool = False) -> str:
    """The text in NFC, one kind of line end, without characters that show nothing; ligatures spelt out.

    `visible_hyphen`: soft hyphens were really drawn (as PDF fonts do), so they become "-". Cleaning twice changes
    nothing.
    """
    for _ in range(5):  # what one pass uncovers, the next one cleans
        before, text = text, _pass(text, visible_hyphen)
        if text == before:
            break
    return text


def _pass(text: str, visible_hyphen: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\x0b", "\n")
    text = repair_encoding(re.sub("[\u2028\u2029]", "\n", text))
    if visible_hyphen:
        text = text.replace("\u00ad", "-")
    text = _CONTROLS.sub("", text).replace("\u0085", "\n")
    text = _SPACES.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    text = _JOINERS.sub(_keep_joiner, text)
    for ligature, letters in _LIGATURES.items():
        text = text.replace(ligature, letters)
    text = _PRIVATE.sub("", _BULLETS.sub("•", text))
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n\n", _TRAILING.sub("", text)).strip("\n").rstrip()


_HYPHENATED = re.compile(r"([^\W\d_]+)-\n([^\W\d_]+)")
_PREFIXES = frozenset(
    """
    all anti back co cross de decision detail e end ex fast fault follow front full goal half hands hard high in
    inter key large long low micro mid mission multi new non object off on one open part peer post pre problem
    process real result second self semi service short single small so solution state sub team third top two
    under up user value well work world year
    """.split()  # noqa: SIM905
)


def join_hyphenated(text: str) -> str:
    """Makes words broken over two lines whole; a real hyphen ("high-\\nimpact") stays, as other words tell."""
    lower = text.lower()
    words = set(re.findall(r"[^\W\d_]+", re.sub(_HYPHENATED, " ", lower)))
    compounds = set(re.findall(r"[^\W\d_]+-[^\W\d_]+", lower))

    def joined(found: re.Match[str]) -> str:
        left, right = found.groups()
        if not right[0].islower():
            return f"{left}-{right}" if right[0].isupper() and left[0].isupper() else found.group()
        low_left, low_right = left.lower(), right.lower()
        if low_left + low_right in words:
            return left + right
        compound = (
            f"{low_left}-{low_right}" in compounds
            or low_left in _PREFIXES
            or (low_left in words and low_right in words)
            or len(right) < 2
        )
        return f"{left}-{right}" if compound else left + right

    return _HYPHENATED.sub(joined, text)
