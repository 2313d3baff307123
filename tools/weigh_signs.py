#!/usr/bin/env python3
"""Weigh the words of rules/signs.tsv by how rare they are in honest text.

usage: weigh_signs.py FILE… > signs.tsv    (plain text, one paragraph a line)

A word's weight is the base-10 logarithm of how many honest paragraphs one must read to meet it once, less 1.3, between
0 and 3.5: a word of every 20th paragraph says nothing, one of every 100,000th nearly everything. The weights of the
table are replaced, words and kinds stay; run it again after adding words.
"""
import math
import pathlib
import sys

table = pathlib.Path(__file__).resolve().parent.parent / "rules" / "signs.tsv"
head, rows = [], []
for line in table.read_text().splitlines():
    if line.startswith("#"):
        head.append(line)
    else:
        rows.append(line.split("\t")[:2])
seen, paragraphs = dict.fromkeys((word for word, _ in rows), 0), 0
for name in sys.argv[1:]:
    for line in open(name, encoding="utf-8"):
        if len(line) < 20:
            continue
        paragraphs += 1
        for word in seen:
            if word in line:
                seen[word] += 1
print("\n".join(head))
for word, kind in rows:
    weight = math.log10((paragraphs + 1) / (seen[word] + 0.5)) - 1.3
    print(f"{word}\t{kind}\t{min(3.5, max(0.0, weight)):.1f}")
