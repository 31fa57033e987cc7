#!/bin/sh
# Starts one image as the deployments do - read-only, no capabilities, its own user - and asks it whether it lives.
#   sh deploy/smoke.sh api|edge IMAGE
set -eu
target="$1"
image="$2"
name="interview-helper-smoke-$target-$$"
hardening="--read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp:mode=1777"
trap 'docker rm -f "$name" >/dev/null 2>&1 || true' EXIT

# $hardening is several words on purpose.
# shellcheck disable=SC2086
case "$target" in
    api)
        docker run -d --name "$name" $hardening --tmpfs /data:uid=10001 -e MLFLOW_TRACKING_URI=off \
            -e ASR=scripted -e LLM=rules -e TTS=tone -e EMBEDDER=hash "$image" >/dev/null
        probe="python deploy/healthcheck.py /health/ready"
        ;;
    edge)
        docker run -d --name "$name" $hardening --tmpfs /etc/nginx/conf.d:uid=101 -e EDGE_MODE=plain "$image" >/dev/null
        probe="curl -fsS http://127.0.0.1:8081/health"
        ;;
    *)
        echo "api or edge" >&2
        exit 2
        ;;
esac

tries=60
# shellcheck disable=SC2086
until docker exec "$name" $probe; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ]; then
        docker logs "$name" >&2
        exit 1
    fi
    sleep 1
done
test "$(docker exec "$name" id -u)" != 0
echo "$target answers, as user $(docker exec "$name" id -u)"
