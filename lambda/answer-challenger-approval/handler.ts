import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { IdentityVerifier } from '../aws/identity-verifier';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { answerChallengerApproval, type ChallengerAnswered } from './answer-challenger-approval';

const { bucketName, routingParameter, settings } = readEnvironment(
  'answer-challenger-approval',
  z.object({ stateMachineArns: z.array(z.string()) }),
);
const props = {
  store: new ArtifactStore(new S3Client(), bucketName),
  routing: new RoutingStore(new SSMClient(), routingParameter),
  stepFunctions: new SFNClient(),
  identity: new IdentityVerifier(),
  stateMachineArns: settings.stateMachineArns,
  now: () => new Date(),
};

/** Gives a person's answer to the retraining whose challenger waits for it. */
export const handler = loggedHandler(async (event): Promise<ChallengerAnswered> => {
  return answerChallengerApproval(event, props);
});
