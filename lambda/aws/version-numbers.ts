import { modelKey } from '../domain/records/bucket-layout';
import { formatModelVersion, type ModelVersion } from '../domain/records/model-version';
import { formatModelPlan, type ModelPlan } from '../domain/release/model-plan';
import type { ModelRegistry } from './model-registry';
import type { ArtifactStore } from './store';

/** Numbers of versions, each of which is given once, even if what was planned for it failed. */
export class VersionNumbers {
  constructor(
    private readonly store: Pick<ArtifactStore, 'writeOnce'>,
    private readonly registry: Pick<ModelRegistry, 'find'>,
  ) {}

  /**
   * Claims the number of a plan, by writing the plan.
   *
   * @returns false if the number is taken
   */
  async claim(plan: ModelPlan): Promise<boolean> {
    const { modelVersion } = plan;
    // A version that somebody else registered has no plan, and its archive is not to be replaced.
    if ((await this.registry.find(modelVersion)) !== undefined) return false;
    return this.store.writeOnce(modelKey(modelVersion, 'plan.json'), formatModelPlan(plan));
  }

  /** Claims a number, or the next MINOR that is free. @returns the version */
  async claimNext(first: ModelVersion, plan: Omit<ModelPlan, 'modelVersion'>): Promise<string> {
    let version = first;
    while (!(await this.claim({ ...plan, modelVersion: formatModelVersion(version) }))) {
      version = { ...version, minor: version.minor + 1, patch: 0 };
    }
    return formatModelVersion(version);
  }
}
