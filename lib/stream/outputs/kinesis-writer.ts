import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { PartFunction } from '../../runtime/part-function';
import type { StreamWriter } from '../stream-writer';

/** Puts a record for each record. */
export class KinesisWriter implements StreamWriter {
  readonly name: string;
  readonly settings: StreamWriter['settings'];

  constructor(private readonly stream: IStream) {
    this.name = stream.streamArn;
    this.settings = { kind: 'kinesis', streamArn: stream.streamArn };
  }

  check(): void {}

  allow(handler: PartFunction<'score-stream'>): void {
    handler.allow(['kinesis:PutRecords'], [this.stream.streamArn]);
    this.stream.encryptionKey?.grantEncrypt(handler);
  }
}
