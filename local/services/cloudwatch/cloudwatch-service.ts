import * as sdk from '@aws-sdk/client-cloudwatch';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { ResourceTags } from '../resource-tags';
import { alarmOperations } from './alarm-operations';
import { Alarms } from './alarms';
import { dashboardOperations } from './dashboard-operations';
import { Dashboards } from './dashboards';
import { implementedInputs } from './inputs';
import { metricOperations } from './metric-operations';
import { MetricStore, single } from './metric-store';
import { alarmResource, compositeAlarmResource, dashboardResource } from './resources';

/** CloudWatch: metrics, alarms and dashboards. */
export class CloudWatchService implements Service {
  readonly name = 'monitoring';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::CloudWatch::Alarm': alarmResource,
    'AWS::CloudWatch::CompositeAlarm': compositeAlarmResource,
    'AWS::CloudWatch::Dashboard': dashboardResource,
  };
  private readonly store: MetricStore;
  private readonly alarms: Alarms;
  private readonly dashboards: Dashboards;

  constructor(private readonly cloud: Cloud) {
    this.store = new MetricStore({
      metrics: cloud.table('cloudwatch/metric-names'),
      buckets: cloud.table('cloudwatch/metric-data'),
    });
    this.alarms = new Alarms(cloud, this.store);
    this.dashboards = new Dashboards(cloud);
    const tags = new ResourceTags(cloud.table('cloudwatch/tags'), (arn) => this.alarms.existingArn(arn));
    this.operations = {
      ...metricOperations(cloud, this.store),
      ...alarmOperations(this.alarms, tags),
      ...dashboardOperations(this.dashboards),
      ...tags.operations,
    };
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `cloudwatch:${operation}`;
    if (operation === 'PutMetricData') {
      return [{ action, resource: '*', context: { 'cloudwatch:namespace': input.Namespace as string } }];
    }
    if (input.ResourceARN) return [{ action, resource: input.ResourceARN as string }];
    const dashboards = list(input.DashboardName ?? input.DashboardNames);
    if (dashboards.length > 0)
      return dashboards.map((name) => ({ action, resource: this.dashboards.arn(name) }));
    if (!operation.includes('Alarm')) return [{ action, resource: '*' }];
    const alarms = list(input.AlarmName ?? input.AlarmNames);
    return (alarms.length > 0 ? alarms : ['*']).map((name) => ({ action, resource: this.alarms.arn(name) }));
  }

  async start(): Promise<void> {
    this.alarms.arm();
  }

  async stop(): Promise<void> {
    this.alarms.stop();
  }

  /**
   * Records a value as an AWS service does, also below `AWS/`.
   *
   * @param unit of CloudWatch, e.g. `Microseconds`; default `None`
   * @param timestamp default now
   */
  record(
    namespace: string,
    metricName: string,
    dimensions: Record<string, string>,
    value: number,
    unit = 'None',
    timestamp: Date = this.cloud.clock.date(),
  ): void {
    this.store.add(
      { namespace, name: metricName, dimensions: { ...dimensions } },
      { unit, time: timestamp.getTime(), isHighResolution: false, aggregate: single(value) },
    );
  }
}

function list(value: unknown): string[] {
  return ([value].flat() as (string | undefined)[]).filter((one) => one !== undefined);
}
