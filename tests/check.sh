#!/bin/sh
# Runs every check, also after one failed, and says at the end which passed: check.sh lint|all
cd "$(dirname "$0")/.." || exit 2
failed=0
summary=

tests() { # the suite; the few tests that failed, once more and alone: what depends on the load of the machine is named, not hidden
  # in the order of tests/conftest.py: xdist's own would tear down and start again what the files of a folder share
  python -m pytest -n 2 --dist loadfile --no-loadscope-reorder && return
  again=$(python -m pytest -q -n 0 --last-failed --last-failed-no-failures none --collect-only | grep -c '::')
  [ "$again" -ge 1 ] && [ "$again" -le 5 ] || return 1
  printf '\n-- tests that failed, once more and alone\n'
  python -m pytest -n 0 -rp --last-failed --last-failed-no-failures none
}

step() { # step NAME COMMAND...: run it, remember how it went
  name=$1; shift
  printf '\n-- %s\n' "$name"
  begin=$(date +%s)
  if "$@"; then verdict='ok    '; else verdict='FAILED'; failed=$((failed + 1)); fi
  summary="$summary$(printf '  %s %-8s %4d s' "$verdict" "$name" $(($(date +%s) - begin)))
"
}

trap 'echo; echo interrupted; exit 130' INT TERM
unset PYTHONDONTWRITEBYTECODE # or each of many processes would compile the program and the tests again
if [ "$1" = all ]; then
  # what both test processes load is compiled on the core that mypy leaves free; what cannot be loaded is told by the tests
  python -m pytest --collect-only -q -n 0 >/dev/null 2>&1 &
fi
step style ruff check --output-format concise .
step format ruff format --check --output-format concise .
step types mypy
step imports lint-imports --no-cache --no-logo
if [ "$1" = all ]; then
  wait
  step browser python -m tests.browser.chromium
  case $verdict in ok*) step tests tests ;; esac
fi

printf '\n%s' "$summary"
[ "$failed" -eq 0 ] || { printf '%d of the checks failed\n' "$failed"; exit 1; }
echo 'every check passed'
