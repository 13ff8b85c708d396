import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { CreateModelCommand } from '@aws-sdk/client-sagemaker';
import { runDocker } from '../docker/docker-program';
import { archive, BUCKET, ROLE, SageMakerFixture, variant } from './sagemaker-fixture';

const REPOSITORY = 'team/adder';
const HOST = '000000000000.dkr.ecr.us-east-1.amazonaws.com';
const IMAGE = `${HOST}/${REPOSITORY}:1`;

/** Adds up the cells of a row, and the number in the model's file `value`. */
const SERVER = `
import http.server, os
with open(os.path.join(os.environ["MODEL_DIR"], "value")) as file:
    value = float(file.read())
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200 if self.path == "/ping" else 404, b"")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        total = sum(map(float, body.split(","))) + value
        self.answer(200, ("%g %s" % (total, os.environ.get("GREETING"))).encode())
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
`;
const DOCKERFILE = `
FROM python:3.12-slim
ENV MODEL_DIR=/opt/ml/model GREETING=hello
WORKDIR /app
COPY serve.py /app/serve.py
ENTRYPOINT ["python", "/app/serve.py"]
`;

describe('an image that was built of a Dockerfile', () => {
  const fixture = new SageMakerFixture();
  const folder = mkdtempSync(join(tmpdir(), 'built-image-'));
  const environment = () => ({
    ...fixture.cloud.environment(),
    // Images of its own; the Python that it resolves packages with is not needed.
    LOCAL_CLOUD_CACHE: join(folder, 'cache'),
  });
  const docker = (args: readonly string[], context?: string, input?: string) =>
    runDocker(args, {
      environment: environment(),
      ...(context && { folder: context }),
      ...(input && { input }),
    });

  beforeAll(async () => {
    await fixture.start();
    await fixture.executionRole('puller', [
      { Effect: 'Allow', Action: ['s3:*', 'logs:*', 'ecr:*'], Resource: '*' },
    ]);
    const ecr = new ECRClient(fixture.config());
    await ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
    const login = ['login', '--username', 'AWS', '--password-stdin', HOST];
    expect(await docker(login, undefined, token.slice('AWS:'.length))).toMatchObject({ code: 0 });
    await fixture.put('model.tar.gz', archive({ value: '100' }));
    await buildAndPush('1', DOCKERFILE);
  });
  afterAll(async () => {
    await fixture.cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function buildAndPush(tag: string, dockerfile: string): Promise<void> {
    const context = join(folder, `context-${tag}`);
    mkdirSync(context);
    writeFileSync(join(context, 'serve.py'), SERVER);
    writeFileSync(join(context, 'Dockerfile'), dockerfile);
    const image = `${HOST}/${REPOSITORY}:${tag}`;
    // As the CDK CLI calls it.
    expect(await docker(['inspect', `cdkasset-${tag}`])).toMatchObject({ code: 1 });
    const built = ['build', '--tag', `cdkasset-${tag}`, '--platform', 'linux/amd64', '.'];
    expect(await docker(built, context)).toMatchObject({ code: 0 });
    expect(await docker(['inspect', `cdkasset-${tag}`])).toMatchObject({ code: 0 });
    expect(await docker(['tag', `cdkasset-${tag}`, image])).toMatchObject({ code: 0 });
    expect(await docker(['push', image])).toEqual({ code: 0, output: '' });
  }

  function createModel(name: string, image: string, more: Record<string, string> = {}, role = 'puller') {
    return fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: ROLE.replace('execution', role),
        PrimaryContainer: {
          Image: image,
          ModelDataUrl: `s3://${BUCKET}/model.tar.gz`,
          Environment: more,
        },
      }),
    );
  }

  async function logOf(endpoint: string): Promise<string> {
    const logs = new CloudWatchLogsClient(fixture.config());
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/sagemaker/Endpoints/${endpoint}` }),
    );
    return (events ?? []).map(({ message }) => message).join('\n');
  }

  test('serves as a process, with the model in /opt/ml/model, several times at once', async () => {
    await createModel('adder', IMAGE);
    await createModel('greeter', IMAGE, { GREETING: 'good day' });
    await fixture.endpoint('adders', [variant('a', 'adder'), variant('b', 'greeter')]);
    expect(await fixture.describe('adders')).toMatchObject({ EndpointStatus: 'InService' });
    const answers = await Promise.all(
      ['a', 'b'].map((TargetVariant) => fixture.invoke('adders', '1,2', { TargetVariant })),
    );
    expect(answers.map(({ text }) => text)).toEqual(['103 hello', '103 good day']);
  });

  test('serves when it is named by its digest', async () => {
    const { images } = await fixture.cloud.call<{ images: { imageId: { imageDigest: string } }[] }>(
      'ecr',
      'BatchGetImage',
      { repositoryName: REPOSITORY, imageIds: [{ imageTag: '1' }] },
      fixture.cloud.administrator,
    );
    const digest = images[0]?.imageId.imageDigest;
    await createModel('by-digest', `${HOST}/${REPOSITORY}@${digest}`);
    await fixture.endpoint('digests', [variant('a', 'by-digest')]);
    expect((await fixture.invoke('digests', '1')).text).toBe('101 hello');
  });

  test('is not pulled by a role that may not', async () => {
    await createModel('blind', IMAGE, {}, 'execution');
    await fixture.endpoint('blinds', [variant('a', 'blind')]);
    expect(await fixture.describe('blinds')).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason: expect.stringContaining('ecr:GetAuthorizationToken'),
    });
  });

  test('that is not there is refused when a model is created', async () => {
    await expect(createModel('none', `${HOST}/${REPOSITORY}:7`)).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Requested image ${HOST}/${REPOSITORY}:7 not found.`,
    });
  });

  test('with a CMD alone does not start, for SageMaker puts "serve" in its place', async () => {
    await buildAndPush('2', DOCKERFILE.replace('ENTRYPOINT', 'CMD'));
    await createModel('cmd', `${HOST}/${REPOSITORY}:2`);
    await fixture.endpoint('cmds', [variant('a', 'cmd')]);
    expect(await fixture.describe('cmds')).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason: expect.stringContaining('ping health check'),
    });
    expect(await logOf('cmds')).toContain('cannot start serve: No such file or directory');
  });

  test('is not pushed with a password of AWS, which is not kept', async () => {
    const login = [
      'login',
      '--username',
      'AWS',
      '--password-stdin',
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
    ];
    expect(await docker(login, undefined, 'eyJwYXlsb2FkIjoi')).toEqual({
      code: 2,
      output: expect.stringContaining("the password is not of a local cloud's registry"),
    });
    const image = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/adder:1';
    expect(await docker(['push', image])).toMatchObject({
      code: 2,
      output: expect.stringContaining('log in before'),
    });
  });

  test('cannot be built of what the local cloud does not carry out, and the line is named', async () => {
    const context = join(folder, 'refused');
    mkdirSync(context);
    writeFileSync(join(context, 'Dockerfile'), 'FROM python:3.12\nRUN apt-get install -y gcc\n');
    expect(await docker(['build', '--tag', 'refused', '.'], context)).toEqual({
      code: 2,
      output: expect.stringMatching(
        /^Dockerfile, line 2: RUN apt-get install -y gcc: .*try the image on AWS\n$/,
      ),
    });
    expect(await docker(['build', '--tag', 'refused', '--target', 'x', '.'], context)).toMatchObject({
      output: expect.stringContaining('docker build --target is not implemented'),
    });
  });
});
