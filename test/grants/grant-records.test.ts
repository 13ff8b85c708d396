import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedGrants, recordGrants } from './grant-records';

const folderOfRun = process.env.GRANT_RECORDS;

beforeEach(() => {
  process.env.GRANT_RECORDS = mkdtempSync(join(tmpdir(), 'grants-'));
});

afterEach(() => {
  rmSync(process.env.GRANT_RECORDS as string, { recursive: true });
  process.env.GRANT_RECORDS = folderOfRun;
});

/** Grants of a stack, each on one of these resources. */
const granted = (stack: string, ...resources: string[]) =>
  resources.map((resource) => ({
    role: `${stack}-PlannerRole1A2B3C4D-ABCDEFGHIJKL`,
    policy: 'Statements',
    action: 's3:GetObject',
    resource,
    uses: 1,
  }));

test('deployments under other names have the same grants', () => {
  recordGrants(
    granted(
      'Flights',
      'arn:aws:s3:::flights-bucket-abcdefghijkl/models/*',
      'arn:aws:s3:::assets/0000000000000000000000000000000000000000000000000000000000000000.gz',
      'arn:aws:sagemaker:us-east-1:000000000000:endpoint/delays',
      'arn:aws:sagemaker:us-east-1:000000000000:model/delays-*',
      'arn:aws:states:us-east-1:000000000000:execution:Flights-Release1A2B3C4D-ABCDEFGHIJKL:*',
      'arn:aws:cloudformation:us-east-1:000000000000:stack/Flights/4da72b2f-dc4c-4d02-872d-316708ac9054',
    ),
    { stack: 'Flights', pipeline: 'delays', assets: 'assets' },
  );
  const first = recordedGrants().map(({ resource }) => resource);
  recordGrants(
    granted(
      'Customers',
      'arn:aws:s3:::customers-bucket-012345678901/models/*',
      'arn:aws:s3:::own-assets/1111111111111111111111111111111111111111111111111111111111111111.gz',
      'arn:aws:sagemaker:us-east-1:000000000000:endpoint/customers-who-leave-the-company',
      'arn:aws:sagemaker:us-east-1:000000000000:model/customers-who-leave-the-compan*',
      'arn:aws:states:us-east-1:000000000000:execution:Customers-Release1A2B3C4D-012345678901:*',
      'arn:aws:cloudformation:us-east-1:000000000000:stack/Customers/90aed44e-0894-4d8c-ae4c-e86eda32afb9',
    ),
    { stack: 'Customers', pipeline: 'customers-who-leave-the-company', assets: 'own-assets' },
  );
  const all = recordedGrants().map(({ resource }) => resource);
  expect(all).toHaveLength(2 * first.length);
  expect(new Set(all)).toEqual(new Set(first));
});

test('roles of other stacks are left out', () => {
  const names = { stack: 'Flights', pipeline: 'delays', assets: 'assets' };
  recordGrants([...granted('Flights', '*'), ...granted('CDKToolkit', '*')], names);
  expect(recordedGrants()).toMatchObject([{ role: 'PlannerRole' }]);
});
