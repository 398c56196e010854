// Numbers and times as text. Amounts arrive as decimal text and stay text, since the numbers of
// JavaScript are binary.

const NONE = "–";

/** "1234567.89" -> "1,234,567.89", with all digits unchanged. */
export function grouped(text) {
  const [whole, fraction] = text.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** A count, or a dash for 0. */
export function tokens(text) {
  return text === "0" ? NONE : grouped(text);
}

/** An amount, or a dash if it is unknown. */
export function amount(text) {
  return text === null ? NONE : grouped(text);
}

/** [["12.50", "USD"], …] -> "12.50 USD + …", null -> a dash. */
export function billed(amounts) {
  return amounts === null ? NONE : amounts.map(([text, currency]) => `${grouped(text)} ${currency}`).join(" + ");
}

/** An instant of the API in a readable form. */
export function utc(instant) {
  return `${instant.replace("T", " ").replace("Z", "")} UTC`;
}

/** Time between an instant and `now`, which is in milliseconds: "5 s ago" or "in 5 s". */
export function ago(instant, now) {
  const seconds = Math.round((now - Date.parse(instant)) / 1000);
  if (Math.abs(seconds) < 1) return "now";
  const text = duration(Math.abs(seconds));
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** A number of seconds in its largest whole unit. */
export function duration(seconds) {
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${seconds} s`;
}
