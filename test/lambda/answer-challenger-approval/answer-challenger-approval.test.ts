import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { answerChallengerApproval } from '../../../lambda/answer-challenger-approval/answer-challenger-approval';
import { IdentityVerifier } from '../../../lambda/aws/identity-verifier';
import { challengerApprovalKey } from '../../../lambda/domain/records/bucket-layout';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { START } from '../../local/services/service-fixture';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';
import { waitingStateMachine } from '../waiting-state-machine';

describe('answerChallengerApproval', () => {
  let fixture: PipelineFixture;
  let stepFunctions: SFNClient;
  let stateMachineArn: string;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    stepFunctions = new SFNClient(fixture.config());
    stateMachineArn = await waitingStateMachine(fixture, 'retraining');
  });
  afterEach(() => fixture.cloud.stop());

  const answer = (decision: string, more: object = {}) =>
    answerChallengerApproval(
      { decision, proof: { host: 'localhost', date: '', authorization: '' }, ...more },
      {
        store: fixture.store,
        routing: fixture.routing,
        stepFunctions,
        stateMachineArns: [stateMachineArn],
        identity: new IdentityVerifier(fixture.config()),
        now: () => START,
      },
    );
  /** A retraining that runs, and has asked unless it is told not to. */
  const retraining = async (name: string, modelVersion?: string, more: object = {}) => {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name }));
    if (modelVersion === undefined) return;
    const approval = { version: 1, modelVersion, champion: '1.0.0', token: 'AQB4', askedAt: START };
    await fixture.store.writeJson(challengerApprovalKey(name), { ...approval, ...more });
  };

  test('there is nothing to answer while no retraining has asked', async () => {
    await retraining('manual-1');
    await expect(answer('approve')).rejects.toThrow('no challenger waits for a decision');
  });

  test('a question of a retraining that has ended is not answered', async () => {
    await retraining('manual-1', '1.1.0');
    await fixture.advance(600_000);
    await expect(answer('approve')).rejects.toThrow('no challenger waits for a decision');
  });

  test('the version that is named must be the one that waits', async () => {
    await retraining('manual-1', '1.1.0');
    await expect(answer('reject', { modelVersion: '1.2.0' })).rejects.toThrow(
      'the challenger 1.1.0 waits, not 1.2.0',
    );
  });

  test('of several that wait one must be named', async () => {
    await retraining('manual-1', '1.1.0');
    await retraining('manual-2', '1.2.0');
    await expect(answer('approve')).rejects.toThrow(/^several challengers wait: .*1\.1\.0.*; specify one$/);
  });

  test('a second answer is refused with the first', async () => {
    const given = { decision: 'reject', by: 'bob', comment: 'too odd', time: START };
    await retraining('manual-1', '1.1.0', { answer: given });
    await expect(answer('approve')).rejects.toThrow(
      'the challenger 1.1.0 was rejected by bob: too odd already',
    );
  });

  test('what was compared with another version than the one in production is not approved', async () => {
    await retraining('manual-1', '1.1.0', { champion: '0.9.0' });
    await expect(answer('approve')).rejects.toThrow(
      'version 1.1.0 was compared with 0.9.0, and 1.0.0 is in production now: reject it, and retrain',
    );
  });

  test('while another version is being released nothing is approved', async () => {
    await retraining('manual-1', '1.1.0');
    const production = productionRoute();
    const candidate = candidateRoute({ modelVersion: '1.0.5' });
    await fixture.routing.write({ ...emptyRouting(PIPELINE), production, candidate });
    await expect(answer('approve')).rejects.toThrow('version 1.0.5 is being released');
  });

  test('a misspelt field approves nothing', async () => {
    await retraining('manual-1', '1.1.0');
    await expect(answer('approve', { modelversion: '1.2.0' })).rejects.toThrow(/modelversion/);
  });
});
