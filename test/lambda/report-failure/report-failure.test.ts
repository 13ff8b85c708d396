import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { logger } from '../../../lambda/aws/logger';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { recordOutcome } from '../../../lambda/record-outcome/record-outcome';
import { failuresIn } from '../../../lambda/report-failure/failure-message';
import { reportFailure } from '../../../lambda/report-failure/report-failure';
import { START } from '../../local/services/service-fixture';
import { ledgerEntries } from '../ledger-entries';
import { type Listeners, listenTo } from '../listeners';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const STATES = 'arn:aws:states:us-east-1:000000000000';
const MACHINES = {
  registration: 'arn:registration',
  restore: `${STATES}:stateMachine:restore`,
  retraining: `${STATES}:stateMachine:retraining`,
};

const ended = (machine: string, status: string, more: object = {}) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: `${STATES}:execution:${machine}:e-1`,
    stateMachineArn: `${STATES}:stateMachine:${machine}`,
    name: 'e-1',
    status,
    error: null,
    cause: null,
    ...more,
  },
});

const failedFunction = {
  version: '1.0',
  requestContext: {
    requestId: 'r-1',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:monitor:$LATEST',
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload: {},
  responsePayload: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 900.00 seconds' },
};

/** As Lambda gets them from the queue. */
const messages = (content: unknown, attributes: Record<string, string> = {}) => ({
  Records: [
    {
      messageId: 'm-1',
      body: typeof content === 'string' ? content : JSON.stringify(content),
      messageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
      ),
    },
  ],
});

test.each([
  [
    'a workflow that was stopped',
    messages(ended('restore', 'ABORTED', { error: 'Killed', cause: 'by somebody' })),
    {
      what: 'restore',
      about: `${STATES}:execution:restore:e-1`,
      title: 'the workflow that rolls back a release was stopped',
      reason: 'execution e-1: Killed: by somebody',
    },
  ],
  [
    'a workflow whose history was full',
    messages(
      ended('retraining', 'FAILED', {
        error: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (25000).',
      }),
    ),
    {
      what: 'retraining',
      title: 'a retraining failed',
      reason:
        'execution e-1: States.Runtime: The execution reached the maximum number of history events (25000).',
    },
  ],
  [
    'a workflow that timed out, which tells no error',
    messages(ended('retraining', 'TIMED_OUT')),
    { title: 'a retraining timed out', reason: 'execution e-1: TIMED_OUT' },
  ],
  [
    'an event that a function gave up',
    messages(failedFunction),
    {
      what: 'function',
      about: 'monitor:r-1',
      reason:
        'monitor gave up an event after 3 attempts (RetriesExhausted): Sandbox.Timedout: Task timed out after 900.00 seconds',
    },
  ],
  [
    'an event that a rule could not deliver',
    messages(
      { id: 'event-1', ...ended('release', 'ABORTED') },
      {
        RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/restore-rule',
        TARGET_ARN: `${STATES}:stateMachine:restore`,
        ERROR_CODE: 'NO_PERMISSIONS',
        ERROR_MESSAGE: 'denied',
      },
    ),
    {
      what: 'event',
      about: 'restore-rule:event-1',
      reason:
        'EventBridge could not deliver Step Functions Execution Status Change of e-1 from the rule restore-rule to stateMachine:restore: NO_PERMISSIONS: denied',
    },
  ],
  ['a message that nobody knows', messages('?'), { what: 'unknown', about: 'message:m-1', reason: '?' }],
])('%s is a failure', (_, event, expected) => {
  expect(failuresIn(event, MACHINES)).toEqual([expect.objectContaining(expected)]);
});

describe('reportFailure', () => {
  let fixture: PipelineFixture;
  let ledger: LedgerStore;
  let listeners: Listeners;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    ledger = new LedgerStore(fixture.store);
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    listeners = await listenTo(fixture);
  });
  afterEach(() => fixture.cloud.stop());

  const propsOf = () => ({
    pipelineName: PIPELINE,
    ledger,
    routing: fixture.routing,
    notifier: listeners.notifier,
    now: () => START,
  });
  const report = async (content: unknown) => {
    for (const failure of failuresIn(messages(content), MACHINES)) await reportFailure(failure, propsOf());
  };
  const alerts = async () => {
    await fixture.settle();
    return fixture.receiveJson(listeners.people);
  };

  test('writes one entry and notifies once, however often a failure is told', async () => {
    for (let time = 0; time < 3; time++) await report(failedFunction);
    const reason =
      'monitor gave up an event after 3 attempts (RetriesExhausted): Sandbox.Timedout: Task timed out after 900.00 seconds';
    expect(await ledgerEntries(ledger)).toEqual([
      {
        sequence: 1,
        time: START.toISOString(),
        kind: 'failure',
        pipeline: PIPELINE,
        champion: '1.0.0',
        reasons: [`a function failed: ${reason}`],
        execution: 'monitor:r-1',
      },
    ]);
    expect(await alerts()).toMatchObject([
      {
        Subject: 'churn: a function failed',
        Message: [
          'A function failed (churn).',
          `Why: ${reason}`,
          'Version 1.0.0 is in production.',
          'What to do: check the log of the function monitor; the event had no effect',
          'About: monitor:r-1',
          'Ledger entry: 1',
        ].join('\n'),
      },
    ]);
    expect(await listeners.events.receive()).toMatchObject([
      {
        'detail-type': 'Failed',
        detail: {
          id: 'churn/r-1/Failed',
          what: 'function',
          reasons: [reason],
          execution: 'monitor:r-1',
          ledgerSequence: 1,
        },
      },
    ]);
  });

  test('says nothing of a retraining that has recorded its failure', async () => {
    const { executionArn } = ended('retraining', 'FAILED').detail;
    const failure = {
      workflow: 'retraining',
      outcome: 'failure',
      execution: executionArn,
      reasons: [],
      error: { Error: 'E' },
    };
    await recordOutcome(failure, propsOf());
    expect(await alerts()).toHaveLength(1);
    await report(ended('retraining', 'FAILED', { error: 'E' }));
    expect(await ledgerEntries(ledger)).toHaveLength(1);
    expect(await alerts()).toEqual([]);
  });

  test('notifies of an entry of which nobody could be notified', async () => {
    const { executionArn } = ended('retraining', 'FAILED').detail;
    const times = { time: START.toISOString(), pipeline: PIPELINE, execution: executionArn };
    await ledger.append({ ...times, kind: 'rejection', reasons: ['not better'] });
    await report(ended('retraining', 'FAILED', { error: 'E' }));
    expect(await ledgerEntries(ledger)).toMatchObject([{ kind: 'rejection' }]);
    expect(await alerts()).toMatchObject([
      { Message: expect.stringMatching(/\nIt is recorded as rejection, .*\n(.*\n)*Ledger entry: 1$/) },
    ]);
    expect(await listeners.events.receive()).toMatchObject([
      { 'detail-type': 'RetrainingFailed', detail: { ledgerSequence: 1 } },
    ]);
  });

  test('writes the entry that an attempt had only chosen a number for', async () => {
    await fixture.store.writeJson('recorded/retraining/e-1/rejection.json', { sequence: 7 });
    await report(ended('retraining', 'ABORTED'));
    expect(await ledgerEntries(ledger)).toMatchObject([{ sequence: 1, kind: 'failure' }]);
  });

  test('reports although the routing document is gone', async () => {
    const logged = jest.spyOn(logger, 'error').mockImplementation();
    await fixture.routing.remove();
    await report(ended('restore', 'TIMED_OUT'));
    expect(await alerts()).toMatchObject([
      { Message: expect.stringContaining('Nothing is known to be in production.') },
    ]);
    logged.mockRestore();
  });
});
