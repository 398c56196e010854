// Views of customers, contracts, plans, invoices and wallets: lists of them, and one that is open.
// All amounts were computed by the server.
import { balanceLine } from "./charts.js";
import { at, badge, element, group, link, opens, time } from "./dom.js";
import { ELSEWHERE, get } from "./state.js";
import { column, Lines, number, pager, plainTable } from "./tables.js";
import { key, money } from "./usage.js";
import { amount, day, grouped, NONE, placesOf, words } from "./text.js";

export const KINDS = {
  customer: "Customers",
  contract: "Contracts",
  plan: "Plans",
  invoice: "Invoices",
  wallet: "Wallets",
};
const TONES = {
  active: "good",
  completed: "good",
  paid: "good",
  overdue: "bad",
  void: "bad",
  failed: "bad",
  cancelled: "bad",
  suspended: "warn",
  draft: "",
};

const state = (text) => badge(words(text), TONES[text] ?? "");
const invoiceState = (item) => state(item.paid ? "paid" : item.overdue ? "overdue" : item.status);
const self = (item) => opens(item);
const created = column("Created", "when", (item) => element("span", day(item.created_at)), {
  hint: (item) => item.created_at,
  sort: "created_at",
});
const status = (draw = (item) => state(item.status)) => column("Status", "", draw, { sort: "status" });
const inCurrency = (title, field, options) =>
  number(title, (item) => `${grouped(item[field])} ${item.currency}`, options);

const COLUMNS = {
  customer: [
    column("Customer", "who", self, { sort: "name", first: "asc" }),
    key,
    status(),
    column("Type", "", (item) => item.type, { sort: "type" }),
    column("Email", "", (item) => item.email ?? NONE, { sort: "email" }),
    column("External id", "id", (item) => item.external_id ?? NONE),
    created,
  ],
  contract: [
    column("Contract", "who", self, { sort: "name", first: "asc" }),
    key,
    status(),
    column("Customer", "", (item) => opens(item.customer)),
    column("Plan", "", (item) => opens(item.plan)),
    column("Interval", "", (item) => words(item.billing_interval), { sort: "billing_interval" }),
    number("This period", (item) => (item.period_total === null ? NONE : `${grouped(item.period_total)} ${item.currency}`), {
      hint: (item) => (item.period_total === null ? "Not billed, or not counted yet" : "The bill of the current period so far"),
    }),
    column("Start", "", (item) => day(item.start_date), { sort: "start_date" }),
    column("End", "", (item) => (item.end_date ? day(item.end_date) : NONE), { sort: "end_date" }),
  ],
  plan: [
    column("Plan", "who", self, { sort: "name", first: "asc" }),
    key,
    status(),
    column("Code", "id", (item) => item.code, { sort: "code" }),
    column("Period", "", (item) => words(item.billing_period), { sort: "billing_period" }),
    column("Currency", "", (item) => item.currency),
    number("Contracts", (item) => grouped(item.contracts)),
  ],
  invoice: [
    column("Invoice", "who", self, { sort: "invoice_number", first: "asc" }),
    key,
    status(invoiceState),
    column("Customer", "", (item) => opens(item.customer)),
    column("Period", "", (item) => (item.billing_period_from ? `${day(item.billing_period_from)} – ${day(item.billing_period_to)}` : NONE)),
    column("Issued", "", (item) => day(item.issue_date), { sort: "issue_date" }),
    column("Due", "", (item) => day(item.due_date), { sort: "due_date" }),
    inCurrency("Total", "total", { sort: "total_cents" }),
  ],
  wallet: [
    column("Wallet", "who", self, { sort: "name", first: "asc" }),
    key,
    status(),
    column("Customer", "", (item) => opens(item.customer)),
    number("Credits", (item, places) => amount(item.credits, places), {
      places: (items) => placesOf(items.map((item) => item.credits)),
      hint: (item) => `${grouped(item.credits)} credits`,
    }),
    number("Worth", (item) => `${amount(item.amount, 2)} ${item.currency}`, {
      hint: (item) => `${grouped(item.amount)} ${item.currency}`,
    }),
    created,
  ],
};

const list = new Lines(at("list").querySelector("table"), COLUMNS.customer);

/** A list of documents. */
export function showList(data) {
  at("list-title").textContent = KINDS[data.kind];
  list.use(COLUMNS[data.kind]);
  list.show(data.rows, (item) => `${item.tenant} ${item.id}`);
  at("list").querySelector(".scroll").hidden = data.total === 0;
  const none = element("p", `No ${KINDS[data.kind].toLowerCase()} yet. They appear here when a program makes them.`, "note");
  at("list").querySelector(".pages").replaceChildren(data.total ? pager(data, data.kind) : none);
}

let shown = "";

/** The open document. It is drawn anew only if it has changed, so that the focus stays. */
export function showOpened(data, now) {
  const text = JSON.stringify(data) + get("line");
  if (text === shown) return;
  shown = text;
  const focused = document.activeElement?.closest("#opened") ? document.activeElement.getAttribute("href") : null;
  const draw = data.found ? VIEWS[data.kind] : missing;
  at("opened").replaceChildren(trail(data), ...draw(data, now).filter(Boolean));
  if (focused) [...at("opened").querySelectorAll("a")].find((each) => each.getAttribute("href") === focused)?.focus();
}

export function forget() {
  shown = "";
  at("opened").replaceChildren();
}

function trail(data) {
  const back = link(KINDS[data.kind], { ...ELSEWHERE, list: data.kind });
  const name = data.name ?? data.invoice_number ?? data.id;
  const here = element("span", name);
  here.setAttribute("aria-current", "page");
  const path = group("nav", "trail", back, " › ", here);
  path.setAttribute("aria-label", "Place");
  return path;
}

const missing = (data) => [panel(`No such ${data.kind}`, element("p", `The server has no ${data.kind} ${data.id}. It may have been deleted or reset.`))];

function panel(title, ...children) {
  const made = group("section", "panel", element("h2", title), ...children);
  return made;
}

function head(data, ...more) {
  const title = group("h2", "title", element("span", data.name ?? data.invoice_number), state(data.status));
  const id = element("p", data.id, "id quiet");
  return group("section", "panel", title, id, ...more);
}

/** Facts as a list of terms. Those without a value are left out. */
function facts(pairs) {
  const list = element("dl", undefined, "facts");
  for (const [term, value] of pairs) {
    if (value === null || value === undefined || value === "") continue;
    const definition = element("dd");
    definition.append(value);
    list.append(group("div", "", element("dt", term), definition));
  }
  return list;
}

function metadata(data) {
  return Object.keys(data.metadata ?? {}).length ? panel("Metadata", element("pre", JSON.stringify(data.metadata, null, 2))) : null;
}

function table(title, columns, items, none) {
  if (!items.length) return none ? panel(title, element("p", none, "quiet")) : null;
  return panel(title, plainTable(columns, items, title));
}

const without = (kind, ...titles) => COLUMNS[kind].filter(({ title }) => !titles.includes(title));

const PAYMENTS = [
  column("Received", "", (item) => day(item.created_at), { hint: (item) => item.created_at }),
  column("Status", "", (item) => state(item.status)),
  column("Method", "", (item) => (item.method ? words(item.method) : NONE)),
  column("Invoice", "", (item) => opens(item.invoice)),
  inCurrency("Refunded", "refunded"),
  inCurrency("Amount", "amount"),
];

function customer(data) {
  const usage = link("Usage and cost", { ...ELSEWHERE, customer_id: data.id }, "button");
  return [
    head(
      data,
      facts([
        ["Type", data.type],
        ["Email", data.email],
        ["Phone", data.facts.phone],
        ["Currency", data.currency],
        ["External id", data.external_id],
        ["Created", day(data.created_at)],
      ]),
      group("p", "actions", usage),
    ),
    table("Contracts", without("contract", "Customer", "Key"), data.contracts, "No contract, so nothing is billed."),
    table("Invoices", without("invoice", "Customer", "Key"), data.invoices),
    table("Payments", PAYMENTS, data.payments),
    table("Wallets", without("wallet", "Customer", "Key"), data.wallets),
    metadata(data),
  ];
}

/** Lines of a bill or an invoice: what it is, how it was computed, and the amount. */
function billLines(lines, currency, label) {
  const columns = [
    column("Line", "line", (item) => {
      const text = group("div", "", element("strong", item.title));
      if (item.explanation) text.append(element("p", item.explanation));
      if (item.counted) text.append(element("p", `${item.counted}.`, "quiet"));
      return text;
    }),
    number("Quantity", (item) => (item.quantity === null ? NONE : amount(item.quantity, item.quantity.includes(".") ? 2 : 0)), {
      hint: (item) => item.quantity,
    }),
    number(`Unit price, ${currency}`, (item) => (item.unit_price === null ? NONE : grouped(item.unit_price))),
    number(`Amount, ${currency}`, (item) => grouped(item.total)),
  ];
  return plainTable(columns, lines.map((line) => ({ ...line, marked: line.source_id === get("line") })), label);
}

function sums(pairs, currency) {
  const list = element("dl", undefined, "sums");
  for (const [term, text] of pairs) {
    if (text === null) continue;
    list.append(group("div", "", element("dt", term), element("dd", `${grouped(text)} ${currency}`)));
  }
  return list;
}

function bill(bill) {
  if (bill.state === "unbilled") return panel("Bill", element("p", `The contract is not billed today: ${bill.reason}.`, "quiet"));
  if (bill.state === "counting") return panel("Bill", element("p", "The usage is being counted …", "quiet"));
  const step = (text, to) => (to ? link(text, { day: to, line: null }) : element("span", text, "quiet"));
  const period = group(
    "p",
    "pager",
    element("span", `${day(bill.from)} – ${day(bill.to)}${bill.when === "current" ? ", the current period" : ""}`),
    step("‹ Earlier", bill.earlier),
    step("Later ›", bill.later),
  );
  const title = { current: "Current bill", earlier: "Bill of an earlier period", coming: "Bill of a coming period" }[bill.when];
  const body = bill.lines.length
    ? [billLines(bill.lines, bill.currency, title), sums([["Total", bill.total]], bill.currency)]
    : [element("p", "There is nothing to bill in this period.", "quiet")];
  return panel(title, period, ...body);
}

function contract(data) {
  const { facts: all } = data;
  return [
    head(
      data,
      facts([
        ["Customer", opens(data.customer)],
        ["Plan", opens(data.plan)],
        ["Interval", words(data.billing_interval)],
        ["Start", day(data.start_date)],
        ["End", data.end_date && day(data.end_date)],
        ["Activated", all.activation_date && day(all.activation_date)],
        ["Cancelled", all.cancellation_date && day(all.cancellation_date)],
        ["Suspended because", all.suspend_reason],
        ["Payment terms", `${all.payment_terms} days`],
        ["Currency", data.currency],
      ]),
    ),
    bill(data.bill),
    pricing(data),
    table("Invoices", without("invoice", "Customer", "Key"), data.invoices),
    metadata(data),
  ];
}

/** Prices of a plan or a contract, in words. */
function pricing(data) {
  const prices = data.prices.map((price) => {
    const item = group("li", "price", element("strong", price.name), price.agent ? element("span", ` by ${price.agent}`, "quiet") : null);
    item.append(element("p", terms(price, data.currency)));
    if (price.tiers.length) item.append(tiers(price, data.currency));
    if (price.counted) item.append(element("p", `${price.counted}.`, "quiet"));
    return item;
  });
  const charges = data.charges.map((charge) => {
    const item = group("li", "price", element("strong", charge.charge_name), element("span", ` ${charge.charge_code}`, "quiet"));
    item.append(element("p", `${grouped(charge.amount)} ${data.currency}, ${words(charge.charge_type)}, ${words(charge.billing_frequency ?? "once")}`));
    return item;
  });
  const all = [...prices, ...charges];
  return panel("Prices", all.length ? group("ul", "prices", ...all) : element("p", "No price and no charge.", "quiet"));
}

function terms(price, currency) {
  const parts = [];
  if (price.model === "per_unit") parts.push(`${grouped(price.unit_price)} ${currency} each`);
  if (price.model === "package") parts.push(`${grouped(price.package_price)} ${currency} for each package of ${grouped(price.package_size)} ${price.unit}`);
  if (price.model === "tiered") parts.push(`tiers of ${price.unit}`);
  if (price.included_units !== "0") parts.push(`${grouped(price.included_units)} ${price.unit} included`);
  if (!price.overage_allowed) parts.push("nothing beyond them is billed");
  if (price.minimum_commitment) parts.push(`at least ${grouped(price.minimum_commitment)} ${currency} a period`);
  return parts.join(", ");
}

function tiers(price, currency) {
  const columns = [
    number("Tier", (tier) => String(tier.order)),
    number("Units", (tier) => (tier.end === null ? `${grouped(tier.start)} and more` : `${grouped(tier.start)} to ${grouped(tier.end)}`)),
    number(`Price each, ${currency}`, (tier) => grouped(tier.price)),
    number(`Flat fee, ${currency}`, (tier) => (tier.flat_fee === null ? NONE : grouped(tier.flat_fee))),
  ];
  const made = plainTable(columns, price.tiers, `Tiers of ${price.name}`);
  made.classList.add("tiers");
  return made;
}

function plan(data) {
  return [
    head(
      data,
      facts([
        ["Code", data.code],
        ["Period", words(data.billing_period)],
        ["Currency", data.currency],
        ["Description", data.facts.description],
        ["Created", day(data.created_at)],
      ]),
    ),
    pricing(data),
    table("Contracts", without("contract", "Plan", "Key"), data.contracts, "No contract has copied these prices yet."),
    metadata(data),
  ];
}

function invoice(data) {
  const print = element("button", "Print");
  print.type = "button";
  print.addEventListener("click", () => window.print());
  const to = data.billed_to;
  const period = data.billing_period_from ? `${day(data.billing_period_from)} – ${day(data.billing_period_to)}` : null;
  const name = group("div", "", element("p", "Invoice", "kicker"), element("h2", data.invoice_number), invoiceState(data));
  const dates = facts([
    ["Issued", day(data.issue_date)],
    ["Due", data.due_date && day(data.due_date)],
    ["Period", period],
    ["Contract", data.contract && opens(data.contract)],
  ]);
  const address = group("div", "", element("p", "Billed to", "kicker"), group("p", "name", to ? opens(data.customer) : NONE), element("p", to?.email), element("p", to?.phone));
  const paper = group("article", "paper panel", group("header", "", name, dates), address);
  paper.append(
    billLines(data.lines, data.currency, "Lines of the invoice"),
    sums(
      [
        ["Subtotal", data.subtotal],
        ["Discount", Number(data.discount) ? `-${data.discount}` : null],
        ...data.taxes.map((tax) => [tax.name, tax.amount]),
        [data.tax_percent === null ? "Tax" : `Tax, ${data.tax_percent} %`, data.taxes.length || (data.tax_percent === null && !Number(data.tax)) ? null : data.tax],
        ["Total", data.total],
      ],
      data.currency,
    ),
  );
  if (data.facts.notes) paper.append(element("p", data.facts.notes));
  if (data.facts.void_reason) paper.append(element("p", `Void: ${data.facts.void_reason}`, "loss"));
  return [group("p", "actions", print), paper, table("Payments", PAYMENTS.filter(({ title }) => title !== "Invoice"), data.payments, "No payment yet."), metadata(data)];
}

function wallet(data, now) {
  const balances = [...data.transactions].reverse().map((entry) => Number(entry.balance));
  const columns = [
    column("When", "when", (entry) => time(entry.at, now)),
    column("Type", "", (entry) => words(entry.type)),
    column("Description", "detail", (entry) => entry.description ?? ""),
    number("Credits", (entry, places) => (entry.credits.startsWith("-") ? amount(entry.credits, places) : `+${amount(entry.credits, places)}`), {
      places: (items) => placesOf(items.map((item) => item.credits)),
      hint: (entry) => entry.credits,
    }),
    number("Balance", (entry, places) => amount(entry.balance, places), {
      places: (items) => placesOf(items.map((item) => item.balance)),
      hint: (entry) => entry.balance,
    }),
  ];
  const balance = group("p", "balance-now", element("strong", amount(data.credits, 2)), ` credits, worth ${amount(data.amount, 2)} ${data.currency}`);
  balance.title = `${grouped(data.credits)} credits`;
  return [
    head(
      data,
      balance,
      balances.length > 1 ? balanceLine(balances) : null,
      facts([
        ["Customer", opens(data.customer)],
        ["Credits for each unit", `${grouped(data.facts.conversion_rate)} for 1 ${data.currency}`],
        ["Recharge", data.facts.auto_recharge_enabled ? `${grouped(data.facts.auto_recharge_amount)} credits below ${grouped(data.facts.auto_recharge_threshold)}` : "off"],
        ["Created", day(data.created_at)],
      ]),
    ),
    table(data.entries > data.transactions.length ? `Transactions, the newest ${data.transactions.length} of ${grouped(data.entries)}` : "Transactions", columns, data.transactions, "No transaction yet."),
    metadata(data),
  ];
}

const VIEWS = { customer, contract, plan, invoice, wallet };

// Errors are a list as well.
const ERRORS = [
  column("When", "when", (item, now) => time(item.at, now), { places: () => 0 }),
  column("Status", "status", (item) => (item.code === "rejected" ? badge("rejected", "bad") : badge(String(item.status), "bad"))),
  column("Operation", "who", (item) => item.operation ?? `${item.method} ${item.path}`),
  column("Reason", "detail", (item) => {
    const text = group("span", "", element("span", item.detail ?? ""));
    if (item.fields.length) text.append(" ", element("small", item.fields.join(", "), "id"));
    return text;
  }),
  column("Event", "", (item) => {
    if (!item.event) return "";
    const { customer: name, customer_id: id, event_id: event, signal_code: code } = item.event;
    const text = element("span", `${name ?? id}${code ? `, ${code}` : ""}`);
    text.title = `event ${event}, customer ${id}`;
    return text;
  }),
  column("Key", "key id", (item) => item.key ?? "none"),
  column("Request id", "id", (item) => item.request_id),
];
const errors = new Lines(at("errors").querySelector("table"), ERRORS);
const errorKey = (item) => `${item.tenant} ${item.request_id} ${item.number}`;

export function showErrors(items, now, all) {
  const few = all ? items : items.slice(0, 5);
  for (const each of ERRORS.slice(0, 1)) each.places = () => now;
  errors.show(few, errorKey);
  at("errors").hidden = items.length === 0 && !all;
  at("errors").querySelector(".scroll").hidden = items.length === 0;
  const note = at("errors").querySelector(".pages");
  note.replaceChildren();
  if (!items.length) note.append(element("p", "No request failed, and no event was rejected.", "note"));
  else if (few.length < items.length) note.append(group("p", "note", link(`All ${items.length} errors`, { ...ELSEWHERE, list: "error" })));
}
