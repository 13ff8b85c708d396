import type { LocalCloudPlugin } from 'cdk-local-cloud';
import { pipelineSection } from './pipeline-section';
import { pipelines, reportPage } from './pipelines';

/**
 * Shows model pipelines on the local cloud's page: the version in production and why, and the reports of
 * workflows.
 */
export const plugin: LocalCloudPlugin = {
  overview: async (cloud) => {
    const found = await pipelines(cloud);
    return Promise.all(found.map((pipeline) => pipelineSection(cloud, pipeline)));
  },
  // As their workflow wrote them: no script of it runs, whatever it holds.
  pages: { reports: reportPage },
};
