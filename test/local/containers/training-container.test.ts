import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startContainerProcess } from '../../../local/containers/container-process';
import { standInOf } from '../../../local/containers/images/stand-ins';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import { startTrainingContainer, trainingPaths } from '../../../local/containers/training-container';
import { repositoryFile } from '../../repository-file';
import { gone, isRunning, lineWaiter, sourceArchive, temporaryDirectory } from './support';

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
const directory = temporaryDirectory();
let python: string;
beforeAll(async () => {
  python = (await ensurePythonEnvironment()).python;
}, 300_000);

function start(
  files: Record<string, string>,
  hyperparameters: Record<string, string> = {},
  pattern = /$^/,
  image = IMAGE,
) {
  const root = mkdtempSync(join(directory, 'job-'));
  const log = lineWaiter(pattern);
  const container = startTrainingContainer({
    root,
    image,
    standIn: standInOf(image),
    environment: { TRAINING_JOB_NAME: 'a-job' },
    hyperparameters: {
      sagemaker_program: '"train.py"',
      sagemaker_submit_directory: '"s3://b/code.tar.gz"',
      ...hyperparameters,
    },
    channels: { train: { contentType: 'text/csv' } },
    sourceArchive: sourceArchive(directory, files),
    python,
    onLog: log.onLog,
  });
  return { container, log, paths: trainingPaths(root), root };
}

test('a script gets its hyperparameters, channels and directories', async () => {
  const script = `
import json, os, sys
assert sys.stdin.read() == ''
json.dump({'argv': sys.argv[1:], 'env': {k: v for k, v in os.environ.items() if k.startswith('SM_') or k == 'HOME'}}, open(os.path.join(os.environ['SM_MODEL_DIR'], 'seen.json'), 'w'))
open(os.path.join(os.environ['SM_OUTPUT_DATA_DIR'], 'note.txt'), 'w').write('hello')
print('validation:auc=0.5;')`;
  const { container, log, paths, root } = start(
    { 'train.py': script },
    { 'max-iter': '"120"', rate: '0.05', name: 'plain', k: '3' },
  );
  expect(await container.exited).toEqual({ code: 0, signal: null });
  const seen = JSON.parse(readFileSync(join(paths.model, 'seen.json'), 'utf8'));
  expect(seen.argv).toEqual(['-k', '3', '--max-iter', '120', '--name', 'plain', '--rate', '0.05']);
  expect(seen.env).toMatchObject({
    HOME: root,
    SM_CHANNEL_TRAIN: paths.channel('train'),
    SM_CHANNELS: '["train"]',
    SM_MODEL_DIR: paths.model,
    'SM_HP_MAX-ITER': '120',
    SM_USER_ENTRY_POINT: 'train.py',
    SM_NUM_GPUS: '0',
  });
  expect(JSON.parse(seen.env.SM_TRAINING_ENV)).toMatchObject({
    job_name: 'a-job',
    input_data_config: { train: { ContentType: 'text/csv' } },
  });
  expect(JSON.parse(seen.env.SM_HPS)).toEqual({ 'max-iter': '120', rate: 0.05, name: 'plain', k: 3 });
  expect(readFileSync(join(paths.outputData, 'note.txt'), 'utf8')).toBe('hello');
  expect(log.lines).toContain('validation:auc=0.5;');
  expect(existsSync(paths.failure)).toBe(false);
});

test('a script that raises fails the job with its traceback', async () => {
  const { container, paths } = start({ 'train.py': 'raise ValueError("no rows")' });
  expect((await container.exited).code).toBe(1);
  expect(readFileSync(paths.failure, 'utf8')).toMatch(
    /^ExecuteUserScriptError:\nExitCode 1\n[\s\S]*ValueError: no rows/,
  );
});

// `run` of `_modules.py` in sagemaker-containers 2.8.6.post2: `python -m <sagemaker_program without .py>`.
test.each([
  ['runs, if it is a module of a folder', 'scripts.train', 0],
  ['fails, if it is a file of a folder, which has no name as a module', 'scripts/train.py', 1],
])('sagemaker_program of an XGBoost image %s', async (_title, program, code) => {
  const { container } = start(
    { 'scripts/train.py': 'print("trained")' },
    { sagemaker_program: JSON.stringify(program) },
    undefined,
    '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0',
  );
  expect((await container.exited).code).toBe(code);
});

test('a script that dies by a signal fails the job', async () => {
  const { container, paths } = start({
    'train.py': 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)',
  });
  expect((await container.exited).code).toBe(1);
  expect(readFileSync(paths.failure, 'utf8')).toContain('ExitCode -11');
});

test.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
  ['no program', { 'train.py': '' }, { sagemaker_program: '""' }, /sagemaker_program is missing/],
  [
    'a program that is not in the archive',
    { 'other.py': '' },
    {},
    /'train\.py' is not in the source archive.*other\.py/,
  ],
  [
    'a requirement that cannot be read',
    { 'train.py': '', 'requirements.txt': '=nonsense=\n' },
    {},
    /InstallRequirementsError/,
  ],
])('%s fails the job with the reason', async (_name, files, hyperparameters, reason) => {
  const { container, paths } = start(files, hyperparameters);
  expect((await container.exited).code).toBe(1);
  expect(readFileSync(paths.failure, 'utf8')).toMatch(reason);
});

test.each(['garbage', 'empty'])('an archive of %s fails the job with the reason', async (kind) => {
  const root = mkdtempSync(join(directory, 'job-'));
  const archive = join(root, 'code.tar.gz');
  writeFileSync(archive, kind === 'garbage' ? 'not an archive' : '');
  const container = startTrainingContainer({
    root,
    image: IMAGE,
    environment: {},
    hyperparameters: { sagemaker_program: 'train.py', sagemaker_submit_directory: 's3://b/k' },
    channels: {},
    sourceArchive: archive,
    python,
    onLog: () => undefined,
  });
  expect((await container.exited).code).toBe(1);
  expect(readFileSync(trainingPaths(root).failure, 'utf8')).toMatch(/cannot unpack the source archive/);
});

const SLOW = `
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('script', os.getpid(), flush=True)
while True: time.sleep(3600)`;

test('killing ends the script too, even if it ignores SIGTERM', async () => {
  const { container, log } = start({ 'train.py': SLOW }, {}, /^script \d+$/);
  const script = Number((await log.line).split(' ')[1]);
  expect(isRunning(script)).toBe(true);
  expect((await container.kill()).signal).toBe('SIGKILL');
  await gone(script);
  expect(await container.kill()).toEqual(await container.exited);
});

test('a script that is stopped can save its work', async () => {
  const script = `
import os, signal, sys, time
def save(*_):
    open(os.environ['SM_MODEL_DIR'] + '/saved', 'w').close()
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
print('waiting', flush=True)
while True: time.sleep(3600)`;
  const { container, log, paths } = start({ 'train.py': script }, {}, /^waiting$/);
  await log.line;
  expect(await container.kill()).toEqual({ code: 0, signal: null });
  expect(existsSync(join(paths.model, 'saved'))).toBe(true);
});

test('a job ends when the process that started it is killed', async () => {
  const root = mkdtempSync(join(directory, 'job-'));
  const config = join(root, 'opt', 'ml', 'input', 'config');
  // GIVEN a parent that starts the shim with a pipe as its input, and holds it
  const archive = sourceArchive(directory, { 'train.py': SLOW });
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const fs = require('fs'); fs.mkdirSync(${JSON.stringify(config)}, { recursive: true });
       for (const [n, v] of Object.entries({ hyperparameters: { sagemaker_program: 'train.py' }, inputdataconfig: {}, resourceconfig: { current_host: 'algo-1', hosts: ['algo-1'], network_interface_name: 'lo' } }))
         fs.writeFileSync(${JSON.stringify(config)} + '/' + n + '.json', JSON.stringify(v));
       require('child_process').spawn(${JSON.stringify(python)}, [${JSON.stringify(repositoryFile('local', 'containers', 'sagemaker_toolkit', 'train.py'))}, '--root', ${JSON.stringify(root)}, '--image', 'i', '--toolkit', 'sagemaker-training', '--source-archive', ${JSON.stringify(archive)}], { detached: true, stdio: ['pipe', 1, 2] });`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const closed = new Promise((resolve) => parent.stdout.once('close', resolve));
  const script = await new Promise<number>((resolve) => {
    let text = '';
    parent.stdout.on('data', (chunk) => {
      text += chunk;
      const pid = /^script (\d+)$/m.exec(text)?.[1];
      if (pid) resolve(Number(pid));
    });
  });
  // WHEN the parent gets no chance to clean up
  parent.kill('SIGKILL');
  // THEN the script, which holds the other end of the output, lets go of it
  await closed;
  await gone(script);
});

test('a Python that is not there is reported as exit code 127', async () => {
  const lines: string[] = [];
  const container = startContainerProcess({
    python: '/nowhere/python',
    arguments: [],
    root: directory,
    environment: {},
    onLog: (line) => lines.push(line),
  });
  expect(await container.exited).toEqual({ code: 127, signal: null });
  expect(lines.join()).toContain('/nowhere/python');
});
