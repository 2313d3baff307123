#!/usr/bin/env python3
"""Fit model/zh.contexts: which words stand near which pairs of characters, for the words of rules/spun-{a,b,c}.tsv.

usage: fit_contexts.py TEXT.txt… (the language model's training text; needs `pip install fasttext-wheel numpy`; a quarter of an hour)

Every place of a word in the text is an example: its features are the pairs of Han characters within WINDOW characters on
its left and on its right, in its line. A word has at most CAP examples, so that common ones do not rule. The model is
that of fastText: the mean of the features' vectors, times the word's vector, tells how well the word fits (negative
sampling). The features' own mean is taken off, so that it says nothing where nothing is known. The threads race, so that two
fits differ a little; docs/restoration.md says how much that matters.

Format, little-endian: the 8 bytes JWCTX001; three u32: DIM, features, words; for each first character from U+4E00 to U+9FFF, and
one beyond, its first feature as u16; for each feature, sorted, its second character as u16; for each feature its scale
as f32; for each feature DIM i8; for each word, sorted, the end of its UTF-8 in the text of all words as u32; for each word
its scale as f32; for each word DIM i8; the text of all words. A component is i8 times scale.
"""
import collections
import pathlib
import random
import struct
import sys
import tempfile

import fasttext
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIM, WINDOW, CAP, EPOCHS, FEATURES, LEAST, THREADS = 32, 8, 3000, 3, 26000, 100, 2


def words():
    for family in "abc":
        for line in (ROOT / "rules" / f"spun-{family}.tsv").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                yield from (word for word in line.split("\t")[:2] if len(word) > 1)


def is_han(c):
    return "\u4e00" <= c <= "\u9fff"


def features(line, start, end):
    at = [*range(max(0, start - WINDOW), start - 1), *range(end, min(len(line), end + WINDOW) - 1)]
    return [line[i : i + 2] for i in at if is_han(line[i]) and is_han(line[i + 1])]


def places(line, known, longest):
    """The longest words of a line from left to right."""
    at = 0
    while at < len(line):
        end = next((end for end in range(min(len(line), at + longest), at + 1, -1) if line[at:end] in known), None)
        if end:
            yield at, end
        at = end or at + 1


def examples(files, known, out):
    lines = [line for file in files for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()]
    random.Random(1).shuffle(lines)
    seen, longest = collections.Counter(), max(map(len, known))
    for line in lines:
        for start, end in places(line, known, longest):
            word = line[start:end]
            if seen[word] < CAP and (near := features(line, start, end)):
                seen[word] += 1
                out.write(f"__label__{word} {' '.join(near)}\n")


def table(vectors):
    scales = np.abs(vectors).max(1).clip(1e-9) / 127
    return scales.astype("<f4").tobytes(), np.rint(vectors / scales[:, None]).astype("i1").tobytes()


def main(files):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as out:
        examples(files, set(words()), out)
        out.flush()
        fit = dict(dim=DIM, epoch=EPOCHS, lr=0.3, loss="ns", neg=15, minCount=LEAST, bucket=0, thread=THREADS, verbose=0)
        model = fasttext.train_supervised(out.name, **fit)
    inputs, outputs = model.get_input_matrix(), model.get_output_matrix()
    near, counts = model.get_words(include_freq=True)
    counts = np.array([count if len(pair) == 2 else 0 for pair, count in zip(near, counts)], dtype=float)
    inputs = inputs - (inputs * counts[:, None]).sum(0) / counts.sum()
    keys = [(pair, at) for at, pair in enumerate(near) if len(pair) == 2]
    keys = sorted(keys[:FEATURES])  # the commonest come first
    firsts, seconds = [np.array([ord(pair[side]) for pair, _ in keys]) for side in (0, 1)]
    starts = np.searchsorted(firsts, np.arange(0x4E00, 0xA001))
    names = sorted((label.removeprefix("__label__"), at) for at, label in enumerate(model.labels))
    text = [name.encode() for name, _ in names]
    parts = [b"JWCTX001", struct.pack("<3I", DIM, len(keys), len(names))]
    parts += [starts.astype("<u2").tobytes(), seconds.astype("<u2").tobytes()]
    parts += table(inputs[[at for _, at in keys]])
    parts.append(np.cumsum([len(name) for name in text]).astype("<u4").tobytes())
    parts += table(outputs[[at for _, at in names]])
    (ROOT / "model" / "zh.contexts").write_bytes(b"".join(parts) + b"".join(text))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
