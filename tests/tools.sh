#!/bin/sh
# Programs that the tests drive and that are not Python packages: a browser, SIPp, ffmpeg, PostgreSQL.
set -eu

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need sipp sip-tester
need ffmpeg ffmpeg
find /usr/lib/ -name libatomic.so.1 | grep -q . || missing="$missing libatomic1" # Playwright's Node
[ -d /usr/lib/postgresql ] || missing="$missing postgresql"
[ -z "$missing" ] && exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then sudo="sudo -n"; else
        echo "Os testes precisam de:$missing. Instale com: sudo apt-get install$missing" >&2
        exit 1
    fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Os testes precisam de:$missing. Instale esses programas e repita." >&2
    exit 1
fi
echo "→ Instalando para os testes:$missing"
log=$(mktemp)
# shellcheck disable=SC2086 # words on purpose
if ! { $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    exit 1
fi
rm -f "$log"
