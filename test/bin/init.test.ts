import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeApp } from '../../bin/init/write-app';
import { repositoryFile } from '../repository-file';
import { runCli } from './cli';

describe('model-pipeline init', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

  test('writes an app that takes the packages of its own version', async () => {
    const { code, stdout } = await runCli(['init', join(folder, 'late-flights'), '--json'], {});
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as { files: string[] };
    expect(files).toEqual(
      readdirSync(join(folder, 'late-flights'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'late-flights/').length))
        .sort(),
    );
    const { version } = JSON.parse(readFileSync(repositoryFile('package.json'), 'utf8'));
    expect(JSON.parse(read('late-flights', 'package.json'))).toMatchObject({
      name: 'late-flights',
      dependencies: { 'cdk-model-pipeline': `^${version}` },
      devDependencies: { 'model-pipeline': `^${version}` },
    });
    expect(read('late-flights', 'app.ts')).toContain("new Stack(app, 'LateFlights'");
    expect(read('late-flights', 'app.ts')).toContain("pipelineName: 'late-flights'");
  });

  test('writes the example that this repository runs, if the app has its name', () => {
    writeApp({ folder: join(folder, 'churn'), name: 'churn', version: '1.0.0' });
    for (const path of ['app.ts', 'cdk.json', 'model/train.py', 'data/customers.csv']) {
      expect(read('churn', path)).toBe(readFileSync(repositoryFile('examples', 'minimal', path), 'utf8'));
    }
    expect(read('churn', 'README.md')).toContain('# churn\n');
  });

  test('names commands that the CLI has, and files that it wrote', async () => {
    const { stdout } = await runCli(['init', join(folder, 'churn')], {});
    expect(stdout).toContain('npx model-pipeline retrain --data data/customers.csv --wait');
    expect(readdirSync(join(folder, 'churn', 'data'))).toContain('customers.csv');
  });

  test('writes sample data of the columns that its schema checks', () => {
    writeApp({ folder: join(folder, 'one'), name: 'one', version: '1.0.0' });
    const data = read('one', 'data', 'customers.csv');
    const { columns, rows } = JSON.parse(read('one', 'data', 'schema.json'));
    const [header = '', ...lines] = data.trim().split('\n');
    expect(header.split(',')).toEqual(['churned', ...Object.keys(columns)]);
    expect(lines.length).toBeGreaterThanOrEqual(rows.minimum);
  });

  test('leaves a folder alone that holds anything', async () => {
    writeFileSync(join(folder, 'mine.txt'), '');
    const { code, stderr } = await runCli(['init', folder, '--name', 'churn'], {});
    expect([code, stderr]).toEqual([1, expect.stringContaining(`the folder ${folder} is not empty`)]);
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  test.each(['Überall', '1st', 'a'.repeat(41), ''])("refuses '%s' as the name of a pipeline", (name) => {
    expect(() => writeApp({ folder: join(folder, 'new'), name, version: '1.0.0' })).toThrow(/--name/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
