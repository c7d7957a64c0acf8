# SPDX-License-Identifier: MIT
"""Compares counts of instructions with the recorded ones.

A baseline is {"key": {...}, "counts": {step: instructions}}. It binds only where
the key, that is compiler, libraries and options, is the recorded one; elsewhere
what differs is told, and nothing fails. It knows nothing of how counts are made.
"""

import json

GROWTH_PERCENT = 5
RENEW = "./dev bench --record"


def read(path):
    """The baseline, or an empty one where there is none yet."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"key": None, "counts": {}}


def write(path, key, counts):
    content = {"key": key, "counts": {name: round(count, 1) for name, count in counts.items()}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")


def change_percent(baseline, name, count):
    """None where the step has no count in the baseline."""
    recorded = baseline["counts"].get(name)
    return (count / recorded - 1) * 100 if recorded else None


def differing(baseline, key):
    """What of the key is not the recorded: a line for each."""
    recorded = baseline["key"]
    return [f"{name} is {key.get(name)}, in the baseline {recorded.get(name)}"
            for name in sorted({*key, *recorded}) if key.get(name) != recorded.get(name)]


def judge(baseline, key, counts):
    """(findings that fail, remarks that do not)."""
    if baseline["key"] is None:
        return [f"there is no baseline; {RENEW}"], []
    findings, remarks = [], []
    for name, count in counts.items():
        change = change_percent(baseline, name, count)
        if change is None:
            findings.append(f"{name}: not in the baseline; {RENEW}")
        elif change > GROWTH_PERCENT:
            findings.append(
                f"{name}: grew by {change:.1f} %, more than {GROWTH_PERCENT} %; mend it, or "
                f"renew the baseline in the same commit and say why: {RENEW}")
        elif change < -GROWTH_PERCENT:
            remarks.append(f"{name}: fell by {-change:.1f} %; keep it so: {RENEW}")
    findings += [f"{name}: in the baseline, but no longer measured; {RENEW}"
                 for name in baseline["counts"] if name not in counts]
    others = differing(baseline, key)
    if others:
        return [], ["the baseline does not bind here:", *others, *findings, *remarks]
    return findings, remarks
