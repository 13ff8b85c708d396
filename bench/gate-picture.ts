interface CurvePoint {
  readonly lead: number;
  readonly naive: number;
  readonly gate: number;
}

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 60;
const RIGHT = 20;
const TOP = 30;
const BOTTOM = 50;

/** P(promote) over the challenger's true lead, by both rules. */
export function promotionCurves(points: readonly CurvePoint[]): string {
  const [low, high] = [points[0]?.lead ?? 0, points.at(-1)?.lead ?? 1];
  const x = (lead: number) => LEFT + ((lead - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  const path = (of: (point: CurvePoint) => number) =>
    points.map((point) => `${x(point.lead).toFixed(1)},${y(of(point)).toFixed(1)}`).join(' ');
  const text = (px: number, py: number, what: string, anchor = 'middle') =>
    `<text x="${px}" y="${py}" text-anchor="${anchor}">${what}</text>`;
  const rules = [
    { name: 'challenger &gt; champion', colour: '#c2410c', of: (point: CurvePoint) => point.naive },
    { name: 'superior()', colour: '#1d4ed8', of: (point: CurvePoint) => point.gate },
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#475569" role="img" aria-label="Probability of a promotion over the true lead">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (share) =>
        `<path d="M${LEFT} ${y(share)}H${WIDTH - RIGHT}" stroke="#e2e8f0"/>${text(LEFT - 8, y(share) + 4, String(share), 'end')}`,
    ),
    ...points.map(({ lead }) => text(x(lead), HEIGHT - BOTTOM + 18, lead > 0 ? `+${lead}` : String(lead))),
    `<path d="M${x(0)} ${TOP}V${HEIGHT - BOTTOM}" stroke="#94a3b8" stroke-dasharray="3 3"/>`,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "challenger's true lead in AUC"),
    text(LEFT, TOP - 12, 'probability of a promotion', 'start'),
    ...rules.map(
      ({ name, colour, of }, index) =>
        `<polyline points="${path(of)}" fill="none" stroke="${colour}" stroke-width="2.5"/><text x="${WIDTH - RIGHT - 8}" y="${HEIGHT - BOTTOM - 14 - 18 * index}" text-anchor="end" fill="${colour}">${name}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}
