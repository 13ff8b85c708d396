import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { ProductionRoute } from '../../contracts/routing';
import { parseSplit } from '../../lambda/domain/data/split-document';
import {
  challengerApprovalKey,
  holdoutKey,
  RELEASE_CLAIM,
  splitKey,
} from '../../lambda/domain/records/bucket-layout';
import { formatRouting } from '../../lambda/domain/release/routing';
import {
  DataSplit,
  type ModelPipelineProps,
  PromotionRule,
  ReleaseStrategy,
  UndecidedAction,
} from '../../lib';
import { runCli } from '../bin/cli';
import { CloudProcess } from './cloud-process';
import { csvOf, customers, customersCsv } from './customers';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { EventQueue } from './event-queue';
import { sendLabels, wouldLeave } from './ground-truth';

jest.setTimeout(600_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PATIENCE = Duration.minutes(30);
/** The output of a retraining that nobody has answered. */
const EXPIRED = expect.stringContaining('"outcome":"expired"');

describe('retrainings by data, quality and schedule, and challengers that the data cannot judge', () => {
  let cloud: CloudProcess;
  const pipeline = new DeployedPipeline((dataFolder) => {
    cloud = new CloudProcess({ dataFolder });
    return cloud;
  });
  let events: EventQueue;
  const props: Partial<ModelPipelineProps> = {
    data: { label: 'left', minimumRows: 500, split: DataSplit.byGroup('customer') },
    // No holdout of these stories is large enough to tell so small a lead.
    promotion: {
      rules: [PromotionRule.superior(0.001)],
      ifUndecided: UndecidedAction.ASK_PERSON,
      approvalTimeout: PATIENCE,
    },
    retraining: {
      onNewData: true,
      minimumNewFiles: 3,
      maximumNewDataAge: Duration.hours(3),
      cooldown: Duration.hours(1),
      maximumPerWeek: 20,
    },
    releaseStrategy: ReleaseStrategy.allAtOnce({ bakeTime: Duration.minutes(1) }),
  };

  beforeAll(async () => {
    await pipeline.start(props);
    events = await EventQueue.subscribe(pipeline.config(), PIPELINE);
  });
  afterAll(() => pipeline.stop());

  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(args, pipeline.environment());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  /** Rows of customers, each of whom is there twice. */
  const twice = (count: number, seed: number) => {
    const [, ...lines] = customersCsv({ count, seed }).trim().split('\n');
    const rows = lines.map((line, index) => [...line.split(',').map(Number), seed * 10_000 + index]);
    return csvOf(['left', 'complaints', 'price', 'shoe_size', 'customer'], [...rows, ...rows]);
  };
  const dataVersionOf = async (modelVersion: string) =>
    (await pipeline.modelPackage(modelVersion)).CustomerMetadataProperties?.dataVersion as string;
  const splitOf = async (dataVersion: string) => parseSplit(await pipeline.read(splitKey(dataVersion)));
  const linesOf = (text: string) => text.trim().split('\n');
  /** Lets time pass until a retraining waits for a person, without traffic. */
  const untilAsked = async () => {
    for (let minute = 0; minute < 60; minute++) {
      const asked = (await pipeline.newAlerts()).find(({ subject }) =>
        subject.endsWith('waits for approval'),
      );
      if (asked) return asked;
      await pipeline.cloud.clock.advance(MINUTE);
    }
    throw new Error('nobody was asked');
  };
  /** Names of executions, the newest first. */
  const retrainings = async () =>
    (await pipeline.executions(pipeline.resources.retrainingStateMachine)).map(({ name }) => name as string);
  const executionOf = (name: string) =>
    `${pipeline.resources.retrainingStateMachine.replace(':stateMachine:', ':execution:')}:${name}`;
  /** Lets hours pass until another retraining has begun. */
  const untilNextBegins = async (mostHours: number) => {
    const before = await retrainings();
    for (let hour = 1; hour <= mostHours; hour++) {
      await pipeline.cloud.clock.advance(HOUR);
      const now = await retrainings();
      if (now.length > before.length) {
        expect(now.slice(1)).toEqual(before);
        const [name = ''] = now;
        return { hour, name, executionArn: executionOf(name) };
      }
    }
    throw new Error(`nothing began within ${mostHours} hours`);
  };
  /** Lets time pass until a workflow is in a state. */
  const untilIn = async (executionArn: string, state: string) => {
    for (let second = 0; second < 600; second++) {
      const { events: history = [] } = await pipeline.sfn.send(
        new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 5 }),
      );
      if (history.some((event) => event.stateEnteredEventDetails?.name === state)) return;
      await pipeline.cloud.clock.advance(1_000);
    }
    throw new Error(`${executionArn} has not come to ${state}`);
  };
  /** Lets time pass until a workflow has ended, without traffic. */
  const untilEnded = async (executionArn: string) => {
    for (let minute = 0; minute < 120; minute++) {
      const found = await pipeline.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (found.status !== 'RUNNING') return found;
      await pipeline.cloud.clock.advance(MINUTE);
    }
    throw new Error(`${executionArn} has not ended after 2 hours`);
  };
  /** Answers what a retraining has asked, without a look at what is in production now. */
  const answer = async (retraining: string, words: string) => {
    const asked = await pipeline.read(challengerApprovalKey(retraining.split(':').at(-1) as string));
    await pipeline.sfn.send(
      new SendTaskSuccessCommand({
        taskToken: JSON.parse(asked).token,
        output: JSON.stringify({ answer: words }),
      }),
    );
  };
  /**
   * A release of the version in production begins, and comes no farther than its claim until it is let go on.
   */
  const claimRelease = async () => {
    const { bucket, releaseStateMachine: stateMachineArn } = pipeline.resources;
    const name = 'claims-and-waits';
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const claim = { Bucket: bucket, Key: RELEASE_CLAIM };
    const Body = JSON.stringify({ releaseId: 'another', execution: executionArn });
    await pipeline.s3.send(new PutObjectCommand({ ...claim, Body }));
    const input = JSON.stringify({ modelVersion: 'production', waitForOthers: true });
    await pipeline.sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return { executionArn, goOn: () => pipeline.s3.send(new DeleteObjectCommand(claim)) };
  };
  const stop = (executionArn: string) => pipeline.sfn.send(new StopExecutionCommand({ executionArn }));

  test('rows of a group stay together: none that trains is in the holdout, too', async () => {
    await pipeline.upload('2026-10.csv', twice(800, 1));
    expect(await pipeline.retrain()).toMatchObject({ output: { outcome: 'promoted' } });
    await pipeline.expectServing('1.0.0');
    const { columns, rows, duplicates } = await splitOf(await dataVersionOf('1.0.0'));
    expect(columns).toEqual(['complaints', 'price', 'shoe_size']);
    expect(rows.train + rows.holdout).toBe(1600);
    expect(rows.holdout).toBeGreaterThan(200);
    expect(duplicates).toEqual({ rows: 0, dropped: false });
    await pipeline.newAlerts();
    await events.receive();
  });

  test('what the data cannot judge waits for a person; approved, it is released after one that was first, and the ledger says who', async () => {
    const retraining = await pipeline.startRetraining(BETTER);
    const { text } = await untilAsked();
    expect(text).toMatch(
      /^The data do not show whether the challenger 2\.0\.0 .*Version 1\.0\.0 keeps serving\.$/m,
    );
    expect(text).toMatch(/^Why it is undecided: .* it needs about \d+ rows/m);
    expect(text).toContain('What to do within 30 minutes: model-pipeline evaluation 2.0.0, then');
    expect(await cli('status')).toMatch(
      /^version 2\.0\.0 waits for a person since .*: model-pipeline approve 2\.0\.0, or model-pipeline reject 2\.0\.0$/m,
    );
    const other = await claimRelease();
    expect(await cli('approve', '2.0.0', '--comment', 'it looks good')).toMatch(
      /^version 2\.0\.0 was approved by .*: it looks good$/m,
    );
    await untilIn(retraining, 'WaitForOtherRelease');
    await other.goOn();
    expect(await pipeline.follow(other.executionArn)).toMatchObject({ output: { modelVersion: '1.0.0' } });
    expect(await pipeline.follow(retraining)).toMatchObject({ output: { outcome: 'promoted' } });
    await pipeline.expectServing('2.0.0');
    expect((await pipeline.modelPackage('2.0.0')).ModelApprovalStatus).toBe('Approved');
    const entry = (await pipeline.ledger()).at(-1);
    expect(entry).toMatchObject({ kind: 'release', modelVersion: '2.0.0', champion: '1.0.0' });
    expect(entry?.reasons[0]).toMatch(/^approved by .*: it looks good; /);
    expect((await events.receive()).map((event) => event['detail-type'])).toEqual([
      'RetrainingStarted',
      'ChallengerWaiting',
      'Refused',
      'ReleaseStarted',
      'StepAnalysed',
      'Promoted',
      'ReleaseStarted',
      'StepAnalysed',
      'Promoted',
    ]);
    await pipeline.newAlerts();
  });

  test('rejected, the champion stays, and the ledger says who', async () => {
    const retraining = await pipeline.startRetraining();
    await untilAsked();
    await cli('reject', '--comment', 'not before Christmas');
    const { output } = await pipeline.follow(retraining);
    expect(output).toMatchObject({ outcome: 'rejected', modelVersion: '3.0.0' });
    expect((await pipeline.modelPackage('3.0.0')).ModelApprovalStatus).toBe('Rejected');
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'rejection',
      verdict: 'needs-person',
      champion: '2.0.0',
      reasons: [
        expect.stringMatching(/^rejected by .*: not before Christmas$/),
        expect.stringContaining('it needs about'),
      ],
    });
    const [alert] = await pipeline.newAlerts();
    expect(alert?.subject).toBe(`${PIPELINE}: version 3.0.0 was rejected by a person`);
    await pipeline.expectServing('2.0.0');
  });

  test('a champion that changes while it scores scores anew; if it changes again, nobody can approve, and who just has is asked again', async () => {
    const routing = await pipeline.routing();
    const serve = (modelVersion: string) =>
      pipeline.ssm.send(
        new PutParameterCommand({
          Name: `/model-pipeline/${PIPELINE}/routing`,
          Value: formatRouting({
            ...routing,
            production: { ...(routing.production as ProductionRoute), modelVersion },
          }),
          Overwrite: true,
        }),
      );
    const retraining = await pipeline.startRetraining();
    await untilIn(retraining, 'ScoreChampion');
    await serve('1.0.0');
    expect((await untilAsked()).text).toContain('Version 1.0.0 keeps serving.');

    await serve('2.0.0');
    expect(await runCli(['approve'], pipeline.environment())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'compared with 1.0.0, and 2.0.0 is in production now: reject it, and retrain',
      ),
    });
    // Somebody approved it right before.
    await answer(retraining, 'approved by ada');
    expect((await untilAsked()).text).toContain('Version 2.0.0 keeps serving.');
    expect(await pipeline.modelPackage('3.1.0')).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval',
      ApprovalDescription: 'compared with 2.0.0',
    });
    await cli('reject');
    expect(await pipeline.follow(retraining)).toMatchObject({ output: { outcome: 'rejected' } });
    expect(JSON.stringify((await pipeline.ledger()).at(-1)?.reasons)).not.toContain('ada');
    await pipeline.expectServing('2.0.0');
    await pipeline.newAlerts();
  });

  test('unanswered, it expires; new data that came meanwhile start the next one, once there are files enough', async () => {
    const retraining = await pipeline.startRetraining();
    await untilAsked();
    for (const seed of [2, 3, 4]) await pipeline.upload(`2026-11-0${seed}.csv`, twice(20, seed));
    await pipeline.cloud.clock.advance(MINUTE);
    expect(await cli('status')).toMatch(
      /^retrainings in the last 7 days: \d of 20; the next may start at .* UTC\n.*\n.* data +new data: /m,
    );

    await pipeline.cloud.clock.advance(PATIENCE.toMilliseconds());
    const { output } = await pipeline.follow(retraining);
    const reason = 'nobody approved or rejected it within 30 minutes';
    expect(output).toMatchObject({ outcome: 'expired', modelVersion: '3.2.0' });
    expect((await pipeline.ledger()).at(-1)).toMatchObject({ kind: 'expiry', modelVersion: '3.2.0' });
    expect((await pipeline.ledger()).at(-1)?.reasons[0]).toBe(reason);
    expect((await pipeline.modelPackage('3.2.0')).ModelApprovalStatus).toBe('PendingManualApproval');
    const [alert] = await pipeline.newAlerts();
    expect(alert?.subject).toBe(`${PIPELINE}: nobody decided on version 3.2.0`);

    const { name, executionArn } = await untilNextBegins(2);
    expect(name).toMatch(/^data-/);
    await stop(executionArn);
  });

  test('too few new files start one when the oldest has waited long enough', async () => {
    await pipeline.upload('2026-11-05.csv', twice(20, 5));
    const { name, hour, executionArn } = await untilNextBegins(4);
    expect(name).toMatch(/^data-/);
    expect(hour).toBeGreaterThan(2);
    await stop(executionArn);
  });

  test('labels that say that the champion is wrong start one; it ends as any other', async () => {
    await pipeline.traffic.predict(customers({ count: 600, seed: 9 }));
    // It is delivered a minute later.
    await pipeline.cloud.clock.advance(2 * MINUTE);
    await sendLabels(pipeline, (row) => (wouldLeave(row) === 1 ? 0 : 1));
    const { name, executionArn } = await untilNextBegins(2);
    expect(name).toMatch(/^quality-/);
    expect(await untilEnded(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: EXPIRED });
    await pipeline.expectServing('2.0.0');
  });

  test('a schedule starts one at its time; a stratified holdout has as many of either class as the training data', async () => {
    const time = new Date((await pipeline.now()).getTime() + 2 * HOUR);
    const schedule = Schedule.cron({ hour: String(time.getUTCHours()), minute: '5' });
    const data = {
      label: 'left',
      minimumRows: 500,
      ignoredColumns: ['customer'],
      split: DataSplit.stratified(7),
    };
    expect(
      await pipeline.deploy({ ...props, data, retraining: { schedule, cooldown: Duration.hours(1) } }),
    ).toMatchObject({ code: 0 });
    const { name, executionArn } = await untilNextBegins(3);
    expect(name).toMatch(/^schedule-/);
    const { output } = await untilEnded(executionArn);
    expect(output).toEqual(EXPIRED);
    const { modelVersion } = JSON.parse(output as string);
    const dataVersion = await dataVersionOf(modelVersion);
    const { rows, trainFiles } = await splitOf(dataVersion);
    const held = linesOf(await pipeline.read(holdoutKey(dataVersion, 'labels')));
    const train = (await Promise.all(trainFiles.map((file) => pipeline.read(file)))).flatMap((text) =>
      linesOf(text).slice(1),
    );
    expect([train.length, held.length]).toEqual([rows.train, rows.holdout]);
    const leavers = (lines: readonly string[]) => lines.filter((line) => line.startsWith('1')).length;
    expect(leavers(held)).toBe(Math.round((leavers(held) + leavers(train)) / 5));
  });

  test('answers that are lost keep no retraining from its end', async () => {
    await pipeline.newAlerts();
    const operations = 'CreateTrainingJob+CreateModel+CreateTransformJob+DeleteModel';
    await cloud.injectFaults(`rate=1,kinds=lost-answer,services=sagemaker,operations=${operations}`);
    try {
      const retraining = await pipeline.startRetraining();
      await untilAsked();
      await cloud.injectFaults(null);
      await cli('reject');
      expect(await pipeline.follow(retraining)).toMatchObject({ output: { outcome: 'rejected' } });
      await pipeline.expectServing('2.0.0');
    } finally {
      await cloud.injectFaults(null);
    }
  });

  const SEEDS = [1, 6];
  test.each(SEEDS)(
    'whichever of 8 % of the calls fail, it survives, is in the ledger once, and leaves nothing: seed %d',
    async (seed) => {
      const execution = await pipeline.startRetraining();
      await cloud.injectFaults(`rate=0.08,seed=${seed},services=sagemaker+s3+ssm+lambda+sns+events+states`);
      try {
        await untilEnded(execution);
        await cloud.injectFaults(null);
        const entries = (await pipeline.ledger()).filter((entry) => entry.execution === execution);
        expect(entries.map(({ kind, reasons }) => [kind, kind === 'failure' ? reasons : []])).toEqual([
          ['expiry', []],
        ]);
        await pipeline.expectServing('2.0.0');
      } finally {
        await cloud.injectFaults(null);
      }
    },
  );
});
