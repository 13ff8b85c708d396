import type { LocalCloudPlugin } from 'cdk-local-cloud';
import { fleetSection } from './fleet-section';
import { pipelineSection } from './pipeline-section';
import { pipelines, reportPage } from './pipelines';

/**
 * Shows model pipelines on the local cloud's page: the version in production and why, and the reports of
 * workflows.
 */
export const plugin: LocalCloudPlugin = {
  overview: async (cloud) => {
    const found = await pipelines(cloud);
    const sections = await Promise.all(found.map((pipeline) => pipelineSection(cloud, pipeline)));
    return found.length > 1 ? [await fleetSection(cloud, found), ...sections] : sections;
  },
  // As their workflow wrote them: no script of it runs, whatever it holds.
  pages: { reports: reportPage },
};
