import type { IDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { PartFunction } from '../../runtime/part-function';
import type { StreamWriter } from '../stream-writer';

/** Puts a line of JSON for each record. */
export class FirehoseWriter implements StreamWriter {
  readonly name: string;
  readonly settings: StreamWriter['settings'];

  constructor(stream: IDeliveryStream) {
    this.name = stream.deliveryStreamArn;
    this.settings = { kind: 'firehose', deliveryStreamName: stream.deliveryStreamName };
  }

  check(): void {}

  allow(handler: PartFunction<'score-stream'>): void {
    handler.allow(['firehose:PutRecordBatch'], [this.name]);
  }
}
