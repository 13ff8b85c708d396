import { STSClient } from '@aws-sdk/client-sts';
import { proveIdentity } from '../../../bin/cli/prove-identity';
import { IdentityVerifier } from '../../../lambda/aws/identity-verifier';
import { ANSWER_HEADER, type ProvenAnswer } from '../../../lambda/domain/records/identity-proof';
import { HOUR, ServiceFixture } from '../../local/services/service-fixture';

const ANSWER: ProvenAnswer = {
  question: 's3://bucket/releases/release-1/approval.json',
  askedAt: '2026-11-24T10:00:00Z',
  modelVersion: '1.1.0',
  decision: 'approve',
  comment: 'looked at the report',
};

describe('IdentityVerifier', () => {
  const fixture = new ServiceFixture();
  let identity: IdentityVerifier;
  beforeAll(async () => {
    await fixture.cloud.start();
    // A function has a role of its own, which must never be taken for the approver's.
    identity = new IdentityVerifier(await fixture.roleConfig('function', []));
  });
  afterAll(() => fixture.cloud.stop());

  const prove = (config: object = {}, answer = ANSWER) =>
    proveIdentity(new STSClient({ ...fixture.config(), ...config }), answer);

  test('learns from STS that a user answers', async () => {
    expect(await identity.whoAnswers(ANSWER, await prove())).toBe(fixture.cloud.administrator.arn);
  });

  test('learns from STS which session of a role answers, though the role may do nothing', async () => {
    const proof = await prove(await fixture.roleConfig('approver', []));
    expect(await identity.whoAnswers(ANSWER, proof)).toBe(
      'arn:aws:sts::000000000000:assumed-role/approver/test',
    );
  });

  test.each<[string, Partial<ProvenAnswer>]>([
    ['another decision', { decision: 'reject' }],
    ['another release', { question: 's3://bucket/releases/release-2/approval.json' }],
    ['a retraining', { question: 's3://bucket/retraining/release-1/approval.json' }],
    ['another pipeline', { question: 's3://other/releases/release-1/approval.json' }],
    ['the same question, asked again', { askedAt: '2026-11-24T11:00:00Z' }],
    ['another version', { modelVersion: '1.2.0' }],
    ['another comment', { comment: 'looked at nothing' }],
    ['no comment', { comment: undefined }],
  ])('refuses a proof that is replayed for %s', async (_what, changes) => {
    const proof = await prove();
    await expect(identity.whoAnswers({ ...ANSWER, ...changes }, proof)).rejects.toThrow(
      /^STS refuses the proof of identity \(SignatureDoesNotMatch: .* answer with 'model-pipeline approve'/,
    );
  });

  test('refuses a proof that is signed for another host, and does not send it there', async () => {
    const host = 'sts.attacker.example';
    await expect(identity.whoAnswers(ANSWER, { ...(await prove()), host })).rejects.toThrow(
      `the proof is signed for ${host}, but the function calls ${new URL(fixture.cloud.url).host}`,
    );
    const elsewhere = await prove({ endpoint: 'https://sts.eu-central-1.amazonaws.com' });
    await expect(identity.whoAnswers(ANSWER, elsewhere)).rejects.toMatchObject({
      name: 'UnprovenIdentity',
      message: expect.stringContaining('is signed for sts.eu-central-1.amazonaws.com'),
    });
  });

  test.each(['host', ANSWER_HEADER])('refuses a proof that does not sign the header %s', async (header) => {
    const { authorization, ...others } = await prove();
    const proof = { ...others, authorization: authorization.replace(new RegExp(`${header};?`), '') };
    await expect(identity.whoAnswers(ANSWER, proof)).rejects.toThrow(
      `the proof does not sign the header ${header}; answer with`,
    );
  });

  test('refuses a signature of another request that names the signed headers twice', async () => {
    const { authorization, ...others } = await prove();
    const twice = authorization.replace(
      'SignedHeaders=',
      `SignedHeaders=host;${ANSWER_HEADER}, SignedHeaders=`,
    );
    await expect(identity.whoAnswers(ANSWER, { ...others, authorization: twice })).rejects.toThrow(
      `the proof does not sign the header host, ${ANSWER_HEADER}`,
    );
  });

  test('refuses a proof that is days old', async () => {
    const proof = await prove({ systemClockOffset: -1000 * HOUR });
    await expect(identity.whoAnswers(ANSWER, proof)).rejects.toThrow(/Signature expired/);
  });

  test('refuses a proof that was changed, or is signed with keys that nobody was given', async () => {
    const proof = await prove();
    const changed = {
      ...proof,
      authorization: proof.authorization.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    };
    await expect(identity.whoAnswers(ANSWER, changed)).rejects.toThrow(/SignatureDoesNotMatch/);
    const dated = { ...proof, date: proof.date.replace(/.Z$/, (end) => (end === '0Z' ? '1Z' : '0Z')) };
    await expect(identity.whoAnswers(ANSWER, dated)).rejects.toThrow(/SignatureDoesNotMatch/);
    const credentials = { accessKeyId: 'AKIAGUESSED', secretAccessKey: 'guessed' };
    await expect(identity.whoAnswers(ANSWER, await prove({ credentials }))).rejects.toThrow(
      /InvalidClientTokenId/,
    );
    await expect(identity.whoAnswers(ANSWER, { ...proof, authorization: '' })).rejects.toThrow(
      `the proof does not sign the header host, ${ANSWER_HEADER}`,
    );
  });

  test('passes on what is no fault of the proof', async () => {
    const proof = await prove();
    const nowhere = new IdentityVerifier({
      ...fixture.config(),
      endpoint: fixture.cloud.url,
      maxAttempts: 1,
      requestHandler: {
        handle: () => Promise.reject(new Error('connect ECONNREFUSED')),
      } as never,
    });
    await expect(nowhere.whoAnswers(ANSWER, proof)).rejects.toThrow(/^connect ECONNREFUSED$/);
  });
});
