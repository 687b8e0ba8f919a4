// What the server sent, as elements of the picture. At most CAP items: past that no layout is done in time.
import { isolated } from "../dom.js";

export const CAP = 1500;
export const COLOURS = 6;
const LINE = 22; // signs, after which a label goes on in the next line
const LINES = 3;

export class Data {
  constructor() {
    this.nodes = new Map();
    this.edges = new Map();
    this.more = new Map();
    this.originators = [];
  }

  // Takes in an answer; gives back what is new, and whether something did not fit.
  take({ nodes = [], edges = [], more = {} }) {
    const added = { nodes: [], edges: [], full: false };
    for (const node of nodes) {
      if (this.nodes.has(node.id)) continue;
      if (this.nodes.size >= CAP) {
        added.full = true;
        continue;
      }
      this.nodes.set(node.id, node);
      added.nodes.push(node);
    }
    for (const edge of edges) {
      if (this.edges.has(edge.id) || !this.nodes.has(edge.source) || !this.nodes.has(edge.target)) continue;
      this.edges.set(edge.id, edge);
      added.edges.push(edge);
    }
    for (const [id, count] of Object.entries(more)) this.more.set(id, count);
    const seen = [...added.nodes, ...added.edges].map((each) => each.originator).filter(Boolean);
    for (const code of [...new Set(seen)].sort()) {
      if (!this.originators.includes(code)) this.originators.push(code);
    }
    return added;
  }

  colour(originator) {
    const place = this.originators.indexOf(originator);
    return place < 0 ? 0 : (place % COLOURS) + 1;
  }

  node(node) {
    const more = this.more.get(node.id) ?? 0;
    const cue = [node.originator, more > 0 ? `+${more}` : ""].filter(Boolean).join(" ");
    return {
      group: "nodes",
      data: {
        id: node.id,
        text: [...lines(node.label), cue].filter(Boolean).join("\n"),
        kind: node.kind,
        colour: this.colour(node.originator),
      },
      classes: more > 0 ? "more" : "",
    };
  }

  edge(edge) {
    const sources = Math.max(1, Number(edge.sources) || 1);
    return {
      group: "edges",
      data: {
        id: edge.id,
        source: edge.source,
        target: edge.target,
        text: lines(edge.label).join("\n"),
        code: edge.originator ?? "",
        width: 1.2 + 1.1 * (Math.min(sources, 6) - 1),
        colour: this.colour(edge.originator),
      },
      classes: sources === 1 ? "single" : "",
    };
  }
}

// Broken by us and each line isolated: the library would break inside an isolate and lose the direction behind it.
function lines(label) {
  const found = [];
  let line = "";
  for (const word of String(label ?? "")
    .split(/\s+/)
    .filter(Boolean)) {
    const piece = word.length > LINE ? `${word.slice(0, LINE - 1)}…` : word;
    if (line && line.length + 1 + piece.length > LINE) {
      found.push(line);
      line = piece;
    } else line = line ? `${line} ${piece}` : piece;
  }
  if (line) found.push(line);
  const shown = found.slice(0, LINES);
  if (found.length > LINES) shown[LINES - 1] += " …";
  return shown.map(isolated);
}
