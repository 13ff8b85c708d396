import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { dataSchemaProblems } from './data-schema-problems';

/** What a check does when it finds something. */
export enum CheckSeverity {
  /** The retraining ends, the version in production keeps serving, and people are notified. */
  STOP = 'stop',
  /** People are notified, and the retraining continues. */
  WARN = 'warn',
}

/** What the cells of a column are. */
export enum ColumnType {
  NUMBER = 'number',
  CATEGORY = 'category',
  /** ISO 8601, or milliseconds since 1970. */
  TIME = 'time',
}

/** Least and greatest value, both allowed. */
export interface RangeCheck {
  /** @default - none */
  readonly minimum?: number;
  /** @default - none */
  readonly maximum?: number;
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** Categories that may occur. */
export interface ValuesCheck {
  readonly allowed: string[];
  /**
   * Share of rows that may have others.
   * @default 0
   */
  readonly maximumOther?: number;
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** Rows without a value. */
export interface MissingCheck {
  /** Their share of all rows, at most: 0 to 1. */
  readonly maximum: number;
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** No value twice. */
export interface UniqueCheck {
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** Requirements for a column. */
export interface ColumnSchema {
  /** @default ColumnType.NUMBER */
  readonly type?: ColumnType;
  /** @default - as the data of the version in production suggest, as a warning */
  readonly range?: RangeCheck;
  /** @default - as the data of the version in production suggest, as a warning */
  readonly values?: ValuesCheck;
  /** @default - as the data of the version in production suggest, as a warning */
  readonly missing?: MissingCheck;
  /** @default - values may repeat */
  readonly unique?: UniqueCheck;
}

/** Rows of all files together. */
export interface RowCountCheck {
  /** @default - none */
  readonly minimum?: number;
  /** @default - none */
  readonly maximum?: number;
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** How old the newest row may be. */
export interface FreshnessCheck {
  readonly maximumAge: Duration;
  /**
   * Column with the time of a row.
   * @default - the time at which the newest file was written
   */
  readonly column?: string;
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** Share of rows with label 1, of two classes: 0 to 1. */
export interface LabelRateCheck {
  /** @default - none */
  readonly minimum?: number;
  /** @default - none */
  readonly maximum?: number;
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** Features that give the label away. */
export interface LeakageCheck {
  /** Area under the ROC curve of a single feature from which on it is taken for the label: 0.5 to 1. */
  readonly maximumAuc: number;
  /** @default CheckSeverity.STOP */
  readonly severity?: CheckSeverity;
}

/** Requirements for training data. */
export interface DataSchemaProps {
  /**
   * By the name of the column, which must then be there; of the label what it is follows from the problem.
   * @default - none
   */
  readonly columns?: { [name: string]: ColumnSchema };
  /** @default - half the rows of the version in production, as a warning */
  readonly rows?: RowCountCheck;
  /** @default - data may be of any age */
  readonly freshness?: FreshnessCheck;
  /** @default - as the data of the version in production suggest, as a warning */
  readonly labelRate?: LabelRateCheck;
  /** @default - 0.999, which stops */
  readonly leakage?: LeakageCheck;
}

/**
 * Requirements for training data. For everything that it does not declare, the data of the version in
 * production are the reference, as warnings: `model-pipeline schema` prints them as a start.
 */
export class DataSchema {
  /** Written down here. */
  static of(props: DataSchemaProps): DataSchema {
    const { freshness, ...others } = props;
    if (!freshness) return new DataSchema(others);
    const { maximumAge, ...more } = freshness;
    return new DataSchema({
      ...others,
      freshness: { maximumAgeHours: maximumAge.toHours({ integral: false }), ...more },
    });
  }

  /**
   * From a JSON file, as `model-pipeline schema` prints it.
   *
   * @throws Error if it cannot be read or is not JSON
   */
  static fromFile(path: string): DataSchema {
    const text = readFileSync(path, 'utf8');
    try {
      return new DataSchema(JSON.parse(text) as object);
    } catch (cause) {
      throw new Error(`the schema ${path} is not JSON: ${(cause as Error).message}`, { cause });
    }
  }

  private constructor(private readonly document: object) {}

  /** What is wrong with it. */
  problems(): string[] {
    return dataSchemaProblems(this.document);
  }

  /**
   * Whether it says something of the share of label 1.
   *
   * @internal
   */
  public _hasLabelRate(): boolean {
    return (this.document as DataSchemaProps).labelRate !== undefined;
  }

  /**
   * Columns that it declares categories.
   *
   * @internal
   */
  public _categories(): string[] {
    const { columns = {} } = this.document as DataSchemaProps;
    return Object.keys(columns).filter((name) => columns[name]?.type === ColumnType.CATEGORY);
  }

  /**
   * The schema as a file that a function can read: it may be longer than its environment.
   *
   * @internal
   */
  public _bind(scope: Construct): Asset {
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    try {
      const path = join(folder, 'schema.json');
      writeFileSync(path, JSON.stringify(this.document));
      return new Asset(scope, 'Schema', { path });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
