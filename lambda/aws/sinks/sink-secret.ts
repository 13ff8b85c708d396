import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type * as z from 'zod/mini';
import { parseDocument } from '../../domain/records/document';

/** How long a secret is used before it is read again: many requests may follow each other. */
const SECRET_MILLISECONDS = 10_000;

/** The secret of a sink, which is JSON: it may change at any time. */
export class SinkSecret<T> {
  private known?: { readonly content: T; readonly readAt: number };

  /** @param what the secret in errors, such as `secret of the webhook` */
  constructor(
    private readonly schema: z.ZodMiniType<T>,
    private readonly what: string,
    private readonly read: () => Promise<string>,
  ) {}

  /** @throws Error that names what is wrong with its content */
  async at(now: Date): Promise<T> {
    const time = now.getTime();
    if (!this.known || time - this.known.readAt >= SECRET_MILLISECONDS) {
      const content = parseDocument(this.schema, await this.read(), this.what);
      this.known = { content, readAt: time };
    }
    return this.known.content;
  }
}

/**
 * Reads a secret of Secrets Manager by way of Parameter Store.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
export async function readSecret(ssm: SSMClient, name: string): Promise<string> {
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: `/aws/reference/secretsmanager/${name}`, WithDecryption: true }),
  );
  return Parameter?.Value ?? '';
}
