import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { modelSource } from '../../bin/sources/model-source';

const root = mkdtempSync(join(tmpdir(), 'model-sources-'));
const newFolder = () => mkdtempSync(join(root, 'folder-'));
const PATH = process.env.PATH ?? '';
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FILES = { 'code/inference.py': 'def model_fn(model_dir): pass\n', 'model.joblib': 'weights' };
type Files = Readonly<Record<string, string>>;

const digest = (algorithm: string, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHash(algorithm).update(text).digest(encoding);

const known = (artifact: string, environment: NodeJS.ProcessEnv = {}) =>
  modelSource(artifact, { s3: new S3Client(), environment, onProgress: () => undefined });

/** Paths and texts of all files below a folder; of a file its text. */
function contentOf(path: string): Files | string {
  try {
    const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const paths = files.map((file) => join(file.parentPath, file.name));
    return Object.fromEntries(
      paths.map((file) => [file.slice(path.length + 1), readFileSync(file, 'utf8')] as const).sort(),
    );
  } catch {
    return readFileSync(path, 'utf8');
  }
}

function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A server that answers as another one was recorded to do. */
class RecordedServer {
  readonly requests: IncomingMessage[] = [];
  answers: Record<string, { status?: number; headers?: Record<string, string>; body: string }> = {};
  private server!: Server;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      this.requests.push(request);
      const found = this.answers[request.url as string] ?? { status: 404, body: 'none' };
      response.writeHead(found.status ?? 200, found.headers ?? {}).end(found.body);
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}

/** What each source is tested with. */
interface SourceFixture {
  start(): Promise<void>;
  stop(): Promise<unknown>;
  environment(): NodeJS.ProcessEnv;
  /** Stores files as the newest version; returns the artifact by which the command names it. */
  store(files: Files): string;
  /** What the origin of the newest version matches. */
  readonly origin: RegExp;
  /** What the digest of the newest version matches. */
  readonly digest: RegExp;
  /** An artifact that does not exist, and how it is refused. */
  readonly missing: readonly [artifact: string, problem: RegExp];
  /** Replaces the content of `model.joblib` where it is stored. */
  damage(text: string): void;
  readonly damaged: RegExp;
}

/** A hub, as `huggingface_hub` 2.4.0 asks one: `hf_api.py` and `constants.py`. */
function huggingFace(): SourceFixture & { readonly server: RecordedServer; sha: string } {
  const server = new RecordedServer();
  return {
    server,
    sha: '',
    start: () => server.start(),
    stop: () => server.stop(),
    environment: () => ({ HF_ENDPOINT: `${server.address}/`, HF_TOKEN: 'hf_secret' }),
    store(files) {
      this.sha = digest('sha1', JSON.stringify(files));
      const siblings = Object.entries(files).map(([rfilename, text]) => ({
        rfilename,
        size: text.length,
        ...(rfilename === 'model.joblib' && {
          lfs: { sha256: digest('sha256', text), size: text.length, pointerSize: 130 },
        }),
      }));
      const body = JSON.stringify({ id: 'org/churn', sha: this.sha, gated: false, siblings });
      server.answers['/api/models/org/churn/revision/main?blobs=true'] = { body };
      for (const [path, text] of Object.entries(files))
        server.answers[`/org/churn/resolve/${this.sha}/${path}`] = { body: text };
      return 'hf:org/churn';
    },
    origin: /^hf org\/churn@[0-9a-f]{40} of http:\/\/127/,
    digest: /^git:[0-9a-f]{40}$/,
    missing: ['hf:org/other', /answers api\/models\/org\/other\/revision\/main\?blobs=true with status 404/],
    damage(body) {
      server.answers[`/org/churn/resolve/${this.sha}/model.joblib`] = { body };
    },
    damaged: /model.joblib of hf org\/churn@.* has not the SHA-256 .* that it is listed with/,
  };
}

/** A server of W&B, whose artifacts are laid out as `wandb` 0.31.0 writes them. */
function wandb(): SourceFixture & { readonly server: RecordedServer } {
  const server = new RecordedServer();
  const url = (path: string, text: string) =>
    `/artifactsV2/default/org/churn/model/QXJ0aWZhY3Q6MQ%3D%3D/${digest('md5', text)}/${path.split('/').at(-1)}`;
  let version = 0;
  let stored: Files = {};
  return {
    server,
    start: () => server.start(),
    stop: () => server.stop(),
    environment: () => ({ WANDB_BASE_URL: server.address, WANDB_API_KEY: 'key' }),
    store(files) {
      stored = files;
      const contents = Object.fromEntries(
        Object.entries(files).map(([path, text]) => [
          path,
          { digest: digest('md5', text, 'base64'), size: text.length, birthArtifactID: 'QXJ0aWZhY3Q6MQ==' },
        ]),
      );
      const lines = Object.keys(contents)
        .sort()
        .map((path) => `${path}:${contents[path]?.digest}\n`);
      const artifact = {
        id: 'QXJ0aWZhY3Q6MQ==',
        digest: digest('md5', ['wandb-artifact-manifest-v1\n', ...lines].join('')),
        digestAlgorithm: 'MANIFEST_MD5',
        versionIndex: ++version,
        // Linked from the project of the run that logged it.
        artifactSequence: { name: 'model', project: { name: 'runs', entityName: 'org' } },
        currentManifest: { file: { directUrl: `${server.address}/manifest.json` } },
      };
      const data = { project: { artifactCollectionMembership: { artifact } } };
      server.answers['/graphql'] = { body: JSON.stringify({ data }) };
      const manifest = {
        version: 1,
        storagePolicy: 'wandb-storage-policy-v1',
        storagePolicyConfig: { storageLayout: 'V2' },
        contents,
      };
      server.answers['/manifest.json'] = { body: JSON.stringify(manifest) };
      for (const [path, text] of Object.entries(files)) server.answers[url(path, text)] = { body: text };
      return 'wandb:org/churn/model:production';
    },
    origin: /^wandb org\/runs\/model:v\d+ of http:\/\/127/,
    digest: /^md5:[0-9a-f]{32}$/,
    get missing() {
      server.answers['/graphql'] = { body: '{"data":{"project":{"artifactCollectionMembership":null}}}' };
      return ['wandb:org/churn/model:none', /there is no artifact org\/churn\/model:none at http/] as const;
    },
    damage(body) {
      server.answers[url('model.joblib', stored['model.joblib'] as string)] = { body };
    },
    damaged: /model.joblib of wandb org\/runs\/model:v\d+ of .* has not the MD5 [0-9a-f]{32}/,
  };
}

/** A repository of DVC; `dvc` stands in for the real one, which test/bin/dvc-source.in-depth.test.ts runs. */
function dvc(): SourceFixture {
  const folder = newFolder();
  const [repository, remote] = [join(folder, 'repository'), join(folder, 'remote')];
  const tool = standIn(
    'dvc',
    `const { cpSync } = require('fs'), { relative } = require('path');
     const [command, , name, , out] = process.argv.slice(2);
     if (command === 'root') console.log(relative(process.cwd(), ${JSON.stringify(repository)}) || '.');
     else cpSync(${JSON.stringify(remote)} + '/' + name, out, { recursive: true });`,
  );
  let version = 0;
  return {
    start: async () => write(repository, { 'models/.keep': '' }),
    stop: async () => undefined,
    environment: () => ({ PATH: `${tool}${delimiter}${PATH}` }),
    store(files) {
      rmSync(remote, { recursive: true, force: true });
      write(join(remote, 'models', 'churn'), files);
      write(repository, {
        'models/churn.dvc': `outs:\n- md5: ${digest('md5', `${++version}`)}.dir\n  size: 7\n  nfiles: 2\n  hash: md5\n  path: churn\n`,
      });
      return `dvc:${join(repository, 'models', 'churn.dvc')}`;
    },
    origin: /^dvc models\/churn md5 [0-9a-f]{32}\.dir$/,
    digest: /^md5:[0-9a-f]{32}\.dir$/,
    missing: [
      `dvc:${join(repository, 'models', 'other')}`,
      /other.dvc cannot be read, which would tell what DVC tracks/,
    ],
    damage: () => rmSync(remote, { recursive: true }),
    damaged: /dvc cannot fetch models\/churn: .*"dvc pull .*churn.dvc" shows whether its remote has it/s,
  };
}

/** A folder with a pointer; `git-lfs` stands in for the real one, by its specification of pointers. */
function gitLfs(): SourceFixture {
  const folder = newFolder();
  const [working, objects] = [join(folder, 'churn'), join(folder, 'objects')];
  mkdirSync(objects);
  const tool = standIn(
    'git-lfs',
    `const { readFileSync, existsSync } = require('fs');
     if (process.argv[2] === 'version') process.exit(0);
     const pointer = readFileSync(0, 'utf8'), oid = /sha256:(.*)/.exec(pointer)[1];
     const object = ${JSON.stringify(objects)} + '/' + oid;
     process.stdout.write(existsSync(object) ? readFileSync(object) : pointer);`,
  );
  let oid = '';
  return {
    start: async () => undefined,
    stop: async () => undefined,
    environment: () => ({ PATH: `${tool}${delimiter}${PATH}` }),
    store(files) {
      oid = digest('sha256', files['model.joblib'] as string);
      write(objects, { [oid]: files['model.joblib'] as string });
      const size = files['model.joblib']?.length;
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;
      write(working, { ...files, 'model.joblib': pointer });
      return working;
    },
    origin: /^file churn$/,
    digest: /^sha256:[0-9a-f]{64}$/,
    missing: [join(folder, 'other'), /other cannot be read: ENOENT/],
    damage: () => rmSync(join(objects, oid)),
    damaged: /Git LFS does not have what .*model.joblib points to: run "git lfs pull"/,
  };
}

/** A folder with a program of Node.js, to be first on the `PATH`. */
function standIn(name: string, program: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, name), `#!${process.execPath}\n${program}`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

describe.each<[string, () => SourceFixture]>([
  ['hf:', huggingFace],
  ['wandb:', wandb],
  ['dvc:', dvc],
  ['a folder with pointers of Git LFS', gitLfs],
])('the source %s', (_scheme, newFixture) => {
  let fixture: SourceFixture;
  beforeEach(async () => {
    fixture = newFixture();
    await fixture.start();
  });
  afterEach(() => fixture.stop());

  const open = (artifact: string) => known(artifact, fixture.environment());

  test('gives all files of a model, and says where it comes from, with a digest', async () => {
    const source = await open(fixture.store(FILES));
    expect(source.origin).toMatch(fixture.origin);
    expect(source.provenance?.originDigest).toMatch(fixture.digest);
    expect(contentOf(await source.fetch(newFolder()))).toEqual(FILES);
  });

  test('tells one version from another, and the same version again', async () => {
    const first = await open(fixture.store(FILES));
    expect(await open(fixture.store(FILES).slice())).toMatchObject({
      origin: expect.stringMatching(fixture.origin),
    });
    const second = await open(fixture.store({ ...FILES, 'model.joblib': 'better weights' }));
    expect(second.provenance?.originDigest).not.toBe(first.provenance?.originDigest);
    expect(contentOf(await second.fetch(newFolder()))).toMatchObject({ 'model.joblib': 'better weights' });
  });

  test('refuses a model that does not exist, by name', async () => {
    const [artifact, problem] = fixture.missing;
    await expect(open(artifact)).rejects.toThrow(problem);
  });

  test('refuses content that is not what the digest names', async () => {
    const source = await open(fixture.store(FILES));
    fixture.damage('other weights');
    await expect(source.fetch(newFolder())).rejects.toThrow(fixture.damaged);
  });
});

describe('hf:', () => {
  const fixture = huggingFace();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());
  const open = (artifact: string) => known(artifact, fixture.environment());

  test('sends the token, and leaves out the same weights for other libraries', async () => {
    const files = { 'config.json': '{}', 'model.safetensors': 'weights' };
    const others = {
      'pytorch_model.bin': 'x',
      'tf_model.h5': 'x',
      'onnx/model.onnx': 'x',
      '.gitattributes': 'x',
    };
    const source = await open(fixture.store({ ...files, ...others }));
    expect(contentOf(await source.fetch(newFolder()))).toEqual(files);
    expect(fixture.server.requests.at(-1)?.headers.authorization).toBe('Bearer hf_secret');
  });

  test.each([
    [
      'GatedRepo',
      403,
      /the model org\/churn of http.* is gated: accept its conditions at http.*\/org\/churn with the account of HF_TOKEN/,
    ],
    [
      'RevisionNotFound',
      404,
      /the model org\/churn of http.* has no revision main: name a branch, a tag or a commit/,
    ],
    ['RepoNotFound', 401, /there is no model org\/churn at http.*, or it is private/],
  ])('refuses what the hub answers with %s, with the way out', async (code, status, problem) => {
    fixture.server.answers['/api/models/org/churn/revision/main?blobs=true'] = {
      status,
      headers: { 'x-error-code': code },
      body: '',
    };
    await expect(open('hf:org/churn')).rejects.toThrow(problem);
  });

  test('refuses a gated model whose files it may not read, though it may list them', async () => {
    const source = await open(fixture.store(FILES));
    fixture.server.answers[`/org/churn/resolve/${fixture.sha}/model.joblib`] = {
      status: 403,
      headers: { 'x-error-code': 'GatedRepo' },
      body: '',
    };
    await expect(source.fetch(newFolder())).rejects.toThrow(/the model org\/churn of .* is gated/);
  });

  test('reads a revision that has a slash', async () => {
    fixture.store(FILES);
    const answers = fixture.server.answers;
    answers['/api/models/org/churn/revision/refs%2Fpr%2F1?blobs=true'] = answers[
      '/api/models/org/churn/revision/main?blobs=true'
    ] as never;
    expect((await open('hf:org/churn@refs/pr/1')).origin).toMatch(fixture.origin);
  });

  test('writes nothing outside of the folder', async () => {
    const source = await open(fixture.store({ '../outside': 'x' }));
    await expect(source.fetch(newFolder())).rejects.toThrow(/has a file '..\/outside', which leads out/);
  });

  test('refuses what is no name of a model', async () => {
    await expect(open('hf:org/a/b')).rejects.toThrow(
      "'org/a/b' is no model of Hugging Face: write hf:org/model",
    );
  });
});

describe('wandb:', () => {
  const fixture = wandb();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());

  test('computes the digest of an artifact as wandb does', async () => {
    // As wandb 0.31.0 printed the digest of an artifact with these files.
    const source = await known(fixture.store(FILES), fixture.environment());
    expect(source.provenance?.originDigest).toBe('md5:61398b7e8df78de025734a2b1afe576d');
    await source.fetch(newFolder());
    expect(fixture.server.requests.at(-1)?.headers.authorization).toBe(
      `Basic ${Buffer.from('api:key').toString('base64')}`,
    );
  });

  test('refuses a manifest that is not the one of the artifact', async () => {
    const source = await known(fixture.store(FILES), fixture.environment());
    const { body } = fixture.server.answers['/manifest.json'] as { body: string };
    fixture.server.answers['/manifest.json'] = { body: body.replace('model.joblib', 'model.pickle') };
    await expect(source.fetch(newFolder())).rejects.toThrow(
      /the manifest of wandb .* has not the digest 61398b7e/,
    );
  });

  test('refuses a reference to what W&B does not keep', async () => {
    const source = await known(fixture.store(FILES), fixture.environment());
    const { body } = fixture.server.answers['/manifest.json'] as { body: string };
    fixture.server.answers['/manifest.json'] = {
      body: body.replaceAll('"birthArtifactID"', '"ref":"s3://models/7","birthArtifactID"'),
    };
    await expect(source.fetch(newFolder())).rejects.toThrow(
      /is a reference to s3:\/\/models\/7, which W&B does not keep/,
    );
  });

  test('needs a key, and the name of an artifact', async () => {
    await expect(known('wandb:org/churn/model:v1')).rejects.toThrow('WANDB_API_KEY is not set');
    await expect(known('wandb:model', fixture.environment())).rejects.toThrow(
      "'model' is no artifact of W&B: write wandb:",
    );
  });

  test('whose key is refused says so', async () => {
    fixture.server.answers['/graphql'] = { status: 401, body: '' };
    await expect(known('wandb:org/churn/model:v1', fixture.environment())).rejects.toThrow(
      /answers with status 401: WANDB_API_KEY is no key of an account there/,
    );
  });
});

describe('without its tool', () => {
  test('dvc: is refused with both ways out', async () => {
    const folder = newFolder();
    write(folder, { 'model.tar.gz.dvc': 'outs:\n- md5: 6cfa\n  path: model.tar.gz\n' });
    await expect(known(`dvc:${join(folder, 'model.tar.gz')}`, { PATH: folder })).rejects.toThrow(
      /is resolved by the command dvc, and there is none: install DVC .*, or register the file that another machine/,
    );
  });

  test('a pointer of Git LFS stays, which the registration refuses by name', async () => {
    const folder = newFolder();
    write(folder, {
      'model.tar.gz': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`,
    });
    const file = join(folder, 'model.tar.gz');
    expect(await (await known(file, { PATH: folder })).fetch(newFolder())).toBe(file);
  });
});

test('a file without pointers, and an archive of S3, are registered as they are', async () => {
  const folder = newFolder();
  write(folder, { 'model.tar.gz': 'packed' });
  const file = join(folder, 'model.tar.gz');
  const source = await known(file);
  expect(source).toMatchObject({ origin: 'file model.tar.gz' });
  expect(await source.fetch(newFolder())).toBe(file);
  expect(await (await known('s3://models/7/model.tar.gz')).fetch(newFolder())).toBe(
    's3://models/7/model.tar.gz',
  );
});

test('an archive that a source holds alone is registered as it is', async () => {
  const fixture = huggingFace();
  await fixture.start();
  const source = await known(fixture.store({ 'model.tar.gz': 'packed' }), fixture.environment());
  expect(contentOf(await source.fetch(newFolder()))).toBe('packed');
  await fixture.stop();
});
