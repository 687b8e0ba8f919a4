// Beside the picture: what is known of the item or link in focus, statement by statement, as text that can be read
// aloud.
import { button, element, marking, name } from "../dom.js";

export class Panel {
  constructor(words) {
    this.words = words;
    this.heading = element("h2", { tabindex: "-1" });
    this.body = element("div");
    this.root = element("section", { class: "graph-panel", "aria-label": words.statements }, this.heading, this.body);
  }

  // `links`: pairs of [edge, other node]; `onEdge(id)` goes to one of them.
  node(node, { links, more, onEdge, onExpand }) {
    const { words } = this;
    this.heading.replaceChildren(name(node.label));
    const list = element(
      "ul",
      { class: "graph-links" },
      ...links.map(([edge, other]) =>
        element(
          "li",
          {},
          button("", () => onEdge(edge.id)),
        ),
      ),
    );
    list.querySelectorAll("button").forEach((each, place) => {
      const [edge, other] = links[place];
      each.append(element("span", {}, String(edge.label)), name(other.label));
    });
    const facts = this._facts([
      [words.kind, words.kinds?.[node.kind] ?? node.kind],
      [words.originator, code(node.originator)],
      [words.marking, node.tlp && marking(node.tlp)],
      [words.links, links.length],
      [words.more, more || ""],
    ]);
    const actions = element(
      "p",
      { class: "actions" },
      node.href ? element("a", { href: node.href, class: "button" }, words.open) : "",
      more > 0 && onExpand ? button(words.expand, onExpand) : "",
    );
    this.body.replaceChildren(facts, actions, links.length > 0 ? list : element("p", {}, words.nothing));
  }

  edge(edge, source, target) {
    const { words } = this;
    this.heading.replaceChildren(element("span", {}, String(edge.label)));
    const ends = element(
      "p",
      { class: "graph-ends" },
      name(source.label),
      element("span", { "aria-hidden": "true" }, "·"),
      name(target.label),
    );
    const facts = this._facts([
      [words.sources, Number(edge.sources) === 1 ? words.single : edge.sources],
      [words.certainty, words.certainties?.[edge.certainty] ?? edge.certainty],
      [words.originator, code(edge.originator)],
      [words.marking, edge.tlp && marking(edge.tlp)],
    ]);
    const told = (edge.statements ?? []).map((each) =>
      element(
        "li",
        {},
        element("p", {}, name(each.text)),
        this._facts([
          [words.source, each.source && name(each.source)],
          [words.date, each.date && code(each.date)],
          [words.marking, each.tlp && marking(each.tlp)],
        ]),
      ),
    );
    this.body.replaceChildren(
      ends,
      facts,
      element("h3", {}, words.statements),
      element("ol", { class: "graph-told" }, ...told),
    );
  }

  _facts(pairs) {
    return element(
      "dl",
      { class: "facts" },
      ...pairs
        .filter(([, value]) => value !== "" && value !== undefined && value !== null)
        .flatMap(([term, value]) => [
          element("dt", {}, term),
          element("dd", {}, value instanceof Node ? value : String(value)),
        ]),
    );
  }
}

const code = (text) => (text ? element("bdi", { class: "id", dir: "ltr" }, String(text)) : "");
