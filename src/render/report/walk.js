// The tip beside a change, and walking from change to change and page to page.
"use strict";

const tip = byId("tip");
let tipOf = null;

function showTip(change) {
  const { place, rules } = placeOf.get(change);
  const main = mainStep(place)[0];
  tip.dataset.filter = filterName(ruleFilter(main));
  tip.replaceChildren(...place[2].map((step) => tipStep(step, place)));
  if (place[3]) tip.append(make("p", { className: "soft", textContent: say("stepsLeftOut", place[3]) }));
  if (chosen.rule === null && rules.length)
    tip.append(
      make("button", { type: "button", textContent: say("onlyRule"), onclick: () => choose({ rule: main, filter: null }) }),
    );
  tip.hidden = false;
  tipOf = change;
  placeTip();
}

function tipStep([rule, gain, before, after], place) {
  const { name, why, filter } = data.rules[rule];
  const [from, to] = before === undefined ? place : [before, after];
  const gains = gain === null || gain === undefined ? "" : ` · ${say("gain", gain)}`;
  return make(
    "div",
    {},
    make("p", { className: "rule", "data-filter": filterName(filter) }, visible(name)),
    make(
      "p",
      {},
      isEmpty(to) ? `${say("removedWord")}: ` : "",
      ...becomes(from, to),
      make("span", { className: "soft", textContent: gains }),
    ),
    why ? make("p", { className: "soft" }, visible(why)) : null,
  );
}

function placeTip() {
  if (!tipOf) return;
  const rects = [...tipOf.getClientRects()];
  if (rects.length === 0) return hideTip();
  const [first, last] = [rects[0], rects[rects.length - 1]];
  const below = last.bottom + 8;
  const height = tip.offsetHeight;
  tip.style.left = `${Math.max(8, Math.min(first.left, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${below + height < innerHeight ? below : Math.max(8, first.top - height - 8)}px`;
}

function hideTip() {
  tip.hidden = true;
  tipOf = null;
}

function followPointer() {
  const list = byId("pages");
  const changeAt = (event) => (event.target instanceof Element ? event.target.closest(".change") : null);
  list.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && changeAt(event) && !isPinned()) showTip(changeAt(event));
  });
  list.addEventListener("pointerout", (event) => {
    if (changeAt(event) && !isPinned() && !tip.contains(event.relatedTarget)) hideTip();
  });
  tip.addEventListener("pointerleave", () => {
    if (!isPinned()) hideTip();
  });
  list.addEventListener("focusin", (event) => {
    if (changeAt(event)) {
      current = changeAt(event);
      showTip(current);
    }
  });
  list.addEventListener("focusout", (event) => {
    if (changeAt(event) && !tip.contains(event.relatedTarget)) hideTip();
  });
  addEventListener("scroll", placeTip, { passive: true });
  addEventListener("resize", placeTip, { passive: true });
}

/** Whether the tip is of the change that has the focus, and so stays. */
const isPinned = () => tipOf !== null && (document.activeElement === tipOf || tip.contains(document.activeElement));

/* Walking through with the keyboard. */

/** The change that was gone to last. */
let current = null;

const pageOf = (node) => shown.find((page) => page.article.contains(node));
const changesOf = (page) =>
  [...page.text.querySelectorAll(".change:not(.other)")].filter((change) => change.getClientRects().length > 0);

function goToPage(page) {
  toggle(page, true);
  page.button.focus({ preventScroll: true });
  page.article.scrollIntoView({ block: "start" });
  current = null;
}

function stepPage(by) {
  const here = pageOf(document.activeElement) ?? (current && pageOf(current));
  const next = shown[here ? shown.indexOf(here) + by : 0];
  if (next) goToPage(next);
}

function stepChange(by) {
  const start = pageOf(document.activeElement) ?? (current && pageOf(current)) ?? shown[0];
  if (!start) return;
  toggle(start, true);
  const here = changesOf(start);
  const at = here.indexOf(current);
  const next = at < 0 ? (by > 0 ? 0 : here.length - 1) : at + by;
  if (here[next]) return goToChange(here[next]);
  for (let place = shown.indexOf(start) + by; shown[place]; place += by) {
    if (!shown[place].data.edits) continue;
    toggle(shown[place], true);
    const changes = changesOf(shown[place]);
    if (changes.length) return goToChange(changes.at(by > 0 ? 0 : -1));
  }
}

function goToChange(change) {
  change.scrollIntoView({ block: "center" });
  change.focus({ preventScroll: true });
}

function goBack() {
  if (!tip.hidden) return hideTip();
  byId("search").value = "";
  choose({ filter: null, rule: null, query: "" });
}

const KEYS = {
  j: () => stepChange(1),
  k: () => stepChange(-1),
  n: () => stepPage(1),
  p: () => stepPage(-1),
  "/": () => byId("search").focus(),
  "?": () => byId("help").showModal(),
  v: () => pressView(chosen.view === "source" ? "clean" : "source"),
  f: () => {
    if (current) choose({ rule: mainStep(placeOf.get(current).place)[0], filter: null });
  },
  Escape: goBack,
};

function pressKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || byId("help").open) return;
  const isTyping = event.target instanceof Element && event.target.matches("input, select, textarea");
  if (isTyping && event.key === "Enter") return goToFirstMatch();
  if (isTyping && event.key === "Escape") event.target.blur();
  else if (isTyping || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
}

function goToFirstMatch() {
  if (shown.length) goToPage(shown[0]);
}
