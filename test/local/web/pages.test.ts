import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { plugin } from '../../../bin/local-page/plugin';
import { LocalCloud } from '../../../local/local-cloud';
import { SageMakerFixture, variant } from '../services/sagemaker-fixture';
import { START } from '../services/service-fixture';
import { cookieOf, fetchPage } from './page-fixture';

const HOSTILE = '<script>alert("x")</script>';

describe("the local cloud's pages", () => {
  const fixture = new (class extends SageMakerFixture {
    override readonly cloud = new LocalCloud({ clock: { rate: 0, start: START }, plugins: [plugin] });
  })();
  const page = (path?: string) => fetchPage(fixture.cloud, path);

  beforeAll(() => fixture.start());
  afterAll(() => fixture.cloud.stop());

  test('there is an overview of an empty cloud', async () => {
    const { status, headers, text } = await page();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain('Nothing is deployed yet.');
    expect(text).toContain('There are no endpoints.');
  });

  test('only its own script may run, and nothing is loaded from elsewhere', async () => {
    const { headers, markup } = await page();
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'sha256-[A-Za-z0-9+/=]+'/);
    expect(markup).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test.each([
    'nothing',
    'nothing/here',
    'constructor/x',
    'stacks/',
    'stacks/none',
    'endpoints/none',
    'logs/none',
    'stacks/%E0%A4%A',
  ])('there is no page %s', async (path) => {
    const { status, text } = await page(path);
    expect(status).toBe(404);
    expect(text).toContain('Not found');
  });

  test('pages are only read', async () => {
    const response = await fetch(`${fixture.cloud.url}/_local/`, {
      method: 'POST',
      body: 'x',
      headers: { cookie: await cookieOf(fixture.cloud) },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test('the page of a stack shows its outputs, resources and events', async () => {
    await new CloudFormationClient(fixture.config()).send(
      new CreateStackCommand({
        StackName: 'shop',
        TemplateBody: JSON.stringify({
          Resources: { Alerts: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } } },
          Outputs: { Greeting: { Value: HOSTILE } },
        }),
      }),
    );
    await fixture.settle();
    const { markup, text } = await page('stacks/shop');
    expect(text).toContain('CREATE_COMPLETE');
    expect(text).toContain(HOSTILE);
    expect(markup).not.toContain(HOSTILE);
    expect(markup).toMatch(/<a href="\/_local\/topics\/[^"]+">alerts<\/a>/);
    expect((await page()).text).toContain('shop CREATE_COMPLETE');
  });

  test('the page of a log group shows the latest lines of all its streams, the newest first', async () => {
    const logs = new CloudWatchLogsClient(fixture.config());
    const logGroupName = '/shop/orders';
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    for (const [index, logStreamName] of ['one', 'two'].entries()) {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      const timestamp = START.getTime() + index * 1000;
      const logEvents = [
        { timestamp, message: `${logStreamName} ${HOSTILE}` },
        { timestamp: timestamp + 2000, message: `${logStreamName} again` },
      ];
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    }
    const { status, markup, text } = await page(`logs/${encodeURIComponent(logGroupName)}`);
    expect(status).toBe(200);
    expect(markup).not.toContain(HOSTILE);
    const order = ['two again', 'one again', `two ${HOSTILE}`, `one ${HOSTILE}`].map((line) =>
      text.indexOf(line),
    );
    expect(Math.min(...order)).toBeGreaterThan(0);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('the page of a topic shows what was published, and to whom', async () => {
    const sns = new SNSClient(fixture.config());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'someone@example.com' }));
    await sns.send(new PublishCommand({ TopicArn, Subject: 'Sold out', Message: HOSTILE }));
    const { markup, text } = await page(`topics/${encodeURIComponent(TopicArn as string)}`);
    expect(text).toContain('Sold out');
    expect(text).toContain(HOSTILE);
    expect(markup).not.toContain(HOSTILE);
    expect(text).toContain('email someone@example.com');
  });

  test('the page of an endpoint shows its variants, and what each has done', async () => {
    await fixture.model('one', 100);
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [variant('blue', 'one', 3), variant('green', 'two', 1)]);
    for (const TargetVariant of ['blue', 'green']) await fixture.invoke('flights', '1', { TargetVariant });
    await fixture.settle();
    await fixture.advance(60_000);
    const { markup, text } = await page('endpoints/flights?hours=1');
    expect(text).toContain('InService');
    expect(text).toContain('blue one 3 75 % 1 ml.m5.large');
    expect(text).toContain('green two 1 25 % 1 ml.m5.large');
    const [requests = ''] = markup.split('Failed requests');
    expect(requests.match(/<circle/g)).toHaveLength(2);
    expect((await page()).text).toContain('flights InService');
  }, 600_000);

  test('the overview shows pipelines with what serves and what is on its way', async () => {
    const ssm = new SSMClient(fixture.config());
    const put = (Name: string, value: object) =>
      ssm.send(
        new PutParameterCommand({ Name, Type: 'String', Value: JSON.stringify(value), Overwrite: true }),
      );
    const route = { modelVersion: '1.0.0', variant: 'blue', since: START.toISOString() };
    await put('/model-pipeline/flights/resources', { endpoint: 'flights', serverlessFunction: 'Flights-1' });
    await put('/model-pipeline/flights/routing', {
      production: route,
      candidate: {
        ...route,
        modelVersion: HOSTILE,
        variant: 'green',
        releaseId: 'release-1',
        trafficShare: 0.25,
      },
    });
    const { markup, text } = await page();
    expect(text).toContain('release in progress');
    expect(text).toMatch(/1\.0\.0 blue/);
    expect(text).toContain(`${HOSTILE} green 25 % of the traffic`);
    expect(markup).not.toContain(HOSTILE);
    expect(text).toContain('Served by endpoint flights and function Flights-1');
    await put('/model-pipeline/flights/resources', { serverlessFunction: 'Flights-1' });
    expect((await page()).text).toContain('Served by function Flights-1');
    const shadow = { ...route, modelVersion: '2.0.0', variant: 'green' };
    await put('/model-pipeline/flights/routing', {
      production: route,
      candidate: { ...shadow, releaseId: 'release-2', trafficShare: 0 },
      shadow,
    });
    expect((await page()).text).toContain('2.0.0 green as a shadow: copies of requests');
  });

  test('a decision leads to its report, if there is one', async () => {
    const s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'reports' }));
    const put = (Key: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: 'reports', Key, Body }));
    const entry = (sequence: number, name: string) =>
      put(
        `ledger/0000000${sequence}.json`,
        JSON.stringify({
          sequence,
          kind: 'release',
          reasons: [`it was ${name}`],
          ...(name === 'told' && { report: 's3://reports/releases/told/report.html' }),
          ...(name === 'refused' && { report: 's3://reports/datasets/d1/validation.json' }),
        }),
      );
    await entry(1, 'told');
    await entry(2, 'untold');
    await entry(3, 'refused');
    const report = `<!doctype html><title>${HOSTILE}</title>`;
    await put('releases/told/report.html', report);
    await put('releases/told/looks/one.json', '{}');
    await put('datasets/d1/validation.json', JSON.stringify({ findings: [HOSTILE] }));
    await new SSMClient(fixture.config()).send(
      new PutParameterCommand({
        Name: '/model-pipeline/prices/resources',
        Type: 'String',
        Value: JSON.stringify({ bucket: 'reports' }),
      }),
    );
    const { markup, text } = await page();
    // The other pipeline is of the story before.
    expect(text).toMatch(/Pipelines .*in production release alarms .*flights .*OK prices – – OK/);
    const links = [...markup.matchAll(/href="\/_local\/(reports\/[^"]+)"/g)].map(([, link]) => link);
    expect(links).toEqual([
      'reports/s3%3A%2F%2Freports%2Fdatasets%2Fd1%2Fvalidation.json',
      'reports/s3%3A%2F%2Freports%2Freleases%2Ftold%2Freport.html',
    ]);
    const findings = await page(links[0]);
    expect(findings.status).toBe(200);
    expect(findings.text).toContain(JSON.stringify({ findings: [HOSTILE] }, null, 2).replace(/\s+/g, ' '));
    expect(findings.markup).not.toContain(HOSTILE);
    const found = await page(links[1]);
    expect(found.markup).toBe(report);
    expect(found.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(found.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const uri of [
      's3://reports/releases/untold/report.html',
      's3://reports/releases/told/looks/one.json',
      's3://reports/datasets/d2/validation.json',
      's3://reports/datasets/d1/manifest',
      'x',
    ]) {
      expect((await page(`reports/${encodeURIComponent(uri)}`)).status).toBe(404);
    }
  });
});
