#!/usr/bin/env python3
"""Fit the weights of rules/verdict.tsv to labelled pages.

usage: cargo run --release --example verdict_signs < pages.jsonl > signs.tsv
       fit_verdict.py signs.tsv > rules/verdict.tsv
       fit_verdict.py --go-on signs.tsv          (weights are drawn to those of the table, and not to 0; what tells news from
                                                  other articles stays, and what tells articles from listings)
       fit_verdict.py --folds 5 signs.tsv        (how well it does on pages left out; writes nothing)

Multinomial logistic regression with a quadratic penalty, by gradient descent with momentum: the same input gives the
same table. A line of signs.tsv is a page: label, weight, and its signs in the order of the table.
"""
import argparse
import math
import pathlib
import random
import sys

KINDS = ["news", "other", "advert", "doorway", "listing", "garbled"]
TABLE = pathlib.Path(__file__).resolve().parent.parent / "rules" / "verdict.tsv"


def shares(weights, signs):
    sums = [sum(w * x for w, x in zip(row, signs) if x) for row in weights]
    most = max(sums)
    odds = [math.exp(s - most) for s in sums]
    return [o / sum(odds) for o in odds]


def fit(pages, rounds, penalty, prior):
    width = len(pages[0][2])
    weights = [row[:] for row in prior]
    speed = [[0.0] * width for _ in KINDS]
    total = sum(weight for _, weight, _ in pages)
    for number in range(rounds):
        slope = [[penalty * (w - p) for w, p in zip(row, start)] for row, start in zip(weights, prior)]
        for label, weight, signs in pages:
            for kind, share in enumerate(shares(weights, signs)):
                error = (share - (kind == label)) * weight / total
                if abs(error) > 1e-7:
                    row = slope[kind]
                    for at, x in enumerate(signs):
                        if x:
                            row[at] += error * x
        for kind in range(len(KINDS)):
            for at in range(width):
                speed[kind][at] = 0.9 * speed[kind][at] - 0.15 * slope[kind][at]
                weights[kind][at] += speed[kind][at]
    return weights


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("signs")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--penalty", type=float, default=0.0005)
    parser.add_argument("--go-on", action="store_true")
    parser.add_argument("--folds", type=int)
    args = parser.parse_args()
    pages = []
    for line in open(args.signs, encoding="utf-8"):
        label, weight, *signs = line.rstrip("\n").split("\t")
        if label in KINDS:
            pages.append((KINDS.index(label), float(weight), [float(x) for x in signs]))
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    prior = [[float(row[1 + kind]) if args.go_on else 0.0 for row in rows] for kind in range(len(KINDS))]
    if args.folds:
        order = list(range(len(pages)))
        random.Random(1).shuffle(order)
        right = {}
        for fold in range(args.folds):
            out = set(order[fold :: args.folds])
            weights = fit([page for at, page in enumerate(pages) if at not in out], args.rounds, args.penalty, prior)
            for at in out:
                label, _, signs = pages[at]
                found = shares(weights, signs)
                key = (KINDS[label], KINDS[found.index(max(found))])
                right[key] = right.get(key, 0) + 1
        for (label, found), count in sorted(right.items()):
            print(f"{label}\t{found}\t{count}")
        return
    weights = fit(pages, args.rounds, args.penalty, prior)
    if args.go_on:
        listing = KINDS.index("listing")
        for at, (news, other) in enumerate(zip(*prior[:2])):
            mean = (weights[0][at] + weights[1][at]) / 2
            weights[0][at], weights[1][at] = mean + (news - other) / 2, mean - (news - other) / 2
            weights[listing][at] = prior[listing][at] + mean - (news + other) / 2
    names = [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    sys.stdout.writelines(line + "\n" for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    for at, name in enumerate(names):
        print(name + "".join(f"\t{row[at]:.2f}" for row in weights))


if __name__ == "__main__":
    main()
