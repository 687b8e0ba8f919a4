// The network as a picture, over the same data as the table on its page. The page holds
//
//   <div id="graph" data-source="URL" data-expand="URL with {id}" data-start="ID" data-tlp="TLP:…"
//        data-watermark="…" data-failed="what to say when nothing comes"></div>
//
// and loads islands.css and this file (type="module", with its nonce).
//
// URL answers {nodes: [{id, label, script, kind, originator, tlp, href}], edges: [{id, source, target, label, sources,
// certainty, originator, tlp, statements: [{text, source, date, tlp}]}], more: {id: count}, words: {}}; for the words
// see graph/words.js. For tests: data-state is "ready" or "failed"; data-nodes, data-edges, data-at, data-layout-ms;
// data-missing names the words that were not sent.
import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import { button, element, fetched, fontsReady, onColours, words } from "./dom.js";
import { Data } from "./graph/data.js";
import { arrangeAll, arrangeAround } from "./graph/layout.js";
import { Panel } from "./graph/panel.js";
import { save } from "./graph/png.js";
import { style } from "./graph/style.js";
import { along, around, isArrow, otherEnd } from "./graph/walk.js";
import { WORDS } from "./graph/words.js";

cytoscape.use(fcose);
const STEP = 1.3;
const PAN = 80;

class Graph {
  constructor(root, sent) {
    this.root = root;
    this.words = words(root, sent.words, WORDS);
    this.data = new Data();
    this.panel = new Panel(this.words);
    this.said = element("p", { class: "hidden", role: "status" });
    this.legend = element("ul", { class: "graph-legend", "aria-label": this.words.legend });
    this.picture = element("div", {
      class: "graph-picture",
      tabindex: "0",
      role: "application",
      "aria-label": this.words.picture,
      "aria-describedby": "graph-help",
    });
    const help = element("p", { class: "hint", id: "graph-help" }, this.words.help);
    root.replaceChildren(
      this._tools(),
      element("div", { class: "graph-two" }, this.picture, this.panel.root),
      this.legend,
      help,
      this.said,
    );
    this._begin(sent);
  }

  _begin(sent) {
    const { nodes, edges, full } = this.data.take(sent);
    this.cy = cytoscape({
      container: this.picture,
      elements: [...nodes.map((each) => this.data.node(each)), ...edges.map((each) => this.data.edge(each))],
      style: style(this.root),
      layout: { name: "preset" },
      minZoom: 0.05,
      maxZoom: 4,
      autoungrabify: true,
      boxSelectionEnabled: false,
      userZoomingEnabled: false,
      hideEdgesOnViewport: edges.length > 1500,
    });
    this.root.dataset.layoutMs = arrangeAll(this.cy).toFixed(0);
    this._fit();
    this.cy.on("tap", "node", (event) => this.goTo(event.target));
    this.cy.on("tap", "edge", (event) => this.goToEdge(event.target));
    this.picture.addEventListener("keydown", (event) => this._key(event));
    // The wheel scrolls the page until somebody works in the picture.
    this.picture.addEventListener("focus", () => this.cy.userZoomingEnabled(true));
    this.picture.addEventListener("blur", () => this.cy.userZoomingEnabled(false));
    onColours(() => {
      this.cy.style(style(this.root));
    });
    new ResizeObserver(() => this.cy.resize()).observe(this.picture);
    this._changed();
    const start = this.cy.getElementById(this.root.dataset.start ?? "");
    const first = start.nonempty() ? start : this.cy.nodes().first();
    if (first.nonempty()) this.goTo(first, { quiet: true });
    if (full) this._say(this.words.full);
  }

  _tools() {
    const { words } = this;
    const tool = (text, act) => button(text, act);
    const pan = (x, y) => () => this.cy.panBy({ x, y });
    return element(
      "div",
      { class: "graph-tools" },
      tool(words.zoom_in, () => this._zoom(STEP)),
      tool(words.zoom_out, () => this._zoom(1 / STEP)),
      tool(words.fit, () => this._fit()),
      tool(words.up, pan(0, PAN)),
      tool(words.down, pan(0, -PAN)),
      tool(words.left, pan(PAN, 0)),
      tool(words.right, pan(-PAN, 0)),
      tool(words.previous, () => this.step(-1)),
      tool(words.next, () => this.step(1)),
      tool(words.across, () => this.across()),
      tool(words.save, () => save(this.cy, this.root)),
    );
  }

  // Moving.

  goTo(node, { quiet = false } = {}) {
    this.at = node;
    this.edgeAt = null;
    this.cy.elements(".at, .near").removeClass("at near");
    node.addClass("at");
    node.connectedEdges().addClass("near");
    this._show(node);
    const own = this.data.nodes.get(node.id());
    const more = this.data.more.get(node.id()) ?? 0;
    const links = around(node).map((edge) => [
      this.data.edges.get(edge.id()),
      this.data.nodes.get(otherEnd(edge, node).id()),
    ]);
    this.panel.node(own, {
      links,
      more,
      onEdge: (id) => {
        this.goToEdge(this.cy.getElementById(id));
        this.panel.heading.focus();
      },
      onExpand: this.root.dataset.expand ? () => this.expand() : null,
    });
    this.root.dataset.at = node.id();
    const { words } = this;
    const parts = [
      own.label,
      words.kinds?.[own.kind] ?? own.kind,
      own.originator,
      own.tlp,
      `${words.links}: ${links.length}`,
    ];
    if (more > 0) parts.push(`${words.more}: ${more}`);
    if (!quiet) this._say(parts.filter(Boolean).join(" · "));
  }

  goToEdge(edge) {
    if (!this.at || (!edge.source().same(this.at) && !edge.target().same(this.at)))
      this.goTo(edge.source(), { quiet: true });
    this.edgeAt = edge;
    this.cy.edges(".at").removeClass("at");
    edge.addClass("at near");
    const own = this.data.edges.get(edge.id());
    const [source, target] = [edge.source(), edge.target()].map((each) => this.data.nodes.get(each.id()));
    this.panel.edge(own, source, target);
    this.root.dataset.at = edge.id();
    const { words } = this;
    const count = Number(own.sources) === 1 ? words.single : own.sources;
    this._say(
      [own.label, source.label, target.label, `${words.sources}: ${count}`, own.tlp].filter(Boolean).join(" · "),
    );
  }

  step(by) {
    if (!this.at) return;
    const all = around(this.at);
    if (all.length === 0) {
      this._say(this.words.nothing);
      return;
    }
    const now = this.edgeAt ? all.findIndex((each) => each.same(this.edgeAt)) : -1;
    this.goToEdge(all[now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length]);
  }

  across() {
    if (this.edgeAt) this.goTo(otherEnd(this.edgeAt, this.at));
  }

  async expand() {
    const node = this.at;
    if (!node || !this.root.dataset.expand || !(this.data.more.get(node.id()) > 0)) {
      this._say(this.words.nothing);
      return;
    }
    let sent;
    try {
      sent = await fetched(this.root.dataset.expand.replace("{id}", encodeURIComponent(node.id())));
    } catch {
      this._say(this.words.failed);
      return;
    }
    const { nodes, edges, full } = this.data.take({ ...sent, more: { [node.id()]: 0, ...sent.more } });
    const added = this.cy.add([
      ...nodes.map((each) => this.data.node(each)),
      ...edges.map((each) => this.data.edge(each)),
    ]);
    if (nodes.length > 0) arrangeAround(this.cy, node, added);
    for (const id of this.data.nodes.keys()) this._refresh(this.cy.getElementById(id));
    this._changed();
    this.goTo(node);
    if (full) this._say(this.words.full);
  }

  // What is shown.

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.at) return;
    const acts = {
      Enter: () => (this.edgeAt ? this.across() : this._open()),
      e: () => this.expand(),
      n: () => this.step(1),
      p: () => this.step(-1),
      "+": () => this._zoom(STEP),
      "=": () => this._zoom(STEP),
      "-": () => this._zoom(1 / STEP),
      0: () => this._fit(),
      Escape: () => {
        if (this.edgeAt) this.goTo(this.at);
        else this._fit();
      },
    };
    if (isArrow(event.key)) {
      const next = along(this.at, event.key);
      if (next) this.goTo(next);
    } else if (event.key in acts) acts[event.key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _open() {
    const { href } = this.data.nodes.get(this.at.id());
    if (href && new URL(href, location.href).origin === location.origin) location.assign(href);
  }

  _zoom(by) {
    const middle = this.at ? this.at.renderedPosition() : { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: middle });
  }

  _fit() {
    this.cy.fit(undefined, 40);
    if (this.cy.zoom() > 1.4) {
      this.cy.zoom(1.4);
      this.cy.center();
    }
  }

  _show(node) {
    const { x, y } = node.renderedPosition();
    if (x < 30 || y < 30 || x > this.cy.width() - 30 || y > this.cy.height() - 50) this.cy.center(node);
  }

  _refresh(element) {
    const { data, classes } = this.data.node(this.data.nodes.get(element.id()));
    element.data(data);
    element.toggleClass("more", classes === "more");
  }

  _changed() {
    this.root.dataset.nodes = this.data.nodes.size;
    this.root.dataset.edges = this.data.edges.size;
    const swatch = (kind) => element("span", { class: `graph-swatch ${kind}`, "aria-hidden": "true" });
    this.legend.replaceChildren(
      ...this.data.originators.map((code) =>
        element("li", {}, swatch(`o${this.data.colour(code)}`), element("bdi", { class: "id", dir: "ltr" }, code)),
      ),
      element("li", {}, swatch("single"), this.words.single),
      element("li", {}, swatch("several"), this.words.several),
    );
  }

  _say(text) {
    this.said.textContent = text;
  }
}

async function mount(root) {
  // The library would add a <style> of its own, which the policy forbids; it does not when this name is taken, and
  // islands.css has its one rule.
  document.head.append(element("template", { id: "__________cytoscape_stylesheet" }));
  try {
    const [sent] = await Promise.all([fetched(root.dataset.source), fontsReady()]);
    new Graph(root, sent);
    root.dataset.state = "ready";
  } catch (fault) {
    root.dataset.state = "failed";
    root.append(element("p", { class: "fault", role: "alert" }, root.dataset.failed ?? WORDS.failed));
    console.error(`graph: ${fault.message}`);
  }
}

const root = document.getElementById("graph");
if (root) mount(root);
