#!/usr/bin/env python3
"""Makes model/characters.txt: how surprising each character is, in half bits, within its script.

usage: count_characters.py SIMPLIFIED... --traditional TRADITIONAL... --japanese FILE... --korean FILE... > characters.txt

All inputs are UTF-8 text. Han counts of simplified and of traditional text are averaged, so that neither is favoured.
Only counts are kept: no piece of the inputs can be read back from the table.
"""
import argparse, collections, math, sys

HAN = ('\u4e00', '\u9fff')
FULL = set('，。、；：？！“”‘’（）《》【】—…·「」『』〈〉％～\u3000○〇→￥．／－＋＝①②③④⑤⑥⑦⑧⑨⑩■□▲△◆◇●★☆※＞＜＠＆＃＊｜｛｝［］＂＇＿⋯—℃°±×÷') | {chr(c) for c in range(0xff10, 0xff1a)} | {chr(c) for c in range(0xff21, 0xff3b)} | {chr(c) for c in range(0xff41, 0xff5b)}


def counts(files, wanted):
    c = collections.Counter()
    for f in files:
        with open(f, encoding='utf-8', errors='ignore') as lines:
            for line in lines:
                c.update(x for x in line if wanted(x))
    return c


def shares(c):
    n = sum(c.values())
    return {x: k / n for x, k in c.items()} if n else {}


def mixed(parts):
    out = collections.Counter()
    for weight, p in parts:
        for x, v in p.items():
            out[x] += weight * v
    return out


def rows(p, most):
    """half-bit classes of the characters of a distribution that cost at most `most` bits"""
    by = collections.defaultdict(list)
    for x, v in p.items():
        bits = -math.log2(v)
        if bits <= most:
            by[round(2 * bits)].append(x)
    return by


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument('simplified', nargs='+')
    for k in ('traditional', 'japanese', 'korean'):
        a.add_argument('--' + k, nargs='*', default=[])
    a = a.parse_args()
    han = lambda x: HAN[0] <= x <= HAN[1]
    kana = lambda x: '\u3041' <= x <= '\u30ff' and x != '\u30fb'
    hangul = lambda x: '\uac00' <= x <= '\ud7a3'
    tables = [
        (mixed([(.5, shares(counts(a.simplified, han))), (.5, shares(counts(a.traditional, han)))]), 15.75),
        (mixed([(.5, shares(counts(a.simplified, FULL.__contains__))), (.5, shares(counts(a.traditional, FULL.__contains__)))]), 12),
        (shares(counts(a.japanese, kana)), 12),
        (shares(counts(a.korean, hangul)), 12),
    ]
    by = collections.defaultdict(list)
    for p, most in tables:
        for cost, chars in rows(p, most).items():
            by[cost] += chars
    print('# Frequent characters by how surprising each is within its script: half bits (2 * -log2 of its share), tab, characters.')
    print('# Simplified and traditional Han weigh the same. Made by tools/count_characters.py: counts only, no text.')
    for cost in sorted(by):
        print(f"{cost}\t{''.join(sorted(by[cost]))}")


if __name__ == '__main__':
    main()
