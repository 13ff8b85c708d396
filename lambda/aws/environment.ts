import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Complete } from '../../contracts/complete';
import type { FunctionName, FunctionSettings } from '../../contracts/functions';
import { checkDocument, parseDocument } from '../domain/records/document';

/** What every function of a pipeline knows about it. */
export interface Environment<Settings> {
  readonly pipelineName: string;
  /** By which, and by its name, everything that the pipeline makes is known as its own. */
  readonly ownerId: string;
  readonly bucketName: string;
  /** Name of the SSM parameter with the routing document. */
  readonly routingParameter: string;
  readonly modelPackageGroup: string;
  readonly endpointName: string;
  /** The topic that notifies people. */
  readonly topicArn: string;
  /** The function's own settings. */
  readonly settings: Settings;
}

/**
 * Reads the environment that the constructs give to a function.
 *
 * @param name of the function; the compiler checks the schema against its contract
 * @param settings schema of the function's `SETTINGS`
 * @throws Error that names the variables or settings that are missing or wrong
 */
export function readEnvironment<
  Name extends FunctionName,
  Schema extends z.ZodMiniType<FunctionSettings[Name]>,
>(
  name: Name,
  settings: Schema & Complete<FunctionSettings[Name], z.output<Schema>>,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment<FunctionSettings[Name]> {
  const names = checkDocument(environmentVariables, variables, "the function's environment");
  return {
    pipelineName: names.PIPELINE_NAME,
    ownerId: names.OWNER_ID,
    bucketName: names.BUCKET_NAME,
    routingParameter: names.ROUTING_PARAMETER,
    modelPackageGroup: names.MODEL_PACKAGE_GROUP,
    endpointName: names.ENDPOINT_NAME,
    topicArn: names.TOPIC_ARN,
    settings: readSettings<FunctionSettings[Name]>(settings, names, `SETTINGS of ${name}`),
  };
}

/** Settings from the environment, with those that it has no room for, which are in a file beside the code. */
function readSettings<Settings>(
  schema: z.ZodMiniType<Settings>,
  { SETTINGS, SETTINGS_FILE }: z.infer<typeof environmentVariables>,
  what: string,
): Settings {
  if (SETTINGS_FILE === undefined) return parseDocument(schema, SETTINGS, what);
  const besideCode = JSON.parse(readFileSync(join(__dirname, SETTINGS_FILE), 'utf8')) as object;
  const merged = { ...besideCode, ...(JSON.parse(SETTINGS) as object) };
  return checkDocument(schema, merged, `${what}, with those in ${SETTINGS_FILE},`);
}

const text = z.string().check(z.minLength(1));

const environmentVariables = z.object({
  PIPELINE_NAME: text,
  OWNER_ID: text,
  BUCKET_NAME: text,
  ROUTING_PARAMETER: text,
  MODEL_PACKAGE_GROUP: text,
  ENDPOINT_NAME: text,
  TOPIC_ARN: text,
  SETTINGS: text,
  SETTINGS_FILE: z.optional(text),
});
