import { ModelError, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { StreamScorerSettings } from '../../../contracts/functions/stream';
import type { ModelSignature } from '../../../contracts/model-signature';
import { logger } from '../../../lambda/aws/logger';
import { EndpointScorer } from '../../../lambda/score-stream/endpoint-scorer';
import { candidateRoute } from '../pipeline-fixture';
import { again, kinesisEvent, queueEvent, StreamWorld } from './stream-world';

interface Request {
  readonly EndpointName: string;
  readonly ContentType: string;
  readonly TargetVariant?: string;
  readonly InferenceId?: string;
  readonly Body: string;
}

const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: [
    { name: 'age', type: 'number', optional: true },
    { name: 'country', type: 'category', optional: false },
  ],
  outputs: [{ name: 'left', type: 'probabilities', classes: ['no', 'maybe', 'yes'] }],
};

describe('records that an endpoint scores', () => {
  let world: StreamWorld;
  let requests: Request[];
  let answer: (request: Request) => string;
  let signature: ModelSignature | undefined;

  beforeEach(() => {
    jest.replaceProperty(process, 'env', { ...process.env, AWS_REGION: 'eu-central-1' });
    jest.spyOn(logger, 'warn').mockImplementation();
    jest.spyOn(logger, 'error').mockImplementation();
    world = new StreamWorld();
    requests = [];
    answer = () => '0.25\n';
    signature = SIGNATURE;
    jest
      .spyOn(SageMakerRuntimeClient.prototype, 'send')
      .mockImplementation(async ({ input }: { input: object }) => {
        requests.push(input as Request);
        const text = answer(input as Request);
        return { Body: { transformToString: () => text }, ContentType: (input as Request).ContentType };
      });
  });
  afterEach(() => jest.restoreAllMocks());

  function props(changes: Partial<Extract<StreamScorerSettings, { kind: 'endpoint' }>> = {}) {
    const scorer = new EndpointScorer({
      endpoint: {
        kind: 'endpoint',
        endpointName: 'churn',
        contentType: 'text/csv',
        hasVariants: true,
        ...changes,
      },
      signatureOf: async () => signature,
    });
    return { ...world.streamInstance(), scorer };
  }

  const ROW = '{"country": "FR", "age": 40}';

  /** The container's own answer with a status. */
  function refusal(OriginalStatusCode: number): never {
    const message = `Received client error (${OriginalStatusCode}) from primary`;
    throw new ModelError({ message, $metadata: {}, OriginalStatusCode, OriginalMessage: 'no such country' });
  }

  test('go to the variant of their version, in the order of its columns, by the id of the record', async () => {
    expect(await again(queueEvent([ROW]), props())).toEqual([]);
    expect(requests).toEqual([
      {
        EndpointName: 'churn',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        TargetVariant: 'blue',
        InferenceId: 'm1',
        Body: '40,FR',
      },
    ]);
    expect(world.output).toMatchObject([
      { id: 'm1', inferenceId: 'm1', modelVersion: '1.0.0', prediction: 0.25 },
    ]);
  });

  test('go as JSON, and to an endpoint without variants, if the settings say so', async () => {
    answer = () => '{"predictions": [[0.25, 0.75]]}';
    await again(
      queueEvent(['{"country": "FR"}']),
      props({ contentType: 'application/json', hasVariants: false }),
    );
    expect(requests).toEqual([
      expect.objectContaining({ ContentType: 'application/json', Body: '{"instances":[[null,"FR"]]}' }),
    ]);
    expect(requests[0]).not.toHaveProperty('TargetVariant');
    expect(requests[0]).not.toHaveProperty('InferenceId');
    expect(world.output).toMatchObject([{ prediction: 0.75 }]);
  });

  test('have the likeliest of several classes', async () => {
    answer = () => '0.1,0.7,0.2';
    await again(queueEvent([ROW]), props());
    expect(world.output).toMatchObject([
      { prediction: 'maybe', probabilities: [0.1, 0.7, 0.2], classes: ['no', 'maybe', 'yes'] },
    ]);
  });

  test('have a hash for an id that the endpoint does not take', async () => {
    const event = kinesisEvent([ROW]) as { Records: { eventID: string }[] };
    const [record] = event.Records as [{ eventID: string }];
    record.eventID = `shardId-000000000003:${'4'.repeat(56)}`;
    await again(event, props());
    const [scored] = world.output;
    expect(scored?.id).toBe(record.eventID);
    expect(scored?.inferenceId).toMatch(/^[0-9a-f]{64}$/);
    expect(requests[0]?.InferenceId).toBe(scored?.inferenceId);
  });

  test('of a key go to one variant during a release', async () => {
    world.routing = {
      ...world.routing,
      candidate: candidateRoute({ modelVersion: '1.1.0', trafficShare: 0.5 }),
    };
    const bodies = Array.from({ length: 80 }, (_, index) =>
      JSON.stringify({ country: `C${index % 20}`, customer: `c${index % 20}` }),
    );
    await again(queueEvent(bodies), { ...props(), keyField: 'customer', carriedFields: ['customer'] });
    const variants = new Map<string, Set<string | undefined>>();
    for (const { Body, TargetVariant } of requests)
      variants.set(Body, (variants.get(Body) ?? new Set()).add(TargetVariant));
    expect([...variants.values()].map(({ size }) => size)).toEqual(Array(20).fill(1));
    expect(new Set(requests.map(({ TargetVariant }) => TargetVariant))).toEqual(new Set(['blue', 'green']));
  });

  test.each([
    ['{"country": "FR", "shoes": 4}', /a column 'shoes'/],
    ['{"age": 4}', /no column 'country'/],
    ['{"age": "old", "country": "FR"}', /column 'age' is "old", but the model takes a number/],
    ['{"age": 4, "country": null}', /column 'country' is null, but the model takes a category/],
    ['[4]', /1 cells, but the model takes 2 columns/],
  ])('never reach it if they do not fit the signature: %s', async (body, message) => {
    expect(await again(queueEvent([body]), props())).toEqual([]);
    expect(requests).toEqual([]);
    expect(world.deadLetters).toMatchObject([{ reason: 'row', message: expect.stringMatching(message) }]);
  });

  test('are lists if the version has no signature', async () => {
    signature = undefined;
    expect(await again(queueEvent(['[1, true, "a,b", null]', ROW]), props())).toEqual([]);
    expect(requests).toMatchObject([{ Body: '1,1,"a,b",' }]);
    expect(world.deadLetters).toMatchObject([
      { id: 'm2', message: expect.stringMatching(/has no signature/) },
    ]);
  });

  test('go to the dead letters if the container of production says that they are at fault', async () => {
    answer = () => refusal(400);
    expect(await again(queueEvent([ROW]), props())).toEqual([]);
    expect(world.deadLetters).toMatchObject([
      { reason: 'row', modelVersion: '1.0.0', message: 'the container answers 400: no such country' },
    ]);
  });

  test.each<[string, () => string]>([
    ['fails', () => refusal(500)],
    ['has too many requests', () => refusal(429)],
    ['answers no number', () => 'busy'],
    ['answers two rows', () => '1\n2'],
  ])('are delivered again if the container %s', async (_, answered) => {
    answer = answered;
    expect(await again(queueEvent([ROW]), props())).toEqual(['m1']);
    expect([world.output, world.deadLetters]).toEqual([[], []]);
  });

  test('are delivered again if a candidate says that they are at fault', async () => {
    world.routing = {
      ...world.routing,
      candidate: candidateRoute({ modelVersion: '1.1.0', trafficShare: 1 }),
    };
    answer = () => refusal(400);
    expect(await again(queueEvent([ROW]), props())).toEqual(['m1']);
    expect(world.deadLetters).toEqual([]);
  });

  test('behind one that failed in a shard are not handed on, though they were scored at the same time', async () => {
    answer = ({ Body }) => (Body.startsWith('2,') ? refusal(500) : '0.25');
    const event = kinesisEvent([1, 2, 3].map((age) => JSON.stringify({ age, country: 'FR' })));
    expect(await again(event, props())).toEqual(['2']);
    expect(requests).toHaveLength(3);
    expect(world.output).toHaveLength(1);
  });
});
