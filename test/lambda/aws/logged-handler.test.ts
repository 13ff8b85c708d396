import type { Context } from 'aws-lambda';
import type { Handler } from '../../../lambda/aws/logged-handler';

const EXECUTION = 'arn:aws:states:eu-west-1:111111111111:execution:release:r-1';

describe('a logged handler', () => {
  const environment = { ...process.env };
  let lines: { readonly [field: string]: unknown }[];

  beforeEach(() => {
    lines = [];
    process.env.POWERTOOLS_SERVICE_NAME = 'plan-release';
    process.env.PIPELINE_NAME = 'flights';
    // Lambda takes both.
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
    }
  });
  afterEach(() => {
    process.env = environment;
    jest.restoreAllMocks();
    jest.resetModules();
  });

  async function invoke(handler: Handler<unknown>, ...events: unknown[]): Promise<unknown[]> {
    const { loggedHandler } = jest.requireActual('../../../lambda/aws/logged-handler');
    const logged = loggedHandler(handler);
    const custom = { executionId: EXECUTION };
    const invocations = events.map(
      (event, index) => async () =>
        logged(event, {
          awsRequestId: `request-${index}`,
          clientContext: index === 0 ? { custom } : undefined,
        } as Context),
    );
    const answers: unknown[] = [];
    for (const run of invocations) answers.push(await run());
    return answers;
  }

  test('logs each answer, with the execution, the release and the version that the request names', async () => {
    const answers = await invoke(async (event) => event, { releaseId: 'r-1', modelVersion: '1.2.0' }, 7);
    expect(answers).toEqual([{ releaseId: 'r-1', modelVersion: '1.2.0' }, 7]);
    expect(lines).toMatchObject([
      {
        level: 'INFO',
        message: 'the function answered',
        service: 'plan-release',
        pipeline: 'flights',
        function_request_id: 'request-0',
        executionId: EXECUTION,
        releaseId: 'r-1',
        modelVersion: '1.2.0',
      },
      { level: 'INFO', pipeline: 'flights', function_request_id: 'request-1' },
    ]);
    for (const field of ['executionId', 'releaseId', 'modelVersion'])
      expect(lines[1]).not.toHaveProperty(field);
  });

  test('names the release and the version of a plan', async () => {
    await invoke(async () => undefined, { plan: { releaseId: 'r-2', modelVersion: '2.0.0' }, reason: 'new' });
    expect(lines).toMatchObject([{ releaseId: 'r-2', modelVersion: '2.0.0' }]);
  });

  test('logs why it fails, with the stack, and fails all the same', async () => {
    const failing = async () => {
      throw new RangeError('too far');
    };
    await expect(invoke(failing, { modelVersion: '1.2.0' })).rejects.toThrow('too far');
    expect(lines).toMatchObject([
      {
        level: 'ERROR',
        message: 'the function failed',
        executionId: EXECUTION,
        modelVersion: '1.2.0',
        error: {
          name: 'RangeError',
          message: 'too far',
          stack: expect.stringContaining('RangeError: too far\n'),
        },
      },
    ]);
  });
});
