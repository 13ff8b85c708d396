import type * as z from 'zod/mini';
import type { DrawWidgetProps } from '../../../lambda/draw-widget/draw-widget';
import { drawWidget } from '../../../lambda/draw-widget/draw-widget';

const PRODUCTION = { modelVersion: '1.1.0', variant: 'green', since: '2026-11-24T08:00:00.000Z' };

/** What a dashboard draws of a pipeline with this routing document, and these objects. */
function drawing(routing: object, objects: Readonly<Record<string, object>> = {}, entries: object[] = []) {
  const props = {
    routing: { read: async () => routing },
    ledger: { newest: async (limit: number) => entries.slice(-limit).map((entry) => ({ entry })) },
    store: {
      tryReadJson: async (key: string, schema: z.ZodMiniType) => objects[key] && schema.parse(objects[key]),
    },
    now: () => new Date('2026-11-24T12:20:00Z'),
  } as unknown as DrawWidgetProps;
  return (event: object) => drawWidget(event, props);
}

function comparison(features: readonly [feature: string, distance: number, status: string][]) {
  return {
    version: 2,
    modelVersion: '1.1.0',
    variant: 'green',
    until: '2026-11-24T12:00:00.000Z',
    unreadable: 0,
    ignoredFeatures: [],
    status: 'drift',
    drifted: [],
    comparisons: [
      {
        from: '2026-11-23T12:00:00.000Z',
        windowHours: 24,
        reference: { settings: { is: 'trainingData' }, rows: 1000 },
        report: {
          status: 'drift',
          drifted: [],
          rows: 500,
          features: features.map(([feature, distance, status]) => ({ feature, status, rows: 500, distance })),
        },
      },
    ],
  };
}

const cells = (html: string) =>
  [...html.matchAll(/<td title="([^"]*)"/g)].map(([, title]) => title as string);

describe('the widget of versions', () => {
  const texts = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

  test('shows both versions of a release, with their shares, and the latest decisions first', async () => {
    const entry = (modelVersion: string, kind: string) => ({
      time: '2026-11-24T08:00:00.000Z',
      kind,
      modelVersion,
      reasons: [`because of ${modelVersion}`],
    });
    const candidate = { modelVersion: '1.2.0', variant: 'blue', trafficShare: 0.1 };
    const html = await drawing({ production: PRODUCTION, candidate }, {}, [
      entry('1.0.0', 'release'),
      entry('1.1.0', 'rejection'),
    ])({ widget: 'versions' });
    expect(texts(html)).toContain(
      '1.1.0 in production green 90 % 2026-11-24 08:00 1.2.0 candidate blue 10 %',
    );
    expect(texts(html)).toMatch(/rejection 1.1.0 because of 1.1.0.*release 1.0.0 because of 1.0.0/);
  });

  test('shows that a shadow gets copies only', async () => {
    const candidate = { modelVersion: '1.2.0', variant: 'blue', trafficShare: 0 };
    const html = await drawing({ production: PRODUCTION, candidate, shadow: candidate })({});
    expect(texts(html)).toContain('1.2.0 shadow blue copies only');
    expect(texts(html)).toContain('in production green 100 %');
  });

  test('escapes what a reason says', async () => {
    const entries = [
      { time: '2026-11-24T08:00:00Z', kind: 'release', modelVersion: '1.0.0', reasons: ['<script>'] },
    ];
    expect(await drawing({}, {}, entries)({})).not.toContain('<script>');
    expect(await drawing({})({})).toContain('Nothing has been released yet.');
  });
});

describe('the widget of drift', () => {
  const routing = { production: PRODUCTION };
  const key = (hour: string) => `profiles/green/2026/11/${hour}/drift.json`;

  test('has a line a feature, the farthest first, and a cell for each of the last 24 hours', async () => {
    const html = await drawing(routing, {
      [key('23/12')]: comparison([['distance', 0.02, 'stable']]),
      [key('24/11')]: comparison([
        ['distance', 0.31, 'drift'],
        ['carrier', 0.06, 'stable'],
      ]),
    })({ widget: 'drift' });
    const titles = cells(html);
    expect(titles).toHaveLength(48);
    expect(titles[0]).toBe('distance, 2026-11-23 13:00: 0.020');
    expect(titles[1]).toBe('distance, 2026-11-23 14:00: no comparison');
    expect(titles[23]).toBe('distance, 2026-11-24 12:00: 0.310, drift');
    expect(titles[47]).toBe('carrier, 2026-11-24 12:00: 0.060');
  });

  test('leaves out comparisons without a verdict', async () => {
    const [pending] = comparison([['distance', 0.5, 'stable']]).comparisons;
    const document = { ...comparison([]), comparisons: [{ ...pending, pending: 'too few rows' }] };
    expect(await drawing(routing, { [key('24/11')]: document })({ widget: 'drift' })).toContain(
      'No comparison with a verdict in the last 24 hours.',
    );
  });
});

test('a widget describes itself, and another one is refused', async () => {
  expect(await drawing({})({ describe: true })).toContain('`widget: drift`');
  await expect(drawing({})({ widget: 'weather' })).rejects.toThrow('request for a widget');
});
