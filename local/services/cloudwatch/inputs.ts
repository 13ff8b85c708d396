import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  DeleteAlarms: 'AlarmNames',
  DeleteDashboards: 'DashboardNames',
  DescribeAlarmHistory: 'AlarmName AlarmTypes HistoryItemType StartDate EndDate MaxRecords NextToken ScanBy',
  DescribeAlarms: 'AlarmNames AlarmNamePrefix AlarmTypes StateValue ActionPrefix MaxRecords NextToken',
  DescribeAlarmsForMetric: 'MetricName Namespace Statistic ExtendedStatistic Dimensions Period Unit',
  DisableAlarmActions: 'AlarmNames',
  EnableAlarmActions: 'AlarmNames',
  GetDashboard: 'DashboardName',
  GetMetricData: 'MetricDataQueries StartTime EndTime NextToken ScanBy',
  GetMetricStatistics:
    'Namespace MetricName StartTime EndTime Period Dimensions Statistics ExtendedStatistics Unit',
  ListDashboards: 'DashboardNamePrefix NextToken',
  ListMetrics: 'Namespace MetricName Dimensions NextToken RecentlyActive',
  ListTagsForResource: 'ResourceARN',
  PutCompositeAlarm:
    'AlarmName AlarmRule ActionsEnabled AlarmActions AlarmDescription InsufficientDataActions ' +
    'OKActions Tags',
  PutDashboard: 'DashboardName DashboardBody',
  PutMetricAlarm:
    'AlarmName AlarmDescription ActionsEnabled OKActions AlarmActions InsufficientDataActions ' +
    'MetricName Namespace Statistic ExtendedStatistic Dimensions Period Unit EvaluationPeriods ' +
    'DatapointsToAlarm Threshold ComparisonOperator TreatMissingData EvaluateLowSampleCountPercentile ' +
    'Metrics Tags',
  PutMetricData: 'Namespace MetricData (StrictEntityValidation)',
  SetAlarmState: 'AlarmName StateValue StateReason StateReasonData',
  TagResource: 'ResourceARN Tags',
  UntagResource: 'ResourceARN TagKeys',

  Dimension: 'Name Value',
  DimensionFilter: 'Name Value',
  Metric: 'Namespace MetricName Dimensions',
  MetricDataQuery: 'Id MetricStat Expression Label ReturnData Period',
  MetricDatum: 'MetricName Dimensions Timestamp Value StatisticValues Values Counts Unit StorageResolution',
  MetricStat: 'Metric Period Stat Unit',
  StatisticSet: 'SampleCount Sum Minimum Maximum',
  Tag: 'Key Value',
};
