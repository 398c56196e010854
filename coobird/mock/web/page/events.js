// Table of the newest events, the latest on top. What an event was billed as is fetched when it is
// opened.
import { element, group, named, opens, time } from "./dom.js";
import { get } from "./state.js";
import { column, fill, number } from "./tables.js";
import { key, money } from "./usage.js";
import { day, grouped, tokens, utc } from "./text.js";

const KEEP = 200;
// An event costs little, so its cost has more places than a sum.
const COST_PLACES = 4;

const cells = (when) => [
  column("When", "when", (item, now) => time(item[when()], now), {
    hint: (item) => `${utc(item.timestamp)}; arrived ${utc(item.received_at)}`,
  }),
  column("Customer", "who", (item) => named(item.customer, item.customer_id)),
  key,
  column("Agent", "clip", (item) => named(item.agent, item.agent_id)),
  column("Signal", "clip", (item) => item.signal_code ?? element("span", item.action_type, "quiet"), {
    hint: (item) => `${item.action_type}${item.signal_code ? `, ${item.signal_code}` : ""}`,
  }),
  column("Model", "clip", (item) => item.model ?? "", { hint: (item) => item.model ?? "" }),
  number("Quantity", (item) => grouped(item.quantity)),
  number("Tokens in", (item) => tokens(item.input_tokens)),
  number("Tokens out", (item) => tokens(item.output_tokens)),
  money("Cost, USD", "cost_usd"),
];

export class Events {
  constructor(table) {
    this.columns = cells(() => (get("time") === "arrival" ? "received_at" : "timestamp"));
    const head = table.createTHead().insertRow();
    for (const { title, className } of this.columns) {
      const cell = element("th", title, className);
      cell.scope = "col";
      head.append(cell);
    }
    const more = group("th", "more", element("span", "Details", "unseen"));
    more.scope = "col";
    head.append(more);
    this.body = table.createTBody();
    this.rows = [];
    table.addEventListener("keydown", (event) => this.step(event));
  }

  clear() {
    this.body.replaceChildren();
    this.rows = [];
  }

  /** Adds events above the others. `items` are in the order of arrival. */
  add(items, now) {
    const added = document.createDocumentFragment();
    const contexts = this.columns.map((each) => (each.places ? COST_PLACES : now));
    for (const item of items.slice(-KEEP)) {
      const row = element("tr");
      fill(row, this.columns, item, contexts);
      row.append(this.button(item, row));
      row.item = item;
      added.prepend(row);
      this.rows.unshift(row);
    }
    this.body.prepend(added);
    for (const row of this.rows.splice(KEEP)) {
      row.details?.remove();
      row.remove();
    }
    this.oneStop();
  }

  /** Removes the events before an instant: they have left the span. */
  keepFrom(instant) {
    const field = get("time") === "arrival" ? "received_at" : "timestamp";
    const [kept, gone] = [[], []];
    for (const row of this.rows) (row.item[field] >= instant ? kept : gone).push(row);
    for (const row of gone) {
      row.details?.remove();
      row.remove();
    }
    this.rows = kept;
    this.oneStop();
  }

  /** The table is one stop of the tab key. Arrow keys go from event to event. */
  oneStop() {
    const buttons = this.rows.map((row) => row.button);
    const focused = buttons.find((button) => button === document.activeElement);
    const stop = focused ?? buttons.find((button) => button.tabIndex === 0) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  }

  step(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const position = this.rows.findIndex((row) => row.button === document.activeElement);
    if (!step || position < 0) return;
    event.preventDefault();
    this.rows[position + step]?.button.focus();
    this.oneStop();
  }

  button(item, row) {
    const cell = element("td", undefined, "more");
    const button = (row.button = cell.appendChild(element("button", "…")));
    button.type = "button";
    button.tabIndex = -1;
    button.title = "What it was billed as, and its attributes";
    button.setAttribute("aria-label", `Details of the event of ${item.customer ?? item.customer_id}`);
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => this.toggle(item, row, button));
    return cell;
  }

  async toggle(item, row, button) {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    row.details?.remove();
    row.details = null;
    if (open) return;
    const details = (row.details = element("tr", undefined, "details"));
    const cell = details.appendChild(element("td"));
    cell.colSpan = this.columns.length + 1;
    cell.append(await explained(item));
    // During the fetch, the details may have been closed, or the event may have left the table.
    if (row.details === details && row.isConnected) row.after(details);
  }
}

async function explained(row) {
  const { seq, tenant } = row;
  let found;
  try {
    const answer = await fetch(`/_mock/events/${seq}/billing`);
    if (answer.status === 404) return element("p", "The server no longer has this event.");
    found = await answer.json();
  } catch {
    return element("p", "The server does not answer.");
  }
  const { event, lines, reason } = found;
  const bills = lines.map((line) => {
    const contract = opens({ ...line.contract, kind: "contract" }, { day: line.day, line: line.source_id });
    return group("li", "", element("strong", line.title), ", in the bill of ", contract, ` for ${day(line.from)} to ${day(line.to)}`);
  });
  const customer = { tenant, kind: "customer", id: event.customer_id, name: row.customer };
  const shown = group("div", "explained", row.customer === null ? null : group("p", "", "Customer ", opens(customer)), element("h3", "Billed as"));
  shown.append(bills.length ? group("ul", "", ...bills) : element("p", reason));
  const costs = Object.entries(event.cost_by_category).map(([category, usd]) => `${grouped(usd)} USD (${category})`);
  shown.append(element("h3", "Cost"), element("p", costs.length ? costs.join(", ") : "No cost is known."));
  shown.append(element("h3", "Event"), element("pre", JSON.stringify(event, null, 2)));
  return shown;
}
