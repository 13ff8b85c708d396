import * as z from 'zod/mini';
import type { CloudFormationRequest } from '../aws/cloudformation-request';
import { locationOf } from '../aws/store';
import { type AdoptionProps, adoptEndpoint } from './adopt-endpoint';
import type { AdoptableEndpoint } from './adoptable-endpoint';

/**
 * A step of an adoption. Each reads what the one before has found, by a permission on exactly that, which the
 * stack gives in between; the last adopts.
 */
export const stepProperties = z.object({ Step: z.enum(['endpoint', 'variant', 'model', 'adoption']) });

export type StepRequest = CloudFormationRequest<z.infer<typeof stepProperties>>;

/** What a step has found, as attributes of its resource. */
export type Found = Readonly<Record<string, string>>;

export interface StepProps extends AdoptionProps {
  readonly endpoint: Pick<AdoptableEndpoint, 'describe' | 'describeVariant' | 'describeModel'>;
  readonly partition: string;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/**
 * Takes a step when it is created. What it found then stays: the endpoint changes with each release.
 *
 * @throws NotAdoptableError
 */
export async function serveStep(request: StepRequest, props: StepProps): Promise<Found | undefined> {
  const { RequestType, ResourceProperties, PhysicalResourceId } = request;
  if (RequestType === 'Delete') return undefined;
  if (RequestType === 'Update') return foundIn(PhysicalResourceId);
  return onceAllowed(() => take(ResourceProperties.Step, props), props.pause);
}

/** How CloudFormation keeps what a step has found. */
export function physicalIdOf(found: Found | undefined, request: StepRequest): string {
  return found ? JSON.stringify(found) : (request.PhysicalResourceId ?? request.LogicalResourceId);
}

async function take(step: StepRequest['ResourceProperties']['Step'], props: StepProps): Promise<Found> {
  const { endpoint } = props;
  switch (step) {
    case 'endpoint': {
      const { EndpointConfigName = '', EndpointArn } = await endpoint.describe();
      return {
        EndpointConfigName,
        EndpointConfigArn: neighbourArn(EndpointArn, 'endpoint-config', EndpointConfigName),
      };
    }
    case 'variant': {
      const { endpoint: found, variant } = await endpoint.describeVariant();
      return { ModelArn: neighbourArn(found.EndpointArn, 'model', variant.ModelName) };
    }
    case 'model': {
      const { container } = await endpoint.describeModel();
      const artifact = objectArn(container.ModelDataUrl, props);
      const scripts = container.Environment?.SAGEMAKER_SUBMIT_DIRECTORY ?? '';
      return {
        ArtifactArn: artifact,
        ScriptsArn: scripts.startsWith('s3://') ? objectArn(scripts, props) : artifact,
      };
    }
    case 'adoption':
      return { Adoption: (await adoptEndpoint(props)).slice(0, LONGEST_TEXT) };
  }
}

/** A resource's id has 1,024 bytes at most. */
const LONGEST_TEXT = 900;

function foundIn(physicalId = '{}'): Found {
  return JSON.parse(physicalId) as Found;
}

/** ARN of what is in the endpoint's account and region. SageMaker writes names in lower case into ARNs. */
function neighbourArn(endpointArn = '', kind: string, name: string): string {
  return endpointArn.replace(/:endpoint\/.*$/, `:${kind}/${name.toLowerCase()}`);
}

function objectArn(uri: string, { partition }: StepProps): string {
  const { bucket, key } = locationOf(uri);
  return `arn:${partition}:s3:::${bucket}/${key}`;
}

/**
 * A permission that was given a moment ago may not hold yet: IAM is eventually consistent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
async function onceAllowed<Result>(work: () => Promise<Result>, pause: StepProps['pause']): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const cause = (error as Error).cause ?? error;
      if (!DENIALS.includes((cause as Error).name) || attempt === MOST_ATTEMPTS) throw error;
      await pause(PAUSE);
    }
  }
}

const DENIALS = ['AccessDeniedException', 'AccessDenied'];
/** A minute in all. */
const MOST_ATTEMPTS = 13;
const PAUSE = 5_000;
