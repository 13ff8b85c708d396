import type { ProductionRoute } from '../../../contracts/routing';
import { parseEvaluation } from '../../domain/gate/evaluation';
import {
  answersKey,
  capturePlanKey,
  capturePrefix,
  groundTruthPrefix,
  hourlyReportKey,
  modelKey,
  rejectedKey,
  reportTableKey,
} from '../../domain/records/bucket-layout';
import type { Hour } from '../../domain/records/hour';
import { readBaseline } from '../pinned-reader';
import { recordedFiles } from '../recorded-files';
import type { RoutingStore } from '../routing-store';
import type { ArtifactStore } from '../store';
import type { WatchedModel, WatchedModelSource } from './watched-model';

/**
 * The version that a pipeline has in production, by its routing document; its data are in the pipeline's
 * bucket.
 */
export class ModelInProduction implements WatchedModelSource {
  constructor(
    private readonly routing: RoutingStore,
    private readonly store: ArtifactStore,
    /** Share of the requests that are to be recorded, from 0 to 1. */
    private readonly recordedShare: number,
  ) {}

  async find(): Promise<WatchedModel | undefined> {
    const { store, recordedShare } = this;
    const { endpointName, production, candidate } = await this.routing.read();
    if (!production) return undefined;
    const { modelVersion, variant } = production;
    const answering = (route: Pick<ProductionRoute, 'modelVersion' | 'variant'>, since: string) => ({
      modelVersion: route.modelVersion,
      variant: route.variant,
      since: new Date(since),
      recorded: ({ path }: Hour, bytes?: number) =>
        recordedFiles(store, capturePrefix(endpointName, route.variant, path), { bytes }),
      answersKey: ({ path }: Hour) => answersKey(route.modelVersion, path),
      readBaseline: () => readBaseline(store, route.modelVersion),
    });
    return {
      ...answering(production, production.since),
      recordedShare,
      ...(candidate?.trafficSince !== undefined && {
        challenger: answering(candidate, candidate.trafficSince),
      }),
      reportKey: ({ path }, report) => hourlyReportKey(variant, path, report),
      tableKey: (table, { path }) => reportTableKey(table, variant, path),
      recordings: ({ path }) => ({
        bucket: store.bucketName,
        prefix: capturePrefix(endpointName, variant, path),
      }),
      capturePlanKey: ({ path }, id) => capturePlanKey(modelVersion, path, id),
      rejectedKey: ({ path }) => rejectedKey(modelVersion, path),
      labelsPrefix: groundTruthPrefix,
      readHoldoutQuality: async (metric) => {
        const text = await store.tryReadText(modelKey(modelVersion, 'evaluation.json'));
        if (text === undefined) return undefined;
        const { rows, metrics, slices = [] } = parseEvaluation(text);
        const value = metrics?.challenger[metric];
        if (value === undefined) return undefined;
        const measured = slices.flatMap(({ name, rows: some, metrics: ofSlice }) => {
          const one = ofSlice[metric];
          return one === undefined ? [] : [{ name, rows: some, value: one }];
        });
        return { rows, value, slices: measured };
      },
    };
  }
}
