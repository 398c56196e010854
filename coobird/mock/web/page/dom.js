// Elements of the page. Values of events and documents become text, never markup.
import { ELSEWHERE, href } from "./state.js";
import { ago, utc } from "./text.js";

export const at = (id) => document.getElementById(id);

export function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** An element with children. */
export function group(tag, className, ...children) {
  const made = element(tag, undefined, className);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An instant relative to the server's clock. Its title is the instant in UTC. */
export function time(instant, now) {
  const made = element("time", ago(instant, now));
  made.dateTime = instant;
  made.title = utc(instant);
  return made;
}

/** A link that changes the state of the page. */
export function link(text, changes, className) {
  const made = element("a", text, className);
  made.href = href(changes);
  made.dataset.state = "";
  return made;
}

/** A link that opens a document. A dash without one. */
export function opens(reference, changes = {}) {
  if (!reference) return element("span", "–", "quiet");
  const open = `${reference.kind}:${reference.tenant}:${reference.id}`;
  const made = link(reference.name ?? reference.invoice_number ?? reference.id, { ...ELSEWHERE, open, ...changes });
  made.title = reference.id;
  return made;
}

export function badge(text, tone = "") {
  return element("span", text, `badge ${tone}`.trim());
}

/** A name with its id as title, or the id where there is no name. */
export function named(name, id) {
  const made = element("span", name ?? id, name === null ? "id" : "name");
  made.title = name === null ? id : `${name} (${id})`;
  return made;
}
