import reference from '../../reference/kinesis.json';
import { differencesFrom, type RecordedCall } from './recorded-calls';
import { ServiceFixture } from './service-fixture';

/** What differs from one run to the next, or what moto does not give. */
const LEFT_OUT = new Set([
  'SequenceNumber',
  'SequenceNumberRange',
  'ShardIterator',
  'NextShardIterator',
  'ApproximateArrivalTimestamp',
  'StreamCreationTimestamp',
  'EncryptionType',
  'KeyId',
  'EnhancedMonitoring',
  'ConsumerCount',
  'MaxRecordSizeInKiB',
  'StreamSummaries',
  'NextToken',
  'MillisBehindLatest',
  'ChildShards',
]);

/** Answers of moto to the same calls, which test/reference/kinesis.py recorded. */
test('Kinesis answers as moto does', async () => {
  const fixture = new ServiceFixture({ account: '123456789012' });
  await fixture.cloud.start();
  const calls = reference.calls as readonly RecordedCall[];
  const differences = await differencesFrom(calls, 'kinesis', fixture, LEFT_OUT);
  await fixture.cloud.stop();
  expect(differences).toEqual([]);
});
