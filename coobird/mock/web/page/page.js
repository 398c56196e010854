// Page of the local Coobird server: reads the frames of /_mock/dashboard and shows them. Values of
// events are inserted as text, never as markup.
import { Chart } from "./charts.js";
import { Events } from "./events.js";
import { columns, keys, Lines } from "./tables.js";
import { ago, amount, billed, grouped, tokens, utc } from "./text.js";

const at = (id) => document.getElementById(id);
const table = (id) => at(id).querySelector("table");

const lines = {};
for (const id of ["customers", "agents", "errors", "wallets", "transactions"]) lines[id] = new Lines(table(id), columns[id]);
const events = new Events(table("events"));
const chart = (id) => {
  const figure = at(`${id}-chart`).closest("figure");
  return new Chart(at(`${id}-chart`), at(`${id}-reading`), figure.querySelector(".axis"));
};
const charts = { events: chart("events"), cost: chart("cost") };

const keyOf = (item) => `${item.tenant} ${item.id ?? item.request_id}`;
let source = null;
let paused = false;
// Times on the page are relative to the server's clock, which can be moved and stopped.
let offset = 0;
let frozen = null;
// Number of events that the server has not counted yet. A few are normal.
let behind = 0;
const now = () => (frozen === null ? Date.now() + offset : Date.parse(frozen));

const show = {
  clock(clock) {
    frozen = clock.frozen;
    at("clock").hidden = frozen === null;
    at("clock").textContent = frozen === null ? "" : `The clock is stopped at ${utc(frozen)}`;
  },
  behind(count) {
    behind = count;
  },
  tenants(tenants) {
    keys.clear();
    for (const { id, label } of tenants) keys.set(id, label);
    const select = at("tenant");
    document.body.classList.toggle("one-key", tenants.length < 2 || select.value !== "");
    const options = tenants.map(({ id, label }) => new Option(label, id, false, id === select.value));
    const kept = select.selectedOptions[0];
    if (kept.value && !tenants.some(({ id }) => id === kept.value)) options.push(kept);
    select.replaceChildren(select.options[0], ...options);
  },
  total(total) {
    at("total-events").textContent = grouped(total.events);
    at("total-input").textContent = tokens(total.input_tokens);
    at("total-output").textContent = tokens(total.output_tokens);
    at("total-cost").textContent = amount(total.cost_usd);
    at("total-billed").textContent = billed(total.billed);
    at("total-margin").textContent = amount(total.margin_usd);
    at("total-margin").className = total.margin_usd?.startsWith("-") ? "loss" : "";
    const none = total.events === "0";
    at("empty").hidden = !none;
    for (const id of ["totals", "events"]) at(id).hidden = none;
  },
  chart(data) {
    charts.events.draw("Events", data.events.map(String), data);
    charts.cost.draw("Cost in US dollars", data.cost_usd, data);
  },
  customers: (data) => ranking("customers", data),
  agents: (data) => ranking("agents", data),
  wallets: (items) => list("wallets", items),
  transactions: (items) => list("transactions", items),
  errors: (items) => list("errors", items),
  events({ anew, rows }) {
    if (anew) events.clear();
    events.add(rows, now());
  },
};

function list(id, items) {
  at(id).hidden = items.length === 0;
  lines[id].show(items, keyOf, now());
}

function ranking(id, { lines: shown, more, unassigned }) {
  list(id, shown);
  const fees = (unassigned ?? []).filter(([text]) => Number(text) !== 0);
  const notes = [];
  if (more) notes.push(`${grouped(String(more))} more; these ${shown.length} have the highest cost.`);
  if (fees.length) notes.push(`${billed(fees)} more is billed without an agent, for example a monthly fee.`);
  const note = at(id).querySelector(".note");
  note.hidden = notes.length === 0;
  note.textContent = notes.join(" ");
}

function state(name, text) {
  const status = at("status");
  status.dataset.state = name;
  if (status.textContent !== text) status.textContent = text;
}

function connect() {
  disconnect();
  state("waiting", "Connecting");
  const tenant = at("tenant").value;
  source = new EventSource(`/_mock/dashboard${tenant && `?tenant=${encodeURIComponent(tenant)}`}`);
  source.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(data);
    offset = Date.parse(frame.now) - Date.now();
    for (const [name, section] of Object.entries(frame)) show[name]?.(section);
    state("live", behind > 2000 ? `Counting, ${grouped(String(behind))} events left` : "Live");
  });
  // The browser reconnects by itself, except after an answer that is not an event stream.
  source.addEventListener("error", () => {
    state("waiting", "Connection lost, reconnecting");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => wanted() && connect(), 2000);
  });
}

function disconnect() {
  source?.close();
  source = null;
}

/** False for a hidden page: it closes its stream and costs nothing. A new stream has all data. */
const wanted = () => !paused && !document.hidden;

function follow() {
  if (wanted()) connect();
  else disconnect();
  if (paused) state("paused", "Paused");
}

at("pause").addEventListener("click", () => {
  paused = !paused;
  at("pause").setAttribute("aria-pressed", String(paused));
  at("pause").textContent = paused ? "Resume" : "Pause";
  follow();
});
at("tenant").addEventListener("change", follow);
document.addEventListener("visibilitychange", follow);

at("snippet").textContent = `from coobird import Coomon

with Coomon("sk_test_123", host="${location.origin}") as coomon:
    coomon.track_task(
        customer_id="acme",
        agent_id="researcher",
        signal_code="llm_cost",
        attributes={"model": "gpt-4o", "input_tokens": 1200, "output_tokens": 350, "cost_usd": 0.0065},
    )
`;
at("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(at("snippet").textContent);
    at("copy").textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(at("snippet"));
    at("copy").textContent = "Selected";
  }
  setTimeout(() => (at("copy").textContent = "Copy"), 2000);
});

setInterval(() => {
  const moment = now();
  for (const each of document.querySelectorAll("time")) {
    const text = ago(each.dateTime, moment);
    if (each.textContent !== text) each.textContent = text;
  }
}, 1000);

follow();
