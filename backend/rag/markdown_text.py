"""Text of a Markdown file as it is shown, and what its HTML keeps from being shown.

Not detected: what a style sheet or a script hides by class or by name.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_CODE = re.compile(
    r"^( {0,3})(```+|~~~+)[^\n]*\n.*?(?:^ {0,3}\2[`~]*[ \t]*$|\Z)|(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\3(?!`)",
    re.DOTALL | re.MULTILINE,
)
"""Fenced blocks and code spans: they show their HTML as it stands (CommonMark 0.31, 4.5 and 6.1)."""
_NEVER_SHOWN = frozenset({"script", "style", "template", "noscript", "title"})
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_ENDED_BY_AN_EMPTY_LINE = frozenset({"p", "li", "dt", "dd", "td", "th", "tr"})
"""Elements whose end tag may be left out (HTML, 13.1.2.4); all others stay open to the end."""
_REMARK = re.compile(r"^ {0,3}\[//\]:\s*#\s*[(\"'](.*?)[)\"'][ \t]*$", re.MULTILINE)
"""A link definition that nothing links to, as people write remarks."""
_STYLES = (
    (re.compile(r"(?:^|;)display:none"), "text that is not displayed"),
    (re.compile(r"(?:^|;)visibility:(?:hidden|collapse)"), "text that is not displayed"),
    (re.compile(r"(?:^|;)opacity:0*(?:\.0+)?%?(?:!important)?(?:;|$)"), "fully transparent text"),
    (
        re.compile(r"(?:^|;)font-size:(?:0*(?:\.\d+)?|[0-3](?:\.\d+)?(?:px|pt)|0*\.[0-2]\d*r?em)(?:;|$)"),
        "text too small to read",
    ),
    (re.compile(r"(?:^|;)(?:text-indent|left|right|top|margin-left):-\d{3,}"), "outside the page"),
)
_PALE = re.compile(r"(?:^|;)color:(?:white|transparent|#f{3,4}|#f{6}|#f{8}|rgba?\(255,255,255)")


class _Unseen(HTMLParser):
    """Notes what is not shown, as (start, end, reason, text)."""

    def __init__(self, text: str, text_without_code: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, int, str, str]] = []
        self._text = text
        self._lines = [0, *(m.end() for m in re.finditer("\n", text))]
        self._open: tuple[str, str, int, int] | None = None
        """Tag, reason, where it starts and where what it holds starts."""
        self._depth = 0
        self.feed(text_without_code)
        self.close()
        if self._open is not None:
            end = self._end_of_unclosed()
            self._note(end, end)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        if self._open is not None:
            self._depth += tag == self._open[0]
        elif reason := _why_unseen(tag, dict(attrs)):
            self._open = (tag, reason, self._at(), self._at() + len(self.get_starttag_text() or ""))
            self._depth = 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML knows no such end but that of the elements without content

    def handle_endtag(self, tag: str) -> None:
        if self._open is None or tag != self._open[0]:
            return
        self._depth -= 1
        if self._depth == 0:
            ended = self._text.find(">", self._at())
            self._note(self._at(), len(self._text) if ended < 0 else ended + 1)

    def handle_comment(self, data: str) -> None:
        if self._open is None:
            self.found.append((self._at(), self._at() + len(data) + len("<!---->"), "comment in the file", data))

    def _note(self, inner_end: int, end: int) -> None:
        if self._open is not None:
            _, reason, start, inner = self._open
            self.found.append((start, end, reason, self._text[inner:inner_end]))
        self._open = None

    def _end_of_unclosed(self) -> int:
        if self._open is not None and self._open[0] in _ENDED_BY_AN_EMPTY_LINE:
            empty = re.compile(r"\n[ \t]*\n").search(self._text, self._open[3])
            return empty.start() if empty is not None else len(self._text)
        return len(self._text)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _why_unseen(tag: str, attributes: dict[str, str | None]) -> str:
    """Why an element is not shown; "" where it is."""
    if tag in _NEVER_SHOWN or "hidden" in attributes:
        return "text that is not displayed"
    style = re.sub(r"/\*.*?\*/|\s", "", (attributes.get("style") or "").lower())
    for pattern, reason in _STYLES:
        if pattern.search(style):
            return reason
    return "white text" if _PALE.search(style) and "background" not in style else ""


def read_markdown(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without what is not shown, and that as (reason, text), in order."""
    text_without_code = _CODE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    unseen = _Unseen(text, text_without_code).found
    for remark in _REMARK.finditer(text_without_code):
        unseen.append((*remark.span(), "comment in the file", remark[1]))
    kept, at = [], 0
    hidden: list[tuple[str, str]] = []
    for start, end, reason, said in sorted(unseen):
        if start < at:
            continue
        kept.append(text[at:start])
        at = end
        if plain := re.sub(r"<[^<>]*>", " ", said).strip():
            hidden.append((reason, plain))
    return "".join([*kept, text[at:]]), hidden
