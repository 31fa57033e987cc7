"""Signed links open what they were made for, for as long as they say."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from backend.errors import LinkExpired, NotFound
from backend.security.signing import LinkSigner


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def parts(link: str) -> tuple[str, str, str]:
    split = urlsplit(link)
    query = parse_qs(split.query)
    return split.path, query["exp"][0], query["sig"][0]


def test_a_link_opens_until_it_expires() -> None:
    clock = Clock()
    signer = LinkSigner("s" * 32, ttl_s=60, clock=clock)
    link = parts(signer.sign("/api/v1/media/a/b/0.wav"))
    signer.check(*link)
    clock.now += 60
    signer.check(*link)
    clock.now += 1
    with pytest.raises(LinkExpired):
        signer.check(*link)


@pytest.mark.parametrize(
    "change",
    [
        lambda p, e, s: ("/api/v1/media/a/b/1.wav", e, s),
        lambda p, e, s: (p, str(int(e) + 1), s),
        lambda p, e, s: (p, "", s),
        lambda p, e, s: (p, "never", s),
        lambda p, e, s: (p, e, ""),
        lambda p, e, s: (p, e, s[:-1]),
        lambda p, e, s: (p, e, s + "0"),
        lambda p, e, s: (p, e, s.upper()),
        lambda p, e, s: (p, e, "é" * len(s)),
        lambda p, e, s: (p, e + " ", s),
        lambda p, e, s: (f"{p}?{e[:1]}", e[1:], s),
    ],
)
def test_a_changed_link_is_unknown(change) -> None:  # type: ignore[no-untyped-def]
    signer = LinkSigner("s" * 32)
    with pytest.raises(NotFound):
        signer.check(*change(*parts(signer.sign("/api/v1/media/a/b/0.wav"))))


def test_a_link_of_another_secret_is_unknown() -> None:
    link = parts(LinkSigner("a" * 32).sign("/x"))
    with pytest.raises(NotFound):
        LinkSigner("b" * 32).check(*link)
