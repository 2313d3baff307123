// The pages: their list, their texts with every changed place, and what is searched in them.
"use strict";

/** The pages with their elements; a page's text is drawn when it is first opened. */
const pages = data.pages.map((page) => {
  const button = make(
    "button",
    { type: "button", "aria-expanded": "false", "aria-controls": `text-${page.number}` },
    pageName(page),
    pageBar(page),
  );
  const text = make("div", {
    className: "text",
    id: `text-${page.number}`,
    lang: "zh",
    hidden: true,
    role: "region",
    "aria-label": visible(page.name).textContent,
  });
  const article = make("article", { className: "page", id: `page-${page.number}` }, make("h3", {}, button), text);
  const made = { data: page, article, button, text };
  button.addEventListener("click", () => toggle(made, text.hidden));
  return made;
});
/** Those that match what is chosen, in order. */
let shown = pages;

function pageName(page) {
  const share = percent(Math.min(changed(page), page.chars), page.chars);
  const notes = page.edits ? say("pageMeta", page.edits, share, page.encoding) : `${say("unchanged")} · ${page.encoding}`;
  const warning = () => make("span", { className: "warn", textContent: ` · ${say("pageDamaged", page.malformed)}` });
  const damaged = page.malformed ? warning() : null;
  return make(
    "span",
    { className: "name" },
    make("bdi", {}, visible(page.name)),
    page.url === null ? null : make("small", {}, make("bdi", {}, visible(page.url))),
    make("small", { textContent: notes }, damaged),
  );
}

function pageBar(page) {
  return track(
    page.filters.map(([filter, chars]) =>
      stretched(make("span", { "data-filter": filterName(filter) }), chars, Math.max(page.chars, changed(page))),
    ),
  );
}

function toggle(page, open) {
  if (open && !page.text.hasChildNodes()) drawText(page);
  page.text.hidden = !open;
  page.article.classList.toggle("open", open);
  page.button.setAttribute("aria-expanded", String(open));
  highlight();
}

function drawText(page) {
  const parts = page.data.pieces.map((piece) => {
    if (typeof piece === "string") return make("span", {}, visible(piece));
    if (typeof piece === "number") return make("span", { className: "gap", textContent: say("gap", piece) });
    return changeOf(piece);
  });
  if (parts.length === 0) parts.push(make("span", { className: "soft", textContent: say("empty") }));
  if (page.data.places_left_out)
    parts.push(make("span", { className: "gap", textContent: say("placesLeftOut", page.data.places_left_out) }));
  page.text.append(...parts);
  markAsked(page);
}

const placeOf = new WeakMap();

function changeOf(place) {
  const [before, after, steps] = place;
  const rule = mainStep(place)[0];
  const change = make("span", {
    className: isEmpty(after) ? "change gone" : "change",
    "data-filter": filterName(ruleFilter(rule)),
    tabIndex: -1,
    role: "group",
    "aria-describedby": "tip",
  });
  if (!isEmpty(before)) change.append(make("del", {}, changedText(before)));
  if (!isEmpty(after)) change.append(make("ins", {}, changedText(after)));
  placeOf.set(change, { place, rules: steps.map(([rule]) => rule) });
  return change;
}

/** The edit that had the largest part in a place: its colour is the place's. */
function mainStep([, , steps]) {
  const length = (step) => (step.length > 2 ? clipText(step[2]).length : 0);
  return steps.reduce((main, step) => (length(step) > length(main) ? step : main));
}

function markAsked(page) {
  for (const change of page.text.querySelectorAll(".change"))
    change.classList.toggle("other", !isAsked(placeOf.get(change).rules));
}

/** What of a page is searched: its name and address, and its text before and after. */
function textsOf(page) {
  const { name, url, pieces } = page.data;
  const textOf = (piece, side) =>
    typeof piece === "string" ? piece : typeof piece === "number" ? "\n" : clipText(piece[side]);
  const sides = () => [0, 1].map((side) => pieces.map((piece) => textOf(piece, side)).join(""));
  page.texts ??= [name, url ?? "", ...sides()].map((text) => text.toLowerCase());
  return page.texts;
}

function matches(page) {
  if ((chosen.rule !== null || chosen.filter !== null) && !isAsked(page.data.rules.map(([rule]) => rule))) return false;
  return chosen.query === "" || textsOf(page).some((text) => text.includes(chosen.query));
}

const ORDERS = {
  changed: (a, b) => changed(b) - changed(a) || a.number - b.number,
  share: (a, b) => changed(b) / Math.max(b.chars, 1) - changed(a) / Math.max(a.chars, 1) || a.number - b.number,
  run: (a, b) => a.number - b.number,
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.number - b.number),
};

function showPages() {
  shown = [];
  for (const page of pages) {
    page.article.hidden = !matches(page);
    if (!page.article.hidden) shown.push(page);
    if (page.text.hasChildNodes()) markAsked(page);
  }
  const [most, sample, rest] = data.shown;
  const isAll = chosen.filter === null && chosen.rule === null && chosen.query === "";
  byId("pages-note").textContent =
    (rest ? say("shownSome", most, sample, rest) : say("shownAll", pages.length)) +
    (isAll ? "" : say("matching", shown.length));
  byId("none").hidden = shown.length > 0 || pages.length === 0;
  highlight();
}

function sortPages() {
  pages.sort((a, b) => ORDERS[chosen.order](a.data, b.data));
  byId("pages").replaceChildren(...pages.map((page) => page.article));
  showPages();
}

/** Marks what is searched for in the open pages, without touching them. */
function highlight() {
  if (!window.Highlight || !CSS.highlights) return;
  CSS.highlights.delete("search");
  if (chosen.query === "") return;
  const ranges = shown
    .filter((page) => !page.text.hidden)
    .flatMap((page) => ["INS", "DEL"].flatMap((side) => rangesOf(page.text, side)));
  const found = new Highlight();
  for (const range of ranges) found.add(range);
  CSS.highlights.set("search", found);
}

/** Where the query stands in the text without the insertions, or the deletions. */
function rangesOf(text, without) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeName === without || node.className === "token" ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const nodes = [];
  const starts = [];
  let whole = "";
  while (walker.nextNode()) {
    if (walker.currentNode.nodeType !== Node.TEXT_NODE) continue;
    nodes.push(walker.currentNode);
    starts.push(whole.length);
    whole += walker.currentNode.data;
  }
  const lower = whole.toLowerCase();
  const ranges = [];
  // Lower case that is longer than its text would shift every place after it.
  if (lower.length !== whole.length) return ranges;
  for (let at = lower.indexOf(chosen.query); at >= 0; at = lower.indexOf(chosen.query, at + chosen.query.length)) {
    const end = at + chosen.query.length;
    for (let place = starts.findLastIndex((start) => start <= at); starts[place] < end; place++) {
      const range = document.createRange();
      range.setStart(nodes[place], Math.max(at - starts[place], 0));
      range.setEnd(nodes[place], Math.min(end - starts[place], nodes[place].length));
      ranges.push(range);
    }
  }
  return ranges;
}
