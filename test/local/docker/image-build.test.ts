import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BuiltConfig, buildImage } from '../../../local/docker/image-build';
import { layerOf } from '../../../local/docker/layer';

const CONTEXT: Readonly<Record<string, string>> = {
  'app.py': 'app',
  'requirements.txt': '',
  'lib/one.py': '1',
  'lib/two.py': '2',
  'lib/readme.md': 'text',
  'data/rows.csv': '1,2',
};

describe('an image that the local cloud builds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'image-build-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Builds of a Dockerfile with these lines. */
  async function build(lines: readonly string[], buildArguments: Record<string, string> = {}) {
    const context = mkdtempSync(join(folder, 'context-'));
    const root = mkdtempSync(join(folder, 'root-'));
    for (const [name, text] of Object.entries({ ...CONTEXT, Dockerfile: lines.join('\n') })) {
      mkdirSync(dirname(join(context, name)), { recursive: true });
      writeFileSync(join(context, name), text);
    }
    const config = await buildImage({
      context,
      dockerfile: 'Dockerfile',
      buildArguments,
      architecture: 'amd64',
      root,
      onProgress: () => undefined,
    });
    return { ...config, root };
  }

  const files = ({ root }: { readonly root: string }) =>
    (readdirSync(root, { recursive: true }) as string[])
      .filter((name) => statSync(join(root, name)).isFile())
      .sort();
  const variables = ({ config }: BuiltConfig) =>
    Object.fromEntries(config.Env.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));

  test('has the files and the commands that its Dockerfile names', async () => {
    const image = await build([
      '# syntax=docker/dockerfile:1',
      'ARG PYTHON=3.11',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as a Dockerfile has it
      'FROM --platform=linux/amd64 python:${PYTHON}-slim AS serving',
      'LABEL team=churn',
      'WORKDIR /opt',
      'WORKDIR program',
      'COPY app.py requirements.txt ./',
      'COPY lib/*.py library/',
      'COPY ["data", "/data"]',
      'EXPOSE 8080',
      'ENTRYPOINT ["python", "app.py"]',
      'CMD python $NUMBER',
    ]);
    expect(image).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Entrypoint: ['python', 'app.py'],
        // The shell that runs it replaces the variable.
        Cmd: ['/bin/sh', '-c', 'python $NUMBER'],
        WorkingDir: '/opt/program',
        Labels: { team: 'churn' },
      },
      python: { version: '3.11', requirements: '' },
    });
    expect(files(image)).toEqual([
      'data/rows.csv',
      'opt/program/app.py',
      'opt/program/library/one.py',
      'opt/program/library/two.py',
      'opt/program/requirements.txt',
    ]);
  });

  test('copies its whole context to the working directory', async () => {
    const image = await build(['FROM python:3.12', 'WORKDIR /app', 'COPY . .']);
    const expected = [...Object.keys(CONTEXT), 'Dockerfile'].map((name) => `app/${name}`);
    expect(files(image)).toEqual(expected.sort());
  });

  test('has the values of variables, of build arguments and of what stands before', async () => {
    const image = await build(
      [
        'FROM python:3.12',
        'ARG STAGE=test',
        'ARG OTHER',
        'ENV MODEL_DIR=/opt/ml/model GREETING="good day" \\',
        '    # a comment between continued lines',
        '',
        '    NUMBER=1',
        'ENV STAGE $STAGE',
        // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as a Dockerfile has it
        'ENV PATH="/opt/program:${PATH}" FALLBACK=${OTHER:-none} SET=${NUMBER:+yes} LITERAL=\\$NUMBER',
        // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as a Dockerfile has it
      ],
      { STAGE: 'production' },
    );
    expect(variables(image)).toEqual({
      PATH: '/opt/program:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
      MODEL_DIR: '/opt/ml/model',
      GREETING: 'good day',
      NUMBER: '1',
      STAGE: 'production',
      FALLBACK: 'none',
      SET: 'yes',
      LITERAL: '$NUMBER',
    });
  });

  test('is the same bytes whenever it is built of the same files', async () => {
    const lines = ['FROM python:3.12', 'COPY . /app'];
    const [first, second] = [await build(lines), await build(lines)];
    utimesSync(join(second.root, 'app', 'app.py'), 1, 1);
    expect(await layerOf(second.root)).toEqual(await layerOf(first.root));
  });

  test.each([
    [['FROM node:22'], /line 1: FROM node:22: .*base images python:<version>/],
    [['FROM python:3.12-alpine'], /FROM python:3.12-alpine/],
    [['FROM python:3.12 AS a', 'FROM python:3.12'], /line 2: FROM python:3.12: builds of several stages/],
    [
      ['FROM python:3.12', 'RUN apt-get update'],
      /line 2: RUN apt-get update: .*"RUN pip install" only.*on AWS/,
    ],
    [['FROM python:3.12', 'RUN pip install a && make'], /RUN make/],
    [['FROM python:3.12', 'RUN pip install --editable x'], /RUN pip install --editable/],
    [['FROM python:3.12', 'RUN pip install .'], /RUN pip install \.: .*imported from WORKDIR/],
    [['FROM python:3.12', 'RUN pip install -r requirements.txt'], /no such file yet; COPY it before/],
    [['FROM python:3.12', 'USER nobody'], /line 2: USER is not implemented/],
    [['FROM python:3.12', 'COPY --from=other a b'], /COPY --from=other/],
    [['FROM python:3.12', 'COPY none.py .'], /COPY none.py: no such file in the context/],
    [['FROM python:3.12', 'COPY ../secret .'], /COPY ..\/secret: the source must be in the context/],
    [['FROM python:3.12', 'COPY app.py'], /needs a source and a destination/],
    [['FROM python:3.12', 'RUN <<EOF', 'make', 'EOF'], /line 2: here-documents/],
    [['FROM python:3.12', '!'], /line 2: no instruction begins with "!"/],
    [['WORKDIR /app'], /line 1: WORKDIR stands before FROM/],
    [['# nothing'], /Dockerfile has no FROM/],
  ])('refuses %j', async (lines, reason) => {
    await expect(build(lines)).rejects.toThrow(reason);
  });
});
