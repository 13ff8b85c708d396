import { App, Duration } from 'aws-cdk-lib';
import { functionReleaseStates, functionRollbackStates } from '../../lib/release/function-states';
import { guardrailStates } from '../../lib/release/guardrail-states';
import { longestRelease, type ReleaseSchedule } from '../../lib/release/release-schedule';
import { releaseStates } from '../../lib/release/release-states';
import { ReleaseStrategy } from '../../lib/release/release-strategy';
import { restoreStates } from '../../lib/release/restore-states';
import { rollbackStates } from '../../lib/release/rollback-states';
import { retrainingStates } from '../../lib/retraining/retraining-states';
import type { PipelineFunction } from '../../lib/runtime/pipeline-function';
import { type Limit, mostEvents, type StateShape } from './most-events';

/** Of 25,000, at which Step Functions ends an execution; the rest is for retries. */
const ALLOWED = 20_000;
const DAY = 86_400;
/** No execution lasts longer. */
const YEAR = 365 * DAY;

const handler = { functionArn: 'arn' } as PipelineFunction<never>;
const functions = Object.fromEntries(
  [
    ...[
      'plan',
      'smokeTest',
      'noteShift',
      'writeReport',
      'record',
      'repair',
      'removeUnused',
      'analyse',
      'ask',
    ],
    ...['compareShadow', 'scale', 'snapshotData', 'validateData', 'splitData', 'planVersion', 'findChampion'],
    ...['profileBaseline', 'evaluate', 'register', 'recordOutcome', 'packageModel'],
  ].map((name) => [name, handler]),
);
const context = {
  pipelineName: 'churn',
  bucket: { bucketName: 'bucket' },
  topic: { topicArn: 'arn' },
  platform: {},
} as never;
const shared = {
  context,
  executionRoleArn: 'arn',
  hosting: { capturePercentage: 100, instanceType: 'ml.m5.large' } as never,
  scales: true,
};

const longest = {
  stepDuration: Duration.minutes(60),
  bakeTime: Duration.days(2),
  maximumStepDuration: Duration.days(14),
  approval: { timeout: Duration.days(300) },
};
const shares = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);

const STRATEGIES = {
  'all at once': ReleaseStrategy.allAtOnce({ bakeTime: Duration.days(14), approval: longest.approval }),
  canary: ReleaseStrategy.canary(longest),
  linear: ReleaseStrategy.linear({ ...longest, steps: 20 }),
  'blue and green': ReleaseStrategy.blueGreen({ ...longest, canary: shares }),
  shadow: ReleaseStrategy.shadow({
    duration: Duration.days(3),
    maximumDuration: Duration.days(14),
    followedBy: ReleaseStrategy.blueGreen({ ...longest, canary: shares }),
  }),
  guardrails: ReleaseStrategy.deploymentGuardrails({
    stepPercentage: 10,
    waitInterval: Duration.minutes(30),
    maximumExecutionTime: Duration.hours(8),
  }),
};

describe('an execution has far fewer events than Step Functions allows, however long its props let it be:', () => {
  describe.each(Object.entries(STRATEGIES))('a release with the strategy %s', (_, strategy) => {
    const schedule = strategy.bind(new App())._schedule;
    const props = { ...shared, schedule, functions: functions as never };

    test('of an endpoint', () => {
      const { guardrails } = schedule;
      const states = guardrails
        ? guardrailStates({ ...props, guardrails, alarmNames: ['alarm'] })
        : releaseStates(props);
      expect(releaseEvents(states, schedule)).toBeLessThan(ALLOWED);
    });

    test('of a function', () => {
      if (schedule.guardrails) return;
      const states = functionReleaseStates({ ...props, maximumRoutingAge: Duration.seconds(30) });
      expect(releaseEvents(states, schedule)).toBeLessThan(ALLOWED);
    });
  });

  test.each([
    ['an endpoint', rollbackStates({ ...shared, functions: functions as never }), handler],
    ['a function', functionRollbackStates(functions as never), undefined],
  ])('undoing a release of %s', (_, rollback, scale) => {
    const states = restoreStates({ functions: functions as never, scale, rollback });
    expect(eventsOf('PlanRestore', states, [...championLimits(states)])).toBeLessThan(ALLOWED);
  });

  test.each([1, 20])('a retraining, with %d rounds of a search', (rounds) => {
    const release = longestRelease(
      ReleaseStrategy.linear({ ...longest, steps: 20 }).bind(new App())._schedule,
    );
    const approval = Duration.days(300);
    const training = 28 * DAY * rounds;
    const states = retrainingStates({
      context,
      functions: functions as never,
      training: trainingOf(rounds),
      source: { url: 's3://bucket/source.tar.gz', fileName: 'source.tar.gz' },
      batchScoring: { instanceType: 'ml.m5.large', instanceCount: 1 },
      servingEnvironment: {},
      executionRoleArn: 'arn',
      trainingRoleArn: 'arn',
      judge: { functions, scoringRole: { roleArn: 'arn' }, approval: { ask: handler, timeout: approval } },
      releaseStateMachineArn: 'arn',
      releaseTimeout: release,
    } as never);
    // The time that jobs have together, with which the execution ends; most looks come of equal shares of it.
    const jobs = 7;
    const jobSeconds = Math.min(YEAR, 2 * DAY + training) / jobs;
    const poll = secondsOf(states, 'WaitForOtherRelease') as number;
    const events = eventsOf('BeginRetraining', states, [
      { states: /GoesOn$/, visits: jobs * looksOf(30, jobSeconds, 1.1), events: 9 },
      { states: /^WaitForOtherRelease$/, visits: (2 * release.toSeconds()) / poll + 10, events: 9 },
      { states: /^OtherReleaseWasFirst$/, visits: 5, events: 20 },
      { states: /^BeginScoringChampion$/, visits: 5, events: 80 },
      { states: /^EvaluateChallenger$/, visits: 6, events: 60 },
    ]);
    expect(events).toBeLessThan(ALLOWED);
  });
});

test('a loop that nothing limits is named', () => {
  const states = {
    Look: { Type: 'Task', Next: 'IsReady' },
    IsReady: { Type: 'Choice', Choices: [{ Next: 'Ready' }], Default: 'Wait' },
    Wait: { Type: 'Wait', Next: 'Look' },
    Ready: { Type: 'Succeed' },
  };
  expect(() => mostEvents('Look', states, [])).toThrow(/a loop has no limit: .*Wait/);
  expect(mostEvents('Look', states, [{ states: /^Wait$/, visits: 10, events: 9 }])).toBe(2 + 9 + 10 * 9);
});

function releaseEvents(states: object, schedule: ReleaseSchedule): number {
  const { trafficShares, maximumStepDuration, shadow } = schedule;
  const steps = trafficShares.length;
  const observed = steps * maximumStepDuration.toSeconds();
  const looked = names(states, ({ Assign, Choices = [] }) =>
    [Assign, ...Choices.map((rule) => rule.Assign)].some(
      (assigned) => assigned && 'endpointLooks' in assigned,
    ),
  );
  const [, mostLooks = '0'] = /endpointLooks < (\d+)/.exec(JSON.stringify(states)) ?? [];
  const [, longestWait = ''] = /< (\d+)\s*%}/.exec(JSON.stringify(stateOf(states, 'NotPlanned'))) ?? [];
  return eventsOf('PlanRelease', states, [
    { states: /^WaitForOthers$/, visits: othersLooks(Number(longestWait)), events: 9 },
    {
      states: /^(Observe|Bake)$/,
      visits: observed / (secondsOf(states, 'Observe', 'Bake') ?? Number.POSITIVE_INFINITY) + steps,
      events: 9,
    },
    ...(shadow
      ? [
          {
            states: /^ObserveShadow$/,
            visits: shadow.maximumDuration.toSeconds() / (secondsOf(states, 'ObserveShadow') as number) + 1,
            events: 9,
          },
        ]
      : []),
    // Each wait begins with a look that does not ask how many there were.
    { states: matching(looked), visits: Number(mostLooks) + steps + 10, events: 9 },
    { states: /^NextStep$/, visits: steps - 1, events: 30 },
    { states: /^(GoOn|ReleaseAlone)$/, visits: 1, events: 400 },
    { states: /^CountDeletion$/, visits: limitIn(states, /attempts < (\d+)/), events: 16 },
    // Before the release, and after it.
    ...championLimits(states).map((limit) => ({ ...limit, visits: 2 * limit.visits })),
  ]);
}

function championLimits(states: object): Limit[] {
  const attempts = limitIn(states, /attempts >= (\d+)/) + 1;
  return [
    { states: /^WaitForEndpoint$/, visits: limitIn(states, /championLooks < (\d+)/) + attempts, events: 11 },
    { states: /^CountAttempt$/, visits: attempts, events: 14 },
    { states: /^GiveTrafficBack$/, visits: 1, events: 14 },
    { states: /^BeginNote$/, visits: 1, events: 14 },
  ];
}

function eventsOf(startAt: string, states: object, limits: readonly Limit[]): number {
  return mostEvents(startAt, states as Record<string, StateShape>, limits);
}

/** Looks that it takes until a time is over. */
function looksOf(seconds: number, total: number, growth: number): number {
  let looks = 0;
  for (let waited = 0; waited < total; waited += Math.ceil(seconds * growth ** looks)) looks++;
  return looks;
}

function othersLooks(total: number): number {
  let looks = 0;
  for (let waited = 0; waited < total; waited += Math.max(60, Math.ceil(waited / 10))) looks++;
  return looks + 1;
}

interface AssigningState extends StateShape {
  readonly Assign?: object;
  readonly Seconds?: number;
  readonly Choices?: readonly { readonly Next: string; readonly Assign?: object }[];
}

function stateOf(states: object, name: string): AssigningState | undefined {
  return (states as Record<string, AssigningState>)[name];
}

/** Of the first of these states that there is. */
function secondsOf(states: object, ...candidates: string[]): number | undefined {
  return candidates.map((name) => stateOf(states, name)?.Seconds).find((seconds) => seconds);
}

function names(states: object, isMeant: (state: AssigningState) => boolean): string[] {
  return Object.entries(states as Record<string, AssigningState>)
    .filter(([name, state]) => name !== 'PlanRelease' && isMeant(state))
    .map(([name]) => name);
}

function matching(all: readonly string[]): RegExp {
  return new RegExp(`^(${all.join('|') || '-'})$`);
}

function limitIn(states: object, pattern: RegExp): number {
  return Number(pattern.exec(JSON.stringify(states))?.[1] ?? 0);
}

function trainingOf(rounds: number): object {
  return {
    metrics: {},
    instanceType: 'ml.m5.large',
    instanceCount: 1,
    volumeSize: { toGibibytes: () => 30 },
    maximumRuntime: Duration.days(28),
    trainingScript: 'train.py',
    inferenceScript: 'inference.py',
    ...(rounds > 1 && { tuning: { config: {}, names: [], version: '1', rounds } }),
  };
}
