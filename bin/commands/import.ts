import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { ImportedModel } from '../../contracts/functions/importing';
import { modelVersion } from '../cli/arguments';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';
import { uploadImport } from '../cli/upload-import';
import { release } from './release';

interface ImportOptions {
  readonly sample?: string;
  readonly label?: string;
  readonly as?: string;
  readonly metric: Record<string, number>;
  readonly from?: string;
  readonly release?: boolean;
  readonly reason: string;
  readonly allowSchemaChange?: boolean;
  readonly wait?: boolean;
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('register a model that was trained elsewhere as a version')
    .argument('<archive>', 'model.tar.gz: a file, or the s3:// URI of an object')
    .option(
      '--sample <file>',
      'rows as the model was trained on, with a header (CSV, JSON lines or Parquet; a file or an s3:// URI): the first are sent to the version before it has traffic, and drift is measured against all',
    )
    .option('--label <column>', 'column of the sample that is no feature but the label')
    .option('--as <version>', 'its semantic version (default: the next, by what has changed)', modelVersion)
    .option('--metric <name=value>', 'a metric, as it was measured elsewhere (repeatable)', metric, {})
    .option('--from <text>', 'where the model comes from, for the registry (default: the archive)')
    .option('--release', 'release the version')
    .option('--reason <text>', 'with --release: why, for the ledger', 'imported')
    .option(
      '--allow-schema-change',
      'with --release: release it even if it expects other features than the version in production',
    )
    .option('--wait', 'with --release: wait for the end; exit code 3 if it is rolled back')
    .action(async (archive: string, options: ImportOptions, command: Command) => {
      const context = contextOf(command);
      const { aws, output } = context;
      const pipeline = await context.pipeline();
      const { importFunction } = pipeline.resources;
      if (!importFunction) {
        throw new CliError(
          `the stack of ${pipeline.name} was deployed with an earlier version of cdk-model-pipeline, which imports no models: deploy it with this one`,
        );
      }
      const sample =
        options.sample === undefined ? undefined : await uploadImport(aws, pipeline, options.sample);
      const request = {
        archive: await uploadImport(aws, pipeline, archive),
        sample,
        label: options.label,
        version: options.as,
        metrics: options.metric,
        importedFrom: options.from ?? (archive.startsWith('s3://') ? archive : `file ${basename(archive)}`),
      };
      const imported = await invokeFunction<ImportedModel>(aws, importFunction, request);
      if (!options.release) {
        output.result(
          imported,
          () =>
            `version ${imported.modelVersion} is registered; release it: model-pipeline release ${imported.modelVersion}`,
        );
        return;
      }
      output.progress(`version ${imported.modelVersion} is registered`);
      await release(context, pipeline, imported.modelVersion, options);
    });
}

function metric(text: string, previous: Record<string, number>): Record<string, number> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!name || value === undefined || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError('must look like name=value with a number, for example auc=0.91');
  return { ...previous, [name]: Number(value) };
}
