// What was changed in all: figures, filters, the course of the run, rules.
"use strict";

function drawFigures() {
  const { totals } = data;
  const figure = (name, value, note) =>
    byId("figures").append(
      make(
        "div",
        {},
        make("dt", { textContent: say(name) }),
        make("dd", { textContent: count(value) }, note && make("small", { textContent: note })),
      ),
    );
  figure("figPages", totals.pages, size(totals.bytes));
  figure("figChanged", totals.changed, say("ofAll", percent(totals.changed, totals.pages)));
  figure("figEdits", totals.edits, say("perPage", totals.edits / Math.max(totals.changed, 1)));
  figure("figRemoved", totals.removed, say("ofText", percent(totals.removed, totals.chars)));
  figure("figWritten", totals.written, say("ofText", percent(totals.written, totals.chars)));
  if (totals.damaged > 0) figure("figDamaged", totals.damaged, say("damagedNote"));
  if (totals.failed > 0) figure("figFailed", totals.failed, say("failedNote"));
  byId("counts").textContent = say("counts", totals.pages, totals.changed, totals.edits);
  byId("notice").hidden = !data.resumed;
  byId("notice").textContent = data.resumed ? say("resumed", totals.finished) : "";
}

const measured = (tally) => ({ edits: tally.edits, chars: changed(tally), pages: tally.pages })[chosen.measure];

/** A bar as long as its part of the whole, in two shades where it shows characters. */
function bar(tally, whole) {
  const parts = chosen.measure === "chars" ? { removed: tally.removed, written: tally.written } : { all: measured(tally) };
  return track(Object.entries(parts).map(([className, part]) => stretched(make("span", { className }), part, whole)));
}

function barNumbers(tally) {
  const number = measured(tally);
  const notes = { edits: say("inPages", tally.pages), chars: say("removedWritten", tally.removed, tally.written), pages: "" };
  const note = notes[chosen.measure];
  return make(
    "span",
    { className: "number" },
    make("b", { textContent: count(number) }),
    ` ${say(`${chosen.measure}Of`, number)}`,
    make("small", { textContent: note }),
  );
}

function drawFilters() {
  const whole = Math.max(...data.filters.map(measured), 0);
  byId("filters").replaceChildren(
    ...data.filters.map((filter, place) =>
      make(
        "li",
        {},
        make(
          "button",
          {
            type: "button",
            className: filter.edits ? "row" : "row none",
            value: place,
            "data-filter": filter.name,
            "aria-pressed": String(chosen.filter === place),
            onclick: () => choose({ filter: chosen.filter === place ? null : place, rule: null }),
          },
          make(
            "span",
            { className: "name", textContent: filter.name },
            make("small", { textContent: FILTERS[filter.name]?.[zh] ?? "" }),
          ),
          bar(filter, whole),
          barNumbers(filter),
        ),
      ),
    ),
  );
}

/** Pictures of how changes are spread over pages, which say nothing about one page. */
function drawSpread() {
  byId("spread").hidden = data.totals.pages < 2;
  drawCourse();
  drawShares();
}

function drawCourse() {
  const { width, stretches } = data.course;
  const share = ([chars, parts]) => Math.min(1, parts.reduce((sum, part) => sum + part, 0) / Math.max(chars, 1));
  const top = Math.max(...stretches.map(share), 0);
  const pages = data.totals.pages;
  const svg = draw("svg", {
    viewBox: `0 0 ${Math.max(stretches.length, 1)} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `${say("course")}: ${say("top", percent(top, 1))}`,
  });
  stretches.forEach(([chars, parts], column) => {
    const from = column * width + 1;
    const to = Math.min((column + 1) * width, pages);
    const group = draw("g", {}, draw("title", {}, say("coursePart", from, to, percent(share([chars, parts]), 1))));
    const sum = parts.reduce((sum, part) => sum + part, 0);
    let y = 100;
    parts.forEach((part, filter) => {
      const height = sum > 0 ? (((100 * share([chars, parts])) / top) * part) / sum : 0;
      y -= height;
      if (height > 0)
        group.append(draw("rect", { x: column + 0.06, y, width: 0.88, height, "data-filter": filterName(filter) }));
    });
    svg.append(group);
  });
  byId("course-note").textContent = say("courseNote", width);
  byId("course").replaceChildren(
    make("div", { className: "scale" }, make("span", { textContent: say("top", percent(top, 1)) })),
    svg,
    make(
      "div",
      { className: "scale" },
      make("span", { textContent: say("page", 1) }),
      make("span", { textContent: say("page", pages) }),
    ),
  );
}

function drawShares() {
  const most = Math.max(...data.shares);
  const ends = data.share_ends.map((end) => `${Math.round(100 * end)}`);
  byId("shares").append(
    ...data.shares.map((pages, place) => {
      const name =
        place === 0 ? say("nothing") : place === ends.length ? `> ${ends[place - 1]}%` : `${ends[place - 1]}–${ends[place]}%`;
      return make(
        "li",
        {},
        make("span", { textContent: name }),
        track([stretched(make("span"), pages, most)]),
        make("span", { textContent: count(pages) }),
      );
    }),
  );
}

/* Rules. */

/** How many pages of a rule are linked. */
const LINKS = 200;
/** How many rules are shown. */
let rulesShown = 10;

function drawRules() {
  const counted = data.rules
    .map((rule, place) => [rule, place])
    .filter(([rule]) => rule.edits !== undefined)
    .sort(([a], [b]) => measured(b) - measured(a));
  const whole = counted.length ? measured(counted[0][0]) : 0;
  const [leftOut, edits] = data.rules_left_out;
  byId("rules-note").textContent =
    say("rulesNote", counted.length + leftOut) + (leftOut ? say("rulesLeftOut", leftOut, edits) : "");
  byId("rules").replaceChildren(...counted.slice(0, rulesShown).map(([rule, place]) => ruleItem(rule, place, whole)));
  const more = byId("rules-more");
  more.hidden = counted.length <= rulesShown;
  more.textContent = say("rulesMore", counted.length);
  more.onclick = () => {
    rulesShown = Infinity;
    drawRules();
  };
}

function ruleItem(rule, place, whole) {
  const sample = rule.samples.length
    ? make("small", {}, ...becomes(...rule.samples[0].map((clip) => clipText(clip).slice(0, 40))))
    : null;
  const more = make("div", { className: "more" });
  const details = make(
    "details",
    { "data-filter": filterName(rule.filter) },
    make(
      "summary",
      { className: "row" },
      make("span", { className: "name" }, make("span", { className: "rule" }, visible(rule.name)), sample),
      bar(rule, whole),
      barNumbers(rule),
    ),
    more,
  );
  details.addEventListener("toggle", () => {
    if (details.open && !more.hasChildNodes()) fillRule(more, rule, place);
  });
  return make("li", {}, details);
}

function fillRule(more, rule, place) {
  if (rule.why) more.append(make("p", {}, visible(rule.why)));
  more.append(make("ul", { className: "samples" }, ...rule.samples.map((sample) => make("li", {}, ...becomes(...sample)))));
  more.append(
    make("button", {
      type: "button",
      textContent: say("onlyRule"),
      onclick: () => {
        choose({ rule: place, filter: null });
        byId("pages-title").scrollIntoView();
      },
    }),
  );
  const having = pages.map((page) => [page, page.data.rules.find(([rule]) => rule === place)]).filter(([, found]) => found);
  more.append(make("p", { textContent: say("onPages", having.length) }));
  const links = having
    .slice(0, LINKS)
    .map(([page, [, edits]]) =>
      make(
        "li",
        {},
        make("a", { href: `#page-${page.data.number}` }, make("bdi", {}, visible(page.data.name))),
        edits > 1 ? ` ×${count(edits)}` : "",
      ),
    );
  if (having.length > LINKS) links.push(make("li", { textContent: say("linksLeftOut", having.length - LINKS) }));
  more.append(make("ul", { className: "links" }, ...links));
}

/* The run, and the help. */

function drawFacts() {
  const { totals } = data;
  const fact = (name, ...value) => byId("facts").append(make("dt", { textContent: say(name) }), make("dd", {}, ...value));
  fact("factVersion", `jingwen ${data.version}`);
  fact(
    "factInputs",
    ...(data.inputs.length
      ? data.inputs.flatMap((input, place) => [place ? " " : "", make("code", {}, visible(input))])
      : [say("stdin")]),
  );
  fact(
    "factOptions",
    ...data.options.flatMap(([flag, value]) => [make("code", {}, flag, value ? " " : "", visible(value)), " "]),
  );
  fact("factFilters", data.filters.map((filter) => filter.name).join(" → "));
  fact("factSize", say("size", totals.pages, size(totals.bytes), totals.chars));
  fact("factDamaged", count(totals.damaged));
  fact("factFailed", count(totals.failed));
  fact("factLeftOut", count(totals.left_out));
  const failures = byId("failures");
  failures.hidden = data.failures.length === 0;
  failures.firstElementChild.textContent = say("failures", totals.failed, data.failures.length);
  failures.lastElementChild.append(...data.failures.map((message) => make("li", {}, changedText(message))));
}

function drawHelp() {
  const keys = {
    keyNext: ["j", "k"],
    keyPage: ["n", "p"],
    keySearch: ["/"],
    keyView: ["v"],
    keyRule: ["f"],
    keyEscape: ["Esc"],
    keyHelp: ["?"],
  };
  for (const [name, caps] of Object.entries(keys)) {
    byId("keys").append(
      make("dt", {}, ...caps.flatMap((cap) => [make("kbd", { textContent: cap }), " "])),
      make("dd", { textContent: say(name) }),
    );
  }
  byId("legend").append(
    ...data.filters.map((filter) => make("li", {}, make("span", { "data-filter": filter.name, textContent: filter.name }))),
  );
}
