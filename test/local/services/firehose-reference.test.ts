import reference from '../../reference/firehose.json';
import { differencesFrom, type RecordedCall } from './recorded-calls';
import { ServiceFixture } from './service-fixture';

/** What differs from one run to the next, or what moto does not give. */
const LEFT_OUT = new Set([
  'RecordId',
  'CreateTimestamp',
  'LastUpdateTimestamp',
  'DeliveryStreamEncryptionConfiguration',
  'EncryptionConfiguration',
  'S3BackupMode',
  // After an update, moto gives the changes alone.
  'S3DestinationDescription',
]);

/** Answers of moto to the same calls, which test/reference/firehose.py recorded. */
test('Firehose answers as moto does', async () => {
  const fixture = new ServiceFixture({ account: '123456789012' });
  await fixture.cloud.start();
  await fixture.serviceRole('delivery', 'firehose.amazonaws.com', []);
  const calls = reference.calls as readonly RecordedCall[];
  const differences = await differencesFrom(calls, 'firehose', fixture, LEFT_OUT);
  await fixture.cloud.stop();
  expect(differences).toEqual([]);
});
