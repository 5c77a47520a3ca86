#!/usr/bin/env bash
# fuzz.sh PROGRAM CORPUS WORK: replays the corpus, then fuzzes for FORESHOT_FUZZ_SECONDS (60).
#
# What libFuzzer finds worth keeping goes to WORK, so the checked-in corpus grows by hand only.
set -euo pipefail
program=$1 corpus=$2 work=$3
mkdir -p "$work/found"
cd "$work"
options=(-max_total_time="${FORESHOT_FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1)
[[ -f $corpus.dict ]] && options+=(-dict="$corpus.dict")
folders=("$work/found")
[[ -d $corpus ]] && folders+=("$corpus")
if ! "$program" "${options[@]}" "${folders[@]}" >fuzz.log 2>&1; then
  tail -n 60 fuzz.log
  echo "the input that failed is in $work"
  exit 1
fi
tail -n 8 fuzz.log
