# SPDX-License-Identifier: MIT
"""Reads Prometheus's text format 0.0.4, more strictly than Prometheus does.

Families stand together, HELP before TYPE before their series, each once; names
and labels keep to the grammar and to the naming conventions; no series stands
twice; histograms are whole. Whatever is not so is a Failure. It does not know
which metrics there should be.
"""

import re

from response import Failure

LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^\n]*\})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|\})')
NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
ESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
TYPES = ("counter", "gauge", "histogram")


class Family:
    def __init__(self, name, help_text):
        self.name = name
        self.help = help_text
        self.type = None
        self.series = {}  # (name, ((label, value), ...)) -> number, in order


def fail(line, why):
    raise Failure(f"{why}: {line!r}")


def read_labels(line, text):
    labels, at = [], 1
    while at < len(text):
        found = LABEL.match(text, at)
        if not found:
            fail(line, "not a label")
        value = re.sub(r"\\.", lambda escape: ESCAPED[escape[0]], found[2])
        labels.append((found[1], value))
        at = found.end()
        if (found[3] == "}") != (at == len(text)):
            fail(line, "the labels do not end where they should")
    names = [name for name, _ in labels]
    if not labels or len(set(names)) != len(names):
        fail(line, "no label, or one twice")
    if any(name.startswith("__") for name in names):
        fail(line, "a reserved label")
    return tuple(labels)


def read_value(line, text):
    """Counts are written as whole numbers, seconds as plain decimals."""
    if not NUMBER.fullmatch(text):
        fail(line, "not a number as we write them")
    return float(text) if "." in text else int(text)


def own_names(family):
    if family.type == "histogram":
        return {family.name + ending for ending in ("_bucket", "_sum", "_count")}
    return {family.name}


def read_series(line, family):
    found = LINE.fullmatch(line)
    if not found:
        fail(line, "not a series")
    if family is None or family.type is None or found[1] not in own_names(family):
        fail(line, "a series outside of its family")
    key = (found[1], read_labels(line, found[2]) if found[2] else ())
    if key in family.series:
        fail(line, "a series twice")
    family.series[key] = read_value(line, found[3])


def read_comment(line, family, families):
    """The family that LINE belongs to."""
    words = line.split(" ", 3)
    if len(words) < 4 or words[0] != "#" or words[1] not in ("HELP", "TYPE"):
        fail(line, "not a comment as we write them")
    if words[1] == "HELP":
        if words[2] in families:
            fail(line, "a family twice, or not together")
        if not words[3].strip() or "\\" in words[3]:
            fail(line, "a help text that says nothing, or has to be escaped")
        families[words[2]] = Family(words[2], words[3])
        return families[words[2]]
    if family is None or family.name != words[2] or family.type or words[3] not in TYPES:
        fail(line, "a type out of place")
    family.type = words[3]
    return family


def check_name(family):
    """The conventions at https://prometheus.io/docs/practices/naming/."""
    name = family.name
    if not re.fullmatch(r"(pmm|process)(_[a-z0-9]+)+", name):
        raise Failure(f"{name}: not a name as we write them")
    if family.type is None:
        raise Failure(f"{name}: no type")
    if (family.type == "counter") != name.endswith("_total"):
        raise Failure(f"{name}: counters, and they alone, end with _total")
    if re.search(r"_(ms|ns|us|milliseconds|kib|kilobytes|count|sum|bucket)(_total)?$", name):
        raise Failure(f"{name}: not in a base unit, or an ending of histograms")


def check_histogram(family):
    groups = {}
    for (name, labels), value in family.series.items():
        own = tuple(label for label in labels if label[0] != "le")
        bound = dict(labels).get("le")
        if (bound is not None) != name.endswith("_bucket"):
            raise Failure(f"{name}: le is for buckets")
        groups.setdefault(own, []).append((name[len(family.name):], bound, value))
    for own, lines in groups.items():
        buckets = [(float(bound), value) for kind, bound, value in lines if kind == "_bucket"]
        kinds = [kind for kind, _, _ in lines]
        if kinds != ["_bucket"] * len(buckets) + ["_sum", "_count"]:
            raise Failure(f"{family.name}{own}: its lines are {kinds}")
        if buckets != sorted(buckets) or len(set(b for b, _ in buckets)) != len(buckets):
            raise Failure(f"{family.name}{own}: bounds out of order")
        if [value for _, value in buckets] != sorted(value for _, value in buckets):
            raise Failure(f"{family.name}{own}: a bucket holds less than one below it")
        if buckets[-1][0] != float("inf") or buckets[-1][1] != lines[-1][2]:
            raise Failure(f"{family.name}{own}: the last bucket is not the count")


def read(text):
    """The families of a text, by name."""
    if not text.endswith("\n"):
        raise Failure("the last line does not end")
    families, family = {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("#"):
            family = read_comment(line, family, families)
        else:
            read_series(line, family)
    for family in families.values():
        check_name(family)
        if family.type == "histogram":
            check_histogram(family)
    return families


# What the reader is held against: seen to fail before it is trusted.

HEAD = "# HELP pmm_a_total A.\n# TYPE pmm_a_total counter\n"
HISTOGRAM = ("# HELP pmm_a A.\n# TYPE pmm_a histogram\npmm_a_bucket{le=\"1\"} 2\n"
             "pmm_a_bucket{le=\"+Inf\"} 3\npmm_a_sum 4.5\npmm_a_count 3\n")
UNREADABLE = [
    HEAD + "pmm_a_total 1", HEAD + "pmm_a_total\n", HEAD + "pmm_a_total 01\n",
    HEAD + "pmm_a_total -1\n", HEAD + "pmm_a_total 1e5\n", HEAD + "pmm_a_total NaN\n",
    HEAD + "pmm_a_total 1\npmm_a_total 1\n", HEAD + "pmm_b_total 1\n", "pmm_a_total 1\n",
    HEAD + HEAD, HEAD + 'pmm_a_total{} 1\n', HEAD + 'pmm_a_total{a="b",} 1\n',
    HEAD + 'pmm_a_total{a="b" 1\n', HEAD + 'pmm_a_total{a=b} 1\n', HEAD + 'pmm_a_total{a="\\t"} 1\n',
    HEAD + 'pmm_a_total{a="b",a="c"} 1\n', HEAD + 'pmm_a_total{1="b"} 1\n',
    HEAD + 'pmm_a_total{a="""} 1\n', HEAD + 'pmm_a_total{__a="b"} 1\n', HEAD + "\n",
    "# HELP pmm_a_total A.\npmm_a_total 1\n", "# TYPE pmm_a_total counter\npmm_a_total 1\n",
    "# HELP pmm_a A.\n# TYPE pmm_a counter\npmm_a 1\n",
    "# HELP pmm_a_ms A.\n# TYPE pmm_a_ms gauge\npmm_a_ms 1\n",
    "# HELP pmm_a_total A.\n# TYPE pmm_a_total gauge\npmm_a_total 1\n",
    "# HELP a A.\n# TYPE a gauge\na 1\n", "# HELP pmm_a \n# TYPE pmm_a gauge\npmm_a 1\n",
    HISTOGRAM.replace('"1"} 2', '"1"} 4'), HISTOGRAM.replace("count 3", "count 4"),
    HISTOGRAM.replace('pmm_a_bucket{le="+Inf"} 3\n', ""), HISTOGRAM.replace("pmm_a_sum 4.5\n", ""),
    HISTOGRAM.replace('"1"', '"+Inf"', 1), HISTOGRAM + "pmm_a_count 3\n",
]


def check():
    """Failure unless it takes what is good and refuses each of UNREADABLE."""
    read(HEAD + 'pmm_a_total{a="\\\\ \\" \\n {}"} 1\n' + HISTOGRAM)
    for text in UNREADABLE:
        try:
            read(text)
        except Failure:
            continue
        raise Failure(f"it takes {text!r}")
