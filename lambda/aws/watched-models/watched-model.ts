import type { Baseline } from '../../domain/data/baseline';
import type { HoldoutQuality } from '../../domain/quality/holdout-quality';
import type { HourlyReport, ReportTable } from '../../domain/records/bucket-layout';
import type { Hour } from '../../domain/records/hour';
import type { RecordedFile } from '../recorded-files';

/** A version that answers requests, and where they are recorded. */
export interface AnsweringVersion {
  /** Semantic version in a pipeline; the name of the SageMaker model at an endpoint of somebody else. */
  readonly modelVersion: string;
  /** Name of the variant that holds it. */
  readonly variant: string;
  /** Time from which the variant has held it. */
  readonly since: Date;
  /**
   * Files of recorded requests and responses of an hour, as SageMaker's data capture writes them.
   *
   * @param bytes those that begin within so many bytes. @default - all
   */
  recorded(hour: Hour, bytes?: number): AsyncIterable<RecordedFile>;
  /** Key of what the model answered in an hour, in the monitor's bucket. */
  answersKey(hour: Hour): string;
  /** What its traffic is compared with. */
  readBaseline(): Promise<Baseline>;
}

/** The model that a monitor watches, and where its data are. */
export interface WatchedModel extends AnsweringVersion {
  /** Share of its requests that are to be recorded, from 0 to 1. */
  readonly recordedShare: number;
  /** A version that answers other requests at the same time, as long as it is being released. */
  readonly challenger?: AnsweringVersion;
  /** Key of a report on an hour in the monitor's bucket. */
  reportKey(hour: Hour, report: HourlyReport): string;
  /** Key of an hour's rows in a table, in the monitor's bucket. */
  tableKey(table: ReportTable, hour: Hour): string;
  /** Where the files of recorded requests and responses of an hour are. */
  recordings(hour: Hour): { readonly bucket: string; readonly prefix: string };
  /** Key of a plan by which the recorded requests of an hour are profiled in groups. @param id of the plan */
  capturePlanKey(hour: Hour, id: string): string;
  /** Of the requests of an hour that cannot be read. */
  rejectedKey(hour: Hour): string;
  /**
   * Prefix of the labels that arrived in an hour or a day, in the monitor's bucket. @param path `yyyy/mm/dd`
   */
  labelsPrefix(path: string): string;
  /** How good it is on its holdout by a metric, such as `logLoss`; undefined if nothing says so. */
  readHoldoutQuality(metric: string): Promise<HoldoutQuality | undefined>;
}

/** Finds the model that a monitor watches. */
export interface WatchedModelSource {
  /** Undefined if no model serves. */
  find(): Promise<WatchedModel | undefined>;
}
