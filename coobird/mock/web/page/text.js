// Numbers and times as text. Amounts come as decimal text and stay text: a number of JavaScript is binary.

const NONE = "–";

/** "1234567.89" -> "1,234,567.89", digit for digit. */
export function grouped(text) {
  const [whole, fraction] = text.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** A count, where nothing counted is nothing worth reading. */
export function tokens(text) {
  return text === "0" ? NONE : grouped(text);
}

/** An amount, or a dash for one that nobody knows. */
export function amount(text) {
  return text === null ? NONE : grouped(text);
}

/** [["12.50", "USD"], …] -> "12.50 USD + …", null -> a dash. */
export function billed(amounts) {
  return amounts === null ? NONE : amounts.map(([text, currency]) => `${grouped(text)} ${currency}`).join(" + ");
}

/** The instant as it is given in UTC, readable. */
export function utc(instant) {
  return `${instant.replace("T", " ").replace("Z", "")} UTC`;
}

/** How long before `now` (both milliseconds) an instant was. */
export function ago(instant, now) {
  const seconds = Math.round((now - Date.parse(instant)) / 1000);
  if (Math.abs(seconds) < 1) return "now";
  const text = span(Math.abs(seconds));
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** A number of seconds in its largest whole unit. */
export function span(seconds) {
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${seconds} s`;
}
