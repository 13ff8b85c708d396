import { type SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { proveIdentity } from '../../../bin/cli/prove-identity';
import { answerApproval } from '../../../lambda/answer-approval/answer-approval';
import { IdentityVerifier } from '../../../lambda/aws/identity-verifier';
import { approvalSchema } from '../../../lambda/domain/records/approval';
import { approvalKey } from '../../../lambda/domain/records/bucket-layout';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { START } from '../../local/services/service-fixture';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const KEY = approvalKey('release-1');
const ASKED = {
  version: 1 as const,
  modelVersion: '1.1.0',
  token: 'AQB4',
  askedAt: '2026-11-24T09:00:00Z',
};
const ADA = 'arn:aws:sts::000000000000:assumed-role/approver/test';

describe('answerApproval', () => {
  const fixture = new PipelineFixture();
  const answers: unknown[] = [];
  let ada: STSClient;

  beforeAll(async () => {
    await fixture.start();
    await fixture.routing.create({
      ...emptyRouting(PIPELINE),
      production: productionRoute(),
      candidate: candidateRoute(),
    });
    ada = new STSClient(await fixture.roleConfig('approver', []));
  });
  beforeEach(async () => {
    answers.length = 0;
    await fixture.store.writeJson(KEY, ASKED);
  });
  afterAll(() => fixture.cloud.stop());

  const answer = (event: object) => {
    const stepFunctions = new SFNClient(fixture.config());
    stepFunctions.send = async ({ input }: SendTaskSuccessCommand) => {
      answers.push(input);
      return { $metadata: {} } as never;
    };
    return answerApproval(event, {
      store: fixture.store,
      routing: fixture.routing,
      stepFunctions,
      identity: new IdentityVerifier(fixture.config()),
      now: () => START,
    });
  };
  const given = { decision: 'approve' as const, comment: 'now' };
  const prove = () =>
    proveIdentity(ada, {
      ...given,
      question: fixture.store.uriOf(KEY),
      askedAt: ASKED.askedAt,
      modelVersion: '1.1.0',
    });

  test('tells the workflow and the record who answered, as STS says', async () => {
    const words = `approved by ${ADA}: now`;
    expect(await answer({ ...given, proof: await prove() })).toMatchObject({ answer: words });
    expect(answers).toEqual([{ taskToken: 'AQB4', output: JSON.stringify({ answer: words }) }]);
    expect((await fixture.store.readJson(KEY, approvalSchema)).answer).toEqual({
      ...given,
      by: ADA,
      time: START.toISOString(),
    });
  });

  test.each([
    ['without a proof', () => ({ ...given, by: 'ada' }), /no proof of identity; answer with 'model-pipeline/],
    [
      'with a proof and a name',
      async () => ({ ...given, by: 'bob', proof: await prove() }),
      /unknown field 'by'/,
    ],
    [
      'with the proof of another decision',
      async () => ({ ...given, decision: 'reject', proof: await prove() }),
      /STS refuses the proof/,
    ],
  ])('refuses an answer %s, and the release still waits', async (_how, event, message) => {
    await expect(answer(await event())).rejects.toThrow(message);
    expect(answers).toEqual([]);
    expect(await fixture.store.readJson(KEY, approvalSchema)).toEqual(ASKED);
  });
});
