// Going along links by the arrow keys: the neighbour that lies nearest to the arrow's direction, within 80 degrees.
const ARROWS = { ArrowUp: -90, ArrowDown: 90, ArrowLeft: 180, ArrowRight: 0 };
const WIDEST = 80;

export const isArrow = (key) => key in ARROWS;

export function along(node, key) {
  const from = node.position();
  let best = null;
  let least = WIDEST;
  node.neighborhood("node").forEach((other) => {
    const to = other.position();
    const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
    const off = Math.abs(((angle - ARROWS[key] + 540) % 360) - 180);
    if (off < least) {
      least = off;
      best = other;
    }
  });
  return best;
}

// All links of an item, clockwise from above: the order in which N and P step.
export function around(node) {
  const from = node.position();
  const turn = (edge) => {
    const other = otherEnd(edge, node).position();
    return (Math.atan2(other.x - from.x, from.y - other.y) + 2 * Math.PI) % (2 * Math.PI);
  };
  return node
    .connectedEdges()
    .toArray()
    .sort((a, b) => turn(a) - turn(b) || (a.id() < b.id() ? -1 : 1));
}

export const otherEnd = (edge, node) => (edge.source().same(node) ? edge.target() : edge.source());
