#!/usr/bin/env python3
"""Prints how foreshot's time and memory compare with a bare parse and with ruff, as ratios.

usage: speed.py CORPORA [--build BUILD] [--ruff RUFF] [--runs N] [--once]

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
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


class Measured:
    """Of whole processes: median seconds on the clock and of all cores, and peak memory in bytes."""

    def __init__(self, seconds: list[float], busy: list[float], peak: int):
        self.seconds, self.busy, self.peak = statistics.median(seconds), statistics.median(busy), peak


def measure(command: list[str], runs: int, **more) -> Measured:
    seconds, busy, peak = [], [], 0
    for _ in range(runs):
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        seconds.append(time.perf_counter() - begin)
        busy.append(usage.ru_utime + usage.ru_stime)
        peak = max(peak, usage.ru_maxrss * 1024)
    return Measured(seconds, busy, peak)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "build")
    parser.add_argument("--ruff", default=shutil.which("ruff"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="do not measure twice the tree")
    options = parser.parse_args()
    foreshot = next(p for p in (options.build / "foreshot", options.build / "analyzer" / "foreshot") if p.exists())
    yardstick = next(p for p in (options.build / "bare_parse", options.build / "tests" / "bare_parse") if p.exists())
    corpora = options.corpora.resolve()
    check = [str(foreshot.resolve()), "check", "--isolated", "--output-format", "concise"]

    listed = subprocess.run([*check, "--show-parsed-files", str(corpora)], capture_output=True, text=True, check=True).stdout
    files = [str((pathlib.Path.cwd() / line).resolve()) for line in listed.splitlines()]
    size = sum(os.path.getsize(f) for f in files)
    print(f"{len(files)} relevant files, {size / 1e6:.1f} MB, {os.cpu_count()} threads, median of {options.runs} runs")
    with tempfile.TemporaryDirectory() as scratch:
        names = pathlib.Path(scratch) / "files"
        names.write_text("\n".join(files), encoding="utf-8")
        bare = measure(["sh", "-c", f"exec '{yardstick.resolve()}' {os.cpu_count()} < '{names}'"], options.runs)
        own = measure([*check, str(corpora)], options.runs)
        print(f"bare parse              {bare.seconds:7.2f} s   (all cores: {bare.busy:6.2f} s)")

        def beside(name: str, measured: Measured, aim: str) -> None:
            print(f"{name:22}  {measured.seconds:7.2f} s   (all cores: {measured.busy:6.2f} s)   {aim}")

        beside("foreshot check", own, f"{own.seconds / bare.seconds:.2f} times the bare parse (all cores: {own.busy / bare.busy:.2f}; aim 1.5)")
        if options.ruff:
            other = measure([options.ruff, "check", "--no-cache", "--isolated", "-q", str(corpora)], options.runs)
            beside("ruff check --no-cache", other,
                   f"foreshot takes {own.seconds / other.seconds:.2f} times that (all cores: {own.busy / other.busy:.2f}; aim 1.0)")
        else:
            print("ruff is not there (pip install ruff, or --ruff): not compared")
        print(f"cores used              {own.busy / own.seconds:7.1f} of {os.cpu_count()}")
        print(f"peak memory             {own.peak / 1e6:7.0f} MB  {own.peak / size:.1f} times the relevant bytes (aim 12)")
        start = measure([str(foreshot.resolve()), "--version"], 50)
        print(f"start-up                {start.seconds * 1000:7.1f} ms (aim 5)")
        if not options.once:
            double = pathlib.Path(scratch) / "double"
            for copy in ("one", "two"):
                shutil.copytree(corpora, double / copy, symlinks=True)
            twice = measure([*check, str(double)], max(1, options.runs // 2))
            print(f"twice the tree          {twice.seconds:7.2f} s   {twice.seconds / own.seconds:.2f} times (aim 2.2)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
