// Places and movements on a map without tiles: land from the bundled atlas, and what the page's table says too. The
// page holds
//
//   <svg id="map" data-source="URL" data-boundaries="none|un" data-failed="what to say when nothing comes"></svg>
//
// and loads islands.css and this file (type="module", with its nonce).
//
// URL answers {places: [{id, label, lon, lat, kind, count_low, count_high, precision_km, href}], lines: [{from: [lon,
// lat], to: [lon, lat], label, kind}], words: {see WORDS; `kinds`: code -> word}}. No name of a country is ever drawn.
// For tests: data-state is "ready" or "failed"; data-places, data-lines, data-at; data-missing names words not sent.
import { geoCircle, geoInterpolate, geoMercator, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import atlas from "virtual:atlas";
import { button, direction, element, fetched, fontsReady, isolated, visible, words } from "./dom.js";

const WORDS = {
  picture: "Map",
  help: "Arrow keys go from place to place, Enter opens, plus and minus zoom, zero shows all.",
  zoom_in: "Closer",
  zoom_out: "Further",
  fit: "All",
  up: "Up",
  down: "Down",
  left: "Left",
  right: "Right",
  count: "Persons",
  precision: "Known to within (km)",
  legend: "Legend",
  failed: "The map could not be loaded. The table shows the same.",
};
const WIDE = 1000;
const HIGH = 620;
const CENTRE = [
  [9.4, 19.5],
  [25.2, 33.3],
]; // Libya: always in the picture, whatever else is
const EARTH_KM = 6371;
const LABELLED = 40; // places that have their label without being looked at, at most
const SHAPES = [
  (r) => `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`,
  (r) => `M${-r},${-r}H${r}V${r}H${-r}Z`,
  (r) => `M0,${-1.3 * r}L${1.3 * r},0L0,${1.3 * r}L${-1.3 * r},0Z`,
  (r) => `M0,${-1.2 * r}L${1.2 * r},${r}H${-1.2 * r}Z`,
  (r) =>
    `M${-r},${-0.4 * r}H${-0.4 * r}V${-r}H${0.4 * r}V${-0.4 * r}H${r}V${0.4 * r}H${0.4 * r}V${r}H${-0.4 * r}` +
    `V${0.4 * r}H${-r}Z`,
];

class PlacesMap {
  constructor(svg, sent) {
    this.svg = svg;
    this.words = words(svg, sent.words, WORDS);
    this.places = sent.places ?? [];
    this.lines = sent.lines ?? [];
    this.kinds = [...new Set(this.places.map((each) => each.kind))].sort();
    this.lineKinds = [...new Set(this.lines.map((each) => each.kind))].sort();
    this.told = element("p", { class: "map-told", role: "status" });
    this.zoom = 1;
    this.shift = [0, 0];
    svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", this.words.picture);
    svg.setAttribute("aria-describedby", "map-help");
    svg.before(this._tools());
    svg.after(this.told, this._legend(), element("p", { class: "hint", id: "map-help" }, this.words.help));
    svg.addEventListener("keydown", (event) => this._key(event));
    this.projection = geoMercator().fitExtent(
      [
        [60, 50],
        [WIDE - 60, HIGH - 50],
      ],
      this._extent(),
    );
    this.base = this.projection.scale();
    this.middle = this.projection.translate();
    this.chosen = 0;
    this.draw();
    Object.assign(svg.dataset, { places: this.places.length, lines: this.lines.length });
  }

  _extent() {
    const points = [
      ...CENTRE,
      ...this.places.map((each) => [each.lon, each.lat]),
      ...this.lines.flatMap((each) => [each.from, each.to]),
    ];
    return { type: "MultiPoint", coordinates: points };
  }

  draw() {
    const { projection } = this;
    projection
      .scale(this.base * this.zoom)
      .translate([
        (this.middle[0] - WIDE / 2 + this.shift[0]) * this.zoom + WIDE / 2,
        (this.middle[1] - HIGH / 2 + this.shift[1]) * this.zoom + HIGH / 2,
      ])
      .clipExtent([
        [-WIDE, -HIGH],
        [2 * WIDE, 2 * HIGH],
      ]);
    const path = geoPath(projection).digits(1);
    const layers = [drawn("path", { class: "land", d: path(feature(atlas, atlas.objects.land)) })];
    if (this.svg.dataset.boundaries === "un") {
      layers.push(drawn("path", { class: "border", d: path(feature(atlas, atlas.objects.settled)) }));
      layers.push(drawn("path", { class: "border unsettled", d: path(feature(atlas, atlas.objects.unsettled)) }));
    }
    const about = this.places
      .filter((each) => each.precision_km > 0)
      .map((each) =>
        drawn("path", {
          class: "about",
          d: path(
            geoCircle()
              .center([each.lon, each.lat])
              .radius((each.precision_km / EARTH_KM) * (180 / Math.PI))(),
          ),
        }),
      );
    layers.push(...about, ...this.lines.map((each) => this._line(each, path)));
    this.taken = [];
    this.marks = this.places.map((each, place) => this._place(each, place));
    this.svg.replaceChildren(...layers, ...this.marks);
  }

  _line(line, path) {
    const kind = this.lineKinds.indexOf(line.kind) % 3;
    const group = drawn(
      "g",
      {},
      drawn("title", {}, visible(line.label)),
      drawn("path", { class: `line l${kind}`, d: path({ type: "LineString", coordinates: [line.from, line.to] }) }),
    );
    const end = this.projection(line.to);
    const before = this.projection(geoInterpolate(line.from, line.to)(0.97));
    const angle = (Math.atan2(end[1] - before[1], end[0] - before[0]) * 180) / Math.PI;
    const there = this.places.find((each) => each.lon === line.to[0] && each.lat === line.to[1]);
    const tip = there ? -radiusOf(there) - 2 : 0;
    group.append(
      drawn("path", {
        class: "head",
        d: "M0,0L-11,-5L-11,5Z",
        transform: `translate(${end}) rotate(${angle.toFixed(1)}) translate(${tip},0)`,
      }),
    );
    return group;
  }

  _place(place, number) {
    const radius = radiusOf(place);
    const kind = this.kinds.indexOf(place.kind) % SHAPES.length;
    const [x, y] = this.projection([place.lon, place.lat]);
    const said = this.said(place);
    const mark = drawn(
      place.href ? "a" : "g",
      {
        class: `place k${kind}`,
        transform: `translate(${x.toFixed(1)},${y.toFixed(1)})`,
        tabindex: number === this.chosen ? 0 : -1,
        "aria-label": said,
        ...(place.href ? { href: place.href } : { role: "img" }),
      },
      drawn("title", {}, said),
      drawn("path", { class: "ring", d: SHAPES[0](radius + 5) }),
      drawn("circle", { r: 13, fill: "transparent" }),
      drawn("path", { class: "mark", d: SHAPES[kind](radius) }),
    );
    const label = visible(place.label);
    if (this._room(x, y + radius + 14, label) || number === this.chosen) {
      mark.append(
        drawn(
          "text",
          { y: radius + 14, direction: direction(label), "unicode-bidi": "isolate", "aria-hidden": "true" },
          label,
        ),
      );
    }
    mark.addEventListener("focus", () => this._at(number));
    mark.addEventListener("pointerenter", () => {
      this.told.textContent = said;
    });
    return mark;
  }

  // Whether a label has room beside those that are there; what has none is said when it is looked at.
  _room(x, y, label) {
    const half = 3.6 * label.length + 2;
    const free =
      this.taken.length < LABELLED &&
      this.taken.every((box) => Math.abs(box.x - x) > box.half + half || Math.abs(box.y - y) > 15);
    if (free) this.taken.push({ x, y, half });
    return free;
  }

  said(place) {
    const { words: said } = this;
    const parts = [isolated(place.label), said.kinds?.[place.kind] ?? place.kind];
    if (place.count_high > 0) {
      const low = place.count_low ?? place.count_high;
      parts.push(`${said.count}: ${low === place.count_high ? low : `\u2066${low}–${place.count_high}\u2069`}`);
    }
    if (place.precision_km > 0) parts.push(`${said.precision}: ${place.precision_km}`);
    return parts.filter(Boolean).join(" · ");
  }

  _at(number) {
    this.chosen = number;
    this.marks.forEach((each, place) => each.setAttribute("tabindex", place === number ? "0" : "-1"));
    this.told.textContent = this.said(this.places[number]);
    this.svg.dataset.at = this.places[number].id;
  }

  // The nearest place in an arrow's direction: what lies aside counts double.
  _next(key) {
    const [dx, dy] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key];
    const here = this.places[this.chosen];
    const [x, y] = this.projection([here.lon, here.lat]);
    let best = -1;
    let least = Infinity;
    this.places.forEach((each, number) => {
      const at = this.projection([each.lon, each.lat]);
      const [forward, aside] = [
        (at[0] - x) * dx + (at[1] - y) * dy,
        Math.abs((at[0] - x) * dy) + Math.abs((at[1] - y) * dx),
      ];
      if (number !== this.chosen && forward > 0 && forward + 2 * aside < least) {
        least = forward + 2 * aside;
        best = number;
      }
    });
    return best;
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.places.length === 0) return;
    if (event.key.startsWith("Arrow")) {
      const next = this._next(event.key);
      if (next >= 0) this._focus(next);
    } else if (event.key === "+" || event.key === "=") this._zoom(1.5);
    else if (event.key === "-") this._zoom(1 / 1.5);
    else if (event.key === "0") this._fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _focus(number) {
    this.chosen = number;
    const [x, y] = this.projection([this.places[number].lon, this.places[number].lat]);
    if (x < 20 || y < 20 || x > WIDE - 20 || y > HIGH - 20)
      this.shift = this.shift.map((by, axis) => by + ([WIDE, HIGH][axis] / 2 - [x, y][axis]) / this.zoom);
    this.draw();
    this.marks[number].focus();
  }

  _again() {
    const inside = this.svg.contains(document.activeElement);
    this.draw();
    if (inside) this.marks[this.chosen].focus();
  }

  // Towards the place that was looked at last.
  _zoom(by) {
    this.zoom = Math.min(40, Math.max(1, this.zoom * by));
    if (this.zoom === 1) this.shift = [0, 0];
    else if (this.places.length > 0 && by > 1) {
      const here = this.places[this.chosen];
      const [x, y] = this.projection([here.lon, here.lat]);
      const before = this.zoom / by;
      this.shift = [this.shift[0] + (WIDE / 2 - x) / before, this.shift[1] + (HIGH / 2 - y) / before];
    }
    this._again();
  }

  _fit() {
    this.zoom = 1;
    this.shift = [0, 0];
    this._again();
  }

  _pan(x, y) {
    this.shift = [this.shift[0] + x / this.zoom, this.shift[1] + y / this.zoom];
    this._again();
  }

  _tools() {
    const { words: said } = this;
    return element(
      "div",
      { class: "map-tools" },
      button(said.zoom_in, () => this._zoom(1.5)),
      button(said.zoom_out, () => this._zoom(1 / 1.5)),
      button(said.fit, () => this._fit()),
      button(said.up, () => this._pan(0, 80)),
      button(said.down, () => this._pan(0, -80)),
      button(said.left, () => this._pan(80, 0)),
      button(said.right, () => this._pan(-80, 0)),
    );
  }

  _legend() {
    return element(
      "ul",
      { class: "map-legend", "aria-label": this.words.legend },
      ...this.kinds.map((kind, number) =>
        element(
          "li",
          {},
          drawn(
            "svg",
            { viewBox: "-10 -10 20 20", "aria-hidden": "true", class: "map-swatch" },
            drawn(
              "g",
              { class: `k${number % SHAPES.length}` },
              drawn("path", { class: "mark", d: SHAPES[number % SHAPES.length](7) }),
            ),
          ),
          String(this.words.kinds?.[kind] ?? kind),
        ),
      ),
    );
  }
}

const radiusOf = (place) => 5 + Math.min(13, Math.sqrt(Math.max(0, place.count_high ?? 0)) * 0.7);

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

async function mount(svg) {
  try {
    const [sent] = await Promise.all([fetched(svg.dataset.source), fontsReady()]);
    new PlacesMap(svg, sent);
    svg.dataset.state = "ready";
  } catch (fault) {
    svg.dataset.state = "failed";
    svg.before(element("p", { class: "fault", role: "alert" }, svg.dataset.failed ?? WORDS.failed));
    console.error(`map: ${fault.message}`);
  }
}

const svg = document.getElementById("map");
if (svg) mount(svg);
