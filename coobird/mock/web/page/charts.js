// Small bar charts, drawn as one path each.
import { duration, grouped, utc } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
// Lowest number of bars. With fewer values, empty bars come first, or a single bar would fill the
// whole chart.
const LEAST_BARS = 30;

/** A chart that has the width of its figure. It shows the value of the bar under the pointer. */
export class Chart {
  constructor(svg, reading, axis) {
    this.svg = svg;
    this.reading = reading;
    this.axis = axis;
    this.path = svg.appendChild(document.createElementNS(SVG, "path"));
    this.data = null;
    svg.addEventListener("pointermove", (event) => this.data && this.read(event));
    svg.addEventListener("pointerleave", () => this.data && this.rest());
  }

  /** `values` are texts, one for each bar. `from` is the instant at which the first bar begins. */
  draw(name, values, { from, to, seconds_per_bar: seconds }) {
    if (from === null) return;
    const missing = Math.max(LEAST_BARS - values.length, 0);
    const start = Date.parse(from) - missing * seconds * 1000;
    this.data = { values: [...Array(missing).fill("0"), ...values], start, seconds };
    draw(this.svg, this.path, values.map(Number));
    this.rest();
    const [first, middle, last] = this.axis.children;
    first.textContent = instant(start);
    middle.textContent = `one bar is ${duration(seconds)}`;
    last.textContent = instant(Date.parse(to));
    this.svg.setAttribute("aria-label", `${name} over time, ${values.length} bars, ${this.reading.textContent}`);
  }

  rest() {
    const top = this.data.values.reduce((best, value) => (Number(value) > Number(best) ? value : best));
    this.reading.textContent = `highest ${grouped(top)}`;
  }

  read(event) {
    const { values, start, seconds } = this.data;
    const box = this.svg.getBoundingClientRect();
    const bar = Math.floor(((event.clientX - box.left) / box.width) * values.length);
    const found = Math.min(Math.max(bar, 0), values.length - 1);
    this.reading.textContent = `${grouped(values[found])} at ${instant(start + found * seconds * 1000).slice(11)}`;
  }
}

/** Milliseconds as readable UTC. */
function instant(milliseconds) {
  return utc(new Date(milliseconds).toISOString()).slice(0, 19);
}

/** A chart for a cell of a table. */
export function sparkline(values) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "sparkline");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  draw(svg, svg.appendChild(document.createElementNS(SVG, "path")), values);
  return svg;
}

function draw(svg, path, values) {
  const bars = Math.max(values.length, LEAST_BARS);
  const missing = bars - values.length;
  const top = Math.max(...values, 0) || 1;
  svg.setAttribute("viewBox", `0 0 ${bars} 1`);
  const parts = values.map((value, bar) => {
    const height = value > 0 ? Math.max(value / top, 0.03) : 0;
    return height ? `M${missing + bar + 0.1} 1V${(1 - height).toFixed(3)}h.8V1z` : "";
  });
  path.setAttribute("d", parts.join(""));
}
