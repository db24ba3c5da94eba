#!/usr/bin/env python3
"""deploy/alerts: every metric of a rule exists in the code, and the rules fire when their tests say.

Understands what our rules are made of, sum [by (labels)] (increase(metric{label="value"}[5m])) > number, or such a
sum divided by another, and promtool's form of rule tests; promtool itself is not needed.
"""

import pathlib
import re
import subprocess
import sys

import yaml

FOLDER = pathlib.Path("deploy/alerts")
SUM = r'sum(?: by \(([\w, ]+)\) )?\s*\(?increase\((\w+)(?:\{([^}]*)\})?\[(\d+)([mh])\]\)\)'
RULE = re.compile(rf'{SUM}(?:\s*/\s*{SUM})?\s*>\s*([\d.]+)$')
LABEL = re.compile(r'(\w+)=(~?)"([^"]*)"')


def labels_of(text: str) -> dict[str, str]:
    return {name: value for name, _, value in LABEL.findall(text or "")}


class Sum:
    """How much a counter has grown, by some of its labels."""

    def __init__(self, by: str, metric: str, selector: str, span: str, unit: str):
        self.metric, self.minutes = metric, int(span) * (60 if unit == "h" else 1)
        self.by = [label.strip() for label in by.split(",")] if by else []
        self.selector = [(name, value if regex else re.escape(value))
                         for name, regex, value in LABEL.findall(selector or "")]

    def at(self, series: list, minute: int) -> dict[tuple, float]:
        sums: dict[tuple, float] = {}
        for name, labels, values in series:
            if name != self.metric or any(not re.fullmatch(v, labels.get(k, "")) for k, v in self.selector):
                continue
            end = min(minute, len(values) - 1)
            grown = values[end] - values[max(0, end - self.minutes)]
            group = tuple(labels.get(label, "") for label in self.by)
            sums[group] = sums.get(group, 0) + grown
        return sums


class Rule:
    def __init__(self, rule: dict):
        match = RULE.match(rule["expr"].strip())
        if not match:
            raise ValueError(f"{rule['alert']}: an expression of another form: {rule['expr']}")
        parts = match.groups()
        self.sum, self.limit = Sum(*parts[:5]), float(parts[10])
        self.whole = Sum(*parts[5:10]) if parts[6] else None
        self.name, self.labels = rule["alert"], rule.get("labels", {})
        self.metrics = {self.sum.metric} | ({self.whole.metric} if self.whole else set())
        if not {"summary", "action"} <= rule.get("annotations", {}).keys():
            raise ValueError(f"{self.name}: says not what is wrong and what to do")

    def firing(self, series: list, minute: int) -> list[dict]:
        sums = self.sum.at(series, minute)
        if self.whole:
            wholes = self.whole.at(series, minute)
            sums = {group: total / wholes[group] for group, total in sums.items() if wholes.get(group)}
        return [{**self.labels, **dict(zip(self.sum.by, group))} for group, total in sums.items() if total > self.limit]


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
                found += [f"{file}: {rule.name}: no code counts {metric}" for metric in rule.metrics
                          if f'"{metric}"' not in code]
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
