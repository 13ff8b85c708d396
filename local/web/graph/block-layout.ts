import { orderLayers, type Place } from './layer-order';
import { positionsOf } from './layer-positions';
import { layersOf } from './layers';
import type { StateEdge } from './state-graph';

/** A block by itself: layers from 0, and horizontal places from 0 to `width`. */
export interface BlockLayout {
  readonly width: number;
  /** Horizontal centre and layer of each state. */
  readonly states: ReadonlyMap<string, { readonly x: number; readonly layer: number }>;
  /** Where the ways that lead down pass: a horizontal place for each layer from start to end. */
  readonly routes: ReadonlyMap<StateEdge, readonly number[]>;
  /** Where the ways that close a loop go up. */
  readonly lanes: ReadonlyMap<StateEdge, number>;
}

/** Distance of lanes from what is beside them. */
export const LANE_GAP = 14;

/**
 * @param widths width of each state of the block, the first state first
 * @param edges ways between states of the block
 */
export function layoutBlock(widths: ReadonlyMap<string, number>, edges: readonly StateEdge[]): BlockLayout {
  const found = layersOf([...widths.keys()], edges);
  const { layers, routes } = orderLayers(widths, edges, found);
  const position = positionsOf(layers);
  const x = (place: Place) => position.get(place) ?? 0;
  const layerOf = (name: string) => found.layerOf.get(name) ?? 0;

  const edgesOfLayers = layers.map((layer) => ({
    left: Math.min(...layer.map((place) => x(place) - place.width / 2)),
    right: Math.max(...layer.map((place) => x(place) + place.width / 2)),
  }));
  const lanes = new Map<StateEdge, number>();
  const span = ({ from, to }: StateEdge) => layerOf(from) - layerOf(to);
  for (const edge of [...found.backward].sort((a, b) => span(a) - span(b))) {
    const passed = edgesOfLayers.slice(layerOf(edge.to), layerOf(edge.from) + 1);
    const ends = [edge.from, edge.to].map((name) => ({ name, layer: layers[layerOf(name)] ?? [] }));
    const before = ends.reduce((sum, { name, layer }) => sum + statesBeside(layer, name).before, 0);
    const after = ends.reduce((sum, { name, layer }) => sum + statesBeside(layer, name).after, 0);
    const lane =
      before <= after
        ? Math.min(...passed.map(({ left }) => left)) - LANE_GAP
        : Math.max(...passed.map(({ right }) => right)) + LANE_GAP;
    lanes.set(edge, lane);
    for (const layer of passed) {
      layer.left = Math.min(layer.left, lane);
      layer.right = Math.max(layer.right, lane);
    }
  }

  const left = Math.min(...edgesOfLayers.map((layer) => layer.left));
  const right = Math.max(...edgesOfLayers.map((layer) => layer.right));
  const states = layers.flat().filter(({ isPassage }) => !isPassage);
  return {
    width: right - left,
    states: new Map(states.map((place) => [place.name, { x: x(place) - left, layer: layerOf(place.name) }])),
    routes: new Map([...routes].map(([edge, route]) => [edge, route.map((place) => x(place) - left)])),
    lanes: new Map([...lanes].map(([edge, lane]) => [edge, lane - left])),
  };
}

/** How many states stand in a layer before and after one of them. */
function statesBeside(layer: readonly Place[], name: string): { before: number; after: number } {
  const states = layer.filter(({ isPassage }) => !isPassage);
  const before = states.findIndex((state) => state.name === name);
  return { before, after: states.length - 1 - before };
}
