#!/usr/bin/env python3
"""Prints how foreshot's time and memory compare with a bare parse and with ruff, as ratios.

usage: speed.py CORPORA [--build BUILD] [--ruff RUFF] [--runs N]

CORPORA is the folder that tests/corpora/fetch.py fills; BUILD holds the programs (default: build). Measured are whole
processes, over all corpora together:
  time      median of N runs of `foreshot check --isolated .` against bare_parse over the same relevant files, and against
            `ruff check --no-cache`
  memory    the largest resident size of the process against the bytes of the relevant files
  start-up  median of 50 runs of `foreshot --version`
  growth    time over two copies of the corpora against one
"""

import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def measure(command: list[str], runs: int, **more) -> tuple[float, int]:
    """Median seconds and peak memory in bytes of whole processes."""
    seconds, peak = [], 0
    for _ in range(runs):
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        seconds.append(time.perf_counter() - begin)
        peak = max(peak, usage.ru_maxrss * 1024)
    return statistics.median(seconds), peak


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "build")
    parser.add_argument("--ruff", default=shutil.which("ruff"))
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    foreshot = next(p for p in (options.build / "foreshot", options.build / "analyzer" / "foreshot") if p.exists())
    yardstick = next(p for p in (options.build / "bare_parse", options.build / "tests" / "bare_parse") if p.exists())
    corpora = options.corpora.resolve()
    check = [str(foreshot.resolve()), "check", "--isolated", "--output-format", "concise"]

    listed = subprocess.run([*check, "--show-files", str(corpora)], capture_output=True, text=True, check=True).stdout
    files = [str((pathlib.Path.cwd() / line).resolve()) for line in listed.splitlines()]
    size = sum(os.path.getsize(f) for f in files)
    print(f"{len(files)} relevant files, {size / 1e6:.1f} MB, {os.cpu_count()} threads, median of {options.runs} runs")
    with tempfile.TemporaryDirectory() as scratch:
        names = pathlib.Path(scratch) / "files"
        names.write_text("\n".join(files), encoding="utf-8")
        bare, _ = measure(["sh", "-c", f"exec '{yardstick.resolve()}' {os.cpu_count()} < '{names}'"], options.runs)
        own, memory = measure([*check, str(corpora)], options.runs)
        print(f"bare parse              {bare:7.2f} s")
        print(f"foreshot check          {own:7.2f} s   {own / bare:5.2f} times the bare parse (aim 1.5)")
        if options.ruff:
            other, _ = measure([options.ruff, "check", "--no-cache", "--isolated", "-q", str(corpora)], options.runs)
            print(f"ruff check --no-cache   {other:7.2f} s   foreshot takes {own / other:5.2f} times that (aim 1.0)")
        else:
            print("ruff is not there (pip install ruff, or --ruff): not compared")
        print(f"peak memory             {memory / 1e6:7.0f} MB  {memory / size:5.1f} times the relevant bytes (aim 12)")
        start, _ = measure([str(foreshot.resolve()), "--version"], 50)
        print(f"start-up                {start * 1000:7.1f} ms (aim 5)")
        double = pathlib.Path(scratch) / "double"
        for copy in ("one", "two"):
            shutil.copytree(corpora, double / copy, symlinks=True)
        twice, _ = measure([*check, str(double)], max(1, options.runs // 2))
        print(f"twice the tree          {twice:7.2f} s   {twice / own:5.2f} times (aim 2.2)")
        user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        print(f"(user time of all runs  {user:7.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
