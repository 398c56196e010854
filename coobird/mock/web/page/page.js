// Page of the local Coobird server: reads the frames of /_mock/dashboard and shows the view that the
// URL asks for.
import { at, link } from "./dom.js";
import { forget, KINDS, showErrors, showList, showOpened } from "./documents.js";
import { Events } from "./events.js";
import { ELSEWHERE, FILTERS, get, go, has, href, onChange, query } from "./state.js";
import { keys, show as usage, showFilters } from "./usage.js";
import { ago, grouped, utc } from "./text.js";

const STREAMED = ["tenant", "span", "time", "by", ...FILTERS, "sort", "order", "page", "list", "open", "day"];

const events = new Events(at("events").querySelector("table"));
let source = null;
let streamed = null;
let paused = false;
// Times on the page are relative to the server's clock, which can be moved and stopped.
let offset = 0;
let frozen = null;
// Number of events that the server has not counted yet. A few are normal.
let behind = 0;
let stored = 0;
let errors = [];
let lastFrame = null;
const now = () => (frozen === null ? Date.now() + offset : Date.parse(frozen));

/** Name of the view that the URL asks for. */
function view() {
  if (has("open")) return "opened";
  if (get("list") === "error") return "errors";
  return get("list") in KINDS ? "list" : "usage";
}

const show = {
  ...usage,
  clock(clock) {
    frozen = clock.frozen;
    at("clock").hidden = frozen === null;
    at("clock").textContent = frozen === null ? "" : `The clock is stopped at ${utc(frozen)}`;
  },
  behind(count) {
    behind = count;
  },
  stored(count) {
    stored = count;
    showView();
  },
  tenants(tenants) {
    keys.clear();
    for (const { id, label } of tenants) keys.set(id, label);
    const select = at("tenant");
    const chosen = get("tenant") ?? "";
    document.body.classList.toggle("one-key", tenants.length < 2 || chosen !== "");
    at("key").hidden = tenants.length < 2 && chosen === "";
    const options = tenants.map(({ id, label }) => new Option(label, id));
    if (chosen && !keys.has(chosen)) options.push(new Option(chosen, chosen));
    select.replaceChildren(select.options[0], ...options);
    select.value = chosen;
  },
  counts(counts) {
    for (const tab of at("views").children) {
      const count = counts[tab.dataset.view];
      if (count !== undefined) tab.querySelector("small").textContent = count ? grouped(count) : "";
    }
  },
  list: (data) => view() === "list" && showList(data),
  opened: (data) => showOpened(data, now()),
  errors(items) {
    errors = items;
    showView();
    const tab = at("views").querySelector("[data-view=error]");
    tab.hidden = items.length === 0 && view() !== "errors";
    tab.querySelector("small").textContent = items.length ? grouped(items.length) : "";
  },
  chart(data) {
    usage.chart(data);
    if (has("span") && data.from) events.keepFrom(data.from);
  },
  events({ anew, rows }) {
    if (anew) events.clear();
    events.add(rows, now());
  },
};

/** Shows the sections of the view, and hides all others. */
function showView() {
  const name = view();
  const empty = stored === 0 && name === "usage";
  at("empty").hidden = !empty || lastFrame === null;
  at("usage").hidden = name !== "usage" || empty || lastFrame === null;
  at("list").hidden = name !== "list";
  at("opened").hidden = name !== "opened";
  if (name !== "opened") forget();
  if (["usage", "errors"].includes(name)) showErrors(errors, now(), name === "errors");
  else at("errors").hidden = true;
  if (name !== "usage" || empty) at("events").hidden = true;
  for (const tab of at("views").children) {
    const kind = name === "opened" ? get("open").split(":")[0] : name === "usage" ? "" : get("list");
    const current = tab.dataset.view === kind ? "page" : null;
    // On a phone the tabs are wider than the screen.
    if (current && tab.ariaCurrent !== current) at("views").scrollLeft = tab.offsetLeft - at("views").offsetLeft - 40;
    tab.ariaCurrent = current;
    tab.href = href({ ...ELSEWHERE, list: tab.dataset.view || null });
  }
  document.title = name === "opened" ? `${get("open").split(":")[0]} – Coobird, local` : "Coobird, local";
}

function state(name, text) {
  const status = at("status");
  status.dataset.state = name;
  if (status.textContent !== text) status.textContent = text;
  const lost = name === "lost";
  document.body.classList.toggle("lost", lost);
  at("lost").hidden = !lost;
  if (!lost) return;
  const when = lastFrame === null ? "" : ` Everything below is from ${new Date(lastFrame).toLocaleTimeString()}.`;
  const sentence = `Connection to the server lost.${when} Trying again …`;
  if (at("lost").textContent !== sentence) at("lost").textContent = sentence;
}

function connect() {
  disconnect();
  if (!document.body.classList.contains("lost")) state("waiting", "Connecting");
  streamed = String(query(STREAMED));
  source = new EventSource(`/_mock/dashboard${streamed && `?${streamed}`}`);
  source.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(data);
    offset = Date.parse(frame.now) - Date.now();
    lastFrame = Date.now();
    document.body.removeAttribute("aria-busy");
    for (const [name, section] of Object.entries(frame)) show[name]?.(section);
    state("live", behind > 200 ? `Counting, ${grouped(String(behind))} events left` : "Live");
  });
  // The browser reconnects by itself, except after an answer that is not an event stream.
  source.addEventListener("error", () => {
    state("lost", "Connection lost");
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

onChange((moved) => {
  showFilters();
  showView();
  if (!paused && String(query(STREAMED)) !== streamed) {
    document.body.setAttribute("aria-busy", "true");
    follow();
  }
  if (moved && view() !== "usage") scrollTo(0, 0);
});

for (const [kind, title] of [["", "Usage"], ...Object.entries(KINDS), ["error", "Errors"]]) {
  const tab = link(`${title} `, {});
  tab.dataset.view = kind;
  tab.append(document.createElement("small"));
  tab.hidden = kind === "error";
  at("views").append(tab);
}

at("pause").addEventListener("click", () => {
  paused = !paused;
  at("pause").setAttribute("aria-pressed", String(paused));
  at("pause").textContent = paused ? "Resume" : "Pause";
  follow();
});
at("tenant").addEventListener("change", ({ target }) => go(href({ tenant: target.value || null })));
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

showFilters();
showView();
follow();
