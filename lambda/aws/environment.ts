import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as z from 'zod/mini';
import type { Complete } from '../../contracts/complete';
import type { FunctionName, FunctionSettings } from '../../contracts/functions';
import { checkDocument, parseJsonDocument } from '../domain/records/document';

/** What the function of a part knows, whether the part works alone or belongs to a pipeline. */
export interface PartEnvironment<Settings> {
  /** Name of the pipeline, or of the part that works alone. */
  readonly pipelineName: string;
  readonly bucketName: string;
  /** The function's own settings. */
  readonly settings: Settings;
}

/** What a function of a whole pipeline knows about it. */
export interface Environment<Settings> extends PartEnvironment<Settings> {
  /** By which, and by its name, everything that the pipeline makes is known as its own. */
  readonly ownerId: string;
  /** Name of the SSM parameter with the routing document. */
  readonly routingParameter: string;
  readonly modelPackageGroup: string;
  readonly endpointName: string;
  /** The topic that notifies people. */
  readonly topicArn: string;
}

/**
 * Reads the environment that the constructs give to each function.
 *
 * @param name of the function; the compiler checks the schema against its contract
 * @param settings schema of the function's `SETTINGS`
 * @throws Error that names the variables or settings that are missing or wrong
 */
export function readPartEnvironment<
  Name extends FunctionName,
  Schema extends z.ZodMiniType<FunctionSettings[Name]>,
>(
  name: Name,
  settings: Schema & Complete<FunctionSettings[Name], z.output<Schema>>,
  variables: Variables = process.env,
): PartEnvironment<FunctionSettings[Name]> {
  return partEnvironment(name, settings, checkDocument(partVariables, variables, ENVIRONMENT), variables);
}

/** As {@link readPartEnvironment}, of a function that only whole pipelines have. */
export function readEnvironment<
  Name extends FunctionName,
  Schema extends z.ZodMiniType<FunctionSettings[Name]>,
>(
  name: Name,
  settings: Schema & Complete<FunctionSettings[Name], z.output<Schema>>,
  variables: Variables = process.env,
): Environment<FunctionSettings[Name]> {
  const names = checkDocument(pipelineVariables, variables, ENVIRONMENT);
  return {
    ...partEnvironment<FunctionSettings[Name]>(name, settings, names, variables),
    ownerId: names.OWNER_ID,
    routingParameter: names.ROUTING_PARAMETER,
    modelPackageGroup: names.MODEL_PACKAGE_GROUP,
    endpointName: names.ENDPOINT_NAME,
    topicArn: names.TOPIC_ARN,
  };
}

type Variables = Readonly<Record<string, string | undefined>>;
const ENVIRONMENT = "the function's environment";

function partEnvironment<Settings>(
  name: FunctionName,
  schema: z.ZodMiniType<Settings>,
  names: z.infer<typeof partVariables>,
  variables: Variables,
): PartEnvironment<Settings> {
  return {
    pipelineName: names.PIPELINE_NAME,
    bucketName: names.BUCKET_NAME,
    settings: readSettings(schema, names, variables, `SETTINGS of ${name}`),
  };
}

/** Settings from the environment, with those that it has no room for, which are in a layer. */
function readSettings<Settings>(
  schema: z.ZodMiniType<Settings>,
  { SETTINGS, SETTINGS_FILE, NODE_PATH }: z.infer<typeof partVariables>,
  variables: Variables,
  what: string,
): Settings {
  const inEnvironment = parseJsonDocument(SETTINGS, what);
  if (SETTINGS_FILE === undefined)
    return checkDocument(schema, withVariables(inEnvironment, variables), what);
  const inLayer = JSON.parse(readFileSync(fileOfLayers(SETTINGS_FILE, NODE_PATH), 'utf8')) as object;
  const merged = withVariables({ ...inLayer, ...(inEnvironment as object) }, variables);
  return checkDocument(schema, merged, `${what}, with those in ${SETTINGS_FILE},`);
}

/**
 * Settings with the variables of the environment that they refer to: texts that could not be in JSON when
 * deployed.
 */
function withVariables(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const [, name] = /^env:(SETTING_\d+)$/.exec(value) ?? [];
    return name === undefined ? value : variables[name];
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => withVariables(member, variables));
  const members = Object.entries(value).map(([name, member]) => [name, withVariables(member, variables)]);
  return Object.fromEntries(members);
}

/**
 * Where layers have a file among their modules, whose folders Lambda lists in `NODE_PATH`:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
function fileOfLayers(name: string, modulePath = ''): string {
  const found = modulePath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (!found) throw new Error(`no layer of the function has ${name} in NODE_PATH, ${modulePath}`);
  return found;
}

const text = z.string().check(z.minLength(1));

const partVariables = z.object({
  PIPELINE_NAME: text,
  BUCKET_NAME: text,
  SETTINGS: text,
  SETTINGS_FILE: z.optional(text),
  NODE_PATH: z.optional(z.string()),
});

const pipelineVariables = z.extend(partVariables, {
  OWNER_ID: text,
  ROUTING_PARAMETER: text,
  MODEL_PACKAGE_GROUP: text,
  ENDPOINT_NAME: text,
  TOPIC_ARN: text,
});
