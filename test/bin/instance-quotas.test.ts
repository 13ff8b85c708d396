import {
  AccessDeniedException,
  type ListServiceQuotasCommandInput,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { instanceQuotas } from '../../bin/cli/instance-quotas';
import type { PipelineResources } from '../../bin/cli/pipeline';

type Needs = NonNullable<PipelineResources['instances']>;

/**
 * Names as Service Quotas has them:
 * https://docs.aws.amazon.com/general/latest/gr/sagemaker.html#limits_sagemaker
 */
const PAGES = [
  [
    { QuotaName: 'ml.m5.large for endpoint usage', Value: 4 },
    { QuotaName: 'ml.m5.large for training job usage', Value: 15 },
  ],
  [{ QuotaName: 'ml.m5.large for transform job usage', Value: 0 }],
];

/** Service Quotas that answers with these pages. */
function serviceQuotas(pages: readonly object[]) {
  const client = new ServiceQuotasClient({ region: 'us-east-1' });
  const inputs: ListServiceQuotasCommandInput[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      const input = args.input as unknown as ListServiceQuotasCommandInput;
      inputs.push(input);
      const page = Number(input.NextToken ?? 0);
      const NextToken = page + 1 < pages.length ? String(page + 1) : undefined;
      return { output: { Quotas: pages[page], NextToken, $metadata: {} } as never, response: {} };
    },
    { step: 'initialize' },
  );
  return { client, inputs };
}

const pipeline = (name: string, instances?: Needs) => ({
  name,
  resources: { instances } as PipelineResources,
});

describe('instance quotas', () => {
  test('are those of the types in use, by their names, beside three times the endpoint in a release', async () => {
    const { client, inputs } = serviceQuotas(PAGES);
    const found = await instanceQuotas(client, [
      pipeline('churn', [
        { use: 'endpoint', type: 'ml.m5.large', count: 2 },
        { use: 'training job', type: 'ml.m5.large', count: 3 },
        { use: 'transform job', type: 'ml.m5.large', count: 1 },
      ]),
      pipeline('fraud', [
        { use: 'endpoint', type: 'ml.m5.large', count: 1 },
        { use: 'spot training job', type: 'ml.p3.2xlarge', count: 1 },
      ]),
    ]);
    expect(inputs[0]).toMatchObject({ ServiceCode: 'sagemaker' });
    expect(found).toEqual([
      {
        name: 'ml.m5.large for endpoint usage',
        needed: 7,
        reason: '3 x 2 during a release of churn, 1 of fraud',
        allowed: 4,
      },
      { name: 'ml.m5.large for training job usage', needed: 3, reason: '3 of churn', allowed: 15 },
      { name: 'ml.m5.large for transform job usage', needed: 1, reason: '1 of churn', allowed: 0 },
      {
        name: 'ml.p3.2xlarge for spot training job usage',
        needed: 1,
        reason: '1 of fraud',
        allowed: undefined,
      },
    ]);
  });

  test('are not listed for stacks that publish no instances', async () => {
    const { client, inputs } = serviceQuotas(PAGES);
    expect(await instanceQuotas(client, [pipeline('churn')])).toEqual([]);
    expect(inputs).toEqual([]);
  });

  test('that may not be listed fail by name', async () => {
    const client = new ServiceQuotasClient({ region: 'us-east-1' });
    const denied = new AccessDeniedException({ message: 'not authorized', $metadata: {} });
    client.middlewareStack.add(() => () => Promise.reject(denied), { step: 'initialize' });
    const needs: Needs = [{ use: 'endpoint', type: 'ml.m5.large', count: 1 }];
    await expect(instanceQuotas(client, [pipeline('churn', needs)])).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
