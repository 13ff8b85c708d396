import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { Topic } from '../../../lambda/aws/topic';
import type { WatchedModelSource } from '../../../lambda/aws/watched-models/watched-model';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { monitor } from '../../../lambda/monitor-model/monitor';
import { tellDrift } from '../../../lambda/monitor-model/tell-drift';
import { captureLines } from '../capture-lines';
import { planOfHours } from '../drift-plan-fixture';
import { productionRoute } from '../pipeline-fixture';
import { TrafficFixture } from '../traffic-fixture';

const AGES = Array.from({ length: 200 }, (_, i) => i);
const BASELINE = baselineProfile([{ name: 'age', kind: 'numeric', cells: AGES }], AGES);
const EVENT = {
  id: 'event-1',
  source: 'aws.cloudwatch',
  time: '2026-11-24T10:11:00Z',
  detail: { alarmName: 'churn-drift', state: { value: 'ALARM', reason: 'Threshold Crossed: 2 of 3' } },
};

describe('tellDrift', () => {
  let fixture: TrafficFixture;
  let sns: SNSClient;
  let topicArn: string;
  let people: string;

  beforeEach(async () => {
    fixture = new TrafficFixture();
    await fixture.start();
    await fixture.store.writeJson('models/1.2.0/baseline.json', BASELINE);
    await fixture.routing.write({
      ...emptyRouting('churn'),
      production: productionRoute({ modelVersion: '1.2.0', variant: 'green', since: '2026-11-23T09:00:00Z' }),
    });
    sns = new SNSClient(fixture.config());
    topicArn = (await sns.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn as string;
    const alerts = await fixture.queueFor('alerts', 'sns.amazonaws.com');
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: alerts.arn }));
    people = alerts.url;
  });
  afterEach(() => fixture.stop());

  const tell = (event: object = EVENT, source: WatchedModelSource = fixture.source) =>
    tellDrift(event, {
      pipelineName: 'churn',
      bucketName: 'artifacts',
      store: fixture.store,
      source,
      topic: new Topic(sns, topicArn),
      remedy: 'retrain.',
    });

  const alerts = async () => {
    await fixture.settle();
    return (await fixture.receiveJson(people)).map(({ Subject, Message }) => ({
      subject: Subject as string,
      text: Message as string,
    }));
  };

  /** Lets the monitor compare an hour in which all were so much older. */
  async function monitorHour(hour: string, older: number): Promise<void> {
    const ages = AGES.map((age) => age + older);
    const request = {
      eventId: hour,
      inferenceTime: `2026-11-24T${hour}:30:00Z`,
      input: ages.join('\n'),
      answers: AGES,
    };
    await fixture.store.write(`capture/churn/green/2026/11/24/${hour}/30.jsonl`, captureLines([request]));
    const next = String(Number(hour) + 1).padStart(2, '0');
    await monitor({ time: `2026-11-24T${next}:10:00Z` }, { ...fixture, plan: planOfHours() });
  }

  test('says which features have drifted, by how much, since when, and where the report is', async () => {
    await monitorHour('06', 0);
    await monitorHour('07', 100);
    await monitorHour('08', 100);
    await monitorHour('09', 100);
    await tell();
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert?.subject).toBe('churn: age has drifted');
    expect(alert?.text.split('\n')).toEqual([
      'The traffic of version 1.2.0 of churn has drifted.',
      'Compared with the training data, 1 of 2 features and answers has drifted (200 rows from 2026-11-24 09:00 to 2026-11-24 10:00 UTC; false alarms expected: at most 1 a year):',
      '- age: 50 % of the values are above 199, beyond all of the training data (distance 0.5, since 2026-11-24 08:00 UTC)',
      'What to do: retrain.',
      'Alarm: churn-drift: Threshold Crossed: 2 of 3',
      'Report: s3://artifacts/profiles/green/2026/11/24/09/drift.html',
    ]);
  });

  test('names the latest drift, if the alarm goes off when the latest hour has none', async () => {
    await monitorHour('08', 100);
    await monitorHour('09', 0);
    await tell();
    expect((await alerts())[0]?.text).toContain(
      'Report: s3://artifacts/profiles/green/2026/11/24/08/drift.html',
    );
  });

  test('notifies once of an event that comes twice, and of another one again', async () => {
    await monitorHour('09', 100);
    await tell();
    await tell();
    expect(await alerts()).toHaveLength(1);
    await tell({ ...EVENT, id: 'event-2' });
    expect(await alerts()).toHaveLength(1);
  });

  test.each([
    ['no report', async () => {}, 'there is none of the last 26 hours'],
    [
      'a report that is broken',
      (key: string) => fixture.store.write(key, '{"version": 7}'),
      'profiles/green/2026/11/24/09/drift.json is not valid',
    ],
  ] as const)('notifies nevertheless, and says why it names none: %s', async (_title, write, problem) => {
    await write('profiles/green/2026/11/24/09/drift.json');
    await tell();
    const [alert] = await alerts();
    expect(alert?.subject).toBe('churn: inputs or answers have drifted');
    expect(alert?.text).toContain('The report that says which features could not be read: ');
    expect(alert?.text).toContain(problem);
  });

  test('notifies nevertheless if the model cannot be found', async () => {
    await tell(EVENT, { find: () => Promise.reject(new Error('the routing document is gone')) });
    await tell({ ...EVENT, id: 'event-2' }, { find: async () => undefined });
    const texts = (await alerts()).map(({ text }) => text).join();
    expect(texts).toContain('could not be read: the routing document is gone');
    expect(texts).toContain('could not be read: no model serves');
  });

  test('fails if people cannot be notified, so that the event is tried again', async () => {
    await monitorHour('09', 100);
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    await expect(tell()).rejects.toThrow(expect.objectContaining({ name: 'NotFoundException' }));
  });
});
