"""Why a file is not read, between the parsers and the process they run in."""

from __future__ import annotations


class Refused(Exception):
    """A file that is not read, with the reason's name: encrypted, unreadable, too_complex, too_large, ..."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
