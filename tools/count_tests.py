#!/usr/bin/env python3
"""Adds up GoogleTest's XML results: prints one line of counts, fails unless all passed."""

import pathlib
import sys
import xml.etree.ElementTree as xml


def main() -> int:
    passed = failed = skipped = 0
    for file in sorted(pathlib.Path(sys.argv[1]).rglob("*.xml")):
        for case in xml.parse(file).getroot().iter("testcase"):
            if case.find("failure") is not None:
                failed += 1
            elif case.get("result") == "skipped" or case.get("status") == "notrun":
                skipped += 1
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
