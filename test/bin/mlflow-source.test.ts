import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { fetchMlflowModel } from '../../bin/mlflow/fetch-mlflow-model';
import { addMlflowServing } from '../../bin/mlflow/mlflow-archive';
import { MlflowClient } from '../../bin/mlflow/mlflow-client';
import { servingPython } from '../../bin/mlflow/mlflow-source';

const onProgress = () => undefined;
const root = mkdtempSync(join(tmpdir(), 'mlflow-source-'));
const newFolder = () => mkdtempSync(join(root, 'folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The file `MLmodel` of a model with these flavors, as MLflow 3.17.2 writes it. */
const mlmodel = (flavor: string) => `artifact_path: mlflow-artifacts:/0/models/m-1/artifacts
flavors:
  ${flavor}:
    loader_module: mlflow.sklearn
    python_version: 3.11.7
mlflow_version: 3.17.2
`;

describe('what is no MLflow Model that a container can serve', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a folder of something else', { 'model.pkl': '' }, /no file MLmodel: it is no MLflow Model/],
    [
      'a model of R',
      { MLmodel: mlmodel('crate') },
      /the flavors crate, and a container serves python_function/,
    ],
    ['an MLmodel that is cut', { MLmodel: 'artifact_path: model\n' }, /MLmodel of the model cannot be read/],
    [
      'one that names no packages',
      { MLmodel: mlmodel('python_function') },
      /no requirements.txt: log it with a newer MLflow/,
    ],
  ])('%s is refused', async (_title, files, reason) => {
    const folder = newFolder();
    mkdirSync(join(folder, 'mlflow'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'mlflow', name), text);
    await expect(addMlflowServing({ folder, python: '3.12', onProgress })).rejects.toThrow(reason);
  });
});

describe('an MLflow server', () => {
  let server: Server;
  let address: string;
  const asked: { path: string; authorization: string | undefined }[] = [];
  const files: Record<string, object | string> = {
    '/api/2.0/mlflow-artifacts/artifacts?path=0%2Fm%2Fartifacts': {
      files: [
        { path: 'MLmodel', is_dir: false },
        { path: 'data', is_dir: true },
      ],
    },
    '/api/2.0/mlflow-artifacts/artifacts?path=0%2Fm%2Fartifacts%2Fdata': {
      files: [{ path: 'a model.pkl', is_dir: false }],
    },
    '/api/2.0/mlflow-artifacts/artifacts?path=0%2Fbad%2Fartifacts': {
      files: [{ path: '../../outside', is_dir: false }],
    },
    '/api/2.0/mlflow-artifacts/artifacts/0/m/artifacts/MLmodel': 'flavors',
    '/api/2.0/mlflow-artifacts/artifacts/0/m/artifacts/data/a%20model.pkl': 'weights',
  };
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { url = '', headers } = request;
      asked.push({ path: url, authorization: headers.authorization });
      const found = files[url];
      response.statusCode = found === undefined ? 403 : 200;
      response.end(
        found === undefined ? 'Permission denied' : typeof found === 'string' ? found : JSON.stringify(found),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('gives the files that it keeps, folder by folder, to whom it knows', async () => {
    const client = new MlflowClient({ MLFLOW_TRACKING_URI: `${address}/`, MLFLOW_TRACKING_TOKEN: 'secret' });
    const folder = join(newFolder(), 'model');
    await fetchMlflowModel({ client, s3: new S3Client() }, 'mlflow-artifacts:/0/m/artifacts', folder);
    expect(readFileSync(join(folder, 'MLmodel'), 'utf8')).toBe('flavors');
    expect(readFileSync(join(folder, 'data', 'a model.pkl'), 'utf8')).toBe('weights');
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer secret']));
  });

  test('writes nothing outside of the folder', async () => {
    const client = new MlflowClient({ MLFLOW_TRACKING_URI: address });
    const folder = join(newFolder(), 'model');
    await expect(
      fetchMlflowModel({ client, s3: new S3Client() }, 'mlflow-artifacts:/0/bad/artifacts', folder),
    ).rejects.toThrow("has a file '../../outside', which leads out of the model's folder");
    expect(existsSync(join(folder, '..', '..', 'outside'))).toBe(false);
  });

  test('that refuses is quoted, with its address', async () => {
    const user = { MLFLOW_TRACKING_USERNAME: 'ci', MLFLOW_TRACKING_PASSWORD: 'x' };
    const client = new MlflowClient({ MLFLOW_TRACKING_URI: address, ...user });
    await expect(client.version('models:/churn@champion')).rejects.toThrow(
      `the MLflow server ${address} refuses mlflow/registered-models/alias?name=churn&alias=champion: status 403 Permission denied`,
    );
    expect(asked.at(-1)?.authorization).toBe('Basic Y2k6eA==');
  });

  test('that keeps models where this command cannot read is told apart, with the way out', async () => {
    const client = new MlflowClient({ MLFLOW_TRACKING_URI: address });
    await expect(
      fetchMlflowModel({ client, s3: new S3Client() }, 'gs://bucket/model', newFolder()),
    ).rejects.toThrow(/keeps the model in gs:\/\/bucket\/model.*mlflow artifacts download/);
  });

  test.each([
    [undefined, /MLFLOW_TRACKING_URI is not set/],
    ['sqlite:///mlflow.db', /is 'sqlite:\/\/\/mlflow.db'/],
  ])('needs an address: %s is none', (MLFLOW_TRACKING_URI, reason) => {
    expect(() => new MlflowClient({ MLFLOW_TRACKING_URI })).toThrow(reason);
  });
});

test('packages are for the Python of the newest scikit-learn image, unless the cloud is on this machine', async () => {
  expect(await servingPython(undefined)).toBe('3.12');
  expect(await servingPython('https://sagemaker.eu-central-1.amazonaws.com')).toBe('3.12');
  expect(await servingPython('http://127.0.0.1:4566')).toMatch(/^3\.1[0-3]$/);
});
