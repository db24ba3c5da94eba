#!/usr/bin/env python3
"""deploy/alerts: every metric of a rule exists in the code, and the rules fire when their tests say.

Understands what our rules are made of, sum [by (labels)] (increase(metric{label="value"}[5m])) > number,
and promtool's form of rule tests; promtool itself is not needed.
"""

import pathlib
import re
import subprocess
import sys

import yaml

FOLDER = pathlib.Path("deploy/alerts")
RULE = re.compile(r'sum(?: by \(([\w, ]+)\) )?\s*\(?increase\((\w+)(?:\{([^}]*)\})?\[(\d+)([mh])\]\)\)\s*>\s*([\d.]+)$')
LABEL = re.compile(r'(\w+)="([^"]*)"')


def labels_of(text: str) -> dict[str, str]:
    return dict(LABEL.findall(text or ""))


class Rule:
    def __init__(self, rule: dict):
        match = RULE.match(rule["expr"].strip())
        if not match:
            raise ValueError(f"{rule['alert']}: an expression of another form: {rule['expr']}")
        by, self.metric, selector, span, unit, limit = match.groups()
        self.name, self.labels = rule["alert"], rule.get("labels", {})
        self.by = [label.strip() for label in by.split(",")] if by else []
        self.selector, self.limit = labels_of(selector), float(limit)
        self.minutes = int(span) * (60 if unit == "h" else 1)
        if not {"summary", "action"} <= rule.get("annotations", {}).keys():
            raise ValueError(f"{self.name}: says not what is wrong and what to do")

    def firing(self, series: list, minute: int) -> list[dict]:
        sums: dict[tuple, float] = {}
        for name, labels, values in series:
            if name != self.metric or any(labels.get(k) != v for k, v in self.selector.items()):
                continue
            end = min(minute, len(values) - 1)
            grown = values[end] - values[max(0, end - self.minutes)]
            group = tuple(labels.get(label, "") for label in self.by)
            sums[group] = sums.get(group, 0) + grown
        return [{**self.labels, **dict(zip(self.by, group))} for group, total in sums.items() if total > self.limit]


def minutes_of(text: str) -> int:
    return int(text[:-1]) * (60 if text.endswith("h") else 1)


def series_of(test: dict) -> list:
    found = []
    for entry in test["input_series"]:
        name, _, rest = entry["series"].partition("{")
        found.append((name, labels_of(rest), [float(value) for value in entry["values"].split()]))
    return found


def complaints() -> list[str]:
    found = []
    code = subprocess.run(["git", "grep", "-ohE", r'"[a-z0-9_]+_total"', "--", "*.cc"], capture_output=True, text=True,
                          check=True).stdout
    for file in sorted(FOLDER.glob("*.yml")):
        if file.name.endswith("_test.yml"):
            continue
        rules = {}
        for group in yaml.safe_load(file.read_text())["groups"]:
            for text in group["rules"]:
                rule = rules[text["alert"]] = Rule(text)
                if f'"{rule.metric}"' not in code:
                    found.append(f"{file}: {rule.name}: no code counts {rule.metric}")
        tests = yaml.safe_load(file.with_name(file.stem + "_test.yml").read_text())["tests"]
        tried = set()
        for test in tests:
            for case in test["alert_rule_test"]:
                rule = rules[case["alertname"]]
                tried.add(rule.name)
                want = [alert["exp_labels"] for alert in case["exp_alerts"]]
                got = rule.firing(series_of(test), minutes_of(case["eval_time"]))
                if got != want:
                    found.append(f"{file}: {rule.name} at {case['eval_time']}: {got} instead of {want}")
        found += [f"{file}: {name} has no test" for name in rules.keys() - tried]
    return found


def main() -> int:
    found = complaints()
    print("\n".join(found) or f"{len(list(FOLDER.glob('*.yml')))} files of alerts are fine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
