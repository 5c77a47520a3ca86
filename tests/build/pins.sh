#!/usr/bin/env bash
# pins.sh CMAKE SOURCE WORK: downloads two made-up archives as grammars/pins.cmake does, from a folder instead of an
# index, one that names no backend and one that names scikit-build-core. None of their code may run, an archive whose
# hash is wrong may not stay, and an archive that is there costs no download.
set -euo pipefail
cmake=$1 source=$2 work=$3
rm -rf "$work"
mkdir -p "$work/links"

# pack NAME: what lies in links/NAME-1.0 becomes an archive and a line of the pins.
pack() {
  printf 'Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n' "$1" >"$work/links/$1-1.0/PKG-INFO"
  tar -C "$work/links" -czf "$work/links/$1-1.0.tar.gz" "$1-1.0"
  rm -r "${work:?}/links/$1-1.0"
  printf '%s==1.0 --hash=sha256:%s\n' "$1" "$(sha256sum <"$work/links/$1-1.0.tar.gz" | cut -d' ' -f1)" >>"$work/pins.txt"
}
mkdir "$work/links"/{plain,modern}-1.0
printf 'from setuptools import setup, Extension\nopen(%s, "w")\nsetup()\n' "'$work/ran'" >"$work/links/plain-1.0/setup.py"
cat >"$work/links/modern-1.0/pyproject.toml" <<'TOML'
[build-system]
requires = ["no-such-package-anywhere"]
build-backend = "scikit_build_core.build"
TOML
pack plain
pack modern

cat >"$work/download.cmake" <<'CMAKE'
include("${PROJECT_SOURCE_DIR}/grammars/pins.cmake")
foreshot_download("${PINS}" source got)
message(STATUS "got ${got_plain} ${got_modern}")
CMAKE
# download PINS ARCHIVES LINKS
download() {
  PIP_NO_INDEX=1 PIP_FIND_LINKS=$3 PIP_NO_CACHE_DIR=1 "$cmake" -DPROJECT_SOURCE_DIR="$source" -DFORESHOT_ARCHIVES="$2" \
    -DFORESHOT_DOWNLOAD_PAUSES="" \
    -DPINS="$1" -P "$work/download.cmake" >"$work/log" 2>&1
}
wrong() {
  cat "$work/log"
  echo "$1"
  exit 1
}

download "$work/pins.txt" "$work/archives" "$work/links" || wrong "the archives were not downloaded"
for name in plain modern; do
  cmp -s "$work/links/$name-1.0.tar.gz" "$work/archives/$name-1.0.tar.gz" || wrong "$name is not the archive"
done
[[ ! -e $work/ran ]] || wrong "the archive's setup.py ran"

download "$work/pins.txt" "$work/archives" "$work/nowhere" || wrong "archives that are there were asked for again"

sed 's/sha256:..../sha256:0000/' "$work/pins.txt" >"$work/wrong.txt"
! download "$work/wrong.txt" "$work/unwanted" "$work/links" || wrong "archives with another hash were taken"
[[ -z $(ls "$work/unwanted" 2>/dev/null) ]] || wrong "archives with another hash were kept"
