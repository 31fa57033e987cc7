#!/bin/sh
# The README's first command, as it stands, on a machine that may be new: `make run` until the product is ready, the page
# or the API asked for, and with `demo` a whole interview played against it.
#   sh deploy/first-run.sh [demo]
set -eu
address="http://${HOST:-127.0.0.1}:${PORT:-8000}"
started=$(date +%s)
make run &
run=$!
trap 'kill "$run" 2>/dev/null || true; wait "$run" 2>/dev/null || true' EXIT

until curl -fsS --noproxy '*' --max-time 5 -o /dev/null "$address/health/ready" 2>/dev/null; do
    kill -0 "$run" 2>/dev/null || { echo "make run has ended" >&2; exit 1; }
    [ $(($(date +%s) - started)) -lt 3000 ] || { echo "not ready after 50 minutes" >&2; exit 1; }
    sleep 1
done
echo "==> first run: ready after $(($(date +%s) - started)) s"
curl -fsS --noproxy '*' --max-time 5 "$address/" | grep -q "Interview Helper"
echo "==> first run: $address/ answers"
[ "${1:-}" != demo ] || make demo
