import * as z from 'zod/mini';
import type { ApiSecurity } from '../../contracts/functions/http';
import { apiSecurity } from '../../lambda/domain/http/api-security';
import { parseDocument } from '../../lambda/domain/records/document';
import type { Aws } from './aws';
import { CliError, ExitCode } from './cli-error';
import { publishedParts } from './published-parts';

/** What an API's stack publishes of it. */
export interface PublishedApi {
  readonly name: string;
  readonly url: string;
  readonly authorization: ApiSecurity['kind'];
  /** Undefined of an API that an earlier version deployed. */
  readonly security?: ApiSecurity | undefined;
}

/**
 * An HTTP API of a pipeline.
 *
 * @param choice its name; `true` for the only one
 * @throws CliError if there is no such API, or several to choose from
 */
export async function publishedApi(
  aws: Aws,
  pipelineName: string,
  choice: string | true,
): Promise<PublishedApi> {
  const published = await publishedParts(aws, pipelineName, 'apis');
  const names = [...published.keys()];
  if (names.length === 0)
    throw new CliError(`${pipelineName} has no HTTP API; add one with addInferenceApi()`);
  const [only] = names.length === 1 ? names : [];
  const name = choice === true ? only : choice;
  const text = name === undefined ? undefined : published.get(name);
  if (name === undefined || text === undefined) {
    const problem = choice === true ? 'there are several APIs' : `the API ${choice} does not exist`;
    throw new CliError(`${problem}; choose one with --api: ${names.join(', ')}`, ExitCode.USAGE);
  }
  return { name, ...parseDocument(document, text, `parts of the API ${name}`) };
}

const document = z.object({
  url: z.string(),
  authorization: z.enum(['iam', 'jwt', 'lambda', 'none']),
  security: z.optional(apiSecurity),
});
