import { type BlockLayout, LANE_GAP, layoutBlock } from './block-layout';
import { blocksOf } from './blocks';
import { lanePath, type Row } from './lane-path';
import { type Coordinates, flowingPath } from './paths';
import type { StateEdge, StateGraph, StateNode } from './state-graph';

/** A state at its place; `x` and `y` are its upper left corner. */
export interface PlacedNode extends StateNode, Coordinates, Size {
  readonly row: number;
  /** Its inner graphs, at their places in it. */
  readonly contents: readonly (Coordinates & { readonly layout: GraphLayout })[];
}

export interface PlacedEdge extends StateEdge {
  /** SVG path data. */
  readonly path: string;
}

/** A state graph on a plane, in pixels. */
export interface GraphLayout extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface PlacedBlock {
  readonly layout: BlockLayout;
  readonly left: number;
  readonly firstRow: number;
}

export const NODE_HEIGHT = 30;
const ROW_GAP = 26;
const PADDING = 14;
/** Of a letter of the page's font at 12 px, on average. */
const LETTER_WIDTH = 6.6;

/**
 * Places the states in rows, in the order in which they follow each other, and error handlers beside them.
 */
export function layoutGraph(graph: StateGraph): GraphLayout {
  const sized = new Map(graph.nodes.map((node) => [node.name, { node, ...contentsOf(node) }]));
  const blocks = blocksOf(graph);
  const blockOf = new Map(blocks.flatMap((names, index) => names.map((name) => [name, index] as const)));
  const isInside = ({ from, to }: StateEdge) => blockOf.get(from) === blockOf.get(to);

  const placed: PlacedBlock[] = [];
  const rowOf = new Map<string, number>();
  /** Lanes of the ways that lead into another block: one for each target. */
  const lanes = new Map<string, number>();
  let right = 0;
  blocks.forEach((names, index) => {
    const widths = new Map(names.map((name) => [name, sized.get(name)?.width ?? 0]));
    const layout = layoutBlock(
      widths,
      graph.edges.filter((edge) => isInside(edge) && blockOf.get(edge.from) === index),
    );
    const across = graph.edges.filter(
      (edge) => !isInside(edge) && Math.max(blockOf.get(edge.from) ?? 0, blockOf.get(edge.to) ?? 0) === index,
    );
    for (const { to } of across) {
      if (lanes.has(to)) continue;
      right += LANE_GAP;
      lanes.set(to, right);
    }
    const left = index === 0 ? 0 : right + 2 * LANE_GAP;
    const sources = across.flatMap(({ from }) => rowOf.get(from) ?? []);
    const firstRow = sources.length > 0 ? Math.min(...sources) + 1 : 0;
    for (const [name, { layer }] of layout.states) rowOf.set(name, firstRow + layer);
    placed.push({ layout, left, firstRow });
    right = left + layout.width;
  });

  const rows = rowsOf(graph.nodes.map(({ name }) => [rowOf.get(name) ?? 0, sized.get(name)?.height ?? 0]));
  const nodes = placed.flatMap(({ layout, left, firstRow }) =>
    [...layout.states].map(([name, { x, layer }]): PlacedNode => {
      const { node, width, height, contents } = sized.get(name) as Sized & { node: StateNode };
      const row = firstRow + layer;
      return { ...node, x: left + x - width / 2, y: rows[row]?.top ?? 0, width, height, row, contents };
    }),
  );
  const nodeOf = new Map(nodes.map((node) => [node.name, node]));
  const pathOf = (edge: StateEdge): string => {
    const [from, to] = [nodeOf.get(edge.from) as PlacedNode, nodeOf.get(edge.to) as PlacedNode];
    const { layout, left } = placed[blockOf.get(edge.from) ?? 0] as PlacedBlock;
    const route = isInside(edge) && layout.routes.get(edge);
    if (route)
      return routePath(
        from,
        to,
        route.map((x) => left + x),
        rows.slice(from.row),
      );
    const lane = isInside(edge) ? left + (layout.lanes.get(edge) ?? 0) : (lanes.get(edge.to) ?? 0);
    return lanePath(from, to, lane, rows, nodes);
  };
  const last = rows.at(-1);
  return {
    width: right,
    height: last ? last.bottom : 0,
    nodes,
    edges: graph.edges.map((edge) => ({ ...edge, path: pathOf(edge) })),
  };
}

interface Sized extends Size {
  readonly contents: PlacedNode['contents'];
}

function contentsOf({ name, inside }: StateNode): Sized {
  const width = name.length * LETTER_WIDTH + 24;
  if (inside.length === 0) return { width, height: NODE_HEIGHT, contents: [] };
  let x = PADDING;
  const contents = inside.map(layoutGraph).map((layout) => {
    const place = { x, y: NODE_HEIGHT, layout };
    x += layout.width + PADDING;
    return place;
  });
  const spare = Math.max(0, width - x);
  return {
    width: x + spare,
    height: NODE_HEIGHT + Math.max(...contents.map(({ layout }) => layout.height)) + PADDING,
    contents: contents.map((content) => ({ ...content, x: content.x + spare / 2 })),
  };
}

function rowsOf(heights: readonly (readonly [row: number, height: number])[]): Row[] {
  const count = Math.max(...heights.map(([row]) => row)) + 1;
  let top = 0;
  return Array.from({ length: count }, (_, index) => {
    const height = Math.max(0, ...heights.filter(([row]) => row === index).map(([, one]) => one));
    const row = { top, bottom: top + height };
    top = row.bottom + ROW_GAP;
    return row;
  });
}

/** A way down through the rows, from the bottom of a state to the top of another. */
function routePath(from: PlacedNode, to: PlacedNode, route: readonly number[], rows: readonly Row[]): string {
  const passed = [portToward(from, route[1] ?? 0), ...route.slice(1, -1), portToward(to, route.at(-2) ?? 0)];
  return flowingPath(
    { x: passed[0] as number, y: from.y + from.height },
    passed.slice(1).map((x, index) => ({
      bend: rows[index]?.bottom ?? 0,
      end: { x, y: rows[index + 1]?.top ?? 0 },
    })),
  );
}

/** Where on its upper or lower side a line leaves a state: as straight as it can. */
function portToward({ x, width }: PlacedNode, target: number): number {
  return Math.max(x + PADDING, Math.min(x + width - PADDING, target));
}
