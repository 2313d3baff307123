#!/usr/bin/env python3
"""Fit the weights of rules/spam-weights.tsv: a logistic regression over what the spam filter weighs.

usage: fit_spam.py [--go-on] [--false N] evidence.tsv… > spam-weights.tsv

The lines come from `cargo run --release --example spam_evidence -- FOLDER…` over folders of honest pages, of honest pages
that adverts were put into, and of labelled pages. A piece is spam when most of it was injected, and not when little
of it was. In folders whose names begin with `loose` not all spam is marked: what is not counts for nothing there.
Every weight but those of FREE must speak for spam: it is
kept at 0 or above, and that of MOST at or below what is given there. With --go-on the weights of the table are what a weight is
drawn to, and not 0. Afterwards the bias is set so that at most N honest pieces (5) pass, and what that finds is printed to stderr.
Only the standard library is needed; it takes a minute for 100,000 pieces.
"""
import argparse
import csv
import math
import os
import pathlib
import sys

FREE = {"bias", "sentence", "part", "short", "honest", "near", "quoted"}
# What the whole page is about says next to nothing, and spin fit is never enough alone, whatever the adverts at hand say.
MOST = {"topic": 0.2, "unspun": 4.5}
RIDGE = 2.0
GO_ON = 40.0  # how strongly a weight is drawn to that of the table
TABLE = pathlib.Path(__file__).resolve().parent.parent / "rules" / "spam-weights.tsv"
HONEST = 20.0  # an honest piece counts as much as this many others: a lost sentence is worse than a pitch that stays


def read(files):
    """The features' names, and (values, is spam, folder, text, how much it counts) of every piece that teaches something."""
    rows, names = [], None
    for name in files:
        with open(name, encoding="utf-8", newline="") as file:
            lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            head = next(lines)
            names = head[5:-1]
            for line in lines:
                share, folder = float(line[4]), os.path.basename(line[0].rstrip("/"))
                if 0.5 <= share < 0.7 or share < 0.5 and folder.startswith("loose"):
                    continue
                rows.append(([float(value) for value in line[5:-1]], share >= 0.7, folder, line[-1], 1.0 if share else HONEST))
    return names, rows


def solve(matrix, right):
    """The solution of a small system of equations."""
    n = len(right)
    table = [row[:] + [value] for row, value in zip(matrix, right)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda row: abs(table[row][i]))
        table[i], table[pivot] = table[pivot], table[i]
        for row in range(i + 1, n):
            factor = table[row][i] / table[i][i]
            if factor:
                for column in range(i, n + 1):
                    table[row][column] -= factor * table[i][column]
    answer = [0.0] * n
    for i in reversed(range(n)):
        answer[i] = (table[i][n] - sum(table[i][k] * answer[k] for k in range(i + 1, n))) / table[i][i]
    return answer


def fit(rows, free, most, prior, ridge):
    """Newton's method; a weight at one of its bounds waits there while it is pushed outwards."""
    n = len(rows[0][0])
    weights = prior[:]
    least = [-math.inf if i in free else 0.0 for i in range(n)]
    most = [most.get(i, math.inf) for i in range(n)]
    for _ in range(40):
        gradient, curve = [ridge * (start - weight) for weight, start in zip(weights, prior)], [[0.0] * n for _ in range(n)]
        for i in range(n):
            curve[i][i] = ridge
        for values, spam, _, _, counts in rows:
            used = [(i, value) for i, value in enumerate(values) if value]
            z = sum(weights[i] * value for i, value in used)
            p = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))
            error, bend = counts * (spam - p), counts * max(p * (1.0 - p), 1e-4)
            for i, value in used:
                gradient[i] += error * value
                row = curve[i]
                for k, other in used:
                    row[k] += bend * value * other
        for i, (weight, push) in enumerate(zip(weights, gradient)):
            if weight <= least[i] and push < 0.0 or weight >= most[i] and push > 0.0:
                gradient[i] = 0.0
                for k in range(n):
                    curve[i][k] = curve[k][i] = 0.0
                curve[i][i] = 1.0
        step = solve(curve, gradient)
        scale = min(1.0, 2.0 / max(1e-9, max(map(abs, step))))
        moved = [min(max(w + scale * s, low), high) for w, s, low, high in zip(weights, step, least, most)]
        if max(abs(a - b) for a, b in zip(moved, weights)) < 1e-3:
            break
        weights = moved
    return weights


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--false", type=int, default=5)
    options.add_argument("--go-on", action="store_true")
    options.add_argument("files", nargs="+")
    options = options.parse_args()
    names, rows = read(options.files)
    free = {i for i, name in enumerate(names) if name in FREE}
    table = dict(line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    prior = [float(table.get(name, 0.0)) if options.go_on else 0.0 for name in names]
    most = {i: MOST[name] for i, name in enumerate(names) if name in MOST}
    weights = fit(rows, free, most, prior, GO_ON if options.go_on else RIDGE)
    score = lambda values: sum(weight * value for weight, value in zip(weights, values))
    honest = sorted((score(values), text) for values, spam, _, text, counts in rows if counts == HONEST)[::-1]
    cut = honest[options.false][0] if len(honest) > options.false else 0.0
    weights[0] -= cut + 0.01
    for value, text in honest[: options.false]:
        print("honest", round(value - cut, 2), text[:90], file=sys.stderr)
    for folder in sorted({row[2] for row in rows}):
        spam = [score(values) > 0.0 for values, is_spam, place, _, _ in rows if is_spam and place == folder]
        kept = [score(values) > 0.0 for values, is_spam, place, _, _ in rows if not is_spam and place == folder]
        print(f"{folder}: {sum(spam)} of {len(spam)} injected pieces, {sum(kept)} of {len(kept)} others", file=sys.stderr)
    print("# What each piece of evidence weighs when the spam filter decides whether a piece of a page was injected.")
    print("#")
    print("# Format: feature, weight in nats; tab between. Source: fitted by tools/fit_spam.py. Licence: as the project.")
    for name, weight in zip(names, weights):
        print(f"{name}\t{weight:.2f}")


main()
