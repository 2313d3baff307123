#!/usr/bin/env python3
"""Fit the weights of rules/edge-signs.tsv to labelled pages.

usage: fit_edges.py LABELS.jsonl [--honest FILE.jsonl]… [--go-on] > edge-signs.tsv

A line of LABELS.jsonl is a page: {"text": …, "tags": …}, with a tag for each character of the text: b is the site's,
r the site's and found by a rule, k the article's, anything else is not known. A line of FILE.jsonl is an honest text
({"text": …}); it is cut at a random sentence on both sides, so that whatever stands at its edges belongs to the article.

Pieces of a page's edge form a chain of two labels. A piece's score for being the site's is the sum of the weights of
its signs and its shape, `beside` is added for two neighbours that both are. Weights maximise the likelihood of the
labels and stay near their priors (a Gaussian of width SPREAD). With --go-on the weights of the table are the priors, held
by SPREAD_ON: they know the pages of earlier fits, which need not be at hand again. The cutting and scoring here mirror
src/filters/boilerplate/{pieces,edges}.rs; keep them alike.
"""
import collections
import json
import math
import pathlib
import random
import re
import sys

TABLE = pathlib.Path(__file__).resolve().parent.parent / "rules" / "edge-signs.tsv"
TAIL, HEAD, LEAST_PAGE, LEAD, LONGEST = 600, 200, 40, 80, 400
SPREAD, SPREAD_ON, STEPS, RATE = 0.7, 0.3, 150, 0.15
# So much is taken off the fitted bias, in nats: less than nothing, since the honest texts outnumber the labelled edges far
# more than articles do in the world, and no run goes without a strong sign anyway.
CAUTION = -0.6
# The weight for two neighbours that both go is held: what stands between two finds goes with them for twice as much.
BESIDE = 3.0
ENDS, CLOSERS, OPENERS = "。！？!?\n~～", "”’」』）)》\"", "▼■▍【✒▌↓★☆►▶●◆•☞"
# Rows that weigh nothing by themselves.
NO_SIGNS = ("prefix", "shape", "digest", "notice", "function")
PLACES = {"tail": ("tail", "edge", "list", "heading", "open", "phrase", "author", "field"), "head": ("head", "edge")}
# What goes on behind a complete phrase in its own sentence.
PHRASE_GOES_ON = "如若侵版仅与请和"
STRONG, LONG, RULED, AUTHOR = 1.5, 40, 4.0, -20.0
# What goes on in a sentence beside a heading, so that it is none.
GOES_ON = "，。、；？“”‘’《》"
# So many names of different fields make a block of contacts, in which each field goes sooner.
FIELDS = 3
# A piece that says so little of what the article says is about something else (src/filters/boilerplate/topic.rs).
NEAR, ARTICLE, PAIRS, FIT, RARE, FOREIGN = 300, 150, 3, 0.25, -12.5, 12
STROKES = ":丨｜|︱∣│/／┃┊\\"


class Table:
    def __init__(self, path):
        self.head, self.rows = [], []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                self.head.append(line)
            else:
                text, place, prior, weight = line.split("\t")
                self.rows.append([text, place, float(prior), float(weight)])
        self.prefixes = [text for text, place, *_ in self.rows if place == "prefix"]
        self.notices = [text for text, place, *_ in self.rows if place == "notice"]
        self.functions = [text for text, place, *_ in self.rows if place == "function"]
        self.shape = {text: n for n, (text, place, *_) in enumerate(self.rows) if place == "shape"}
        signs = {text: n for n, (text, place, *_) in enumerate(self.rows) if place not in NO_SIGNS}
        self.signs, self.longest = signs, max(map(len, signs))

    def weights(self):
        return [row[3] for row in self.rows]

    def hits(self, folded):
        """(start, end, row) of every sign in a folded text."""
        for start in range(len(folded)):
            for end in range(start + 1, min(start + self.longest, len(folded)) + 1):
                row = self.signs.get(folded[start:end])
                if row is not None:
                    yield start, end, row


def fold(text):
    """The text as the table spells it, and where each character comes from."""
    kept = [(at, "：" if c in STROKES else "，" if c == "," else c.lower()) for at, c in enumerate(text) if not c.isspace()]
    return "".join(c for _, c in kept), [at for at, _ in kept] + [len(text)]


def stands_alone(text, offsets, start, end):
    """Whether a piece of the folded text is no part of a sentence."""
    before, behind = text[: offsets[start]][-1:], text[offsets[end - 1] + 1 :][:1]
    goes_on = lambda c, marks: c != "" and (c.isalpha() or c in marks)
    return not goes_on(before, "，、；“‘’《》") and not goes_on(behind, GOES_ON)


def cut(text, folded, offsets, hits, table, borders):
    """The pieces that tile a text: sentences, and what follows the name of a credit, an opening mark, wide blanks."""
    cuts, ended, blanks, run = {0} | borders, False, 0, 0
    for at, c in enumerate(text):
        if (ended and c not in ENDS and c not in CLOSERS) or (c in OPENERS and not text[:at].endswith(c)):
            cuts.add(at)
        # Names are padded with blanks; what is shorter than four characters may be half of one.
        if blanks >= 2 and run >= 4 and not c.isspace():
            cuts.add(at)
        if c == "\n":
            blanks, run = 0, 0
        elif c.isspace():
            blanks += 1
        elif c in OPENERS:
            blanks, run = 0, 0
        else:
            blanks, run = 0, 1 if blanks or c in STROKES + "：" else run + 1
        goes_on = c == "\n" and text[:at].rstrip()[-1:] in list(":：|")
        ended = (c in ENDS and not goes_on) or (ended and c in CLOSERS)
    first = {}
    for start, end, row in hits:
        if table.rows[row][0].endswith("："):
            first[end] = min(start, first.get(end, start))
    named = set()
    for start in first.values():
        grown = True
        while grown:
            grown = False
            for prefix in table.prefixes:
                if folded[:start].rstrip('、&').endswith(prefix):
                    start, grown = len(folded[:start].rstrip('、&')) - len(prefix), True
                    break
        if start and folded[start - 1] in "（([【〔「『《“":
            start -= 1
        cuts.add(offsets[start])
        named.add(offsets[start])
    cuts.update(offsets[start] for start, _, row in hits if table.rows[row][1] in ("list", "heading", "open", "phrase"))
    ends = {end for _, end, row in hits if table.rows[row][1] == "phrase"}
    cuts.update(offsets[end] for end in ends if folded[end : end + 1].isalnum() and folded[end] not in PHRASE_GOES_ON)
    cuts = sorted(cuts | {len(text)})
    return [piece for piece in zip(cuts, cuts[1:])], named


def frequencies(paths):
    """The logarithms of how frequent characters are in honest texts; the filter asks the language model."""
    count = collections.Counter()
    for path in paths:
        for number, line in enumerate(open(path, encoding="utf-8")):
            if number < 6000:
                count.update(c for c in json.loads(line)["text"] if "\u4e00" <= c <= "\u9fff")
    total = sum(count.values())
    return {c: math.log(n / total) for c, n in count.items()}


def rare_pairs(text, frequency):
    """The pairs of characters that are not common anywhere."""
    rare = lambda c: frequency.get(c, -15.0) if "\u4e00" <= c <= "\u9fff" else None
    logs = [rare(c) for c in text]
    return {text[i : i + 2] for i in range(len(text) - 1) if None not in logs[i : i + 2] and sum(logs[i : i + 2]) < RARE}


def is_headline(piece, table):
    """Whether a text without blanks and full stops has the form of a title: few commas, few words without meaning."""
    few = lambda words, share: sum(map(piece.count, words)) * share <= len(piece)
    return "；" not in piece and few("，、", 12) and few(table.functions, 16) and piece[-1] not in "：，、"


def chain(text, edge, table, tags="", frequency=None):
    """The pieces of an edge from the edge inwards: (start, end, {row: times}, what it weighs besides)."""
    end = len(text.rstrip())
    start = len(text) - len(text.lstrip())
    head = max(start, min(start + HEAD, end // 3))
    lo, hi = (max(end - TAIL, head), end) if edge == "tail" else (start, head)
    window = text[lo:hi]
    folded, offsets = fold(window)
    hits = [
        (s, e, row)
        for s, e, row in table.hits(folded)
        if table.rows[row][1] != "heading" or stands_alone(window, offsets, s, e)
    ]
    ruled = tags[lo:hi]
    borders = {at for at in range(1, len(ruled)) if (ruled[at] == "r") != (ruled[at - 1] == "r")}
    pieces, named = cut(window, folded, offsets, hits, table, borders)
    if edge == "tail":
        pieces.reverse()
    pieces.pop()
    headings = [offsets[s] for s, _, row in hits if table.rows[row][1] in ("list", "heading")]
    listed = min(headings) if headings and edge == "tail" else len(text)
    fields = len({row for _, _, row in hits if table.rows[row][1] == "field"})
    if any(notice in folded for notice in table.notices):
        fields = 0
    article = text[: max(end - NEAR, 0)]
    known = rare_pairs(article, frequency) if edge == "tail" and frequency and len(article) >= ARTICLE else None
    out = []
    for a, b in pieces:
        if ruled[a : a + 1] == "r":
            # A title stands beside what rules find at the head, and is no neighbour of it.
            if edge == "tail":
                out.append((lo + a, lo + b, {}, RULED))
            continue
        features, names = {}, []
        for s, e, row in hits:
            if not a <= offsets[s] < b:
                continue
            if table.rows[row][1] in PLACES[edge]:
                features[row] = 1.0
            if table.rows[row][0].endswith("："):
                names.append((s, -e, row))
        piece = [c for c, at in zip(folded, offsets) if a <= at < b]
        shape = {"bias": 1.0}
        is_title = a >= listed and not window[a:b].rstrip().endswith("。")
        shape["brief"] = float(len(piece) <= 16)
        shape["length"] = 0.0 if is_title else min(max(len(piece) - LONG, 0), LONGEST) / 10
        shape["far"] = (len(window) - b if edge == "tail" else a) / 100
        shape["mark"] = float(not any(c.isalnum() for c in piece))
        shape["number"] = float(re.search(r"[0-9]{7}", "".join(piece).replace("-", "")) is not None)
        shape["open"] = float(window[a:b].rstrip()[-1:] not in list(ENDS + CLOSERS))
        shape["listed"] = float(a >= listed)
        shape["title"] = float(is_title)
        shape["bullet"] = float(piece[:1] != [] and piece[0] in OPENERS + "·")
        shape["named"] = float(a in named and len(piece) <= LEAD)
        has_field = any(table.rows[row][1] == "field" for row in features)
        shape["block"] = float(has_field and fields >= FIELDS)
        if known is not None and not has_field and lo + a >= end - NEAR and len(piece) >= FOREIGN:
            own = rare_pairs("".join(piece), frequency)
            if "。" not in piece and len(own) >= PAIRS and len(own & known) < FIT * len(own):
                shape["foreign"] = 1.0
                shape["headline"] = float(is_headline("".join(piece), table))
                shape["length"] *= 1 - shape["headline"]
        # A lead sentence holds the site's words where its beginning is glued to them.
        if edge == "head" and len(piece) > LEAD:
            break
        is_author = a in named and len(piece) <= LONG and names and table.rows[min(names)[2]][1] == "author"
        if is_author and not any(table.rows[row][3] >= STRONG for row in features):
            out.append((lo + a, lo + b, {}, AUTHOR))
            continue
        features.update({table.shape[name]: value for name, value in shape.items() if value})
        out.append((lo + a, lo + b, features, 0.0))
    return out


def label(tags):
    """1 for a piece of the site, 0 for one of the article, None when it is not known."""
    site, article = tags.count("b") + tags.count("r"), tags.count("k")
    if site + article < 0.6 * len(tags) or not tags:
        return None
    share = site / (site + article)
    return 1 if share >= 0.6 else 0 if share <= 0.15 else None


def logsum(a, b):
    m = max(a, b)
    return -math.inf if m == -math.inf else m + math.log(math.exp(a - m) + math.exp(b - m))


def marginals(scores, beside, known):
    """For each piece the chance of being the site's, and for each two neighbours that both are, given what is known."""
    n = len(scores)
    local = [
        (0.0 if label != 1 else -math.inf, score if label != 0 else -math.inf) for score, label in zip(scores, known)
    ]
    ahead = [local[0]]
    for one in local[1:]:
        a, s = ahead[-1]
        ahead.append((logsum(a, s) + one[0], logsum(a, s + beside) + one[1]))
    back = [(0.0, 0.0)]
    for one in reversed(local[1:]):
        a, s = back[-1][0] + one[0], back[-1][1] + one[1]
        back.append((logsum(a, s), logsum(a, s + beside)))
    back.reverse()
    total = logsum(*ahead[-1])
    single = [math.exp(ahead[i][1] + back[i][1] - total) for i in range(n)]
    pairs = [math.exp(ahead[i][1] + beside + local[i + 1][1] + back[i + 1][1] - total) for i in range(n - 1)]
    return single, sum(pairs)


def fit(chains, table, goes_on):
    weights, priors, spreads = table.weights(), [row[2] for row in table.rows], [SPREAD] * len(table.rows)
    if goes_on:
        # A weight that is still its prior is a new sign's.
        spreads = [SPREAD if abs(weight - prior) < 0.05 else SPREAD_ON for weight, prior in zip(weights, priors)]
        priors = list(weights)
    beside = table.shape["beside"]
    weights[beside] = priors[beside] = BESIDE
    spreads[beside] = 0.02
    speed = [0.0] * len(weights)
    for step in range(STEPS):
        gradient = [(prior - weight) / spread**2 for prior, weight, spread in zip(priors, weights, spreads)]
        for pieces, labels in chains:
            scores = [fixed + sum(weights[row] * value for row, value in fs.items()) for _, _, fs, fixed in pieces]
            free, free_pairs = marginals(scores, weights[beside], [None] * len(scores))
            held, held_pairs = marginals(scores, weights[beside], labels)
            for (_, _, features, _), f, h in zip(pieces, free, held):
                for row, value in features.items():
                    gradient[row] += (h - f) * value
            gradient[beside] += (held_pairs - free_pairs)
        for row, slope in enumerate(gradient):
            speed[row] = 0.95 * speed[row] + 0.05 * slope * slope if step else slope * slope
            weights[row] += RATE * slope / (math.sqrt(speed[row]) + 1e-6) * (1 - step / STEPS)
    for row, weight in zip(table.rows, weights):
        row[3] = weight
    table.rows[table.shape["bias"]][3] -= CAUTION


def honest(path):
    """Chains of honest texts that hold a sign, cut so that their edges lie inside the article."""
    for line in open(path, encoding="utf-8"):
        text = json.loads(line)["text"]
        ends = [m.end() for m in re.finditer(r"[。！？!?\n]+[”’」』）)]*", text)]
        if len(text) < 600 or len(ends) < 6:
            continue
        inner = [end for end in ends if 150 < end < len(text) - 150]
        if len(inner) < 2:
            continue
        for edge in ("tail", "head"):
            at = random.choice(inner)
            part = text[:at] if edge == "tail" else text[at:]
            yield part[-1500:] if edge == "tail" else part[:1500], edge


def main():
    goes_on = "--go-on" in sys.argv
    files = [file for file in sys.argv[1:] if file != "--go-on"]
    at = files.index("--honest") if "--honest" in files else len(files)
    labelled, honest_files = files[:at], files[at + 1 :]
    table, chains, frequency = Table(TABLE), [], frequencies(honest_files)
    random.seed(1)
    for name in labelled:
        for line in open(name, encoding="utf-8"):
            page = json.loads(line)
            if len(page["text"]) <= LEAST_PAGE:
                continue
            for edge in ("tail", "head"):
                pieces = chain(page["text"], edge, table, page["tags"], frequency)
                if pieces:
                    chains.append((pieces, [label(page["tags"][a:b]) for a, b, *_ in pieces]))
    for name in honest_files:
        for text, edge in honest(name):
            pieces = chain(text, edge, table, "", frequency)
            # What holds no sign at all teaches nothing.
            if any(table.rows[row][2] > 1 and table.rows[row][1] != "shape" for _, _, fs, _ in pieces for row in fs):
                chains.append((pieces, [0] * len(pieces)))
    print(len(chains), "chains", file=sys.stderr)
    fit(chains, table, goes_on)
    print("\n".join(table.head))
    for text, place, prior, weight in table.rows:
        print(f"{text}\t{place}\t{prior:g}\t{weight:.1f}")


main()
