import type { Layers, Way } from './layers';

/** A place in a layer: a state, or where a long way passes. */
export interface Place {
  readonly name: string;
  readonly isPassage: boolean;
  readonly width: number;
  /** Places in the next layer that it leads to. */
  readonly below: Place[];
  readonly above: Place[];
}

export interface OrderedLayers<W extends Way> {
  /** From top to bottom, each from left to right. */
  readonly layers: readonly (readonly Place[])[];
  /** Where the ways that lead down pass, from their start to their end. */
  readonly routes: ReadonlyMap<W, readonly Place[]>;
}

const SWEEPS = 12;
const PASSAGE_WIDTH = 8;

/**
 * Orders each layer so that few ways cross: every place near the middle of its neighbours, again and again.
 */
export function orderLayers<W extends Way>(
  widths: ReadonlyMap<string, number>,
  ways: readonly W[],
  { layerOf, backward }: Layers<W>,
): OrderedLayers<W> {
  const layers: Place[][] = [];
  const place = (name: string, layer: number, width: number, isPassage: boolean): Place => {
    const made: Place = { name, isPassage, width, below: [], above: [] };
    layers[layer] ??= [];
    layers[layer].push(made);
    return made;
  };
  const places = new Map(
    [...widths].map(([name, width]) => [name, place(name, layerAt(name), width, false)]),
  );
  const routes = new Map<W, readonly Place[]>();
  for (const way of ways) {
    if (backward.has(way)) continue;
    const route = [places.get(way.from) as Place];
    for (let layer = layerAt(way.from) + 1; layer < layerAt(way.to); layer++)
      route.push(place('', layer, PASSAGE_WIDTH, true));
    route.push(places.get(way.to) as Place);
    connect(route);
    routes.set(way, route);
  }
  return { layers: bestOrder(layers), routes };

  function layerAt(name: string): number {
    return layerOf.get(name) ?? 0;
  }
}

function connect(route: readonly Place[]): void {
  route.slice(1).forEach((next, index) => {
    const previous = route[index] as Place;
    previous.below.push(next);
    next.above.push(previous);
  });
}

function bestOrder(layers: readonly (readonly Place[])[]): readonly (readonly Place[])[] {
  let order = layers;
  let best = { order, crossings: crossingsOf(order) };
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep++) {
    order = sweep % 2 === 0 ? swept(order, 'above') : swept([...order].reverse(), 'below').reverse();
    const crossings = crossingsOf(order);
    if (crossings < best.crossings) best = { order, crossings };
  }
  return best.order;
}

/** Sorts each layer by where its neighbours stand in the layer before it. */
function swept(layers: readonly (readonly Place[])[], neighbours: 'above' | 'below'): (readonly Place[])[] {
  const position = new Map<Place, number>();
  return layers.map((layer) => {
    const keyed = layer.map((place, index) => ({ place, key: middle(place[neighbours], position) ?? index }));
    const sorted = keyed.sort((a, b) => a.key - b.key).map(({ place }) => place);
    sorted.forEach((place, index) => {
      position.set(place, index);
    });
    return sorted;
  });
}

function middle(places: readonly Place[], position: ReadonlyMap<Place, number>): number | undefined {
  if (places.length === 0) return undefined;
  return places.reduce((sum, place) => sum + (position.get(place) ?? 0), 0) / places.length;
}

function crossingsOf(layers: readonly (readonly Place[])[]): number {
  return layers.slice(1).reduce((sum, layer, index) => sum + crossingsBetween(layers[index] ?? [], layer), 0);
}

function crossingsBetween(upper: readonly Place[], lower: readonly Place[]): number {
  const position = new Map(lower.map((place, index) => [place, index]));
  const ends = upper.map(({ below }) => below.map((place) => position.get(place) as number));
  let crossings = 0;
  ends.forEach((left, index) => {
    for (const right of ends.slice(index + 1))
      for (const end of left) crossings += right.filter((other) => other < end).length;
  });
  return crossings;
}
