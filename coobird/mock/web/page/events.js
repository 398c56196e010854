// Table of the newest events, the latest on top. The attributes of an event are fetched when its
// button is clicked.
import { columns, element, fill, prepare } from "./tables.js";

const KEEP = 200;
const cells = columns.events;

export class Events {
  constructor(table) {
    this.body = prepare(table, cells);
    table.tHead.rows[0].append(element("th", "", "more"));
    this.rows = [];
  }

  clear() {
    this.body.replaceChildren();
    this.rows = [];
  }

  /** Adds events above the others. `items` are in the order of arrival. */
  add(items, now) {
    const added = document.createDocumentFragment();
    for (const item of items.slice(-KEEP)) {
      const row = element("tr");
      fill(row, cells, item, now);
      row.append(this.button(item, row));
      added.prepend(row);
      this.rows.unshift(row);
    }
    this.body.prepend(added);
    for (const row of this.rows.splice(KEEP)) {
      row.details?.remove();
      row.remove();
    }
  }

  button(item, row) {
    const cell = element("td", undefined, "more");
    const button = cell.appendChild(element("button", "…"));
    button.type = "button";
    button.title = "Attributes";
    button.setAttribute("aria-label", `Attributes of the event of ${item.customer_id}`);
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
    cell.colSpan = cells.length + 1;
    cell.append(element("pre", await fetched(item)));
    // During the fetch, the details may have been closed, or the event may have left the table.
    if (row.details === details && row.isConnected) row.after(details);
  }
}

async function fetched({ seq }) {
  try {
    const answer = await fetch(`/_mock/events?after=${seq - 1}&limit=1`);
    const [event] = (await answer.json()).events;
    return event?.seq === seq ? JSON.stringify(event, null, 2) : "The server no longer has this event.";
  } catch {
    return "The server does not answer.";
  }
}
