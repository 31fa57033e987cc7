#!/bin/sh
# A self-signed certificate for trying things out: sh deploy/certificate.sh FOLDER [HOST]. Replace it with a real one.
set -eu
folder="$1"
host="${2:-localhost}"
mkdir -p "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host,DNS:localhost,IP:127.0.0.1" -keyout "$folder/server.key" -out "$folder/server.crt"
# The nginx container runs as its own user and has to read the key.
chmod 0644 "$folder/server.key"
