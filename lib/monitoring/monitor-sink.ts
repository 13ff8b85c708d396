import { createHash } from 'node:crypto';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IConstruct } from 'constructs';
import type { MonitorSinkSettings } from '../../contracts/functions/monitoring';
import { explainPolicies } from '../platform/explained-rules';
import { asFolder } from '../runtime/as-folder';
import type { PartFunction } from '../runtime/part-function';
import { allowSecret } from '../runtime/secret-access';

export interface MonitorTableOptions {
  /**
   * What the keys of the table's objects begin with.
   * @default - the root of the bucket
   */
  readonly prefix?: string;
}

/**
 * Where the results of a monitor go, beside its own bucket: of each window the drift of each feature, and the
 * quality by metric and slice. A sink gets each report **at least once**, and holds nothing up: while it
 * cannot take a report, it is tried again for six hours; then the report waits in the queue of dead letters,
 * and an alarm goes off.
 */
export abstract class MonitorSink {
  /**
   * Requests with JSON to an HTTPS endpoint, signed as Standard Webhooks says: once if the receiver keeps the
   * `webhook-id` of requests. The secret is JSON with `url` and `signingSecret`, which is `whsec_` and a key
   * in base64.
   */
  static webhook(secret: ISecret): MonitorSink {
    return new HttpSink('webhook', secret);
  }

  /**
   * Gauges to a receiver of OpenTelemetry, by OTLP over HTTP with JSON: a collector, Datadog, Grafana,
   * Prometheus or any other that takes it. The secret is JSON with `url` of the receiver, with its path, and
   * `headers`, such as a key of the receiver.
   */
  static openTelemetry(secret: ISecret): MonitorSink {
    return new HttpSink('openTelemetry', secret);
  }

  /**
   * Objects of a bucket, such as one of a data lake with the results of all models: the same rows as in the
   * monitor's own bucket, for {@link DriftTable} and {@link QualityTable}.
   */
  static table(bucket: IBucket, options: MonitorTableOptions = {}): MonitorSink {
    return new TableSink(bucket, asFolder(options.prefix ?? ''));
  }

  /** @internal */
  public abstract readonly _settings: MonitorSinkSettings;

  /** @internal By kind and target, whatever its place among the sinks of a monitor is. */
  public abstract readonly _id: string;

  /** @internal Lets the function write there. */
  public abstract _allow(handler: PartFunction<'deliver-report'>): void;
}

class HttpSink extends MonitorSink {
  public readonly _settings: MonitorSinkSettings;
  public readonly _id: string;

  constructor(
    kind: 'webhook' | 'openTelemetry',
    private readonly secret: ISecret,
  ) {
    super();
    this._settings = { kind, secretName: secret.secretName };
    this._id = idOf(kind, secret);
  }

  public _allow(handler: PartFunction<'deliver-report'>): void {
    allowSecret(handler, this.secret);
  }
}

class TableSink extends MonitorSink {
  public readonly _settings: MonitorSinkSettings;
  public readonly _id: string;

  constructor(
    private readonly bucket: IBucket,
    private readonly prefix: string,
  ) {
    super();
    this._settings = { kind: 'table', bucketName: bucket.bucketName, prefix };
    this._id = idOf('table', bucket, prefix);
  }

  public _allow(handler: PartFunction<'deliver-report'>): void {
    const written = `${this.prefix}profiles/`;
    handler.allow(['s3:PutObject'], [this.bucket.arnForObjects(`${written}*`)]);
    this.bucket.encryptionKey?.grantEncrypt(handler);
    explainPolicies(handler.role as IRole, written);
  }
}

function idOf(kind: MonitorSinkSettings['kind'], target: IConstruct, ...parts: string[]): string {
  // An address follows from the path of the construct, and its name may be known only once it is deployed.
  const hash = createHash('sha256')
    .update([target.node.addr, ...parts].join())
    .digest('hex');
  return `${kind}-${hash.slice(0, 8)}`;
}
