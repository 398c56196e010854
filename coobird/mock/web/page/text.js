// Numbers and times as text. Amounts arrive as decimal text and stay text, since the numbers of
// JavaScript are binary.

export const NONE = "–";

/** "1234567.89" -> "1,234,567.89", with all digits unchanged. */
export function grouped(text) {
  const [whole, fraction] = String(text).split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** A count, or a dash for 0. */
export function tokens(text) {
  return text === "0" ? NONE : grouped(text);
}

/** Decimal text rounded to so many places, half away from zero: "2.345" -> "2.35". */
export function rounded(text, places) {
  const negative = text.startsWith("-");
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, "0")) + BigInt(fraction[places] >= "5" ? 1 : 0);
  const digits = String(kept).padStart(places + 1, "0");
  const shown = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
  return negative && kept ? `-${shown}` : shown;
}

/** Places for a column of amounts: fewer for large amounts, the same for all of them. */
export function placesOf(texts, least = 2) {
  const largest = Math.max(0, ...texts.filter((text) => text !== null).map((text) => Math.abs(Number(text))));
  return Math.max(least, largest >= 1 || largest === 0 ? 2 : largest >= 0.001 ? 4 : 6);
}

/** An amount for people. One that would be rounded to 0 is "<0.01"; a dash if it is unknown. */
export function amount(text, places) {
  if (text === null) return NONE;
  const shown = rounded(text, places);
  if (Number(shown) === 0 && Number(text) !== 0) {
    const least = rounded(`0.${"0".repeat(places - 1)}1`, places);
    return text.startsWith("-") ? `>-${least}` : `<${least}`;
  }
  return grouped(shown);
}

/** [["12.50", "USD"], …] -> "12.50 USD + …", null -> a dash. */
export function billed(amounts) {
  return amounts === null ? NONE : amounts.map(([text, currency]) => `${grouped(text)} ${currency}`).join(" + ");
}

/** An instant of the API in a readable form. */
export function utc(instant) {
  return `${instant.replace("T", " ").replace("Z", "")} UTC`;
}

/** "2026-11-03" -> "3 Nov 2026". */
export function day(text) {
  if (!text) return NONE;
  const [year, month, date] = text.slice(0, 10).split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A moment in milliseconds, as short as bars of so many seconds allow: "3 Nov", "3 Nov 14:30". */
export function moment(milliseconds, seconds) {
  const text = new Date(milliseconds).toISOString();
  const date = day(text.startsWith("+") ? text.slice(3) : text);
  if (seconds >= 86400) return date;
  return `${date.replace(/ \d+$/, "")} ${text.slice(text.indexOf("T") + 1).slice(0, seconds < 60 ? 8 : 5)} UTC`;
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

/** "past_due" -> "past due". */
export const words = (text) => String(text).replaceAll("_", " ");
