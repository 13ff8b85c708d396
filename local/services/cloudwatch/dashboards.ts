import type { DashboardEntry } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';

interface StoredDashboard {
  readonly name: string;
  readonly body: string;
  readonly modified: Date;
}

/** Dashboards: their bodies are kept as they come, if they are JSON objects. */
export class Dashboards {
  private readonly stored: Map<string, StoredDashboard>;

  constructor(private readonly cloud: Cloud) {
    this.stored = cloud.table('cloudwatch/dashboards');
  }

  /**
   * @throws AwsError DashboardInvalidInputError
   */
  put(name: string, body: string): void {
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
      throw fault(`The value ${name} for field DashboardName is invalid`);
    }
    if (!isObject(body)) throw fault('The field DashboardBody must be a valid JSON object');
    this.stored.set(name, { name, body, modified: this.cloud.clock.date() });
  }

  /**
   * @throws AwsError DashboardNotFoundError
   */
  get(name: string): StoredDashboard {
    const dashboard = this.stored.get(name);
    if (!dashboard) throw new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`);
    return dashboard;
  }

  list(prefix: string): DashboardEntry[] {
    return [...this.stored.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, body, modified }) => ({
        DashboardName: name,
        DashboardArn: this.arn(name),
        LastModified: modified,
        Size: Buffer.byteLength(body),
      }));
  }

  /**
   * Deletes all or, if one is not there, none.
   *
   * @throws AwsError DashboardNotFoundError
   */
  delete(names: readonly string[]): void {
    for (const name of names) this.get(name);
    for (const name of names) this.stored.delete(name);
  }

  /** Dashboards belong to no region. */
  arn(name: string): string {
    return `arn:aws:cloudwatch::${this.cloud.account}:dashboard/${name}`;
  }
}

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function fault(message: string): AwsError {
  return new AwsError('DashboardInvalidInputError', message);
}
