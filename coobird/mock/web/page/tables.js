// Tables that are updated line by line, so that unchanged lines keep the focus and the selection.
import { element, group, link } from "./dom.js";
import { get, href } from "./state.js";
import { grouped } from "./text.js";

/**
 * A column. `value(item, context)` is a text or an element, `hint` the title of the cell, `sort` the
 * name by which the server sorts. `places(items)` gives the context: what all cells have in common.
 */
export const column = (title, className, value, options = {}) => ({ title, className, value, ...options });
export const number = (title, value, options = {}) => column(title, "number", value, options);

/** Table lines that are identified by a key, shown in the given order. */
export class Lines {
  constructor(table, columns) {
    this.table = table;
    this.head = table.createTHead().insertRow();
    this.body = table.createTBody();
    this.rows = new Map();
    this.use(columns);
  }

  /** Shows other columns. */
  use(columns) {
    if (this.columns === columns) return;
    this.columns = columns;
    this.rows.clear();
    this.body.replaceChildren();
    this.head.replaceChildren(...columns.map(head));
  }

  /** Shows in the head by which column the lines are sorted. */
  sorted() {
    this.columns.forEach((column, position) => {
      const cell = this.head.children[position];
      if (!column.sort) return;
      const order = get("sort") === column.sort ? (get("order") === "asc" ? "ascending" : "descending") : null;
      if (order) cell.setAttribute("aria-sort", order);
      else cell.removeAttribute("aria-sort");
      const next = order === "descending" || (order === null && column.first === "asc") ? "asc" : null;
      cell.firstChild.href = href({ sort: column.sort, order: next });
    });
  }

  show(items, keyOf) {
    this.sorted();
    const contexts = this.columns.map((column) => column.places?.(items));
    const common = JSON.stringify(contexts);
    const rows = new Map();
    items.forEach((item, position) => {
      const key = keyOf(item);
      const known = this.rows.get(key) ?? { row: element("tr"), text: "" };
      const text = common + JSON.stringify(item);
      if (text !== known.text) fill(known.row, this.columns, item, contexts);
      known.text = text;
      if (this.body.children[position] !== known.row) this.body.insertBefore(known.row, this.body.children[position] ?? null);
      rows.set(key, known);
    });
    while (this.body.children.length > items.length) this.body.lastChild.remove();
    this.rows = rows;
  }
}

function head(column) {
  const cell = element("th", undefined, column.className);
  cell.scope = "col";
  if (column.sort) cell.append(link(column.title, { sort: column.sort, order: null }, "sort"));
  else cell.textContent = column.title;
  return cell;
}

/** Fill a row with the cells of an item. Narrow screens show no head, but cell titles. */
export function fill(row, columns, item, contexts) {
  row.replaceChildren(
    ...columns.map(({ title, className, value, hint }, position) => {
      const cell = element("td", undefined, className);
      cell.dataset.title = title;
      cell.append(value(item, contexts[position]) ?? "");
      const full = hint?.(item);
      if (full) cell.title = full;
      return cell;
    }),
  );
}

/** A table that is made once, for example of the lines of an invoice. */
export function plainTable(columns, items, label) {
  const table = element("table");
  table.setAttribute("aria-label", label);
  const row = table.createTHead().insertRow();
  row.append(...columns.map((each) => head({ ...each, sort: undefined })));
  const body = table.createTBody();
  const contexts = columns.map((each) => each.places?.(items));
  for (const item of items) {
    const line = body.insertRow();
    fill(line, columns, item, contexts);
    if (item.marked) line.className = "marked";
  }
  return group("div", "scroll", table);
}

/** Links to the pages of a list, and what is shown of it. */
export function pager({ page, pages, total }, noun) {
  const shown = element("span", `${grouped(total)} ${noun}${total === 1 ? "" : "s"}`);
  if (pages === 1) return group("p", "note", shown);
  const step = (text, to) => {
    const made = to >= 1 && to <= pages ? link(text, { page: String(to) }) : element("span", text, "quiet");
    return made;
  };
  const of = element("span", `page ${grouped(page)} of ${grouped(pages)}`);
  return group("p", "note pager", shown, step("‹ Previous", page - 1), of, step("Next ›", page + 1));
}
