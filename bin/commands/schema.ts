import type { Command } from 'commander';
import { baselineSchema } from '../../lambda/domain/data/baseline';
import { inferSchema } from '../../lambda/domain/data/data-schema';
import { modelKey } from '../../lambda/domain/records/bucket-layout';
import { parseDocument } from '../../lambda/domain/records/document';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { readReport } from '../cli/read-report';

export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the schema that follows from the data of a version, as JSON for DataSchema.fromFile')
    .argument('[version]', 'such as 1.2.0; by default the version in production')
    .action(async (version: string | undefined, _options: object, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const modelVersion = version ?? (await pipeline.routing()).production?.modelVersion;
      if (modelVersion === undefined) {
        throw new CliError('nothing is in production yet; specify a version');
      }
      const text = await readReport(pipeline.objects, modelKey(modelVersion, 'baseline.json'));
      const schema = inferSchema(parseDocument(baselineSchema, text, `baseline of ${modelVersion}`));
      output.result(schema, () => JSON.stringify(schema, null, 2));
    });
}
