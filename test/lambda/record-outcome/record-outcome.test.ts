import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { logger } from '../../../lambda/aws/logger';
import type { Notifier } from '../../../lambda/aws/notifier';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { recordOutcome } from '../../../lambda/record-outcome/record-outcome';
import { START } from '../../local/services/service-fixture';
import type { EventQueue } from '../event-queue';
import { ledgerEntries } from '../ledger-entries';
import { listenTo } from '../listeners';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:retraining:drift-20261124T1000';

describe('recordOutcome', () => {
  let fixture: PipelineFixture;
  let ledger: LedgerStore;
  let notifier: Notifier;
  let people: string;
  let events: EventQueue;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    ledger = new LedgerStore(fixture.store);
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    ({ notifier, people, events } = await listenTo(fixture));
  });
  afterEach(() => fixture.cloud.stop());

  const record = (event: object) =>
    recordOutcome(
      { workflow: 'retraining', execution: EXECUTION, reasons: [], ...event },
      { pipelineName: PIPELINE, ledger, routing: fixture.routing, notifier, now: () => START },
    );
  const alert = async () => {
    await fixture.settle();
    const [message] = await fixture.receiveJson(people);
    return { subject: message?.Subject, text: message?.Message };
  };
  const rejection = {
    outcome: 'rejection',
    modelVersion: '1.1.0',
    champion: '1.0.0',
    dataVersion: 'd1',
    verdict: 'keep',
    reasons: ["challenger's AUC 0.7000 is not significantly above champion's 0.7100"],
    modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2',
  };

  test('records that a challenger was refused, and tells why and what to do', async () => {
    expect(await record(rejection)).toEqual({ sequence: 1 });
    const { outcome, ...known } = rejection;
    expect(await ledgerEntries(ledger)).toEqual([
      {
        ...known,
        sequence: 1,
        kind: outcome,
        time: '2026-11-24T10:00:00.000Z',
        pipeline: PIPELINE,
        execution: EXECUTION,
      },
    ]);
    expect(await alert()).toEqual({
      subject: 'churn: version 1.1.0 was refused',
      text: [
        'The challenger 1.1.0 of churn was refused. Version 1.0.0 keeps serving.',
        "Why: challenger's AUC 0.7000 is not significantly above champion's 0.7100",
        'What to do: nothing is required; see models/1.1.0/model-card.md. To try again with other data or hyperparameters: model-pipeline retrain',
        `Workflow: ${EXECUTION}`,
        'Ledger entry: 1',
      ].join('\n'),
    });
    expect(await events.receive()).toEqual([
      expect.objectContaining({
        'detail-type': 'ChallengerRefused',
        detail: {
          version: 1,
          id: 'churn/drift-20261124T1000/ChallengerRefused',
          pipeline: PIPELINE,
          modelVersion: '1.1.0',
          champion: '1.0.0',
          dataVersion: 'd1',
          modelPackageArn: rejection.modelPackageArn,
          reasons: rejection.reasons,
          execution: EXECUTION,
          ledgerSequence: 1,
          report: null,
        },
      }),
    ]);
  });

  test('records that data were refused', async () => {
    await record({ outcome: 'failure', dataVersion: 'd1', reasons: ["label 'late' is missing in 3 rows"] });
    expect(await ledgerEntries(ledger)).toMatchObject([
      {
        kind: 'failure',
        champion: '1.0.0',
        dataVersion: 'd1',
        reasons: ["label 'late' is missing in 3 rows"],
      },
    ]);
    const { subject, text } = await alert();
    expect(subject).toBe('churn: training data were refused');
    expect(text).toContain(
      "Why: label 'late' is missing in 3 rows\nWhat to do: correct the files below training-data/",
    );
    expect(await events.receive()).toMatchObject([
      { 'detail-type': 'DataRefused', detail: { dataVersion: 'd1', modelVersion: null } },
    ]);
  });

  test.each([
    ['rejection-by-person', 'rejection', 'ChallengerRejected', 'version 1.1.0 was rejected by a person'],
    ['expiry', 'expiry', 'ApprovalExpired', 'nobody decided on version 1.1.0'],
  ])(
    'an undecided challenger whose end is %s was not refused by the gate',
    async (outcome, kind, type, subject) => {
      await record({ ...rejection, outcome, verdict: 'needs-person', reasons: ['rejected by ada'] });
      expect(await ledgerEntries(ledger)).toMatchObject([
        { kind, verdict: 'needs-person', modelVersion: '1.1.0', reasons: ['rejected by ada'] },
      ]);
      const told = await alert();
      expect(told.subject).toBe(`churn: ${subject}`);
      expect(told.text).toContain('Version 1.0.0 keeps serving.\nWhy: rejected by ada\n');
      expect(told.text).not.toContain('refused');
      expect(await events.receive()).toMatchObject([
        { 'detail-type': type, detail: { modelVersion: '1.1.0', champion: '1.0.0', ledgerSequence: 1 } },
      ]);
    },
  );

  test.each([
    [
      'a function',
      {
        Error: 'NoTrainingData',
        Cause: JSON.stringify({
          errorType: 'NoTrainingData',
          errorMessage: 'there are no training data',
          trace: ['at'],
        }),
      },
      'NoTrainingData: there are no training data',
    ],
    [
      'a job',
      {
        Error: 'SageMaker.TrainingJobFailed',
        Cause: JSON.stringify({ TrainingJobName: 'j', FailureReason: 'AlgorithmError: exit code 1' }),
      },
      'SageMaker.TrainingJobFailed: AlgorithmError: exit code 1',
    ],
    [
      'a job that took too long',
      {
        Error: 'States.TaskFailed',
        Cause: JSON.stringify({
          TrainingJobStatus: 'Stopped',
          SecondaryStatusTransitions: [
            { Status: 'Starting', StatusMessage: 'Starting' },
            { Status: 'MaxWaitTimeExceeded', StatusMessage: 'Training job exceeded MaxWaitTimeInSeconds' },
          ],
        }),
      },
      'States.TaskFailed: Training job exceeded MaxWaitTimeInSeconds',
    ],
    [
      'a service',
      { Error: 'S3.NoSuchKeyException', Cause: 'no such key' },
      'S3.NoSuchKeyException: no such key',
    ],
    ['a timeout', { Error: 'States.Timeout' }, 'States.Timeout: no cause was given'],
  ])('records the failure of %s in words for people', async (_, error, reason) => {
    await record({ outcome: 'failure', modelVersion: null, dataVersion: null, error });
    const [entry] = await ledgerEntries(ledger);
    expect(entry).toMatchObject({ kind: 'failure', reasons: [reason] });
    expect(entry).not.toHaveProperty('modelVersion');
    expect(await alert()).toEqual({
      subject: 'churn: a retraining failed',
      text: expect.stringContaining(`Why: ${reason}\nWhat to do: check the states of the workflow`),
    });
    expect(await events.receive()).toMatchObject([
      { 'detail-type': 'RetrainingFailed', detail: { champion: '1.0.0', reasons: [reason] } },
    ]);
  });

  test('records that a version was registered, and notifies nobody: SageMaker publishes an event of its own', async () => {
    const { reasons, verdict, ...known } = rejection;
    await record({ ...known, workflow: 'registration', outcome: 'registration', verdict: 'promote' });
    expect(await ledgerEntries(ledger)).toMatchObject([
      { kind: 'registration', modelVersion: '1.1.0', champion: '1.0.0', verdict: 'promote' },
    ]);
    expect(await events.receive()).toEqual([]);
  });

  test.each([
    ['rejection', 'ChallengerRefused', 'To try again with another model: model-pipeline register'],
    ['failure', 'RegistrationFailed', 'correct the cause, then: model-pipeline register'],
  ])('tells of the %s of a registration what to do', async (outcome, type, remedy) => {
    await record({ ...rejection, workflow: 'registration', outcome, error: { Error: 'E', Cause: 'C' } });
    expect((await alert()).text).toContain(remedy);
    expect(await events.receive()).toMatchObject([{ 'detail-type': type }]);
  });

  test('records a failure even if the routing document cannot be read', async () => {
    const logged = jest.spyOn(logger, 'error').mockImplementation();
    await fixture.routing.remove();
    await record({ outcome: 'failure', error: { Error: 'Error', Cause: 'there is no routing document' } });
    expect(await ledgerEntries(ledger)).toHaveLength(1);
    expect((await alert()).text).toContain('Nothing is known to be in production.');
    expect(logged).toHaveBeenCalledWith(
      'the version in production could not be read',
      expect.objectContaining({ message: expect.stringContaining('routing') }),
    );
    logged.mockRestore();
  });

  test('records one entry of an execution, however often it is tried', async () => {
    await record(rejection);
    expect(await record(rejection)).toEqual({ sequence: 1 });
    expect(await ledgerEntries(ledger)).toHaveLength(1);
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toHaveLength(1);
    expect(await events.receive()).toHaveLength(1);
  });
});
