"""Exit 0 when an address of this container's server answers 200: `python deploy/healthcheck.py /health/live [PORT]`.

Any address of the container can be asked, so the images need no curl: Chroma and MLflow run from the same image.
"""

from __future__ import annotations

import http.client
import os
import sys


def main(path: str, port: str) -> int:
    """0 for an answer of 200 within 3 seconds, else 1."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=3)
    try:
        connection.request("GET", path)
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else os.environ.get("PORT", "8000")))
