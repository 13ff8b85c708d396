import {
  DeleteTagsCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { ignoreMissing, tagsOfResource } from '../aws/pipeline-resources';
import { ADOPTED_TAG, ID_TAG, isMadeBy, NAME_TAG, type Owner } from '../domain/release/ownership';
import { type Patience, waitUntil } from './wait-until';

export interface LeavingProps extends Owner {
  readonly endpointName: string;
  readonly sageMaker: SageMakerClient;
  readonly patience: Patience;
}

/** Statuses in which an endpoint has two configs, or is about to have another. */
const CHANGING: readonly (string | undefined)[] = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack'];

/**
 * Leaves an endpoint that was adopted as it serves: it loses the pipeline's tags, and so do the config and
 * the models that it runs on, so that nothing takes them for the pipeline's own any more. The endpoint comes
 * last, so that this can be repeated.
 *
 * @returns false if the pipeline's endpoint, if it has one, was not adopted
 * @throws Error if it is being updated at the deadline
 */
export async function leaveAdopted(props: LeavingProps): Promise<boolean> {
  const { sageMaker, endpointName, patience } = props;
  const found = await adoptedEndpoint(props);
  if (!found) return false;
  let endpoint: DescribeEndpointCommandOutput | undefined = found;
  await waitUntil(async () => {
    endpoint = await describe(props);
    if (!CHANGING.includes(endpoint?.EndpointStatus)) return undefined;
    return `the endpoint ${endpointName}, which is to stay, was still ${endpoint?.EndpointStatus}`;
  }, patience);
  const { EndpointConfigName } = endpoint;
  const config = await sageMaker
    .send(new DescribeEndpointConfigCommand({ EndpointConfigName }))
    .catch(ignoreMissing);
  const { ProductionVariants = [], ShadowProductionVariants = [] } = config ?? {};
  const models = [...ProductionVariants, ...ShadowProductionVariants].map(({ ModelName }) => ModelName ?? '');
  const arnOf = (kind: string, name: string) =>
    found.EndpointArn?.replace(/:endpoint\/.*$/, `:${kind}/${name.toLowerCase()}`);
  const kept = [...models.map((name) => arnOf('model', name)), config?.EndpointConfigArn, found.EndpointArn];
  for (const ResourceArn of kept) {
    if (!ResourceArn || !isMadeBy(props, await tagsOfResource(sageMaker, ResourceArn))) continue;
    await sageMaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: [NAME_TAG, ID_TAG, ADOPTED_TAG] }));
  }
  return true;
}

/** Whether it was adopted, its own tag says: the ledger may be gone. */
async function adoptedEndpoint(props: LeavingProps): Promise<DescribeEndpointCommandOutput | undefined> {
  const endpoint = await describe(props);
  if (!endpoint) return undefined;
  const tags = await tagsOfResource(props.sageMaker, endpoint.EndpointArn);
  return isMadeBy(props, tags) && tags.some(({ Key }) => Key === ADOPTED_TAG) ? endpoint : undefined;
}

async function describe({ sageMaker, endpointName }: LeavingProps) {
  const found = await sageMaker
    .send(new DescribeEndpointCommand({ EndpointName: endpointName }))
    .catch(ignoreMissing);
  return found ?? undefined;
}
