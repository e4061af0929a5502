#!/usr/bin/env python3
"""Counts a tagger's errors by their kind: entity-errors.py GOLD FOUND

Both have a record a line, with "id", "text" and "entities" ("begin" and "end"
in code points, "label"); GOLD may be packed with gzip. PER is PERSON. Labels
that GOLD has nowhere are left out of FOUND. A name is missed, false (none is there), with
another edge or with another label; each is counted by its label and by the
line it stands in.
"""
import collections
import gzip
import json
import re
import sys

PLACES = ["sentence", "its first word", "short line", "capitals", "numbers"]


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


def label_of(entity):
    return "PERSON" if entity["label"] == "PER" else entity["label"]


def names(row, labels):
    return {(e["begin"], e["end"], label_of(e))
            for e in row.get("entities", []) if label_of(e) in labels}


def place(text, begin):
    """What kind of line a name stands in."""
    first = text.rfind("\n", 0, begin) + 1
    line = text[first:].split("\n", 1)[0]
    words = line.split()
    if sum(word.isupper() for word in words) * 2 > len(words):
        return "capitals"
    if len(re.findall(r"\d+", line)) * 4 > len(words):
        return "numbers"
    if len(words) < 8:
        return "short line"
    before = text[first:begin].rstrip(" \"'“‘(")
    return "its first word" if not before or before[-1] in ".!?:" else "sentence"


def kinds(gold, found):
    """Each name of either with what is wrong with it, or "right"."""
    for name in gold:
        begin, end, _ = name
        beside = [f for f in found if f[0] < end and begin < f[1]]
        if name in found:
            yield name, "right"
        elif not beside:
            yield name, "missed"
        else:
            same = any(f[:2] == name[:2] for f in beside)
            yield name, "label" if same else "edge"
    for name in found:
        if not any(g[0] < name[1] and name[0] < g[1] for g in gold):
            yield name, "false"


def main(gold_path, found_path):
    gold, found = read(gold_path), read(found_path)
    labels = {label_of(e) for row in gold.values() for e in row["entities"]}
    count = collections.Counter()
    for key, row in gold.items():
        each = kinds(names(row, labels),
                     names(found.get(key, {}), labels))
        for (begin, _, label), kind in each:
            count[label, kind] += 1
            count[place(row["text"], begin), kind] += 1
    columns = ["right", "missed", "edge", "label", "false"]
    print("| |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    for row in sorted(labels) + PLACES:
        print("|", row, "|", " | ".join(str(count[row, c]) for c in columns),
              "|")


main(*sys.argv[1:3])
