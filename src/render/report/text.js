// The data, elements, and text of pages.
//
// What comes from pages is hostile. It is only ever set as text, never as markup, an address, a style or the name of an
// attribute; and what cannot be seen is shown as a token.
"use strict";

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const zh = data.lang === "zh" ? 1 : 0;
const say = (key, ...values) => (typeof SAY[key][zh] === "function" ? SAY[key][zh](...values) : SAY[key][zh]);
const numbers = new Intl.NumberFormat(zh ? "zh-CN" : "en", { maximumFractionDigits: 1 });
const count = (number) => numbers.format(number);
const many = (number, thing) => `${count(number)} ${thing}${number === 1 ? "" : "s"}`;
const percent = (part, whole) => {
  const share = whole > 0 ? (100 * part) / whole : 0;
  return share > 0 && share < 0.1 ? "<0.1%" : `${share < 10 ? share.toFixed(1).replace(/\.0$/, "") : Math.round(share)}%`;
};
const size = (bytes) => (bytes < 1e6 ? `${count(bytes / 1e3)} kB` : `${count(bytes / 1e6)} MB`);
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
const HIDDEN = new RegExp(
  [
    String.raw`(?<emoji>\p{Extended_Pictographic}\uFE0F?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*)`,
    String.raw`(?<lineEnd>\r\n)`,
    String.raw`(?![\t\n \u3000])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}\p{Co}\p{Cn}\p{Cs}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0F\u{E0100}-\u{E01EF}]`,
  ].join("|"),
  "gu",
);

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

const BLANKS = { "\n": "⏎\n", "\r\n": "⏎\n", "\t": "⇥" };

/** Changed text, which may be cut; blanks alone are shown too. */
function changedText(clip) {
  const [text, more] = typeof clip === "string" ? [clip, 0] : clip;
  const out = document.createDocumentFragment();
  const isBlank = /^[\n\r\t \u3000]+$/.test(text);
  out.append(isBlank ? text.replace(/\r?\n|[ \u3000]|\t/g, (blank) => BLANKS[blank] ?? "␣") : visible(text));
  if (more > 0) out.append(make("span", { className: "token", textContent: `… ${say("gap", more)}` }));
  return out;
}

const clipText = (clip) => (typeof clip === "string" ? clip : clip[0]);
const isEmpty = (clip) => clip === "";

/** Before and after, as elements. */
function becomes(before, after) {
  const parts = [];
  if (!isEmpty(before)) parts.push(make("del", {}, changedText(before)));
  if (!isEmpty(before) && !isEmpty(after)) parts.push(" → ");
  if (!isEmpty(after)) parts.push(make("ins", {}, changedText(after)));
  return parts;
}

/** A bar of parts, which say nothing to those who do not see them. */
const track = (parts) => make("span", { className: "track", "aria-hidden": "true" }, ...parts);

function stretched(node, part, whole) {
  node.style.width = `${whole > 0 ? (100 * part) / whole : 0}%`;
  return node;
}
