import type { _Object, GetObjectCommandOutput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type {
  GetParameterCommandOutput,
  GetParametersByPathCommandOutput,
  Parameter,
} from '@aws-sdk/client-ssm';
import { type CloudReader, heading, html, jsonBlock, type Page } from 'cdk-local-cloud/page';

/** A model pipeline as its two documents in the Parameter Store describe it. */
export interface Pipeline {
  readonly name: string;
  /** Names and ARNs of its parts. */
  readonly resources: Readonly<Record<string, string>>;
  readonly production?: Route;
  readonly candidate?: Route;
  /** The candidate, while it gets copies of requests. */
  readonly shadow?: Route;
}

export interface Route {
  readonly modelVersion?: string;
  readonly variant?: string;
  readonly since?: string;
  /** Share of the traffic. */
  readonly trafficShare?: number;
}

export interface LedgerEntry {
  readonly sequence?: number;
  readonly time?: string;
  readonly kind?: string;
  readonly modelVersion?: string;
  readonly champion?: string;
  readonly reasons?: readonly string[];
  readonly execution?: string;
  /** `s3://` URI of a page. */
  readonly report?: string;
}

const ROOT = '/model-pipeline/';
const RESOURCES = '/resources';
const LATEST_ENTRIES = 12;

export async function pipelines(reader: CloudReader): Promise<Pipeline[]> {
  if (!reader.has('ssm')) return [];
  const parameters = await reader.list<GetParametersByPathCommandOutput, Parameter>(
    'ssm',
    'GetParametersByPath',
    { Path: ROOT, Recursive: true },
    ({ Parameters }) => Parameters,
  );
  const documents = parameters.filter(({ Name }) => Name?.endsWith(RESOURCES));
  return Promise.all(documents.map((parameter) => readPipeline(reader, parameter)));
}

/** The last entries of a pipeline's ledger, the newest first. */
export async function ledger(reader: CloudReader, bucket: string | undefined): Promise<LedgerEntry[]> {
  if (!bucket || !reader.has('s3')) return [];
  const objects = await reader
    .list<ListObjectsV2CommandOutput, _Object>(
      's3',
      'ListObjectsV2',
      { Bucket: bucket, Prefix: 'ledger/' },
      ({ Contents }) => Contents,
    )
    .catch(() => []);
  const keys = objects.flatMap(({ Key }) => (Key?.endsWith('.json') ? [Key] : []));
  const latest = keys.sort().slice(-LATEST_ENTRIES).reverse();
  const entries = await Promise.all(latest.map((key) => readObject(reader, bucket, key)));
  return entries.flatMap((text) => parsed<LedgerEntry>(text) ?? []);
}

/**
 * A report that a workflow wrote: a page as it is, JSON in a page of its own. Undefined if the report does
 * not exist, or if the object is not a report.
 */
export async function reportPage(reader: CloudReader, uri: string): Promise<Page | string | undefined> {
  const [, bucket = '', key = ''] = REPORT.exec(uri) ?? [];
  const text = key && reader.has('s3') ? await readObject(reader, bucket, key) : undefined;
  if (text === undefined || key.endsWith('.html')) return text;
  return { title: 'Report', body: html`${heading('Report')}<p class="soft">${uri}</p>${jsonBlock(text)}` };
}

/** Pages of releases and evaluations, and what was found in data that were refused. */
const REPORT = /^s3:\/\/([^/]+)\/((?:releases|models)\/.+\.html|datasets\/[^/]+\/validation\.json)$/;

/** Text of an object, undefined if it is gone. */
async function readObject(reader: CloudReader, bucket: string, key: string): Promise<string | undefined> {
  const object = await reader.find<GetObjectCommandOutput>('s3', 'GetObject', { Bucket: bucket, Key: key });
  return (object?.Body as unknown as Buffer | undefined)?.toString('utf8');
}

async function readPipeline(reader: CloudReader, { Name = '', Value }: Parameter): Promise<Pipeline> {
  const name = Name.slice(ROOT.length, -RESOURCES.length);
  const resources = parsed<Record<string, string>>(Value) ?? {};
  const parameter = await reader.find<GetParameterCommandOutput>('ssm', 'GetParameter', {
    Name: resources.routingParameter ?? `${ROOT}${name}/routing`,
  });
  const routing = parsed<Pick<Pipeline, 'production' | 'candidate' | 'shadow'>>(parameter?.Parameter?.Value);
  const { production, candidate, shadow } = routing ?? {};
  return { name, resources, production, candidate, shadow };
}

/** Undefined for what is no JSON object: the page shows what is there, and does not judge it. */
function parsed<T extends object>(text: string | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
