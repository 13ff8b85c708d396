import type { SplitSettings } from '../../contracts/data-split';

/** Which rows are held out, to compare champion and challenger on. */
export abstract class DataSplit {
  /**
   * The newest rows: files in the order of their keys and rows in the order of their lines, or by a column of
   * times (ISO 8601 or milliseconds since 1970). A model is so judged on what came after what it learned
   * from.
   */
  static byTime(column?: string): DataSplit {
    return column === undefined ? new Split({ by: 'arrival' }) : new Split({ by: 'time', column }, column);
  }

  /**
   * Whole groups, such as customers: none has rows on both sides. About the fraction of the groups is held
   * out, always the same.
   */
  static byGroup(column: string): DataSplit {
    return new Split({ by: 'group', column }, column);
  }

  /**
   * The same fraction of each class, at random. It says nothing of how a model does on data that are newer.
   */
  static stratified(seed = 1): DataSplit {
    return new Split({ by: 'class', seed }, undefined, true);
  }

  /** Column that it goes by, which is no feature. */
  abstract readonly column?: string;

  /**
   * Whether it goes by the classes of the label.
   *
   * @internal
   */
  public abstract _needsClasses(): boolean;

  /**
   * As the function that splits reads it.
   *
   * @internal
   */
  public abstract _settings(): SplitSettings;
}

/** What becomes of rows that would train although the holdout has them, too, cell by cell. */
export enum DuplicateRows {
  /** They train, and are counted in `split.json`: rows of few or coarse columns repeat by nature. */
  KEEP = 'keep',
  /** They do not train. */
  DROP = 'drop',
  /** The retraining ends. */
  STOP = 'stop',
}

class Split extends DataSplit {
  constructor(
    private readonly settings: SplitSettings,
    readonly column?: string,
    private readonly isByClass = false,
  ) {
    super();
  }

  public _needsClasses(): boolean {
    return this.isByClass;
  }

  public _settings(): SplitSettings {
    return this.settings;
  }
}
