import type { Command } from 'commander';
import type { ModelSignature, SignatureInput } from '../../contracts/model-signature';
import { readModelSignature } from '../../lambda/aws/model-signatures';
import { ArtifactStore } from '../../lambda/aws/store';
import { openApiDocument } from '../../lambda/domain/model-signature/open-api';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { table } from '../cli/output';
import { publishedApi } from '../cli/published-api';

interface SignatureOptions {
  readonly openapi?: true;
  readonly path?: string;
  readonly api?: string | true;
}

export function addSignatureCommand(program: Command): void {
  program
    .command('signature')
    .description('show what a version takes and answers: columns, types, ranges, categories, classes')
    .argument('[version]', 'such as 1.2.0; by default the version in production')
    .option('--openapi', "print the HTTP API of the pipeline's function as an OpenAPI document")
    .option('--path <path>', 'with --openapi: where rows go; / by default')
    .option('--api [name]', 'with --openapi: print an HTTP API of the pipeline, with all of its routes')
    .action(
      async (version: string | undefined, { openapi, path, api }: SignatureOptions, command: Command) => {
        const { aws, output, pipeline: find } = contextOf(command);
        const pipeline = await find();
        const modelVersion = version ?? (await pipeline.routing()).production?.modelVersion;
        if (modelVersion === undefined) throw new CliError('nothing is in production yet; specify a version');
        const store = new ArtifactStore(aws.s3, pipeline.resources.bucket);
        const signature = await readModelSignature(store, modelVersion);
        if (!signature) {
          throw new CliError(
            `version ${modelVersion} has no signature: it does not exist, or was registered before versions had one; retrain, or register it again`,
          );
        }
        if (openapi) {
          const published = api === undefined ? undefined : await publishedApi(aws, pipeline.name, api);
          const security = published && (published.security ?? { kind: published.authorization });
          const document = openApiDocument({
            title: pipeline.name,
            modelVersion,
            signature,
            ...(path !== undefined && { path }),
            ...(security && { security }),
          });
          output.result(document, () => JSON.stringify(document, null, 2));
          return;
        }
        output.result(signature, () => signatureText(signature));
      },
    );
}

/** A signature as two tables. */
export function signatureText({ inputs, outputs }: ModelSignature): string {
  const columns = inputs.map((input) => [
    input.name,
    input.type,
    input.optional ? 'may be empty' : '',
    contentOf(input),
  ]);
  const answers = outputs.map(({ name, type, classes }) => [name, type, (classes ?? []).join(', ')]);
  return `${table(['column', 'type', '', 'in the training data'], columns)}\n\n${table(['answer', 'type', 'classes'], answers)}`;
}

const MOST_CATEGORIES = 10;

function contentOf({ range, categories, shape }: SignatureInput): string {
  if (range) return `${range.minimum} to ${range.maximum}`;
  if (shape) return shape.join(' x ');
  if (!categories) return '';
  const more = categories.length - MOST_CATEGORIES;
  return `${categories.slice(0, MOST_CATEGORIES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
