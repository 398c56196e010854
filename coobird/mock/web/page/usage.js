// View of the usage: filters, totals, charts, and a table by customer, agent, model or signal.
import { Chart, color, sparkline } from "./charts.js";
import { at, element, group, link, opens } from "./dom.js";
import { column, Lines, number, pager } from "./tables.js";
import { FILTERS, get, go, has, href, query } from "./state.js";
import { amount, billed, grouped, NONE, placesOf, tokens } from "./text.js";

export const DIMENSIONS = {
  customer: { filter: "customer_id", title: "Customer", none: "no customer" },
  agent: { filter: "agent_id", title: "Agent", none: "no agent" },
  model: { filter: "model", title: "Model", none: "no model" },
  signal: { filter: "signal_code", title: "Signal", none: "no signal" },
};
const SPANS = { "1h": "1 h", "24h": "24 h", "30d": "30 d", all: "All" };
/** Parts of the state that the export needs. */
const EXPORTED = ["tenant", "span", "time", ...FILTERS];
const NOT_BILLED = "No contract bills it";
const COUNTING = "The contracts are still being counted, or have more than 500 periods";
const OTHER_CURRENCY = "Unknown: the cost is in USD, and the billed amount is in another currency";

// Labels of the keys by tenant. The column is visible only if there are several keys.
export const keys = new Map();
export const key = column("Key", "key", (item) => keys.get(item.tenant) ?? "");

const usd = (field, least) => ({
  value: (item, places) => amount(item[field], places),
  places: (items) => placesOf(items.map((item) => item[field]), least),
  hint: (item) => (item[field] === null ? "" : `${grouped(item[field])} USD`),
});
export const money = (title, field, { least, ...options } = {}) => {
  const { value, ...rest } = usd(field, least);
  return number(title, value, { ...rest, ...options });
};

/** Label of a value of a dimension: its name, its id, or that there is none. */
export function label(dimension, item) {
  if (item.rest) return `${grouped(item.rest)} more`;
  return item.name ?? item.id ?? DIMENSIONS[dimension].none;
}

function who(item) {
  const dimension = get("by") ?? "customer";
  const chosen = link(label(dimension, item), { [DIMENSIONS[dimension].filter]: item.id ?? "" }, item.id === null ? "quiet" : "");
  chosen.title = item.id === null ? "Show only these events" : `${item.id}: show only these events`;
  if (dimension !== "customer" || item.name === null) return chosen;
  return group("span", "", chosen, " ", opens({ tenant: item.tenant, kind: "customer", id: item.id, name: "open" }));
}

/** A dash with the reason why nothing is known. */
const unknown = (reason) => group("span", "quiet", element("small", reason), " –");

function margin(item, places) {
  if (item.margin_usd === null) return item.is_counting ? unknown("counting") : item.billed ? unknown("not in USD") : element("span", NONE, "quiet");
  const made = element("span", amount(item.margin_usd, places), item.margin_usd.startsWith("-") ? "loss" : "");
  if (item.margin_percent !== null) made.append(" ", element("small", `${amount(item.margin_percent, 1)} %`));
  return made;
}

const billedHint = (item) => (item.is_counting ? COUNTING : item.billed ? "" : NOT_BILLED);
const marginHint = (item) => {
  if (item.margin_usd !== null) return `${grouped(item.margin_usd)} USD`;
  return item.billed ? OTHER_CURRENCY : billedHint(item);
};

function billedAmount(item) {
  if (item.billed) return billed(item.billed);
  return unknown(item.is_counting ? "counting" : "no contract");
}

const counted = [
  column("Over time", "over-time", (item) => sparkline(item.over_time)),
  number("Events", (item) => grouped(item.events), { sort: "events" }),
  number("Tokens in", (item) => tokens(item.input_tokens), { sort: "input_tokens" }),
  number("Tokens out", (item) => tokens(item.output_tokens), { sort: "output_tokens" }),
  money("Cost, USD", "cost_usd", { sort: "cost_usd" }),
];
const priced = [
  number("Billed", billedAmount, { hint: billedHint, sort: "billed" }),
  number("Margin, USD", margin, {
    places: (items) => placesOf(items.map((item) => item.margin_usd)),
    hint: marginHint,
    sort: "margin_usd",
  }),
];
const tables = Object.fromEntries(
  Object.entries(DIMENSIONS).map(([name, { title }]) => {
    const first = [column(title, "who", who, { sort: "name", first: "asc" }), key, ...counted];
    return [name, { all: [...first, ...priced], counted: first }];
  }),
);

const lines = new Lines(at("lines").querySelector("table"), tables.customer.all);
const charts = {
  cost: new Chart(at("cost-chart"), "cost_usd", "Cost, USD"),
  events: new Chart(at("events-chart"), "events", "Events"),
};
let ofContracts = true;

export const show = {
  total(total) {
    ofContracts = total.of_contracts;
    const text = (id, shown, full) => {
      at(id).textContent = shown;
      at(id).title = full ?? "";
    };
    text("total-events", grouped(total.events));
    text("total-input", tokens(total.input_tokens));
    text("total-output", tokens(total.output_tokens));
    text("total-cost", amount(total.cost_usd, placesOf([total.cost_usd])), total.cost_usd && `${grouped(total.cost_usd)} USD`);
    at("total-billed").replaceChildren(billedAmount(total));
    at("total-billed").title = billedHint(total);
    at("total-margin").replaceChildren(margin(total, placesOf([total.margin_usd])));
    at("total-margin").title = marginHint(total);
    for (const each of document.querySelectorAll(".of-contracts")) each.hidden = !ofContracts;
    at("no-match").hidden = total.events !== "0";
    for (const id of ["charts", "events", "lines"]) at(id).hidden = total.events === "0" && !total.billed;
  },
  chart(data) {
    for (const each of data.series) each.label = label(data.by, each);
    for (const chart of Object.values(charts)) chart.draw(data);
    const legend = data.series.map((each) => {
      const text = each.label;
      const filter = { [DIMENSIONS[data.by].filter]: each.id ?? "" };
      const item = each.rest || data.series.length === 1 ? element("span", text) : link(text, filter);
      item.prepend(element("i", undefined, color(each)));
      return group("li", "", item);
    });
    at("legend").replaceChildren(...legend);
  },
  lines(data) {
    for (const tab of at("by").children) tab.ariaCurrent = tab.dataset.by === data.by ? "true" : null;
    const both = ofContracts && ["customer", "agent"].includes(data.by);
    lines.use(both ? tables[data.by].all : tables[data.by].counted);
    lines.show(data.lines, (item) => `${item.tenant} ${item.id}`);
    at("lines").querySelector(".pages").replaceChildren(pager(data, data.by));
    at("lines-note").hidden = both;
    at("lines-note").textContent = ["customer", "agent"].includes(data.by)
      ? "Billed amounts and margins are those of whole contracts: choose All, without a model, signal or text, to see them."
      : "Billed amounts and margins are known by customer and by agent.";
  },
  unassigned(amounts) {
    const fees = (amounts ?? []).filter(([text]) => Number(text) !== 0);
    at("unassigned").hidden = fees.length === 0;
    at("unassigned").textContent = `${billed(fees)} more is billed without an agent, for example a monthly fee.`;
  },
  proposed(proposed) {
    for (const [dimension, values] of Object.entries(proposed)) propose(dimension, values);
  },
};

/** Values of a filter. The chosen one stays, also if no event has it any more. */
function propose(dimension, values) {
  const { filter, title, none } = DIMENSIONS[dimension];
  const select = at(`filter-${dimension}`);
  const options = new Map([["", `Any ${title.toLowerCase()}`]]);
  for (const { id, name } of values) options.set(`=${id ?? ""}`, name ?? id ?? none);
  if (has(filter) && !options.has(`=${get(filter)}`)) options.set(`=${get(filter)}`, get(filter) || none);
  const text = JSON.stringify([...options]);
  if (select.dataset.options !== text && document.activeElement !== select) {
    select.dataset.options = text;
    select.replaceChildren(...[...options].map(([value, shown]) => new Option(shown, value)));
  }
  select.value = has(filter) ? `=${get(filter)}` : "";
}

/** Shows the state of the filters, after each change of the URL. */
export function showFilters() {
  for (const [dimension, { filter }] of Object.entries(DIMENSIONS)) {
    const select = at(`filter-${dimension}`);
    if (has(filter) && ![...select.options].some(({ value }) => value === `=${get(filter)}`)) {
      select.append(new Option(get(filter) || DIMENSIONS[dimension].none, `=${get(filter)}`));
      select.dataset.options = "";
    }
    select.value = has(filter) ? `=${get(filter)}` : "";
    select.classList.toggle("set", has(filter));
  }
  if (document.activeElement !== at("filter-text")) at("filter-text").value = get("text") ?? "";
  for (const button of at("span").children) button.ariaCurrent = button.dataset.span === (get("span") ?? "all") ? "true" : null;
  for (const button of at("span").children) button.href = href({ span: button.dataset.span === "all" ? null : button.dataset.span });
  for (const tab of at("by").children) tab.href = href({ by: tab.dataset.by === "customer" ? null : tab.dataset.by, sort: null, order: null });
  at("filter-time").value = get("time") === "arrival" ? "arrival" : "event";
  const filtered = FILTERS.some(has);
  at("clear").hidden = !filtered;
  at("clear").href = href(Object.fromEntries(FILTERS.map((name) => [name, null])));
  for (const format of ["csv", "jsonl"]) {
    const chosen = query(EXPORTED);
    chosen.set("format", format);
    at(`export-${format}`).href = `/_mock/export?${chosen}`;
  }
}

for (const [span, text] of Object.entries(SPANS)) {
  const made = link(text, {});
  made.dataset.span = span;
  at("span").append(made);
}
for (const [dimension, { title }] of Object.entries(DIMENSIONS)) {
  const tab = link(`By ${title.toLowerCase()}`, {});
  tab.dataset.by = dimension;
  at("by").append(tab);
  at(`filter-${dimension}`).addEventListener("change", ({ target }) => {
    go(href({ [DIMENSIONS[dimension].filter]: target.value ? target.value.slice(1) : null }));
  });
}
at("filter-time").addEventListener("change", ({ target }) => go(href({ time: target.value === "arrival" ? "arrival" : null })));

let typing = null;
at("filter-text").addEventListener("input", ({ target }) => {
  clearTimeout(typing);
  typing = setTimeout(() => go(href({ text: target.value || null }), { replace: true }), 300);
});

