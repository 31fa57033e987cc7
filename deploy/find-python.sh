#!/bin/sh
# Prints the Python that environments are made with: PYTHON if that is set, else the first of 3.11, 3.12 and 3.13 that is
# there with venv, else one that uv has or fetches.
set -u
good='import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

if [ -n "${PYTHON:-}" ]; then
  "$PYTHON" -c "$good" && echo "$PYTHON" && exit
  echo "error: PYTHON=$PYTHON is not a Python 3.11, 3.12 or 3.13 with venv." >&2
  exit 1
fi
for python in python3.11 python3.12 python3.13 python3 python; do
  "$python" -c "$good" 2>/dev/null && echo "$python" && exit
done
if command -v uv >/dev/null; then
  echo "==> Python 3.13 from uv" >&2
  uv python install --quiet 3.13 >&2 && uv python find --managed-python 3.13 && exit
fi
for version in 3.13 3.12 3.11; do
  "python$version" -c '' 2>/dev/null && without="$version"
done
[ -z "${without:-}" ] || echo "Python $without is here, but without venv (Debian, Ubuntu: sudo apt install python$without-venv)." >&2
cat >&2 <<'HELP'
error: Python 3.11, 3.12 or 3.13 with venv is needed, and none was found. To get one:
  Debian, Ubuntu   sudo apt install python3-venv             (its Python is 3.11 to 3.13 on Debian 12, 13 and Ubuntu 24.04)
  Fedora           sudo dnf install python3.13
  macOS            brew install python@3.13
  anywhere else    install uv (docs.astral.sh/uv); it brings a Python of its own
Then run the same command again. PYTHON=/path/to/python names one that is somewhere else.
HELP
exit 1
