// What is chosen, and the start: the last of the scripts.
"use strict";

/* What is chosen. Everything that is shown follows from it. */

const chosen = { filter: null, rule: null, query: "", measure: "edits", order: "changed", view: "source" };

/** Whether a change by these rules is one of those that are asked for. */
const isAsked = (rules) =>
  rules.some(
    (rule) => (chosen.rule === null || rule === chosen.rule) && (chosen.filter === null || ruleFilter(rule) === chosen.filter),
  );

function choose(change) {
  Object.assign(chosen, change);
  hideTip();
  showChosen();
}

function showChosen() {
  for (const row of document.querySelectorAll("#filters .row"))
    row.setAttribute("aria-pressed", String(Number(row.value) === chosen.filter));
  const chips = byId("chips");
  chips.replaceChildren();
  const chip = (filter, name, clear) => {
    const look = { type: "button", className: "chip", "data-filter": filterName(filter) };
    chips.append(make("button", { ...look, onclick: () => choose(clear) }, visible(name), " ✕"));
  };
  if (chosen.filter !== null) chip(chosen.filter, filterName(chosen.filter), { filter: null });
  if (chosen.rule !== null) chip(ruleFilter(chosen.rule), data.rules[chosen.rule].name, { rule: null });
  chips.hidden = chips.childElementCount === 0;
  document.body.classList.toggle("clean", chosen.view === "clean");
  showPages();
}

/** A row of buttons of which one is pressed. */
function choice(id, key, options) {
  const buttons = Object.entries(options).map(([value, name]) =>
    make("button", { type: "button", value, textContent: say(name), onclick: () => press(value) }),
  );
  const mark = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === chosen[key])));
  const press = (value) => {
    choose({ [key]: value });
    mark();
    if (key === "measure") {
      drawFilters();
      drawRules();
    }
  };
  byId(id).append(...buttons);
  mark();
  return press;
}

/* The rest. */

function flipTheme() {
  const { dataset } = document.documentElement;
  const theme = dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  dataset.theme = theme === "dark" ? "light" : "dark";
}

/** Opens the page that the address names. */
function openNamed() {
  const page = pages.find((page) => `#${page.article.id}` === location.hash);
  if (!page) return;
  if (page.article.hidden) choose({ filter: null, rule: null, query: (byId("search").value = "") });
  goToPage(page);
}

for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
document.title = `${say("title")} · 净文 jingwen`;
const pressView = choice("view", "view", { source: "source", clean: "clean" });
choice("measure", "measure", { edits: "edits", chars: "chars", pages: "pagesMeasure" });
byId("sort").append(
  ...Object.entries({ changed: "byChanged", share: "byShare", run: "byRun", name: "byName" }).map(([value, name]) =>
    make("option", { value, textContent: say(name) }),
  ),
);
byId("sort").addEventListener("change", (event) => {
  chosen.order = event.target.value;
  sortPages();
});
byId("search").addEventListener("input", (event) => choose({ query: event.target.value.trim().toLowerCase() }));
byId("theme").addEventListener("click", flipTheme);
byId("help-open").addEventListener("click", KEYS["?"]);
addEventListener("keydown", pressKey);
addEventListener("hashchange", openNamed);
drawFigures();
drawFilters();
drawSpread();
drawRules();
drawFacts();
drawHelp();
followPointer();
sortPages();
if (pages.length && pages[0].data.edits) toggle(pages[0], true);
openNamed();
