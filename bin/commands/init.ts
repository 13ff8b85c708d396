import { basename, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { Output } from '../cli/output';
import { writeApp } from '../init/write-app';

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('write a small app with a model, sample data and CI, which runs on the local cloud as it is')
    .argument('[folder]', 'a new or empty folder', '.')
    .option('--name <name>', 'name of the pipeline; by default the name of the folder')
    .action((folder: string, { name }: { name?: string }, command: Command) => {
      const path = resolve(folder);
      const files = writeApp({
        folder: path,
        name: name ?? basename(path).toLowerCase(),
        version: program.version() as string,
      });
      const output = new Output(command.optsWithGlobals<{ json?: boolean }>().json ?? false);
      const way = relative(process.cwd(), path);
      output.result({ folder: path, files }, () =>
        [
          `${path} has ${files.length} files. To get a model into production on the local cloud:`,
          '',
          ...(way === '' ? [] : [`  cd ${way}`]),
          '  npm install',
          '  npx model-pipeline local start && eval "$(npx model-pipeline local env)"',
          '  npx cdk bootstrap && npx cdk deploy',
          '  npx model-pipeline retrain --data data/customers.csv --wait',
        ].join('\n'),
      );
    });
}
