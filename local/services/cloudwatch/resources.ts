import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';

/** AWS::CloudWatch::Alarm */
export const alarmResource: ResourceProvider = alarmProvider('PutMetricAlarm', [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Dimensions',
  'Period',
  'Unit',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
  'Tags',
]);

/** AWS::CloudWatch::CompositeAlarm */
export const compositeAlarmResource: ResourceProvider = alarmProvider('PutCompositeAlarm', [
  'AlarmName',
  'AlarmDescription',
  'AlarmRule',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'Tags',
]);

function alarmProvider(operation: string, properties: readonly string[]): ResourceProvider {
  async function put(
    name: string,
    given: TemplateProperties,
    context: ResourceContext,
  ): Promise<ResourceState> {
    await context.call('monitoring', operation, { ...given, AlarmName: name });
    const AlarmTypes = ['MetricAlarm', 'CompositeAlarm'];
    const { MetricAlarms, CompositeAlarms } = await context.call<Record<string, { AlarmArn: string }[]>>(
      'monitoring',
      'DescribeAlarms',
      { AlarmNames: [name], AlarmTypes },
    );
    const alarm = MetricAlarms?.[0] ?? CompositeAlarms?.[0];
    return { physicalId: name, attributes: { Arn: alarm?.AlarmArn } };
  }

  return {
    properties,
    createOnly: ['AlarmName'],
    create: (given, context) =>
      put(given.AlarmName ?? context.generateName({ maxLength: 255 }), given, context),
    update: (name, given, _previous, context) => put(name, given, context),
    async delete(name, _given, context) {
      await context.call('monitoring', 'DeleteAlarms', { AlarmNames: [name] });
    },
  };
}

/** AWS::CloudWatch::Dashboard */
export const dashboardResource: ResourceProvider = {
  properties: ['DashboardName', 'DashboardBody'],
  createOnly: ['DashboardName'],

  async create(properties, context) {
    const name = properties.DashboardName ?? context.generateName({ maxLength: 255 });
    return putDashboard(name, properties, context);
  },

  update: (name, properties, _previous, context) => putDashboard(name, properties, context),

  async delete(name, _properties, context) {
    try {
      await context.call('monitoring', 'DeleteDashboards', { DashboardNames: [name] });
    } catch (error) {
      if ((error as Error).name !== 'DashboardNotFoundError') throw error;
    }
  },
};

async function putDashboard(name: string, { DashboardBody }: TemplateProperties, context: ResourceContext) {
  await context.call('monitoring', 'PutDashboard', { DashboardName: name, DashboardBody });
  return { physicalId: name };
}
