// Tables that are updated line by line, so that unchanged lines keep the focus and the selection.
import { sparkline } from "./charts.js";
import { ago, amount, billed, grouped, tokens, utc } from "./text.js";

export function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** An instant relative to the server's clock. Its title is the instant in UTC. */
export function time(instant, now) {
  const made = element("time", ago(instant, now));
  made.dateTime = instant;
  made.title = utc(instant);
  return made;
}

/** A column. `value` turns an item into text or an element, `hint` into the title of the cell. */
const column = (title, className, value, hint) => ({ title, className, value, hint });
const number = (title, value, hint) => column(title, "number", value, hint);

// Labels of the keys by tenant. The column is visible only if there are several keys.
export const keys = new Map();
const key = column("Key", "key", (item) => keys.get(item.tenant) ?? "");

const NOT_BILLED = "No contract, or not computed yet";

function named(item) {
  const made = element("span");
  made.append(element("span", item.name ?? item.id, "name"));
  if (item.name !== null) made.append(" ", element("small", item.id, "id"));
  return made;
}

const inFull = (item) => (item.name === null ? item.id : `${item.name} ${item.id}`);

function margin(item) {
  const made = element("span", amount(item.margin_usd), item.margin_usd?.startsWith("-") ? "loss" : "");
  if (item.margin_percent !== null) made.append(" ", element("small", `${grouped(item.margin_percent)} %`));
  return made;
}

const usage = [
  column("Over time", "over-time", (item) => sparkline(item.over_time)),
  number("Events", (item) => grouped(item.events)),
  number("Tokens in", (item) => tokens(item.input_tokens)),
  number("Tokens out", (item) => tokens(item.output_tokens)),
  number("Cost, USD", (item) => amount(item.cost_usd)),
  number("Billed", (item) => billed(item.billed), (item) => (item.billed ? "" : NOT_BILLED)),
  number("Margin, USD", margin),
];

export const columns = {
  customers: [column("Customer", "who", named, inFull), key, ...usage],
  agents: [column("Agent", "who", named, inFull), key, ...usage],
  errors: [
    column("When", "when", (item, now) => time(item.at, now)),
    column("Status", "status", (item) => String(item.status)),
    column("Operation", "who", (item) => item.operation ?? `${item.method} ${item.path}`),
    column("Field", "id", (item) => item.fields.join(", ")),
    column("Reason", "detail", (item) => item.detail ?? ""),
    column("Key", "id", (item) => item.key ?? "none"),
    column("Request id", "id", (item) => item.request_id),
  ],
  wallets: [
    column("Wallet", "who", (item) => item.name, (item) => item.id),
    key,
    column("Customer", "", (item) => item.customer),
    column("Status", "", (item) => item.status),
    number("Credits", (item) => grouped(item.credits)),
    number("Worth", (item) => `${grouped(item.amount)} ${item.currency}`),
  ],
  transactions: [
    column("When", "when", (item, now) => time(item.at, now)),
    column("Wallet", "who", (item) => item.wallet),
    key,
    column("Type", "", (item) => item.type.replace("_", " "), (item) => item.description ?? ""),
    number("Credits", (item) => (item.credits.startsWith("-") ? grouped(item.credits) : `+${grouped(item.credits)}`)),
    number("Balance", (item) => grouped(item.balance)),
  ],
  events: [
    column("When", "when", (item, now) => time(item.received_at, now)),
    column("Customer", "who", (item) => item.customer_id, (item) => item.customer_id),
    key,
    column("Agent", "clip", (item) => item.agent_id, (item) => item.agent_id),
    column("Action", "", (item) => item.action_type),
    column("Signal", "clip", (item) => item.signal_code ?? "", (item) => item.signal_code ?? ""),
    number("Quantity", (item) => grouped(item.quantity)),
    number("Tokens in", (item) => tokens(item.input_tokens)),
    number("Tokens out", (item) => tokens(item.output_tokens)),
    number("Cost, USD", (item) => amount(item.cost_usd)),
  ],
};

/** Fill a row with the cells of an item. Narrow screens show no head, but cell titles. */
export function fill(row, cells, item, now) {
  row.replaceChildren(
    ...cells.map(({ title, className, value, hint }) => {
      const cell = element("td", undefined, className);
      cell.dataset.title = title;
      cell.append(value(item, now));
      if (hint?.(item)) cell.title = hint(item);
      return cell;
    }),
  );
}

/** Adds a head and an empty body to a table, and returns the body. */
export function prepare(table, cells) {
  const head = table.createTHead().insertRow();
  for (const { title, className } of cells) {
    const cell = element("th", title, className);
    cell.scope = "col";
    head.append(cell);
  }
  return table.createTBody();
}

/** Table lines that are identified by a key, shown in the given order. */
export class Lines {
  constructor(table, cells) {
    this.cells = cells;
    this.body = prepare(table, cells);
    this.rows = new Map();
  }

  show(items, keyOf, now) {
    const rows = new Map();
    items.forEach((item, position) => {
      const key = keyOf(item);
      const known = this.rows.get(key) ?? { row: element("tr"), text: "" };
      const text = JSON.stringify(item);
      if (text !== known.text) fill(known.row, this.cells, item, now);
      known.text = text;
      if (this.body.children[position] !== known.row) this.body.insertBefore(known.row, this.body.children[position] ?? null);
      rows.set(key, known);
    });
    while (this.body.children.length > items.length) this.body.lastChild.remove();
    this.rows = rows;
  }
}
