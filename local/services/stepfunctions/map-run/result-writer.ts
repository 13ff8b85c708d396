import { AwsError } from '../../../gateway/aws-error';
import type { IamService } from '../../iam/iam-service';
import { isObject, type Json, type JsonObject, type ResultWriter } from '../definition/definition';
import type { Engine } from '../interpreter/engine';
import { Aborted, StateError } from '../interpreter/state-error';
import type { Waiting } from '../interpreter/waiting';
import type { QueryLanguage, Visit } from '../language/query-language';
import type { StoredExecution } from '../machine-store';
import type { ChildInput } from './item-batcher';
import { type MapRun, outputOf } from './map-run';

type WriterConfig = Required<NonNullable<ResultWriter['WriterConfig']>>;

/** Where results go in S3. */
export interface Destination {
  readonly Bucket: string;
  readonly Prefix: string;
}

/** The bucket and prefix of a ResultWriter; undefined if it only says how the output is formatted. */
export async function destinationOf(visit: Visit, language: QueryLanguage): Promise<Destination | undefined> {
  const { Resource, Arguments, Parameters } = visit.state.ResultWriter ?? {};
  if (Resource === undefined) return undefined;
  const filled = await language.filled(visit, 'ResultWriter/Arguments', Arguments ?? Parameters ?? {});
  const { Bucket, Prefix = '' } = isObject(filled) ? filled : {};
  return { Bucket: String(Bucket), Prefix: String(Prefix) };
}

/** The output of a Map state that exports nothing. */
export function stateOutput({ outcome }: MapRun, writer: ResultWriter = {}): Json {
  const Transformation = writer.WriterConfig?.Transformation ?? 'COMPACT';
  return transformed(outcome.results, Transformation);
}

/**
 * Writes `SUCCEEDED_0.json`, `FAILED_0.json` and `PENDING_0.json`, those of them that have content, and
 * `manifest.json`; returns the output of the Map state. AWS begins another file after 5 GB.
 *
 * @throws StateError States.ResultWriterFailed
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export async function exportResults(
  engine: Engine,
  run: MapRun,
  {
    destination,
    writer,
    waiting,
  }: {
    readonly destination: Destination;
    readonly writer: ResultWriter | undefined;
    readonly waiting: Waiting;
  },
): Promise<JsonObject> {
  const { Bucket, Prefix } = destination;
  const folder = [...(Prefix === '' ? [] : [Prefix]), run.arn.split(':').pop()].join('/');
  const config: WriterConfig = { Transformation: 'NONE', OutputType: 'JSON', ...writer?.WriterConfig };
  const { results, pending } = run.outcome;
  const succeeded = results.filter(({ status }) => status === 'SUCCEEDED');
  const failed = results.filter(({ status }) => status !== 'SUCCEEDED');
  try {
    requireRights(engine, `arn:aws:s3:::${Bucket}/${folder}/manifest.json`);
    const put = async (name: string, content: string) => {
      const Body = Buffer.from(content);
      const object = { Bucket, Key: `${folder}/${name}`, Body };
      await waiting.for(engine.cloud.call('s3', 'PutObject', object, engine.execution.principal));
      return { Key: object.Key, Size: Body.length };
    };
    const file = async (kind: string, records: readonly Json[]) =>
      records.length === 0
        ? []
        : [await put(`${kind}_0.${config.OutputType.toLowerCase()}`, format(records, config.OutputType))];
    const ResultFiles = {
      FAILED: await file('FAILED', transformed(failed, 'NONE')),
      PENDING: await file('PENDING', pending.map(pendingRecord)),
      SUCCEEDED: await file('SUCCEEDED', transformed(succeeded, config.Transformation)),
    };
    const manifest = { DestinationBucket: Bucket, MapRunArn: run.arn, ResultFiles };
    const { Key } = await put('manifest.json', JSON.stringify(manifest));
    return { MapRunArn: run.arn, ResultWriterDetails: { Bucket, Key } };
  } catch (error) {
    if (error instanceof Aborted || error instanceof StateError) throw error;
    throw new StateError('States.ResultWriterFailed', (error as Error).message);
  }
}

/**
 * Rights besides s3:PutObject that AWS asks for, since it writes large files in parts.
 *
 * @throws AwsError AccessDenied
 */
function requireRights({ cloud, execution }: Engine, resource: string): void {
  const { principal } = execution;
  if (principal.type !== 'role') return;
  for (const action of ['s3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'])
    if (!cloud.service<IamService>('iam').isAllowed(principal.roleArn, 'states', action, resource))
      throw new AwsError(
        'AccessDenied',
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`,
      );
}

function format(records: readonly Json[], type: WriterConfig['OutputType']): string {
  return type === 'JSON'
    ? JSON.stringify(records)
    : records.map((record) => JSON.stringify(record)).join('\n');
}

/** Child executions that failed are always listed with their metadata. */
function transformed(
  results: readonly StoredExecution[],
  transformation: WriterConfig['Transformation'],
): Json[] {
  return results.flatMap((result) => {
    if (result.status !== 'SUCCEEDED' || transformation === 'NONE') return [childRecord(result)];
    const output = outputOf(result);
    return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
  });
}

function childRecord(execution: StoredExecution): JsonObject {
  const { arn, input, name, output, error, cause, machine, started, status, stopped } = execution;
  return {
    ExecutionArn: arn,
    Input: input,
    InputDetails: { Included: true },
    Name: name,
    ...(output !== undefined && { Output: output, OutputDetails: { Included: true } }),
    ...(error !== undefined && { Error: error }),
    ...(cause !== undefined && { Cause: cause }),
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason:
      status === 'SUCCEEDED'
        ? 'Execution is SUCCEEDED and cannot be redriven'
        : 'the local cloud does not implement RedriveExecution',
    StartDate: started.toISOString(),
    StateMachineArn: machine.arn,
    Status: status,
    ...(stopped && { StopDate: stopped.toISOString() }),
  };
}

function pendingRecord({ text }: ChildInput): JsonObject {
  return { Input: text, InputDetails: { Included: true }, Status: 'PENDING' };
}
