#!/usr/bin/env bash
# Runs the pre-commit hooks in a scratch repository, with the wheel that the test "wheel" built: a changed view is checked,
# and the N+1 that needs the unchanged model file is found. usage: pre_commit.sh ROOT WHEELS WORK
set -euo pipefail
root=$1 wheels=$2 work=$3
wheel=$(ls "$wheels"/foreshot-*.whl 2>/dev/null) || { echo "skipped: no wheel was built"; exit 77; }
rm -rf "$work"
mkdir -p "$work"
download=(python3 "$root/tests/build/download.py")
"${download[@]}" environment "$work/venv" pre-commit==4.7.0
# All that building the hooks takes, so that pre-commit has no reason to download.
"${download[@]}" run setuptools "$work/venv/bin/pip" download --quiet --dest "$work/links" setuptools==80.9.0 wheel==0.45.1
cp "$wheel" "$work/links/"

# A mirror: hooks of its own that install the wheel, as users of released wheels have it.
mkdir "$work/hooks"
cp "$root/.pre-commit-hooks.yaml" "$work/hooks/"
version=$(basename "$wheel" | cut -d- -f2)
cat > "$work/hooks/setup.py" <<PY
from setuptools import setup
setup(name="foreshot-hooks", version="0", py_modules=[], install_requires=["foreshot==$version"])
PY
commit() { git -C "$1" init -q && git -C "$1" add -A && git -C "$1" -c user.name=t -c user.email=t@t commit -q -m "$2"; }
commit "$work/hooks" hooks

cp -r "$root/fixtures/tour" "$work/project"
commit "$work/project" project
cd "$work/project"
echo "# a change" >> shop/views.py
git add -A
export PIP_NO_INDEX=1 PIP_FIND_LINKS="$work/links" PRE_COMMIT_HOME="$work/home"
set +e
"$work/venv/bin/pre-commit" try-repo "$work/hooks" foreshot --files shop/views.py > "$work/out" 2>&1
status=$?
set -e
cat "$work/out"
[ "$status" = 1 ] || { echo "the hook should fail (status $status)"; exit 1; }
grep -q '^shop/views.py:[0-9]*:[0-9]*: warning\[ORM101\]' "$work/out" || { echo "ORM101 of the view is missing"; exit 1; }
if grep -qE '^(migrations|shop/services)[^:]*:[0-9]+:[0-9]+: ' "$work/out"; then echo "a file that was not named is reported"; exit 1; fi
"$work/venv/bin/pre-commit" try-repo "$work/hooks" foreshot --files README.md > "$work/out" 2>&1 || { cat "$work/out"; exit 1; }
echo "the hook reports on the changed file and on nothing else"
