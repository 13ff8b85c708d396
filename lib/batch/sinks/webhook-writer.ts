import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { PartFunction } from '../../runtime/part-function';
import { allowSecret } from '../../runtime/secret-access';
import type { Validation } from '../../runtime/validation';
import type { WebhookSinkOptions } from '../batch-sink';
import type { BatchSinkWriter } from '../batch-sink-writer';

/** Posts some rows in a request. */
export class WebhookWriter implements BatchSinkWriter {
  readonly settings: BatchSinkWriter['settings'];
  readonly ownNames = [];

  constructor(
    private readonly secret: ISecret,
    { rowsPerRequest = 100, sinkName = 'webhook' }: WebhookSinkOptions,
  ) {
    this.settings = { name: sinkName, kind: 'webhook', secretName: secret.secretName, rowsPerRequest };
  }

  validate(validation: Validation): void {
    const { rowsPerRequest } = this.settings as { readonly rowsPerRequest: number };
    validation.check(
      rowsPerRequest,
      Number.isInteger(rowsPerRequest) && rowsPerRequest >= 1 && rowsPerRequest <= 1000,
      'rowsPerRequest of BatchSink.webhook must be a whole number from 1 to 1000',
    );
  }

  allow(handler: PartFunction<'deliver-batch'>): void {
    allowSecret(handler, this.secret);
  }
}
