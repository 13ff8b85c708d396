import type { AccessLogSettings } from '@aws-sdk/client-apigatewayv2';
import { accountPrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';

/** Values of `$context` variables, by the rest of their name; what a request has no value for is `-`. */
export type ContextVariables = Readonly<Record<string, string | number | undefined>>;

/**
 * Access logs in log groups. As on AWS, a group that does not exist gets no lines.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export class AccessLog {
  /** Streams that exist, by group. */
  private readonly streams = new Set<string>();

  constructor(private readonly cloud: Cloud) {}

  async write(settings: AccessLogSettings, variables: ContextVariables): Promise<void> {
    const logGroupName = settings.DestinationArn?.replace(/^.*:log-group:/, '').replace(/:\*$/, '') ?? '';
    const message = (settings.Format ?? '').replace(/\$context\.([\w.-]+)/g, (_whole, name: string) =>
      escaped(String(variables[name] ?? '-')),
    );
    const logStreamName = `${this.cloud.clock.date().toISOString().slice(0, 10)}-local`;
    const stream = { logGroupName, logStreamName };
    try {
      const key = `${logGroupName}\n${logStreamName}`;
      if (!this.streams.has(key)) await this.createStream(stream);
      this.streams.add(key);
      const timestamp = Math.floor(this.cloud.clock.now());
      await this.call('PutLogEvents', { ...stream, logEvents: [{ timestamp, message }] });
    } catch (error) {
      this.cloud.log(`no access log in ${logGroupName}: ${(error as Error).message}`);
    }
  }

  private async createStream(stream: object): Promise<void> {
    await this.call('CreateLogStream', stream).catch((error: Error) => {
      if (error.name !== 'ResourceAlreadyExistsException') throw error;
    });
  }

  private call(operation: string, input: object): Promise<unknown> {
    return this.cloud.call('logs', operation, input, accountPrincipal(this.cloud.account));
  }
}

/** Formats are JSON, mostly: a value can't end its string. */
function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
