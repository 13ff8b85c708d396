import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import type { Timer } from '../../../gateway/clock';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import { RoleStorage } from '../role-storage';

const FLUSH_MILLIS = 60_000;
const LARGEST_FILE_BYTES = 4 * 1024 * 1024;

/** A request with its answer, to be recorded. */
export interface CapturedInvocation {
  readonly endpointName: string;
  readonly variantName: string;
  /** Writes the records. */
  readonly roleArn: string;
  readonly time: Date;
  readonly inferenceId?: string | undefined;
  readonly input: Payload;
  readonly output: Payload;
}

interface Payload {
  readonly contentType?: string | undefined;
  readonly body: Buffer;
}

interface PendingFile {
  readonly endpointName: string;
  readonly uri: string;
  readonly roleArn: string;
  readonly keyId: string | undefined;
  readonly lines: string[];
  bytes: number;
  readonly timer: Timer;
}

/**
 * Records requests and answers as JSON lines below `<DestinationS3Uri>/<endpoint>/<variant>/yyyy/mm/dd/hh/`,
 * by the hour of the invocation. They arrive within a minute.
 */
export class DataCapture {
  /** Files that are being filled, by endpoint, variant and hour. */
  private readonly pending = new Map<string, PendingFile>();

  constructor(private readonly cloud: Cloud) {}

  record(config: DataCaptureConfig, invocation: CapturedInvocation): void {
    if (!config.EnableCapture) return;
    if (this.cloud.random() * 100 >= (config.InitialSamplingPercentage ?? 0)) return;
    const line = JSON.stringify(captureRecord(config, invocation, this.cloud.uuid()));
    const folder = folderOf(config, invocation);
    const file = this.pending.get(folder) ?? this.open(folder, config, invocation);
    file.lines.push(line);
    file.bytes += line.length;
    if (file.bytes >= LARGEST_FILE_BYTES) this.cloud.clock.track(this.write(folder));
  }

  /** Writes what is pending, of one endpoint or of all. */
  async flush(endpointName?: string): Promise<void> {
    const folders = [...this.pending]
      .filter(([, file]) => endpointName === undefined || file.endpointName === endpointName)
      .map(([folder]) => folder);
    await Promise.all(folders.map((folder) => this.write(folder)));
  }

  private open(
    folder: string,
    { KmsKeyId: keyId }: DataCaptureConfig,
    { endpointName, roleArn, time }: CapturedInvocation,
  ): PendingFile {
    const file: PendingFile = {
      endpointName,
      uri: `${folder}/${time.toISOString().slice(14, 23).replace(/[:.]/g, '-')}-${this.cloud.uuid()}.jsonl`,
      roleArn,
      keyId,
      lines: [],
      bytes: 0,
      timer: this.cloud.clock.after(FLUSH_MILLIS, () => this.write(folder)),
    };
    this.pending.set(folder, file);
    return file;
  }

  private async write(folder: string): Promise<void> {
    const file = this.pending.get(folder);
    if (!file) return;
    this.pending.delete(folder);
    file.timer.cancel();
    const storage = new RoleStorage(this.cloud, rolePrincipal(file.roleArn, 'SageMaker'), file.keyId);
    const body = Buffer.from(`${file.lines.join('\n')}\n`);
    await storage.put(file.uri, body, 'application/jsonlines').catch((error: Error) => {
      // As on AWS, an endpoint that may not write its capture answers all the same.
      this.cloud.log(`sagemaker: ${file.lines.length} captured requests are lost: ${error.message}`);
    });
  }
}

function folderOf(
  config: DataCaptureConfig,
  { endpointName, variantName, time }: CapturedInvocation,
): string {
  const destination = (config.DestinationS3Uri as string).replace(/\/$/, '');
  const hour = time.toISOString().slice(0, 13).replace(/[-T]/g, '/');
  return `${destination}/${endpointName}/${variantName}/${hour}`;
}

function captureRecord(config: DataCaptureConfig, invocation: CapturedInvocation, eventId: string): object {
  const modes = (config.CaptureOptions ?? []).map(({ CaptureMode }) => CaptureMode as string);
  const isCaptured = (mode: string) => modes.includes(mode) || modes.includes('InputAndOutput');
  return {
    captureData: {
      ...(isCaptured('Input') && { endpointInput: capturedPayload(config, 'INPUT', invocation.input) }),
      ...(isCaptured('Output') && { endpointOutput: capturedPayload(config, 'OUTPUT', invocation.output) }),
    },
    eventMetadata: {
      eventId,
      ...(invocation.inferenceId !== undefined && { inferenceId: invocation.inferenceId }),
      inferenceTime: `${invocation.time.toISOString().slice(0, 19)}Z`,
    },
    eventVersion: '0',
  };
}

function capturedPayload(config: DataCaptureConfig, mode: string, { contentType, body }: Payload): object {
  const encoding = encodingOf(config, contentType);
  return {
    ...(contentType !== undefined && { observedContentType: contentType }),
    mode,
    data: body.toString(encoding === 'BASE64' ? 'base64' : 'utf8'),
    encoding,
  };
}

function encodingOf({ CaptureContentTypeHeader: header }: DataCaptureConfig, contentType = ''): string {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase();
  const isAmong = (types: readonly string[] | undefined) =>
    types?.some((type) => type.toLowerCase() === mediaType) ?? false;
  if (isAmong(header?.CsvContentTypes)) return 'CSV';
  return isAmong(header?.JsonContentTypes) ? 'JSON' : 'BASE64';
}
