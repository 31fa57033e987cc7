"""Ports that are taken: said, with the next free one, and never swapped silently.

`python -m backend.install.ports HOST PORT VARIABLE` is for `make`, before it starts a server that is not ours.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Sequence

_LOOKED_AT = 100


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there; what else may be wrong with an address is left to the server to say."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return error.errno != errno.EADDRINUSE
    return True


def complaint(host: str, port: int, variable: str) -> str | None:
    """What to tell somebody who wanted a port that is taken, and which variable names another; None when it is free."""
    if is_free(host, port):
        return None
    above = range(port + 1, min(port + 1 + _LOOKED_AT, 65_536))
    other = next((candidate for candidate in above if is_free(host, candidate)), None)
    advice = (
        f"The next free one is {other}: start again with {variable}={other}." if other else "So are those above it."
    )
    return f"port {port} on {host} is taken. {advice}"


def main(arguments: Sequence[str]) -> int:
    """The command line; returns the exit status."""
    host, port, variable = arguments
    taken = complaint(host, int(port), variable)
    if taken:
        print(f"error: {taken}", file=sys.stderr)
    return 1 if taken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
