#!/usr/bin/env bash
# wheel.sh SOURCE WORK: builds the wheel as a user's pip does, installs it offline in the ways that
# users do, and runs what was installed. The wheel stays in WORK/dist for tests that need one (the fixture "wheel").
set -euo pipefail
source=$1 work=$2
python=$(command -v python3)
download=("$python" "$source/tests/build/download.py")

# A copy of what is under version control or about to be: the build leaves nothing in the source folder.
rm -rf "$work"
mkdir -p "$work/source"
git -C "$source" ls-files -z --cached --others --exclude-standard |
  (cd "$source" && xargs -0 sh -c 'for f; do [ -e "$f" ] && printf "%s\0" "$f"; done' sh) |
  tar -C "$source" --null --files-from=- -c | tar -C "$work/source" -x

"${download[@]}" environment "$work/venv"
"${download[@]}" run scikit-build-core "$work/venv/bin/pip" download --quiet --no-deps --dest "$work/probe" scikit-build-core
"$work/venv/bin/pip" wheel --quiet --no-deps --wheel-dir "$work/dist" "$work/source"
wheels=("$work"/dist/foreshot-*.whl)
wheel=${wheels[0]}
case $wheel in *-py3-none-*.whl) ;; *) echo "not one wheel for every Python: $wheel"; exit 1 ;; esac

# Offline: nothing may be needed beside the wheel.
"$work/venv/bin/pip" install --quiet --no-index "$wheel"
version=$("$work/venv/bin/foreshot" --version)
case $version in foreshot\ [0-9]*) ;; *) echo "foreshot --version printed: $version"; exit 1 ;; esac
expect_version() {
  [[ $("$@" --version) == "$version" ]] || { echo "does not run the program: $*"; exit 1; }
}
expect_version "$work/venv/bin/python" -m foreshot

# What was installed checks: the example application has findings (status 1), the same as a module and as a program.
status=0
"$work/venv/bin/foreshot" check --output-format concise "$source/fixtures/tour" >"$work/found" 2>"$work/log" || status=$?
[[ $status == 1 ]] && grep -q ': error\[MIG101\] ' "$work/found" || { cat "$work/log"; echo "the tour was not checked (status $status)"; exit 1; }
{ "$work/venv/bin/python" -m foreshot check --output-format concise "$source/fixtures/tour" 2>/dev/null || true; } | cmp - "$work/found" ||
  { echo "python -m foreshot and foreshot find different things"; exit 1; }

# A file's exit status passes through python -m: an unknown option is 2.
status=0
"$work/venv/bin/python" -m foreshot check --no-such-option >/dev/null 2>&1 || status=$?
[[ $status == 2 ]] || { echo "python -m foreshot loses the exit status: $status"; exit 1; }

# pip install --target, and a virtual environment on top of the first.
"$work/venv/bin/pip" install --quiet --no-index --target "$work/target" "$wheel"
PYTHONPATH=$work/target expect_version "$python" -m foreshot

# The C library is all it needs.
needed=$(objdump -p "$work/venv/bin/foreshot" | awk '$1 == "NEEDED" {print $2}')
for library in $needed; do
  case $library in
    libc.so.*|libm.so.*|ld-linux*|libpthread.so.*|libdl.so.*|librt.so.*) ;;
    *) echo "the wheel's program needs $library"; exit 1 ;;
  esac
done

"$work/venv/bin/pip" uninstall --quiet --yes foreshot
[[ ! -e $work/venv/bin/foreshot ]] || { echo "uninstalling leaves the program"; exit 1; }
ls -l "$wheel"
