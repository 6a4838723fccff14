#!/bin/sh
# Makes a virtual environment with the first Python on PATH that is new enough and able to: venv.sh FOLDER
set -eu

unable=
for python in ${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14}; do
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
  "$python" -c 'import ensurepip, venv' 2>/dev/null || { unable=$python; continue; }
  rm -rf "$1"
  "$python" -m venv "$1" || { rm -rf "$1"; exit 1; }
  exit 0
done

if [ -n "$unable" ]; then
  echo "$unable cannot make virtual environments: install its venv package (Debian: apt-get install $unable-venv) and run make again" >&2
else
  echo 'no Python 3.11 or newer found: install one with its venv package (Debian: apt-get install python3 python3-venv) and run make again' >&2
fi
exit 1
