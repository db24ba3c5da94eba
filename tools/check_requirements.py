#!/usr/bin/env python3
"""docs/requirements.tsv: one line a requirement, and what it names as proof must exist.

Columns: id, demand, state, shown by. The last holds proofs separated by "; ": a test as
Suite.Test, a command that "./dev help" lists, or a file of this repository.
"""

import pathlib
import re
import subprocess
import sys

STATES = {"shown", "partly", "open", "decided otherwise"}
ROWS = 322
COMMANDS = re.compile(r"^\./dev (\w+(?: \| \w+)*)", re.MULTILINE)
TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")


def known_tests() -> set[str]:
    files = subprocess.run(["git", "ls-files", "--", "*_test.cc", "*_contract.h"], capture_output=True, text=True,
                           check=True).stdout.split()
    texts = (pathlib.Path(file).read_text() for file in files if pathlib.Path(file).exists())
    return {f"{suite}.{name}" for text in texts for suite, name in TEST.findall(text)}


def known_commands() -> set[str]:
    text = subprocess.run(["./dev", "help"], capture_output=True, text=True, check=True).stdout
    return {command for line in COMMANDS.findall(text) for command in line.split(" | ")}


def proof_exists(proof: str, tests: set[str], commands: set[str]) -> bool:
    if proof.startswith("./dev "):
        return proof.split()[1] in commands
    if re.fullmatch(r"\w+\.\w+", proof) and proof in tests:
        return True
    return pathlib.Path(proof.split("#")[0]).exists()


def complaints() -> list[str]:
    tests, commands = known_tests(), known_commands()
    lines = pathlib.Path("docs/requirements.tsv").read_text().splitlines()[1:]
    found, seen = [], set()
    for number, line in enumerate(lines, start=2):
        fields = line.split("\t")
        where = f"docs/requirements.tsv:{number}"
        if len(fields) != 4:
            found.append(f"{where}: {len(fields)} columns instead of 4")
            continue
        row, demand, state, shown_by = fields
        proofs = [proof for proof in shown_by.split("; ") if proof]
        if row in seen:
            found.append(f"{where}: {row} stands twice")
        seen.add(row)
        if not demand:
            found.append(f"{where}: {row} has no demand")
        if state not in STATES:
            found.append(f"{where}: unknown state {state!r}")
        if state in ("shown", "partly") and not proofs:
            found.append(f"{where}: {row} is {state}, but names nothing that shows it")
        found += [f"{where}: {proof} does not exist" for proof in proofs if not proof_exists(proof, tests, commands)]
    if len(seen) != ROWS:
        found.append(f"docs/requirements.tsv: {len(seen)} rows instead of {ROWS}")
    return found


def main() -> int:
    found = complaints()
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
