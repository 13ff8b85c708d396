import { type LedgerEntry, parseLedgerEntry } from '../../lambda/domain/records/ledger';
import { emptyRouting, formatRouting } from '../../lambda/domain/release/routing';
import { isRegistered, type Version } from './in-process-models';
import { type RegisteredPackage, registerPackage } from './registered-versions';
import type { RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

/** What somebody takes away, or changes, that releases need and nobody is served by. */
export const LOSSES = [
  'delete-package',
  'replace-package',
  'delete-archive',
  'replace-archive',
  'delete-routing',
  'empty-routing',
  'delete-ledger-entry',
] as const;

export type Loss = (typeof LOSSES)[number];

export function isLoss(what: string): what is Loss {
  return (LOSSES as readonly string[]).includes(what);
}

/** Things that a pipeline has lost, and how they come back. */
export class LostThings {
  /** Deleted entries of the ledger, as they were. */
  private readonly entries: LedgerEntry[] = [];
  private readonly packages = new Set<Version>();
  private readonly archives = new Set<Version>();
  private isRoutingLost = false;

  constructor(private readonly pipeline: RehearsedPipeline) {}

  async lose(what: Loss): Promise<void> {
    switch (what) {
      case 'delete-package':
      case 'replace-package':
        return this.losePackage(what === 'replace-package');
      case 'delete-archive':
      case 'replace-archive':
        return this.loseArchive(what === 'replace-archive');
      case 'delete-routing':
      case 'empty-routing':
        return this.loseRouting(what === 'empty-routing');
      case 'delete-ledger-entry':
        return this.loseEntry();
    }
  }

  /**
   * The ledger with its deleted entries, which count on: a number is not used for another entry, and an end
   * is not recorded under another number.
   */
  withEntries(ledger: readonly LedgerEntry[]): LedgerEntry[] {
    // Whoever tells of an end again puts its entry back.
    const isBack = ({ sequence, kind, execution }: LedgerEntry) =>
      ledger.some((each) => each.sequence === sequence && each.kind === kind && each.execution === execution);
    const lost = this.entries.filter((entry) => !isBack(entry));
    return [...ledger, ...lost].sort((a, b) => a.sequence - b.sequence);
  }

  /** As `model-pipeline repair` does it. */
  async repair(): Promise<void> {
    if (!this.isRoutingLost) return;
    await this.pipeline.invoke(this.pipeline.resources.repairFunction, {});
    this.isRoutingLost = false;
  }

  /** Puts packages and archives back, as their owner would. Entries of the ledger stay away. */
  async putBack(): Promise<void> {
    for (const version of this.packages) await this.register(version);
    for (const version of this.archives) {
      await this.pipeline.removeVersions(archiveKey(version), this.package(version).pinned.model.versionId);
    }
    this.packages.clear();
    this.archives.clear();
  }

  /** Everything is as it was before. */
  async reset(): Promise<void> {
    await this.putBack();
    this.entries.length = 0;
    this.isRoutingLost = false;
  }

  private async losePackage(isReplaced: boolean): Promise<void> {
    const version = await this.version();
    if (!version || this.packages.has(version)) return;
    const { modelPackageArn: ModelPackageName } = this.package(version);
    await this.pipeline.call('sagemaker', 'DeleteModelPackage', { ModelPackageName });
    if (isReplaced) await this.register(version);
    else this.packages.add(version);
  }

  private async loseArchive(isReplaced: boolean): Promise<void> {
    const version = await this.version();
    if (!version) return;
    const Key = archiveKey(version);
    const { bucket: Bucket } = this.pipeline.resources;
    this.archives.add(version);
    if (!isReplaced) return this.pipeline.call('s3', 'DeleteObject', { Bucket, Key });
    // By somebody who has taken the bucket's policy away.
    const { packager } = this.package(version);
    await this.pipeline.cloud.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('other') }, packager);
  }

  /**
   * Nothing tells which version serves if a release is in progress, or if the ledger has lost its newest one,
   * too.
   */
  private async loseRouting(isEmptied: boolean): Promise<void> {
    if (this.entries.length > 0 || !(await this.pipeline.isAtRest())) return;
    this.isRoutingLost = true;
    const Name = `/model-pipeline/${PIPELINE}/routing`;
    if (!isEmptied) return this.pipeline.call('ssm', 'DeleteParameter', { Name }).catch(() => {});
    const Value = formatRouting(emptyRouting(PIPELINE));
    await this.pipeline.call('ssm', 'PutParameter', { Name, Value, Type: 'String', Overwrite: true });
  }

  /** The newest one: its number must not be used again. */
  private async loseEntry(): Promise<void> {
    if (this.isRoutingLost) return;
    const Key = (await this.pipeline.keys('ledger/')).at(-1);
    if (Key === undefined) return;
    const entry = parseLedgerEntry(await this.pipeline.read(Key));
    await this.pipeline.call('s3', 'DeleteObject', { Bucket: this.pipeline.resources.bucket, Key });
    this.entries.push(entry);
  }

  /** That of the challenger, or of the champion; undefined for versions of retrainings. */
  private async version(): Promise<Version | undefined> {
    const { candidate, production } = await this.pipeline.routing();
    const version = (candidate ?? production)?.modelVersion;
    return version !== undefined && isRegistered(version) ? version : undefined;
  }

  private package(version: Version): RegisteredPackage {
    return this.pipeline.packages.get(version) as RegisteredPackage;
  }

  private async register(version: Version): Promise<void> {
    const registered = this.package(version);
    const modelPackageArn = await registerPackage(this.pipeline, version, registered.pinned);
    this.pipeline.packages.set(version, { ...registered, modelPackageArn });
  }
}

function archiveKey(version: Version): string {
  return `models/${version}/model.tar.gz`;
}
