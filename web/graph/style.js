// How items and links look. Colour is the originator, and the originator's code stands in words beside it; thickness is
// the number of independent sources, and dashes say that there is only one.
import { colours } from "../dom.js";
import { COLOURS } from "./data.js";

const SHAPES = {
  person: "ellipse",
  organisation: "round-rectangle",
  organization: "round-rectangle",
  group: "round-rectangle",
  document: "cut-rectangle",
  travel: "tag",
  event: "star",
  place: "hexagon",
  camp: "hexagon",
  detention: "hexagon",
  vehicle: "diamond",
  account: "barrel",
  case: "rectangle",
};
const NAMES = ["fg", "bg", "accent", "muted", ...Array.from({ length: COLOURS + 1 }, (_, number) => `o${number}`)];
const FONT = '"Plex Sans", "Plex Arabic", sans-serif';

export function style(root) {
  const now = colours(root, NAMES);
  const originator = (each) => now[`o${each.data("colour")}`];
  return [
    {
      selector: "node",
      style: {
        width: 26,
        height: 26,
        shape: (each) => SHAPES[each.data("kind")] ?? "ellipse",
        "background-color": originator,
        "border-width": 1.5,
        "border-color": now.bg,
        label: "data(text)",
        "font-family": FONT,
        "font-size": 12,
        color: now.fg,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-wrap": "wrap",
        "text-max-width": 400,
        "line-height": 1.25,
        "text-background-color": now.bg,
        "text-background-opacity": 0.85,
        "text-background-padding": 2,
        "min-zoomed-font-size": 7,
      },
    },
    { selector: "node.more", style: { "border-width": 5, "border-style": "double", "border-color": now.fg } },
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "line-color": originator,
        "target-arrow-color": originator,
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        "curve-style": "bezier",
        opacity: 0.85,
      },
    },
    { selector: "edge.single", style: { "line-style": "dashed", "line-dash-pattern": [6, 4] } },
    {
      selector: "edge.near",
      style: {
        opacity: 1,
        label: "data(text)",
        "source-label": "data(code)",
        "source-text-offset": 26,
        "font-family": FONT,
        "font-size": 11,
        color: now.fg,
        "text-wrap": "wrap",
        "text-max-width": 400,
        "text-background-color": now.bg,
        "text-background-opacity": 0.85,
        "text-background-padding": 2,
        "min-zoomed-font-size": 7,
        "z-index": 8,
      },
    },
    {
      selector: "node.at",
      style: {
        "border-width": 5,
        "border-style": "solid",
        "border-color": now.accent,
        width: 34,
        height: 34,
        "z-index": 10,
      },
    },
    {
      selector: "edge.at",
      style: { "overlay-color": now.accent, "overlay-opacity": 0.3, "overlay-padding": 5, "z-index": 9 },
    },
    { selector: "core", style: { "active-bg-opacity": 0, "selection-box-opacity": 0 } },
  ];
}
