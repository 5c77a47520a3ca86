"""rules/README.md is what the program writes. UPDATE_GOLDENS=1 writes it anew (never when CI is set)."""

import os
import pathlib
import subprocess
import sys

program, readme = sys.argv[1], pathlib.Path(sys.argv[2])
text = subprocess.run([program, "rule", "--all", "--output-format", "markdown"], capture_output=True, check=True).stdout
if os.environ.get("UPDATE_GOLDENS") and not os.environ.get("CI"):
    readme.write_bytes(text)
current = readme.exists() and readme.read_bytes() == text
print("current" if current else f"{readme} is not what `foreshot rule --all --output-format markdown` writes: UPDATE_GOLDENS=1 writes it")
sys.exit(0 if current else 1)
