import { type Html, type HtmlValue, html } from '../html';
import { type GraphLayout, layoutGraph, NODE_HEIGHT, type PlacedEdge, type PlacedNode } from './graph-layout';
import type { StateGraph } from './state-graph';
import { type ExecutionProgress, wayKey } from './state-progress';

/** Room for arrowheads and thick borders at the rim. */
const MARGIN = 4;

/** A state machine as a picture; what an execution has done of it is coloured. */
export function drawGraph(graph: StateGraph, progress: ExecutionProgress): Html {
  const layout = layoutGraph(graph);
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN].map(Math.ceil);
  return html`<svg class="graph" width="${width}" height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" role="img" aria-label="states and the ways between them">
<defs>${['', 'catch', 'taken'].map(arrowhead)}</defs>${drawLayout(layout, progress)}</svg>`;
}

function arrowhead(kind: string): Html {
  return html`<marker id="arrow${kind}" class="${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0.5L8,4L0,7.5z"/></marker>`;
}

/** Ways that were taken lie above the others, and states above all ways. */
function drawLayout({ nodes, edges }: GraphLayout, progress: ExecutionProgress): Html {
  const drawn = edges
    .map((edge) => ({ edge, look: lookOf(edge, progress) }))
    .sort((a, b) => LOOKS.indexOf(a.look) - LOOKS.indexOf(b.look));
  return html`${drawn.map(({ edge, look }) => drawEdge(edge, look))}${nodes.map((node) => drawNode(node, progress))}`;
}

const LOOKS = ['catch', '', 'taken'];

function lookOf({ from, to, kind }: PlacedEdge, { taken }: ExecutionProgress): string {
  if (taken.has(wayKey(from, to))) return 'taken';
  return kind === 'catch' ? 'catch' : '';
}

function drawEdge({ from, to, label, path }: PlacedEdge, look: string): Html {
  return html`<path class="${look}" d="${path}" marker-end="url(#arrow${look})"><title>${from} → ${to}${label && `: ${label}`}</title></path>`;
}

function drawNode(node: PlacedNode, progress: ExecutionProgress): Html {
  const { name, type, x, y, width, height, contents } = node;
  const state = progress.states.get(name);
  const inside: HtmlValue = contents.map(
    (content) =>
      html`<g transform="translate(${content.x},${content.y})">${drawLayout(content.layout, progress)}</g>`,
  );
  return html`<g class="node ${type.toLowerCase()} ${state}" transform="translate(${x},${y})"><title>${name}: ${type}${state && `, ${state}`}</title>
<rect width="${width}" height="${height}" rx="${radiusOf(type)}"/><text x="${width / 2}" y="${NODE_HEIGHT / 2 + 4}">${name}</text>${inside}</g>`;
}

/** Where an execution ends, its states are round. */
function radiusOf(type: string): number {
  return type === 'Succeed' || type === 'Fail' ? NODE_HEIGHT / 2 : 6;
}
