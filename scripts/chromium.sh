#!/bin/sh
# Prints the path of a Chromium for the browser tests; installs the distribution's when there is none.
set -eu

find_chromium() {
    if [ -n "${FASCICLE_CHROMIUM:-}" ]; then
        echo "$FASCICLE_CHROMIUM"
        return
    fi
    for name in chromium chromium-browser google-chrome-stable google-chrome; do
        command -v "$name" 2>/dev/null && return
    done
    for app in "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        [ -x "$app" ] && echo "$app" && return
    done
    return 1
}

if find_chromium; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium from the distribution's packages ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    {
        apt-get update -qq || true
        apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
    } >&2 </dev/null
    find_chromium && exit 0
fi
echo "The browser tests need Chromium: install it with the system's packages," \
    "or name one with FASCICLE_CHROMIUM=/path/to/chromium" >&2
exit 1
