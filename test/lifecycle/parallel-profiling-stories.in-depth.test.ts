import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { Duration, Size } from 'aws-cdk-lib';
import { hourBefore } from '../../lambda/domain/records/hour';
import { DriftComparison } from '../../lib';
import { captureLines } from '../lambda/capture-lines';
import { customers } from './customers';
import { PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(480_000);

const HOUR = 3_600_000;
const FILES = 3;
const REQUESTS_A_FILE = 4000;

describe('an hour of a pipeline with more recorded requests than one group', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(async () => {
    await pipeline.startWithVersion({
      monitoring: {
        driftComparisons: [DriftComparison.withTrainingData({ window: Duration.hours(1) })],
        parallelProfiling: { groupSize: Size.mebibytes(1) },
      },
    });
  });
  afterAll(() => pipeline.stop());

  /** Files of 1 MiB each, the last of which delivers the requests of the first again. */
  async function record(prefix: string, inferenceTime: string): Promise<void> {
    const rows = customers({ count: REQUESTS_A_FILE * (FILES - 1), seed: 5, moreComplaints: 3 });
    const requests = rows.map((row, index) => ({
      eventId: `request-${index}`.padEnd(50, '-'),
      inferenceTime,
      input: row.join(','),
      answers: [0.5],
    }));
    for (let file = 0; file < FILES; file++) {
      const first = (file % (FILES - 1)) * REQUESTS_A_FILE;
      const Body = captureLines(requests.slice(first, first + REQUESTS_A_FILE));
      expect(Body.length).toBeGreaterThan(2 ** 20);
      const { bucket: Bucket } = pipeline.resources;
      await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}${file}.jsonl`, Body }));
    }
  }

  test('is profiled by a function for each group, and the monitor reports its drift then', async () => {
    const { production } = await pipeline.routing();
    // The hour after the next one has no other requests, and the version has been in production for all of
    // it.
    await pipeline.cloud.clock.advance(HOUR);
    const hour = hourBefore(new Date((await pipeline.now()).getTime() + HOUR));
    const prefix = `capture/${PIPELINE}/${production?.variant}/${hour.path}/`;
    await record(prefix, new Date(hour.end.getTime() - HOUR / 2).toISOString());
    await pipeline.cloud.clock.advance(hour.end.getTime() + HOUR / 2 - (await pipeline.now()).getTime());

    const report = await pipeline.read(`profiles/${production?.variant}/${hour.path}/drift.json`);
    expect(JSON.parse(report)).toMatchObject({
      modelVersion: '1.0.0',
      status: 'drift',
      drifted: expect.arrayContaining(['complaints']),
      comparisons: [{ report: { rows: REQUESTS_A_FILE * (FILES - 1) } }],
    });
    const { stateMachines = [] } = await pipeline.sfn.send(new ListStateMachinesCommand({}));
    const groups = stateMachines.find(({ name }) => name?.includes('CaptureGroups'));
    const executions = await pipeline.executions(groups?.stateMachineArn as string);
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED']);
    const profiles = await pipeline.keys(`answers/1.0.0/${hour.path}-groups/`);
    expect(profiles.filter((key) => /group-\d+\.json$/.test(key))).toHaveLength(FILES);
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).not.toContainEqual(
      expect.stringContaining('Failed'),
    );
  });
});
