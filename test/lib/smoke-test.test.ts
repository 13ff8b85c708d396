import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { ModelPipeline, type SmokeTestProps } from '../../lib';
import { STAGED } from '../staged';

describe('requests for the smoke test', () => {
  const folder = mkdtempSync(join(tmpdir(), 'requests-'));
  const file = join(folder, 'requests.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The requests that the function gets, from the folder that would be deployed. */
  function shipped(smokeTest: SmokeTestProps): unknown {
    const app = new App({ ...STAGED, outdir: mkdtempSync(join(folder, 'out-')) });
    const stack = new Stack(app, 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
    new ModelPipeline(stack, 'Model', {
      training: { source: 'examples/flights/source' },
      data: { label: 'late' },
      smokeTest,
    });
    const assembly = app.synth();
    const { files } = JSON.parse(readFileSync(join(assembly.directory, 'Test.assets.json'), 'utf8'));
    const paths = Object.values(files as Record<string, { source: { path: string } }>).map(
      ({ source }) => source.path,
    );
    const [asset] = paths.filter((path) => path.endsWith('.json') && path.startsWith('asset.'));
    return asset && JSON.parse(readFileSync(join(assembly.directory, asset), 'utf8'));
  }

  const inFile = (content: string) => {
    writeFileSync(file, content);
    return { requestFile: file };
  };

  test('are shipped with the stack, from props and from a file, with defaults filled in', () => {
    const requests = [
      { body: '1,2', expectedAnswer: [0.5], tolerance: 0.1, maximumLatency: Duration.seconds(1) },
    ];
    const { requestFile } = inFile(
      '[{"body": {"instances": [[1, 2]]}}, {"body": "3,4", "maximumLatencyMillis": 50}]',
    );
    expect(shipped({ requests, requestFile })).toEqual([
      {
        contentType: 'text/csv',
        body: '1,2',
        expectedAnswer: [0.5],
        tolerance: 0.1,
        maximumLatencyMillis: 1000,
      },
      { contentType: 'application/json', body: '{"instances":[[1,2]]}', tolerance: 1e-6 },
      { contentType: 'text/csv', body: '3,4', tolerance: 1e-6, maximumLatencyMillis: 50 },
    ]);
    expect(shipped({})).toBeUndefined();
  });

  test.each<[string, () => SmokeTestProps, RegExp]>([
    [
      'a file that is not there',
      () => ({ requestFile: 'no/such.json' }),
      /^Test\/Model\/Release: smokeTest.requestFile no\/such.json does not exist: name a JSON file/,
    ],
    ['a file that is no JSON', () => inFile('[{'), /requests.json is not JSON: /],
    ['a file without requests', () => inFile('{"body": "1,2"}'), /must be an array of requests, as in \[/],
    [
      'a misspelt field',
      () => inFile('[{"body": "1", "expected": [1]}]'),
      /requests.json\[0\] has unknown fields; a request takes body, .*, got \["expected"\]/,
    ],
    ['a request without a body', () => inFile('[{}]'), /requests.json\[0\].body must be what is sent/],
    [
      'text that should be JSON',
      () => ({ requests: [{ body: '{', contentType: 'application/json' }] }),
      /smokeTest.requests\[0\].body must be JSON, as its contentType says/,
    ],
    [
      'another format',
      () => ({ requests: [{ body: 'x', contentType: 'image/png' }] }),
      /contentType must be text\/csv or application\/json, got "image\/png"/,
    ],
    [
      'an answer that is no number',
      () => inFile('[{"body": "1", "expectedAnswer": ["a"]}]'),
      /expectedAnswer must be finite numbers/,
    ],
    [
      'a tolerance below 0',
      () => ({ requests: [{ body: '1', tolerance: -1 }] }),
      /tolerance must be at least 0, got -1/,
    ],
    [
      'no time at all',
      () => ({ requests: [{ body: '1', maximumLatency: Duration.millis(0) }] }),
      /the maximum latency must be above 0/,
    ],
    [
      'more than a release should wait for',
      () => ({ requests: Array.from({ length: 101 }, () => ({ body: '1' })) }),
      /at most 100 requests, got 101/,
    ],
  ])('refuse %s', (_, props, message) => {
    expect(() => shipped(props())).toThrow(message);
  });
});
