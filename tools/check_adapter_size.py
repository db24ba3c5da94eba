#!/usr/bin/env python3
"""A platform is data plus at most 230 lines of adapter source: what is longer belongs to all of them."""

import pathlib
import sys

LIMIT = 230
PLATFORMS = pathlib.Path("services/adapter-gateway/platforms")


def main() -> int:
    bad = 0
    for folder in sorted(path for path in PLATFORMS.iterdir() if path.is_dir()):
        sources = [f for f in folder.iterdir() if f.suffix in (".h", ".cc") and not f.name.endswith("_test.cc")]
        lines = sum(len(f.read_text().splitlines()) for f in sources)
        if lines > LIMIT:
            print(f"{folder}: {lines} lines of source, more than {LIMIT}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
