import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import type { ApiStore } from './api-store';
import { given, listed } from './requests';

/** Stages of APIs, which deploy every change by themselves. */
export function stageOperations(cloud: Cloud, store: ApiStore): Operations<typeof sdk> {
  return {
    CreateStage: ({ ApiId, ...settings }) => {
      const api = store.api(ApiId);
      const StageName = settings.StageName as string;
      if (!settings.AutoDeploy) throw new NotImplementedError('stages without AutoDeploy');
      if (api.stages.has(StageName)) {
        throw new AwsError('ConflictException', `Stage already exists`);
      }
      const now = cloud.clock.date();
      const stage = { ...settings, StageName, CreatedDate: now, LastUpdatedDate: now };
      api.stages.set(StageName, stage);
      return stage;
    },

    GetStage: ({ ApiId, StageName }) => store.stage(store.api(ApiId), StageName),

    GetStages: (input) => listed(store.api(input.ApiId).stages.values(), input),

    UpdateStage: ({ ApiId, StageName, ...settings }) => {
      const api = store.api(ApiId);
      const changed = {
        ...store.stage(api, StageName),
        ...given(settings),
        LastUpdatedDate: cloud.clock.date(),
      };
      api.stages.set(changed.StageName, changed);
      return changed;
    },

    DeleteStage: ({ ApiId, StageName }) => {
      const api = store.api(ApiId);
      api.stages.delete(store.stage(api, StageName).StageName);
      return {};
    },

    DeleteAccessLogSettings: ({ ApiId, StageName }) => {
      const api = store.api(ApiId);
      const { AccessLogSettings: _settings, ...stage } = store.stage(api, StageName);
      api.stages.set(stage.StageName, stage);
      return {};
    },
  };
}
