import type * as sdk from '@aws-sdk/client-cloudwatch';
import type { Operations } from '../../gateway/service';
import type { Dashboards } from './dashboards';

export function dashboardOperations(dashboards: Dashboards) {
  return {
    PutDashboard: (input) => {
      dashboards.put(input.DashboardName as string, input.DashboardBody as string);
      return { DashboardValidationMessages: [] };
    },

    GetDashboard: (input) => {
      const { name, body } = dashboards.get(input.DashboardName as string);
      return { DashboardName: name, DashboardArn: dashboards.arn(name), DashboardBody: body };
    },

    ListDashboards: (input) => ({ DashboardEntries: dashboards.list(input.DashboardNamePrefix ?? '') }),

    DeleteDashboards: (input) => {
      dashboards.delete(input.DashboardNames ?? []);
      return {};
    },
  } satisfies Operations<typeof sdk>;
}
