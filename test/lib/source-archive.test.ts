import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { extract } from 'tar';
import { scriptEnvironment } from '../../lib/containers/script-environment';
import { ensurePythonEnvironment } from '../../local/containers/python-environment';
import { startServingContainer } from '../../local/containers/serving-container';
import { startTrainingContainer, trainingPaths } from '../../local/containers/training-container';
import { lineWaiter, temporaryDirectory } from '../local/containers/support';
import { repositoryFile } from '../repository-file';
import { packedSource } from './packed-source';

// pip takes a second of a processor each time.
jest.setTimeout(120_000);
const directory = temporaryDirectory();
let python: string;
beforeAll(async () => {
  python = (await ensurePythonEnvironment()).python;
}, 300_000);

/** A package that no index has, as a wheel. */
function wheel(name: string, module: string): Uint8Array {
  const info = `${name}-1.0.dist-info`;
  const files: Record<string, string> = {
    [`${name}.py`]: module,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  files[`${info}/RECORD`] = [...Object.keys(files), `${info}/RECORD`].map((path) => `${path},,\n`).join('');
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
}

const TRAIN = `
import json, os, sys
import doubled, helpers.scale, six
assert six.older
json.dump([sys.argv[1:], os.environ["SM_USER_ENTRY_POINT"], os.getpid()], open(os.path.join(os.environ["SM_MODEL_DIR"], "seen.json"), "w"))`;

const INFERENCE = `
import helpers.scale
def model_fn(model_dir): return helpers.scale
def transform_fn(model, body, content_type, accept): return str(model.scaled(float(body))), accept`;

const FILES: Record<string, string | Uint8Array> = {
  'train.py': TRAIN,
  'inference.py': INFERENCE,
  'helpers/scale.py': 'from doubled import twice\ndef scaled(x): return twice(x) + 1',
  'setup.cfg': '[metadata]\nname = something-to-build',
  'requirements.txt': '--no-index\n--find-links wheels\nnumpy\ndoubled\nsix<1.1',
  'wheels/doubled-1.0-py3-none-any.whl': wheel('doubled', 'def twice(x): return 2 * x'),
  'wheels/six-1.0-py3-none-any.whl': wheel('six', 'older = True'),
};

function pack(files: typeof FILES, servingPackages?: string): string {
  const source = mkdtempSync(join(directory, 'source-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), content);
  }
  const scripts = { path: source, trainingScript: 'train.py', required: ['inference.py'], servingPackages };
  return packedSource(directory, scripts);
}

async function train(files: typeof FILES, servingPackages?: string) {
  const root = mkdtempSync(join(directory, 'job-'));
  const log = lineWaiter(/$^/);
  const container = startTrainingContainer({
    root,
    image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3',
    environment: {},
    hyperparameters: {
      sagemaker_program: '"model_pipeline/train.py"',
      sagemaker_submit_directory: '"s3://b/k"',
      depth: '3',
    },
    channels: { train: {} },
    sourceArchive: pack(files, servingPackages),
    python,
    onLog: log.onLog,
  });
  const { code } = await container.exited;
  return { code, paths: trainingPaths(root), log, pid: container.pid };
}

describe('a training job', () => {
  let model: string;
  let log: string;
  beforeAll(async () => {
    const job = await train(FILES);
    log = job.log.lines.join('\n');
    expect([job.code, log]).toEqual([0, expect.stringContaining('training SUCCESS')]);
    model = job.paths.model;
  }, 120_000);

  test("runs the user's script with its arguments, its name and the packages that it names", () => {
    const [argv, entryPoint] = JSON.parse(readFileSync(join(model, 'seen.json'), 'utf8'));
    expect([argv, entryPoint]).toEqual([['--depth', '3'], 'train.py']);
  });

  test('puts scripts and packages into the model, but nothing that pip would install or build at a start', () => {
    const files = readdirSync(join(model, 'code'), { recursive: true }).map(String);
    expect(files).toEqual(
      expect.arrayContaining(['inference.py', join('helpers', 'scale.py'), 'pyproject.toml']),
    );
    expect(files).toContain(join('model_pipeline', 'packages', 'doubled.py'));
    expect(files.filter((file) => /^requirements|^setup|numpy/.test(file))).toEqual([]);
  });

  test('tells in its log which package takes the place of one of the image', () => {
    expect(log).toMatch(/requirements\.model-pipeline\.txt replaces six 1\.\d+\.\d+ of the image by 1\.0/);
  });

  test('locks what it adds to the image, by its hash', () => {
    const lock = join(model, 'code', 'model_pipeline', 'packages', 'requirements.lock');
    expect(readFileSync(lock, 'utf8')).toMatch(
      /^doubled==1\.0 --hash=sha256:[0-9a-f]{64}\nsix==1\.0 --hash=sha256:[0-9a-f]{64}\n$/,
    );
  });

  test('leaves a model that a container without a network serves', async () => {
    const container = startServingContainer({
      root: mkdtempSync(join(directory, 'endpoint-')),
      environment: isolated(scriptEnvironment('inference.py')),
      modelDir: model,
      python,
      onLog: () => undefined,
    });
    try {
      const address = `http://127.0.0.1:${await container.port}`;
      while ((await fetch(`${address}/ping`)).status !== 200);
      const headers = { 'content-type': 'text/csv', accept: 'text/csv' };
      const answer = await fetch(`${address}/invocations`, { method: 'POST', body: '20', headers });
      expect(await answer.text()).toBe('41.0');
    } finally {
      await container.kill();
    }
  });

  // sagemaker-containers 2.8.6.post2 (`_modules.py`): copies the code, writes setup.py if there is none, and
  // runs this.
  test("leaves code that the image's own pip install takes without an index", () => {
    const code = join(mkdtempSync(join(directory, 'image-')), 'code');
    cpSync(join(model, 'code'), code, { recursive: true });
    expect(existsSync(join(code, 'requirements.txt'))).toBe(false);
    writeFileSync(
      join(code, 'setup.py'),
      "from setuptools import setup\nsetup(packages=[''], name='inference', version='1.0.0', include_package_data=True)\n",
    );
    const target = join(directory, 'installed');
    const { status, stderr } = spawnSync(
      python,
      ['-m', 'pip', 'install', '.', '--target', target, '--disable-pip-version-check'],
      { cwd: code, env: isolated({ PATH: process.env.PATH ?? '', PIP_NO_INDEX: '1' }), encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(target)).toEqual(['model_pipeline_serving-1.0.0.dist-info']);
  });
});

test('a model gets the packages of requirements-serving.txt alone, where its container finds them', async () => {
  const files = {
    ...FILES,
    'inference.py': 'def model_fn(model_dir): return None',
    'requirements-serving.txt': '--no-index\n--find-links wheels\nsix<1.1',
  };
  const { code, paths } = await train(files, 'lib');
  expect(code).toBe(0);
  expect(readdirSync(join(paths.model, 'code', 'lib'))).toEqual(
    expect.arrayContaining(['requirements.lock', 'six.py']),
  );
  const own = join(paths.model, 'code', 'model_pipeline');
  expect(readdirSync(own)).toEqual(['requirements-training.lock', 'serving_build.py']);
  expect(readFileSync(join(own, 'requirements-training.lock'), 'utf8')).toMatch(/^doubled==1\.0 --hash=/);
});

test('a package that cannot be had fails the training, before the script runs', async () => {
  const { code, paths, log } = await train({ ...FILES, 'requirements.txt': '--no-index\nno-such-package' });
  expect(code).toBe(1);
  expect(readFileSync(paths.failure, 'utf8')).toContain('No matching distribution found for no-such-package');
  expect(readFileSync(paths.failure, 'utf8')).toContain('cannot install the packages that the scripts need');
  expect(existsSync(join(paths.model, 'seen.json'))).toBe(false);
  expect(log.lines.join('\n')).not.toContain('Traceback');
});

test('a script that fails fails the job with its own message', async () => {
  const { paths } = await train({ 'train.py': 'raise ValueError("no rows")', 'inference.py': INFERENCE });
  expect(readFileSync(paths.failure, 'utf8')).toMatch(/^ExecuteUserScriptError:\nExitCode 1\n[\s\S]*no rows/);
});

test.each([
  ['model_pipeline/notes.txt', /^Test\/Source: the source folder .* has model_pipeline, .*; rename it$/],
  ['setup.py', /^Test\/Source: the source folder .* has setup.py, .*; remove it: /],
])('a source folder may not have %s', (name, message) => {
  expect(() => pack({ ...FILES, [name]: 'x' })).toThrow(message);
});

// sagemaker-containers 2.8.6.post2 (`run_module` of `_modules.py`, `create` of `_process.py`), with which
// AWS's XGBoost images train: writes these files, installs the folder, and runs a module in it.
test('a container that installs the scripts runs them as a module, without an index', async () => {
  const path = mkdtempSync(join(directory, 'source-'));
  writeFileSync(
    join(path, 'train.py'),
    'import os, sys\nopen(os.path.join(os.environ["SM_MODEL_DIR"], "seen"), "w").write(" ".join(sys.argv[1:]))',
  );
  writeFileSync(join(path, 'inference.py'), '');
  writeFileSync(join(path, 'pyproject.toml'), '[build-system]\nrequires = ["no-such-package"]');
  const job = mkdtempSync(join(directory, 'job-'));
  const [code, model] = [join(job, 'code'), join(job, 'model')];
  mkdirSync(code);
  mkdirSync(model);
  const scripts = { path, trainingScript: 'train.py', isInstalled: true, required: ['inference.py'] };
  await extract({ file: packedSource(directory, scripts), cwd: code });
  writeFileSync(
    join(code, 'setup.py'),
    "from setuptools import setup\nsetup(packages=[''], name=\"model_pipeline.train\", version='1.0.0', include_package_data=True)\n",
  );
  writeFileSync(join(code, 'setup.cfg'), '[wheel]\nuniversal = 1\n');
  writeFileSync(join(code, 'MANIFEST.in'), 'recursive-include . *\n');
  const env = isolated({ PATH: process.env.PATH ?? '', PIP_NO_INDEX: '1', SM_MODEL_DIR: model });
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(python, args, { cwd: code, env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  };
  run('-m', 'pip', 'install', '.', '--target', join(job, 'installed'), '--disable-pip-version-check');
  run('-m', 'model_pipeline.train', '--depth', '3');
  expect(readFileSync(join(model, 'seen'), 'utf8')).toBe('--depth 3');
  expect(readdirSync(join(model, 'code')).sort()).toEqual([
    'inference.py',
    'model_pipeline',
    'pyproject.toml',
    'train.py',
  ]);
});

test('the same scripts make the same archive, wherever they are', async () => {
  expect(pack(FILES).split('/').at(-1)).toBe(pack(FILES).split('/').at(-1));
  const folder = mkdtempSync(join(directory, 'unpacked-'));
  await extract({ file: pack(FILES), cwd: folder });
  expect(readdirSync(join(folder, 'model_pipeline')).sort()).toEqual([
    'serving_build.py',
    'settings.json',
    'train.py',
  ]);
});

/** Python that reaches no other machine. */
function isolated(variables: Record<string, string>): Record<string, string> {
  const guard = repositoryFile('local', 'containers', 'sagemaker_toolkit', 'network_isolation');
  return { ...variables, PYTHONPATH: [guard, variables.PYTHONPATH].filter(Boolean).join(':') };
}
