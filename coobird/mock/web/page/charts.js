// Stacked bars over time, drawn as one path for each part. A chart is read with the pointer, or with
// the arrow keys.
import { element, group } from "./dom.js";
import { amount, duration, grouped, moment, placesOf } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
// Lowest number of bars. With fewer values, empty bars come first, or a single bar would fill the
// whole chart.
const LEAST_BARS = 30;

/** Chart of one amount, such as `cost_usd`, in the figure. */
export class Chart {
  constructor(figure, field, title) {
    this.field = field;
    this.title = title;
    this.data = null;
    this.bar = null;
    this.svg = svgElement("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
    this.cursor = svgElement("rect", { class: "cursor", y: 0, height: 1, width: 1 });
    this.scale = group("div", "scale", element("span"), element("span"));
    this.plot = group("div", "plot", this.scale, this.svg);
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "img");
    this.axis = group("p", "axis", element("span"), element("span"), element("span"));
    this.reading = element("output", "");
    const caption = group("figcaption", "", element("span", title), this.reading);
    figure.append(caption, this.plot, this.axis);
    this.plot.addEventListener("pointermove", (event) => this.point(event));
    this.plot.addEventListener("pointerleave", () => this.read(null));
    this.plot.addEventListener("blur", () => this.read(null));
    this.plot.addEventListener("keydown", (event) => this.key(event));
  }

  /** `data` has the bounds in time, the `sums` of all bars, and the `series` that they consist of. */
  draw(data) {
    this.data = data;
    const series = data.series.map((each) => each[this.field].map(Number));
    const bars = Math.max(data.bars, LEAST_BARS);
    this.missing = bars - data.bars;
    this.sums = data.sums[this.field].map(Number);
    this.top = nice(Math.max(...this.sums, 0));
    this.svg.setAttribute("viewBox", `0 0 ${bars} 1`);
    const below = new Array(data.bars).fill(0);
    const paths = series.map((values, position) => {
      const parts = values.map((value, bar) => {
        if (value <= 0) return "";
        const low = below[bar];
        below[bar] += value / this.top;
        const high = Math.max(below[bar], low + 0.008);
        return `M${this.missing + bar + 0.08} ${(1 - low).toFixed(4)}V${(1 - high).toFixed(4)}h.84V${(1 - low).toFixed(4)}z`;
      });
      return svgElement("path", { d: parts.join(""), class: color(data.series[position]) });
    });
    this.svg.replaceChildren(this.cursor, ...paths);
    const [high, middle] = this.scale.children;
    high.textContent = grouped(short(this.top));
    middle.textContent = grouped(short(this.top / 2));
    const [first, width, last] = this.axis.children;
    const start = Date.parse(data.from) - this.missing * data.seconds_per_bar * 1000;
    first.textContent = data.bars ? moment(start, data.seconds_per_bar) : "";
    width.textContent = data.bars ? `one bar is ${duration(data.seconds_per_bar)}` : "";
    last.textContent = data.bars ? moment(Date.parse(data.to), data.seconds_per_bar) : "";
    if (this.bar !== null && this.bar >= data.bars) this.bar = null;
    this.read(this.bar);
    this.plot.setAttribute("aria-label", `${this.title} over time, ${data.bars} bars. ${this.highest()}. Arrow keys read the bars.`);
  }

  highest() {
    if (!this.sums.length) return "nothing yet";
    return `highest ${this.text(this.sums.indexOf(Math.max(...this.sums)))}`;
  }

  /** Total of a bar. */
  text(bar) {
    return `${this.part(this.data.sums[this.field][bar])}${this.field === "cost_usd" ? " USD" : ""}`;
  }

  /** Shows the values of a bar, or with null the highest. */
  read(bar) {
    if (!this.data) return;
    this.bar = bar;
    this.cursor.setAttribute("visibility", bar === null ? "hidden" : "visible");
    if (bar === null) {
      this.reading.textContent = this.highest();
      return;
    }
    this.cursor.setAttribute("x", this.missing + bar);
    const { from, seconds_per_bar: seconds, series } = this.data;
    const parts = series
      .filter((each) => Number(each[this.field][bar]) > 0)
      .map((each) => `${each.label} ${this.part(each[this.field][bar])}`);
    const when = moment(Date.parse(from) + bar * seconds * 1000, seconds);
    const detail = parts.length > 1 ? ` (${parts.join(", ")})` : parts.length && series.length > 1 ? ` (${parts[0].replace(/ [^ ]+$/, "")})` : "";
    this.reading.textContent = `${when}: ${this.text(bar)}${detail}`;
  }

  part(value) {
    return this.field === "cost_usd" ? amount(value, placesOf([value])) : grouped(value);
  }

  point(event) {
    if (!this.data?.bars) return;
    const box = this.svg.getBoundingClientRect();
    const bar = Math.floor(((event.clientX - box.left) / box.width) * (this.missing + this.data.bars)) - this.missing;
    this.read(Math.min(Math.max(bar, 0), this.data.bars - 1));
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !this.data?.bars) return;
    event.preventDefault();
    const from = this.bar ?? (step > 0 ? -1 : this.data.bars);
    this.read(Math.min(Math.max(from + step, 0), this.data.bars - 1));
  }
}

/** Class of the color of a part. */
export const color = (part) => (part.rest ? "rest" : `part-${part.color}`);

/** A chart for a cell of a table. */
export function sparkline(values) {
  const bars = Math.max(values.length, LEAST_BARS);
  const top = Math.max(...values, 0) || 1;
  const svg = svgElement("svg", { class: "sparkline", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.setAttribute("viewBox", `0 0 ${bars} 1`);
  const parts = values.map((value, bar) => {
    const height = value > 0 ? Math.max(value / top, 0.05) : 0;
    return height ? `M${bars - values.length + bar + 0.1} 1V${(1 - height).toFixed(3)}h.8V1z` : "";
  });
  svg.append(svgElement("path", { d: parts.join("") }));
  return svg;
}

/** A line of a balance over its changes, the oldest first. */
export function balanceLine(values) {
  const top = Math.max(...values, 0) || 1;
  const svg = svgElement("svg", { class: "balance", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.setAttribute("viewBox", `0 0 ${Math.max(values.length, 1)} 1`);
  const steps = values.map((value, step) => `V${(1 - Math.max(value, 0) / top).toFixed(3)}H${step + 1}`);
  svg.append(svgElement("path", { d: `M0 1${steps.join("")}V1z` }));
  return svg;
}

function svgElement(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A round number for the top of a scale, whose half is round as well. */
function nice(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((step) => step >= value * 0.9999) ?? value;
}

function short(value) {
  return value >= 1e6 ? `${Number((value / 1e6).toPrecision(3))} M` : String(Number(value.toPrecision(3)));
}
