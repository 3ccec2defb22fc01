#!/bin/sh
# Makes .venv with the first Python 3.11 to 3.13 found, and puts the pinned uv (argument 1) into it.
set -eu
uv_version=$1

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
}

python=
for candidate in ${PYTHON:-} python3 python3.12 python3.11 python3.13 python; do
    if fits "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11, 3.12 or 3.13 is needed and was not found; name one with PYTHON=/path/to/python3.11" >&2
    exit 1
fi

echo "Making .venv with $("$python" --version) ..."
if ! "$python" -m venv --clear .venv; then
    echo "This Python cannot make virtual environments; on Debian and Ubuntu install python3-venv." >&2
    exit 1
fi
.venv/bin/python -m pip install --quiet "uv==$uv_version"
pwd > .venv/.made-for
