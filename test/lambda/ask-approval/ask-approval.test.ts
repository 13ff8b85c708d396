import { askApproval } from '../../../lambda/ask-approval/ask-approval';
import { approvalSchema } from '../../../lambda/domain/records/approval';
import { type Listeners, listenTo } from '../listeners';
import { PIPELINE, PipelineFixture } from '../pipeline-fixture';

const EXECUTION = 'arn:aws:states:eu-central-1:000000000000:execution:release:release-9';
const QUESTION = {
  token: 'a-token',
  releaseId: 'release-9',
  modelVersion: '1.1.0',
  champion: '1.0.0',
  reason: 'new prices',
  execution: EXECUTION,
  time: '2026-11-24T10:00:00.000Z',
};

describe('askApproval', () => {
  let fixture: PipelineFixture;
  let listeners: Listeners;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    listeners = await listenTo(fixture);
  });
  afterEach(() => fixture.cloud.stop());

  const ask = (question: object) =>
    askApproval(question, { pipelineName: PIPELINE, store: fixture.store, notifier: listeners.notifier });

  test('keeps what the release waits with, and tells people what to do and where to look', async () => {
    await ask(QUESTION);
    expect(await fixture.store.readJson('releases/release-9/approval.json', approvalSchema)).toEqual({
      version: 1,
      modelVersion: '1.1.0',
      token: 'a-token',
      askedAt: QUESTION.time,
    });
    const [alert] = await fixture.receiveJson(listeners.people);
    expect(alert).toMatchObject({ Subject: 'churn: version 1.1.0 waits for approval' });
    const lines = String(alert?.Message).split('\n');
    expect(lines[0]).toContain('Version 1.0.0 keeps serving.');
    expect(lines.slice(1)).toEqual([
      'Why it is released: new prices',
      "What to do: model-pipeline approve, or model-pipeline reject --comment '...'",
      'From a browser: the same command in https://eu-central-1.console.aws.amazon.com/cloudshell/home?region=eu-central-1',
      `Workflow: https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/${EXECUTION}`,
    ]);
  });

  test('tells other systems the same', async () => {
    await ask(QUESTION);
    const { token: _token, time: _time, ...about } = QUESTION;
    expect(await listeners.events.receive()).toMatchObject([
      { 'detail-type': 'WaitingForApproval', detail: { pipeline: PIPELINE, ...about } },
    ]);
  });

  test('names what is wrong with the question', async () => {
    await expect(ask({ ...QUESTION, champion: 'newest' })).rejects.toThrow(
      /^question for approval is not valid: champion: /,
    );
  });
});
