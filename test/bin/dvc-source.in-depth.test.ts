import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { modelSource } from '../../bin/sources/model-source';

jest.setTimeout(1_800_000);

const run = promisify(execFile);

(process.env.IN_DEPTH_TRAINERS === '1' ? describe : describe.skip)('a model that DVC tracks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dvc-source-'));
  const [repository, remote] = [join(folder, 'repository'), join(folder, 'remote')];
  const environment = {
    ...process.env,
    PATH: `${join(folder, 'venv', 'bin')}${delimiter}${process.env.PATH}`,
    // DVC would count its uses elsewhere.
    DVC_NO_ANALYTICS: '1',
    DVC_SITE_CACHE_DIR: join(folder, 'cache'),
  };
  const source = (name: string) =>
    modelSource(`dvc:${join(repository, 'models', name)}`, {
      s3: new S3Client(),
      environment,
      onProgress: () => undefined,
    });
  const inRepository = (command: string, ...args: string[]) =>
    run(command, args, { cwd: repository, env: environment });

  beforeAll(async () => {
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(join(folder, 'venv', 'bin', 'pip'), ['install', '--quiet', '--no-input', 'dvc==3.67.1']);
    mkdirSync(join(repository, 'models', 'churn', 'code'), { recursive: true });
    mkdirSync(remote);
    writeFileSync(join(repository, 'models', 'model.tar.gz'), 'packed');
    writeFileSync(join(repository, 'models', 'churn', 'model.joblib'), 'weights');
    writeFileSync(
      join(repository, 'models', 'churn', 'code', 'inference.py'),
      'def model_fn(model_dir): pass\n',
    );
    await inRepository('git', 'init', '--quiet');
    await inRepository('git', 'remote', 'add', 'origin', 'https://git.example.com/churn');
    await inRepository('dvc', 'init', '--quiet');
    await inRepository('dvc', 'remote', 'add', '--default', 'team', remote);
    await inRepository('dvc', 'add', 'models/model.tar.gz', 'models/churn');
    await inRepository('dvc', 'push');
    await inRepository('git', 'add', '--all');
    await inRepository(
      'git',
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@example.com',
      'commit',
      '--quiet',
      '-m',
      'x',
    );
    // As after a clone: nothing is here but what names it.
    for (const path of ['.dvc/cache', 'models/model.tar.gz', 'models/churn'])
      rmSync(join(repository, path), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is fetched from the remote by dvc, with its digest, commit and repository', async () => {
    const { origin, provenance, fetch } = await source('model.tar.gz.dvc');
    // As GNU coreutils' md5sum prints it of the file's content.
    expect(origin).toBe('dvc models/model.tar.gz md5 f59dcd306ec32930f1e78a1d82280b48');
    expect(provenance).toEqual({
      originDigest: 'md5:f59dcd306ec32930f1e78a1d82280b48',
      commit: (await inRepository('git', 'rev-parse', 'HEAD')).stdout.trim(),
      repository: 'https://git.example.com/churn',
    });
    expect(readFileSync(await fetch(mkdtempSync(join(folder, 'out-'))), 'utf8')).toBe('packed');
  });

  test('is fetched as a folder, and the working tree stays as it was', async () => {
    const { provenance, fetch } = await source('churn');
    expect(provenance?.originDigest).toMatch(/^md5:[0-9a-f]{32}\.dir$/);
    const fetched = await fetch(mkdtempSync(join(folder, 'out-')));
    expect(readFileSync(join(fetched, 'code', 'inference.py'), 'utf8')).toContain('model_fn');
    expect((await inRepository('git', 'status', '--porcelain')).stdout).toBe('');
  });

  test('that the remote does not have is refused by what dvc says of it', async () => {
    rmSync(remote, { recursive: true });
    rmSync(join(repository, '.dvc', 'cache'), { recursive: true, force: true });
    const { fetch } = await source('model.tar.gz');
    await expect(fetch(mkdtempSync(join(folder, 'out-')))).rejects.toThrow(
      /dvc cannot fetch models\/model.tar.gz: .*"dvc pull .*model.tar.gz.dvc" shows whether its remote has it/,
    );
  });
});
