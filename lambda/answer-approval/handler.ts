import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { IdentityVerifier } from '../aws/identity-verifier';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { type Answered, answerApproval } from './answer-approval';

const { bucketName, routingParameter } = readEnvironment('answer-approval', z.object({}));
const store = new ArtifactStore(new S3Client(), bucketName);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const stepFunctions = new SFNClient();
const identity = new IdentityVerifier();
const now = () => new Date();

/** Gives a person's answer to the release that waits for it. */
export const handler = loggedHandler(async (event): Promise<Answered> => {
  return answerApproval(event, { routing, store, stepFunctions, identity, now });
});
