import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MonitorSink } from '../../../lambda/deliver-report/monitor-sink';
import { OpenTelemetrySink } from '../../../lambda/deliver-report/open-telemetry-sink';
import { TableSink } from '../../../lambda/deliver-report/table-sink';
import { WebhookSink } from '../../../lambda/deliver-report/webhook-sink';

/** A number that arrived: the distance of a feature, or the value of a metric. */
export interface TakenNumber {
  readonly kind: string;
  readonly subject: string;
  readonly value: number;
}

/** A sink with what is behind it. */
export interface SinkWorld {
  readonly sink: MonitorSink;
  isDown: boolean;
  /** All numbers, once each however often they came, as a careful receiver keeps them. */
  taken(): TakenNumber[];
  close(): void;
}

const NOW = new Date('2026-11-24T10:12:00Z');
const KEY = Buffer.from('a key of twenty-four bytes');

/** What a receiver answers to a request. */
type Receiver = (
  body: string,
  headers: IncomingMessage['headers'],
) => { readonly status: number; readonly text?: string };

/** A receiver on loopback. @param secret without the URL */
async function httpWorld(
  Sink: typeof WebhookSink | typeof OpenTelemetrySink,
  secret: object,
  receiver: Receiver,
): Promise<Pick<SinkWorld, 'sink' | 'isDown' | 'close'>> {
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { status, text = '' } = world.isDown ? { status: 503 } : receiver(body, request.headers);
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/results`;
  const world = {
    isDown: false,
    sink: new Sink({
      readSecret: async () => JSON.stringify({ url, ...secret }),
      fetch,
      now: () => NOW,
    }),
    close: () => server.close(),
  };
  return world;
}

/** Checks signatures as Standard Webhooks says, and keeps what it has taken by the id of the request. */
export async function webhookWorld(): Promise<SinkWorld> {
  const byId = new Map<string, readonly TakenNumber[]>();
  const world = await httpWorld(
    WebhookSink,
    { signingSecret: `whsec_${KEY.toString('base64')}` },
    (body, { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature }) => {
      const expected = createHmac('sha256', KEY).update(`${id}.${time}.${body}`).digest('base64');
      if (signature !== `v1,${expected}`) return { status: 401, text: 'the signature is wrong' };
      const { kind, rows } = JSON.parse(body) as { kind: string; rows: Row[] };
      if (rows.some(isRefused)) return { status: 422, text: 'a subject is unknown' };
      byId.set(String(id), numbersOf(kind, rows));
      return { status: 204 };
    },
  );
  return Object.assign(world, { taken: () => [...byId.values()].flat() });
}

/** Keeps points by name, time and attributes, as stores of metrics do. */
export async function openTelemetryWorld(): Promise<SinkWorld> {
  const points = new Map<string, TakenNumber>();
  const world = await httpWorld(
    OpenTelemetrySink,
    { headers: { 'x-key': 'secret' } },
    (body, { 'x-key': key, 'content-type': type }) => {
      if (key !== 'secret') return { status: 401, text: 'the key is wrong' };
      if (type !== 'application/json') return { status: 415 };
      let rejected = 0;
      for (const { kind, subject, value, identity, isWatched } of pointsOf(JSON.parse(body) as OtlpRequest)) {
        if (subject === REFUSED) rejected++;
        else if (isWatched) points.set(identity, { kind, subject, value });
      }
      const partialSuccess = rejected > 0 ? { rejectedDataPoints: String(rejected), errorMessage: 'no' } : {};
      return { status: 200, text: JSON.stringify({ partialSuccess }) };
    },
  );
  return Object.assign(world, { taken: () => [...points.values()] });
}

/** Objects by their keys, as in S3. */
export async function tableWorld(): Promise<SinkWorld> {
  const objects = new Map<string, string>();
  const world: SinkWorld = {
    isDown: false,
    sink: new TableSink(
      {
        uriOf: (key) => `s3://lake/${key}`,
        write: async (key: string, content: string) => {
          if (world.isDown) throw new Error('Service Unavailable');
          objects.set(key, content);
          return undefined as never;
        },
      },
      'models/',
    ),
    taken: () =>
      [...objects].flatMap(([key, content]) => {
        const [, kind = ''] =
          /^models\/profiles\/(drift|quality)-table\/day=2026-11-24\/09-flights-green\.jsonl$/.exec(key) ??
          [];
        const lines = content.split('\n').filter(Boolean);
        return numbersOf(
          kind,
          lines.map((line) => JSON.parse(line) as Row),
        );
      }),
    close: () => {},
  };
  return world;
}

/** A feature that receivers refuse. */
export const REFUSED = 'refused';

interface Row {
  readonly feature?: string;
  readonly metric?: string;
  readonly distance?: number;
  readonly value?: number;
}

const isRefused = ({ feature }: Row) => feature === REFUSED;

function numbersOf(kind: string, rows: readonly Row[]): TakenNumber[] {
  return rows.map(({ feature, metric, distance, value }) => ({
    kind,
    subject: feature ?? metric ?? '',
    value: distance ?? value ?? Number.NaN,
  }));
}

interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string };
}

interface OtlpRequest {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly gauge: {
          readonly dataPoints: readonly {
            readonly timeUnixNano: string;
            readonly asDouble: number;
            readonly attributes: readonly KeyValue[];
          }[];
        };
      }[];
    }[];
  }[];
}

function pointsOf({ resourceMetrics }: OtlpRequest) {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((scope) => scope.metrics),
  );
  return metrics.flatMap(({ name, gauge }) =>
    gauge.dataPoints.map(({ timeUnixNano, asDouble, attributes }) => {
      const subject = attributes.find(({ key }) => key === 'feature' || key === 'metric')?.value.stringValue;
      const [, kind = ''] = /^model_pipeline\.(drift|quality)\./.exec(name) ?? [];
      return {
        kind,
        subject: subject ?? '',
        value: asDouble,
        identity: JSON.stringify([name, timeUnixNano, attributes]),
        isWatched: name === 'model_pipeline.drift.distance' || name === 'model_pipeline.quality.value',
      };
    }),
  );
}
