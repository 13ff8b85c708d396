import type { Place } from './layer-order';

const GAP = 20;
const ROUNDS = 16;

/** Places that stand straight below each other. */
interface Chain {
  readonly places: Place[];
  x: number;
}

/**
 * Horizontal centres of ordered places. What belongs together most stands straight below each other; the rest
 * stands as near to its neighbours as the order allows.
 */
export function positionsOf(layers: readonly (readonly Place[])[]): ReadonlyMap<Place, number> {
  const chains = chainsOf(layers);
  const limits = (chain: Chain) => {
    let [low, high] = [-Infinity, Infinity];
    for (const place of chain.places) {
      const { left, right } = beside.get(place) as { left?: Place; right?: Place };
      if (left) low = Math.max(low, xOf(left) + distance(left, place));
      if (right) high = Math.min(high, xOf(right) - distance(place, right));
    }
    return { low, high };
  };
  const chainOf = new Map(chains.flatMap((chain) => chain.places.map((place) => [place, chain] as const)));
  const xOf = (place: Place) => chainOf.get(place)?.x ?? 0;
  const beside = new Map(
    layers.flatMap((layer) =>
      layer.map((place, index) => [place, { left: layer[index - 1], right: layer[index + 1] }] as const),
    ),
  );

  for (let moved = true; moved; ) {
    moved = false;
    for (const chain of chains) {
      const { low } = limits(chain);
      if (chain.x >= low) continue;
      chain.x = low;
      moved = true;
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const chain of round % 2 === 0 ? [...chains].reverse() : chains) {
      const neighbours = chain.places
        .flatMap(({ above, below }) => [...above, ...below])
        .filter((place) => chainOf.get(place) !== chain);
      if (neighbours.length === 0) continue;
      const wanted = neighbours.reduce((sum, place) => sum + xOf(place), 0) / neighbours.length;
      const { low, high } = limits(chain);
      chain.x = Math.max(low, Math.min(high, wanted));
    }
  }
  return new Map([...chainOf].map(([place, { x }]) => [place, x]));
}

function distance(left: Place, right: Place): number {
  const gap = left.isPassage && right.isPassage ? GAP / 2 : GAP;
  return (left.width + right.width) / 2 + gap;
}

/**
 * Long ways with many bends are worst to follow, so passages come first; then what leads to the most states.
 */
function chainsOf(layers: readonly (readonly Place[])[]): Chain[] {
  const depth = depths(layers);
  const index = new Map(
    layers.flatMap((layer) => layer.map((place, position) => [place, position] as const)),
  );
  const next = new Map<Place, Place>();
  const headed = new Set<Place>();
  for (const layer of layers) {
    const links = layer.flatMap((from) => from.below.map((to) => ({ from, to })));
    const rank = ({ from, to }: { from: Place; to: Place }) =>
      from.isPassage && to.isPassage
        ? Infinity
        : // Of ways that lead equally far, the one between neighbours is straight.
          (depth.get(to) ?? 0) - (from.isPassage || to.isPassage ? 0.5 : 0);
    const accepted: { from: Place; to: Place }[] = [];
    for (const link of links.sort((a, b) => rank(b) - rank(a))) {
      if (next.has(link.from) || headed.has(link.to)) continue;
      if (accepted.some((other) => crosses(link, other, index))) continue;
      accepted.push(link);
      next.set(link.from, link.to);
      headed.add(link.to);
    }
  }
  const heads = layers.flat().filter((place) => !headed.has(place));
  return heads.map((head) => {
    const places = [head];
    for (let place = next.get(head); place; place = next.get(place)) places.push(place);
    return { places, x: 0 };
  });
}

function crosses(
  a: { from: Place; to: Place },
  b: { from: Place; to: Place },
  index: ReadonlyMap<Place, number>,
): boolean {
  const at = (place: Place) => index.get(place) as number;
  return (at(a.from) - at(b.from)) * (at(a.to) - at(b.to)) < 0;
}

/** How many states are on the longest way down from each place, itself included. */
function depths(layers: readonly (readonly Place[])[]): ReadonlyMap<Place, number> {
  const depth = new Map<Place, number>();
  for (const place of [...layers].reverse().flat())
    depth.set(
      place,
      Math.max(0, ...place.below.map((next) => depth.get(next) as number)) + (place.isPassage ? 0 : 1),
    );
  return depth;
}
