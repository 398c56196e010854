// State of the page: what is counted, sorted and open. All of it is in the URL, so that a link or a
// bookmark leads back to it.

let current = new URLSearchParams(location.search);
const listeners = [];

export const FILTERS = ["customer_id", "agent_id", "model", "signal_code", "text"];
/** Parts of the state that belong to one view, and are dropped when another one is shown. */
export const ELSEWHERE = { list: null, open: null, sort: null, order: null, page: null, day: null, line: null };

export const get = (name) => current.get(name);
export const has = (name) => current.has(name);

/** URL of the page after these changes. null removes a part of the state. */
export function href(changes) {
  const next = new URLSearchParams(current);
  if (!("page" in changes)) next.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  const query = next.toString();
  return query ? `?${query}` : "/";
}

/** Shows the page at a URL that `href` made. Typing replaces the entry of the history. */
export function go(url, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", url);
  changed(!replace);
}

export const onChange = (listener) => listeners.push(listener);

/** Query of the stream and of the export: the state without what only this page needs. */
export function query(names) {
  const kept = new URLSearchParams();
  for (const name of names) if (current.has(name)) kept.set(name, current.get(name));
  return kept;
}

function changed(moved) {
  current = new URLSearchParams(location.search);
  for (const listener of listeners) listener(moved);
}

addEventListener("popstate", () => changed(true));

/** Links of the page change its state. A click with a modifier opens them as the browser does. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-state]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
