import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { answer, cloudFormationRequest, outcomeOf } from '../aws/cloudformation-request';
import { loggedHandler } from '../aws/logged-handler';
import { checkDocument } from '../domain/records/document';
import { identify, identityOf, identityProperties, physicalIdOf } from './identify';

/** Lets a pipeline have its name, and gives it the id by which everything that it makes is known. */
export const handler = loggedHandler(async (event): Promise<void> => {
  const request = checkDocument(cloudFormationRequest(identityProperties), event, "CloudFormation's request");
  const outcome = await outcomeOf(async () => {
    const { ownerId } = await identify(request, {
      sageMaker: new SageMakerClient(),
      cloudFormation: new CloudFormationClient(),
    });
    return { OwnerId: ownerId };
  });
  await answer(request, physicalIdOf(identityOf(request)), outcome);
});
