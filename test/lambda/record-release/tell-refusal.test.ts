import { isRefusal, tellRefusal } from '../../../lambda/record-release/tell-refusal';
import { EventQueue } from '../event-queue';
import { PIPELINE, PipelineFixture } from '../pipeline-fixture';

const REFUSAL = {
  kind: 'refusal',
  releaseId: 'release-9',
  modelVersion: 'newest',
  error: {
    Error: 'UnknownModelVersion',
    Cause: JSON.stringify({ errorMessage: "model version 'newest' is not in the registry", trace: [] }),
  },
  execution: 'arn:aws:states:us-east-1:000000000000:execution:release:release-9',
  time: '2026-11-24T10:00:00.000Z',
};

test('other systems are told that a release was refused, and why', async () => {
  const fixture = new PipelineFixture();
  try {
    await fixture.start();
    const events = await EventQueue.create(fixture);
    await tellRefusal(REFUSAL, events.eventBus);
    expect(await events.receive()).toMatchObject([
      {
        'detail-type': 'Refused',
        detail: {
          version: 1,
          id: 'churn/release-9/Refused',
          pipeline: PIPELINE,
          releaseId: 'release-9',
          modelVersion: 'newest',
          error: 'UnknownModelVersion',
          reasons: ["UnknownModelVersion: model version 'newest' is not in the registry"],
          execution: REFUSAL.execution,
        },
      },
    ]);
  } finally {
    await fixture.cloud.stop();
  }
});

test('only a refusal is one', () => {
  expect(isRefusal(REFUSAL)).toBe(true);
  expect(isRefusal({ kind: 'release' })).toBe(false);
  expect(isRefusal(null)).toBe(false);
});
