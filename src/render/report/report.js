// The script of a report: draws what the data says and lets it be filtered, searched and walked through.
//
// What comes from pages is hostile. It is only ever set as text, never as markup, an address, a style or a name of an attribute; and
// what cannot be seen is shown as a token. The text of a page becomes elements when the page is opened, not before.
"use strict";
(() => {

/* What is said, in English and Chinese side by side. */

const SAY = {
  title: ["What was changed", "改动报告"],
  skip: ["Skip to the pages", "跳到网页列表"],
  search: ["Search names and texts", "搜索页名和正文"],
  theme: ["Light or dark", "切换明暗"],
  help: ["Keys and colours", "按键与颜色"],
  close: ["Close", "关闭"],
  counts: [(pages, changed, edits) => `${many(pages, "page")} · ${count(changed)} changed · ${many(edits, "edit")}`,
    (pages, changed, edits) => `${count(pages)} 页 · ${count(changed)} 页有改动 · ${count(edits)} 处修改`],
  resumed: [(files) => `This run went on where an earlier one had stopped. The report is of this run alone: what the earlier run had finished, ${many(files, "whole file")}, is not in it.`,
    (files) => `这次运行接着上次中断的地方继续。报告只包括这次运行：上次已完成的内容（${count(files)} 个完整文件）不在内。`],
  figPages: ["Pages", "网页"], figChanged: ["Changed pages", "有改动的网页"], figEdits: ["Edits", "修改"],
  figRemoved: ["Removed", "删除"], figWritten: ["Restored", "复原"],
  figDamaged: ["Damaged pages", "有损坏的网页"], figFailed: ["Failed", "失败"],
  ofAll: [(share) => `${share} of all`, (share) => `占全部 ${share}`],
  ofText: [(share) => `characters, ${share} of the text`, (share) => `字符，占正文 ${share}`],
  perPage: [(edits) => `${count(edits)} a changed page`, (edits) => `有改动的网页平均 ${count(edits)} 处`],
  damagedNote: ["with bytes that are no characters", "含有不成字的字节"],
  failedNote: ["listed at the end", "列在最后"],
  filters: ["By filter", "按过滤器"],
  filtersNote: ["In the order in which they ran. Choose one to see only its changes.", "按运行顺序排列。选择一个，只看它的改动。"],
  measure: ["What the bars show", "条形表示"], edits: ["edits", "修改"], chars: ["characters", "字符"], pagesMeasure: ["pages", "页数"],
  editsOf: [(edits) => ["edit", "edits"][edits === 1 ? 0 : 1], () => "处修改"], charsOf: [(chars) => ["character", "characters"][chars === 1 ? 0 : 1], () => "字符"], pagesOf: [(pages) => ["page", "pages"][pages === 1 ? 0 : 1], () => "页"],
  inPages: [(pages) => `in ${many(pages, "page")}`, (pages) => `${count(pages)} 页`],
  removedWritten: [(removed, written) => `${count(removed)} removed, ${count(written)} restored`, (removed, written) => `删除 ${count(removed)}，复原 ${count(written)}`],
  course: ["Over the run", "运行过程"],
  courseNote: [(width) => `Each column is ${width === 1 ? "a page" : many(width, "page")}, in the order of the run: the share of the text that changed, by filter.`,
    (width) => `每一列是 ${count(width)} 页，按运行顺序：改动占正文的比例，按过滤器着色。`],
  coursePart: [(from, to, share) => `${from === to ? `page ${count(from)}` : `pages ${count(from)}–${count(to)}`}: ${share}`,
    (from, to, share) => `第 ${from === to ? count(from) : `${count(from)}–${count(to)}`} 页：${share}`],
  page: [(number) => `page ${count(number)}`, (number) => `第 ${count(number)} 页`], top: [(share) => `highest ${share}`, (share) => `最高 ${share}`],
  shares: ["How much of a page changed", "一页改动多少"],
  sharesNote: ["Pages by the share of their text that was removed or restored.", "按删除或复原的字符占正文的比例统计页数。"],
  nothing: ["nothing", "没有"],
  rules: ["By rule", "按规则"],
  rulesNote: [(rules) => `${many(rules, "rule")} found something. Open one for its reason, examples, and the pages that it changed.`,
    (rules) => `共有 ${count(rules)} 条规则生效。展开可看理由、例子和相关网页。`],
  rulesLeftOut: [(rules, edits) => ` Not listed: ${many(rules, "rarer rule")} with ${many(edits, "edit")}.`, (rules, edits) => `另有 ${count(rules)} 条较少见的规则（${count(edits)} 处修改）未列出。`],
  rulesMore: [(rules) => `Show all ${count(rules)} rules`, (rules) => `显示全部 ${count(rules)} 条规则`],
  onlyRule: ["Show only this rule", "只看这条规则"],
  onPages: [(pages) => `On ${count(pages)} of the pages below:`, (pages) => `见下面的 ${count(pages)} 页：`],
  linksLeftOut: [(pages) => `and ${many(pages, "more page")}`, (pages) => `另有 ${count(pages)} 页`],
  pages: ["Pages", "网页"],
  sort: ["Order", "排序"], byChanged: ["most changed", "改动最多"], byShare: ["largest share", "比例最大"], byRun: ["as they came", "运行顺序"], byName: ["name", "名称"],
  view: ["What is shown of a page", "显示"], source: ["source with changes", "原文与改动"], clean: ["clean text", "净文"],
  shownAll: [(pages) => pages === 1 ? "The one page of the run." : `All ${many(pages, "page")} of the run.`, (pages) => `这次运行的全部 ${count(pages)} 页。`],
  shownSome: [(most, sample, rest) => `A selection: the ${many(most, "page")} that changed most and a sample of ${count(sample)} of the others. ${many(rest, "page")} not shown; the figures above count them all.`,
    (most, sample, rest) => `这里只有一部分：改动最多的 ${count(most)} 页，其余抽样 ${count(sample)} 页；${count(rest)} 页未列出。上面的数字包括全部网页。`],
  matching: [(pages) => ` ${count(pages)} of them ${pages === 1 ? "matches" : "match"}.`, (pages) => `其中 ${count(pages)} 页符合条件。`],
  none: ["No page matches.", "没有符合条件的网页。"],
  pageMeta: [(edits, share, encoding) => `${many(edits, "edit")} · ${share} of the text · ${encoding}`, (edits, share, encoding) => `${count(edits)} 处修改 · 占正文 ${share} · ${encoding}`],
  unchanged: ["not changed", "没有改动"],
  pageDamaged: [(places) => many(places, "damaged place"), (places) => `${count(places)} 处损坏`],
  gap: [(chars) => `${many(chars, "character")} not shown`, (chars) => `省略 ${count(chars)} 字`],
  placesLeftOut: [(places) => `A long page: ${many(places, "more change")} not shown`, (places) => `此页较长，还有 ${count(places)} 处改动未显示`],
  empty: ["(no text)", "（无正文）"],
  gain: [(gain) => `${gain > 0 ? "+" : ""}${count(gain)} nats`, (gain) => `${gain > 0 ? "+" : ""}${count(gain)} 奈特`],
  stepsLeftOut: [(edits) => `and ${many(edits, "more edit")} in this place`, (edits) => `此处另有 ${count(edits)} 处修改`],
  removedWord: ["removed", "删除"],
  facts: ["The run", "本次运行"],
  factVersion: ["Version", "版本"], factInputs: ["Input", "输入"], factOptions: ["Options in force", "生效选项"], factFilters: ["Filters in order", "过滤器顺序"],
  factSize: ["Read", "读入"], factDamaged: ["Damaged pages", "有损坏的网页"], factFailed: ["Failed", "失败"], factLeftOut: ["Files that are no pages", "不是网页的文件"],
  stdin: ["standard input", "标准输入"],
  size: [(pages, size, chars) => `${many(pages, "page")}, ${size}, ${many(chars, "character")} of text`, (pages, size, chars) => `${count(pages)} 页，${size}，正文 ${count(chars)} 字`],
  failures: [(all, shown) => all === shown ? many(all, "message") : `the first ${count(shown)} of ${many(all, "message")}`, (all, shown) => all === shown ? `${count(all)} 条信息` : `共 ${count(all)} 条信息，前 ${count(shown)} 条`],
  legend: ["Colours", "颜色"],
  legendNote: ["Struck out: removed. Underlined: put in its place. Boxes such as U+200B: characters that cannot be seen. Each filter has its colour:", "删除线：删去的文字。下划线：复原的文字。U+200B 之类的方框：看不见的字符。每个过滤器一种颜色："],
  keyNext: ["next change, previous change", "下一处、上一处改动"], keyPage: ["next page, previous page", "下一页、上一页"], keySearch: ["search; Enter goes to the first page that matches", "搜索；回车到第一个符合的网页"],
  keyView: ["source or clean text", "原文或净文"], keyRule: ["only the rule of this change", "只看此处的规则"], keyEscape: ["close, then clear search and filter", "关闭；再按清除搜索和过滤"], keyHelp: ["this help", "本帮助"],
};
const FILTERS = {
  repair: ["entities, escapes and mojibake", "实体、转义和乱码"],
  normalise: ["look-alike and invisible characters", "形似字符与不可见字符"],
  unconvert: ["readings in brackets, converted script", "括注拼音、繁简转换"],
  profile: ["lines that recur over the site", "全站反复出现的行"],
  junk: ["jam text and markup residue", "干扰文字与标记残留"],
  phrases: ["search phrases glued in", "插入的搜索词"],
  boilerplate: ["site furniture", "网站模板文字"],
  spam: ["injected lines", "插入的广告行"],
  repeats: ["doubled paragraphs", "重复段落"],
  joins: ["words broken by marks", "被符号拆开的词"],
  restore: ["spun characters and words", "洗稿替换的字词"],
};

/* The data, and what draws it. */

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const zh = data.lang === "zh" ? 1 : 0;
const say = (key, ...values) => typeof SAY[key][zh] === "function" ? SAY[key][zh](...values) : SAY[key][zh];
const numbers = new Intl.NumberFormat(zh ? "zh-CN" : "en", { maximumFractionDigits: 1 });
const count = (number) => numbers.format(number);
const many = (number, thing) => `${count(number)} ${thing}${number === 1 ? "" : "s"}`;
const percent = (part, whole) => {
  const share = whole > 0 ? 100 * part / whole : 0;
  return share > 0 && share < 0.1 ? "<0.1%" : `${share < 10 ? share.toFixed(1).replace(/\.0$/, "") : Math.round(share)}%`;
};
const size = (bytes) => bytes < 1e6 ? `${count(bytes / 1e3)} kB` : `${count(bytes / 1e6)} MB`;
const changed = (amount) => amount.removed + amount.written;
const filterName = (filter) => data.filters[filter].name;
const ruleFilter = (rule) => data.rules[rule].filter;

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties (those with a dash become attributes) and children. */
function make(tag, properties = {}, ...children) {
  return finish(document.createElement(tag), properties, children);
}

function draw(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function finish(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/* Text of pages. */

/** Emoji with their joiners, which stay; and characters that are not seen, or have no shape that fonts agree on. */
const HIDDEN = new RegExp([
  String.raw`(?<emoji>\p{Extended_Pictographic}\uFE0F?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*)`,
  String.raw`(?<lineEnd>\r\n)`,
  String.raw`(?![\t\n \u3000])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}\p{Co}\p{Cn}\p{Cs}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0F\u{E0100}-\u{E01EF}]`,
].join("|"), "gu");

/** The text with what cannot be seen as tokens. */
function visible(text) {
  const out = document.createDocumentFragment();
  let written = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.groups.emoji) continue;
    out.append(text.slice(written, match.index), match.groups.lineEnd ? "\n" : token(match[0]));
    written = match.index + match[0].length;
  }
  out.append(text.slice(written));
  return out;
}

function token(character) {
  const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return make("span", { className: "token", textContent: `U+${code}` });
}

/** Changed text, which may be cut; blanks alone are shown too. */
function changedText(clip) {
  const [text, more] = typeof clip === "string" ? [clip, 0] : clip;
  const out = document.createDocumentFragment();
  if (/^[\n\r\t \u3000]+$/.test(text)) out.append(text.replace(/\r?\n/g, "⏎\n").replace(/[ \u3000]/g, "␣").replace(/\t/g, "⇥"));
  else out.append(visible(text));
  if (more > 0) out.append(make("span", { className: "token", textContent: `… ${say("gap", more)}` }));
  return out;
}

const clipText = (clip) => typeof clip === "string" ? clip : clip[0];
const isEmpty = (clip) => clip === "";

/* What is chosen. Everything that is shown follows from it. */

const chosen = { filter: null, rule: null, query: "", measure: "edits", order: "changed", view: "source" };

/** Whether a change by these rules is one of those that are asked for. */
const isAsked = (rules) => rules.some((rule) => (chosen.rule === null || rule === chosen.rule) && (chosen.filter === null || ruleFilter(rule) === chosen.filter));

function choose(change) {
  Object.assign(chosen, change);
  hideTip();
  showChosen();
}

function showChosen() {
  for (const row of document.querySelectorAll("#filters .row")) row.setAttribute("aria-pressed", String(Number(row.value) === chosen.filter));
  const chips = byId("chips");
  chips.replaceChildren();
  const chip = (filter, name, clear) => chips.append(make("button", { type: "button", className: "chip", "data-filter": filterName(filter), onclick: () => choose(clear) }, visible(name), " ✕"));
  if (chosen.filter !== null) chip(chosen.filter, filterName(chosen.filter), { filter: null });
  if (chosen.rule !== null) chip(ruleFilter(chosen.rule), data.rules[chosen.rule].name, { rule: null });
  chips.hidden = chips.childElementCount === 0;
  document.body.classList.toggle("clean", chosen.view === "clean");
  showPages();
}

/** A row of buttons of which one is pressed. */
function choice(id, key, options) {
  const buttons = Object.entries(options).map(([value, name]) => make("button", { type: "button", value, textContent: say(name), onclick: () => press(value) }));
  const mark = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === chosen[key])));
  const press = (value) => { choose({ [key]: value }); mark(); if (key === "measure") { drawFilters(); drawRules(); } };
  byId(id).append(...buttons);
  mark();
  return press;
}

/* Figures, bars and pictures. */

function drawFigures() {
  const { totals } = data;
  const figure = (name, value, note) => byId("figures").append(make("div", {}, make("dt", { textContent: say(name) }), make("dd", { textContent: count(value) }, note && make("small", { textContent: note }))));
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

const track = (parts) => make("span", { className: "track", "aria-hidden": "true" }, ...parts);

function stretched(node, part, whole) {
  node.style.width = `${whole > 0 ? 100 * part / whole : 0}%`;
  return node;
}

function barNumbers(tally) {
  const number = measured(tally);
  const note = { edits: say("inPages", tally.pages), chars: say("removedWritten", tally.removed, tally.written), pages: "" }[chosen.measure];
  return make("span", { className: "number" }, make("b", { textContent: count(number) }), ` ${say(`${chosen.measure}Of`, number)}`, make("small", { textContent: note }));
}

function drawFilters() {
  const whole = Math.max(...data.filters.map(measured));
  byId("filters").replaceChildren(...data.filters.map((filter, place) => make("li", {}, make("button", {
    type: "button", className: filter.edits ? "row" : "row none", value: place, "data-filter": filter.name, "aria-pressed": String(chosen.filter === place),
    onclick: () => choose({ filter: chosen.filter === place ? null : place, rule: null }),
  }, make("span", { className: "name", textContent: filter.name }, make("small", { textContent: FILTERS[filter.name]?.[zh] ?? "" })), bar(filter, whole), barNumbers(filter)))));
}

function drawCourse() {
  const { width, stretches } = data.course;
  const share = ([chars, parts]) => Math.min(1, parts.reduce((sum, part) => sum + part, 0) / Math.max(chars, 1));
  const top = Math.max(...stretches.map(share), 0);
  const pages = data.totals.pages;
  const svg = draw("svg", { viewBox: `0 0 ${Math.max(stretches.length, 1)} 100`, preserveAspectRatio: "none", role: "img", "aria-label": `${say("course")}: ${say("top", percent(top, 1))}` });
  stretches.forEach(([chars, parts], column) => {
    const from = column * width + 1, to = Math.min((column + 1) * width, pages);
    const group = draw("g", {}, draw("title", {}, say("coursePart", from, to, percent(share([chars, parts]), 1))));
    const sum = parts.reduce((sum, part) => sum + part, 0);
    let y = 100;
    parts.forEach((part, filter) => {
      const height = sum > 0 ? 100 * share([chars, parts]) / top * part / sum : 0;
      y -= height;
      if (height > 0) group.append(draw("rect", { x: column + 0.06, y, width: 0.88, height, "data-filter": filterName(filter) }));
    });
    svg.append(group);
  });
  byId("course-note").textContent = say("courseNote", width);
  byId("course").replaceChildren(make("div", { className: "scale" }, make("span", { textContent: say("top", percent(top, 1)) })), svg,
    make("div", { className: "scale" }, make("span", { textContent: say("page", 1) }), make("span", { textContent: say("page", pages) })));
}

function drawShares() {
  const most = Math.max(...data.shares);
  const ends = data.share_ends.map((end) => `${Math.round(100 * end)}`);
  byId("shares").append(...data.shares.map((pages, place) => {
    const name = place === 0 ? say("nothing") : place === ends.length ? `> ${ends[place - 1]}%` : `${ends[place - 1]}–${ends[place]}%`;
    return make("li", {}, make("span", { textContent: name }), track([stretched(make("span"), pages, most)]), make("span", { textContent: count(pages) }));
  }));
}

/* Rules. */

const RULES_FIRST = 10, LINKS = 200;
let rulesShown = RULES_FIRST;

function drawRules() {
  const counted = data.rules.map((rule, place) => [rule, place]).filter(([rule]) => rule.edits !== undefined).sort(([a], [b]) => measured(b) - measured(a));
  const whole = counted.length ? measured(counted[0][0]) : 0;
  const [leftOut, edits] = data.rules_left_out;
  byId("rules-note").textContent = say("rulesNote", counted.length + leftOut) + (leftOut ? say("rulesLeftOut", leftOut, edits) : "");
  byId("rules").replaceChildren(...counted.slice(0, rulesShown).map(([rule, place]) => ruleItem(rule, place, whole)));
  const more = byId("rules-more");
  more.hidden = counted.length <= rulesShown;
  more.textContent = say("rulesMore", counted.length);
  more.onclick = () => { rulesShown = Infinity; drawRules(); };
}

function ruleItem(rule, place, whole) {
  const sample = rule.samples.length ? make("small", {}, ...becomes(...rule.samples[0].map((clip) => clipText(clip).slice(0, 40)))) : null;
  const more = make("div", { className: "more" });
  const details = make("details", { "data-filter": filterName(rule.filter) },
    make("summary", { className: "row" }, make("span", { className: "name" }, make("span", { className: "rule" }, visible(rule.name)), sample), bar(rule, whole), barNumbers(rule)), more);
  details.addEventListener("toggle", () => { if (details.open && !more.hasChildNodes()) fillRule(more, rule, place); });
  return make("li", {}, details);
}

/** Before and after, as elements. */
function becomes(before, after) {
  const parts = [];
  if (!isEmpty(before)) parts.push(make("del", {}, changedText(before)));
  if (!isEmpty(before) && !isEmpty(after)) parts.push(" → ");
  if (!isEmpty(after)) parts.push(make("ins", {}, changedText(after)));
  return parts;
}

function fillRule(more, rule, place) {
  if (rule.why) more.append(make("p", {}, visible(rule.why)));
  more.append(make("ul", { className: "samples" }, ...rule.samples.map((sample) => make("li", {}, ...becomes(...sample)))));
  more.append(make("button", { type: "button", textContent: say("onlyRule"), onclick: () => { choose({ rule: place, filter: null }); byId("pages-title").scrollIntoView(); } }));
  const having = pages.map((page) => [page, page.data.rules.find(([rule]) => rule === place)]).filter(([, found]) => found);
  more.append(make("p", { textContent: say("onPages", having.length) }));
  const links = having.slice(0, LINKS).map(([page, [, edits]]) => make("li", {}, make("a", { href: `#page-${page.data.number}` }, make("bdi", {}, visible(page.data.name))), edits > 1 ? ` ×${count(edits)}` : ""));
  if (having.length > LINKS) links.push(make("li", { textContent: say("linksLeftOut", having.length - LINKS) }));
  more.append(make("ul", { className: "links" }, ...links));
}

/* Pages. */

/** The pages with their elements; a page's text is drawn when it is first opened. */
const pages = data.pages.map((page) => {
  const button = make("button", { type: "button", "aria-expanded": "false", "aria-controls": `text-${page.number}` }, pageName(page), pageBar(page));
  const text = make("div", { className: "text", id: `text-${page.number}`, lang: "zh", hidden: true, role: "region", "aria-label": page.name });
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
  const damaged = page.malformed ? make("span", { className: "warn", textContent: ` · ${say("pageDamaged", page.malformed)}` }) : null;
  return make("span", { className: "name" }, make("bdi", {}, visible(page.name)), make("small", { textContent: notes }, damaged));
}

function pageBar(page) {
  return track(page.filters.map(([filter, chars]) => stretched(make("span", { "data-filter": filterName(filter) }), chars, Math.max(page.chars, changed(page)))));
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
  if (page.data.places_left_out) parts.push(make("span", { className: "gap", textContent: say("placesLeftOut", page.data.places_left_out) }));
  page.text.append(...parts);
  markAsked(page);
}

const placeOf = new WeakMap();

function changeOf(place) {
  const [before, after, steps] = place;
  const rule = mainStep(place)[0];
  const change = make("span", { className: isEmpty(after) ? "change gone" : "change", "data-filter": filterName(ruleFilter(rule)), tabIndex: -1, role: "group", "aria-describedby": "tip" });
  if (!isEmpty(before)) change.append(make("del", {}, changedText(before)));
  if (!isEmpty(after)) change.append(make("ins", {}, changedText(after)));
  placeOf.set(change, { place, rules: steps.map(([rule]) => rule) });
  return change;
}

/** The edit that had the largest part in a place: its colour is the place's. */
function mainStep([, , steps]) {
  const length = (step) => step.length > 2 ? clipText(step[2]).length : 0;
  return steps.reduce((main, step) => length(step) > length(main) ? step : main);
}

function markAsked(page) {
  for (const change of page.text.querySelectorAll(".change")) change.classList.toggle("other", !isAsked(placeOf.get(change).rules));
}

/** The texts of a page that are searched: before and after. */
function textsOf(page) {
  page.texts ??= [0, 1].map((side) => page.data.pieces.map((piece) => typeof piece === "string" ? piece : typeof piece === "number" ? "\n" : clipText(piece[side])).join("").toLowerCase());
  return page.texts;
}

function matches(page) {
  if ((chosen.rule !== null || chosen.filter !== null) && !isAsked(page.data.rules.map(([rule]) => rule))) return false;
  return chosen.query === "" || page.data.name.toLowerCase().includes(chosen.query) || textsOf(page).some((text) => text.includes(chosen.query));
}

const ORDERS = {
  changed: (a, b) => changed(b) - changed(a) || a.number - b.number,
  share: (a, b) => changed(b) / Math.max(b.chars, 1) - changed(a) / Math.max(a.chars, 1) || a.number - b.number,
  run: (a, b) => a.number - b.number,
  name: (a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : a.number - b.number,
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
  byId("pages-note").textContent = (rest ? say("shownSome", most, sample, rest) : say("shownAll", pages.length)) + (isAll ? "" : say("matching", shown.length));
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
  const ranges = shown.filter((page) => !page.text.hidden).flatMap((page) => ["INS", "DEL"].flatMap((side) => rangesOf(page.text, side)));
  CSS.highlights.set("search", new Highlight(...ranges));
}

/** Where the query stands in the text without the insertions, or the deletions. */
function rangesOf(text, without) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeName === without || node.className === "token" ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const nodes = [], starts = [];
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

/* The tip beside a change. */

const tip = byId("tip");
let tipOf = null;

function showTip(change) {
  const { place, rules } = placeOf.get(change);
  const main = mainStep(place)[0];
  tip.dataset.filter = filterName(ruleFilter(main));
  tip.replaceChildren(...place[2].map((step) => tipStep(step, place)));
  if (place[3]) tip.append(make("p", { className: "soft", textContent: say("stepsLeftOut", place[3]) }));
  if (chosen.rule === null && rules.length) tip.append(make("button", { type: "button", textContent: say("onlyRule"), onclick: () => choose({ rule: main, filter: null }) }));
  tip.hidden = false;
  tipOf = change;
  placeTip();
}

function tipStep([rule, gain, before, after], place) {
  const { name, why, filter } = data.rules[rule];
  const [from, to] = before === undefined ? place : [before, after];
  const gains = gain === null || gain === undefined ? "" : ` · ${say("gain", gain)}`;
  return make("div", {}, make("p", { className: "rule", "data-filter": filterName(filter) }, visible(name)),
    make("p", {}, isEmpty(to) ? `${say("removedWord")}: ` : "", ...becomes(from, to), make("span", { className: "soft", textContent: gains })),
    why ? make("p", { className: "soft" }, visible(why)) : null);
}

function placeTip() {
  if (!tipOf) return;
  const rects = [...tipOf.getClientRects()];
  if (rects.length === 0) return hideTip();
  const [first, last] = [rects[0], rects[rects.length - 1]];
  const below = last.bottom + 8, height = tip.offsetHeight;
  tip.style.left = `${Math.max(8, Math.min(first.left, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${below + height < innerHeight ? below : Math.max(8, first.top - height - 8)}px`;
}

function hideTip() {
  tip.hidden = true;
  tipOf = null;
}

function followPointer() {
  const list = byId("pages");
  const changeAt = (event) => event.target instanceof Element ? event.target.closest(".change") : null;
  list.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse" && changeAt(event) && !isPinned()) showTip(changeAt(event)); });
  list.addEventListener("pointerout", (event) => { if (changeAt(event) && !isPinned() && !tip.contains(event.relatedTarget)) hideTip(); });
  tip.addEventListener("pointerleave", () => { if (!isPinned()) hideTip(); });
  list.addEventListener("focusin", (event) => { if (changeAt(event)) { current = changeAt(event); showTip(current); } });
  list.addEventListener("focusout", (event) => { if (changeAt(event) && !tip.contains(event.relatedTarget)) hideTip(); });
  addEventListener("scroll", placeTip, { passive: true });
  addEventListener("resize", placeTip, { passive: true });
}

/** Whether the tip is of the change that has the focus, and so stays. */
const isPinned = () => tipOf !== null && (document.activeElement === tipOf || tip.contains(document.activeElement));

/* Walking through with the keyboard. */

/** The change that was gone to last. */
let current = null;

const pageOf = (node) => shown.find((page) => page.article.contains(node));
const changesOf = (page) => [...page.text.querySelectorAll(".change:not(.other)")].filter((change) => change.getClientRects().length > 0);

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

function escape() {
  if (!tip.hidden) return hideTip();
  byId("search").value = "";
  choose({ filter: null, rule: null, query: "" });
}

const KEYS = {
  j: () => stepChange(1), k: () => stepChange(-1), n: () => stepPage(1), p: () => stepPage(-1),
  "/": () => byId("search").focus(), "?": () => byId("help").showModal(),
  v: () => pressView(chosen.view === "source" ? "clean" : "source"),
  f: () => { if (current) choose({ rule: mainStep(placeOf.get(current).place)[0], filter: null }); },
  Escape: escape,
};

function pressKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
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

/* The rest of the page. */

function drawFacts() {
  const { totals } = data;
  const fact = (name, ...value) => byId("facts").append(make("dt", { textContent: say(name) }), make("dd", {}, ...value));
  fact("factVersion", `jingwen ${data.version}`);
  fact("factInputs", ...(data.inputs.length ? data.inputs.flatMap((input, place) => [place ? " " : "", make("code", {}, visible(input))]) : [say("stdin")]));
  fact("factOptions", ...data.options.flatMap(([flag, value]) => [make("code", {}, flag, value ? " " : "", visible(value)), " "]));
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
  const keys = { keyNext: ["j", "k"], keyPage: ["n", "p"], keySearch: ["/"], keyView: ["v"], keyRule: ["f"], keyEscape: ["Esc"], keyHelp: ["?"] };
  for (const [name, caps] of Object.entries(keys)) {
    byId("keys").append(make("dt", {}, ...caps.flatMap((cap) => [make("kbd", { textContent: cap }), " "])), make("dd", { textContent: say(name) }));
  }
  byId("legend").append(...data.filters.map((filter) => make("li", {}, make("span", { "data-filter": filter.name, textContent: filter.name }))));
}

function flipTheme() {
  const dark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = dark === "dark" ? "light" : "dark";
}

/** Opens the page that the address names. */
function openNamed() {
  const page = pages.find((page) => `#${page.article.id}` === location.hash);
  if (!page) return;
  if (page.article.hidden) choose({ filter: null, rule: null, query: byId("search").value = "" });
  goToPage(page);
}

for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
document.title = `${say("title")} · 净文 jingwen`;
const pressView = choice("view", "view", { source: "source", clean: "clean" });
choice("measure", "measure", { edits: "edits", chars: "chars", pages: "pagesMeasure" });
byId("sort").append(...Object.entries({ changed: "byChanged", share: "byShare", run: "byRun", name: "byName" }).map(([value, name]) => make("option", { value, textContent: say(name) })));
byId("sort").addEventListener("change", (event) => { chosen.order = event.target.value; sortPages(); });
byId("search").addEventListener("input", (event) => choose({ query: event.target.value.trim().toLowerCase() }));
byId("theme").addEventListener("click", flipTheme);
byId("help-open").addEventListener("click", KEYS["?"]);
addEventListener("keydown", pressKey);
addEventListener("hashchange", openNamed);
drawFigures();
drawFilters();
drawCourse();
drawShares();
drawRules();
drawFacts();
drawHelp();
followPointer();
sortPages();
if (pages.length && pages[0].data.edits) toggle(pages[0], true);
openNamed();
document.documentElement.dataset.ready = "";

})();
