export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export type QueryLanguageName = 'JSONata' | 'JSONPath';

export const STATE_TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;
export type StateType = (typeof STATE_TYPES)[number];

/**
 * A sequence of states: a whole machine, a branch of a Parallel state, or what a Map state does to each item.
 */
export interface Workflow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
  readonly QueryLanguage?: QueryLanguageName;
  /** Of what a Map state does to each item. */
  readonly ProcessorConfig?: ProcessorConfig;
}

/** How a Map state runs: in its own execution, or with an execution for each item or batch of items. */
export interface ProcessorConfig {
  /** @default INLINE */
  readonly Mode?: 'INLINE' | 'DISTRIBUTED';
  /** Of the child executions of a distributed Map state. */
  readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
}

/** A machine in Amazon States Language, as it was written and found valid. */
export interface MachineDefinition extends Workflow {
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
  readonly Version?: string;
}

export interface StateDefinition {
  readonly Type: StateType;
  readonly QueryLanguage?: QueryLanguageName;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Arguments?: Json;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Resource?: string;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Error?: string;
  readonly Cause?: string;
  readonly Branches?: readonly Workflow[];
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly ItemProcessor?: Workflow;
  readonly Iterator?: Workflow;
  readonly MaxConcurrency?: number | string;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly Label?: string;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly Result?: Json;
  readonly SecondsPath?: string;
  readonly TimestampPath?: string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSecondsPath?: string;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentagePath?: string;
  readonly ItemsPath?: string;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
}

/** Where a distributed Map state reads its items: one object of S3, or a listing of objects. */
export interface ItemReader {
  readonly Resource: string;
  readonly ReaderConfig?: ReaderConfig;
  readonly Arguments?: JsonObject;
  readonly Parameters?: JsonObject;
}

export interface ReaderConfig {
  readonly InputType?: 'CSV' | 'JSON' | 'JSONL';
  readonly CSVHeaderLocation?: 'FIRST_ROW' | 'GIVEN';
  readonly CSVHeaders?: readonly string[];
  /** @default COMMA */
  readonly CSVDelimiter?: 'COMMA' | 'PIPE' | 'SEMICOLON' | 'SPACE' | 'TAB';
  /** JSON Pointer to the array in a JSON file. */
  readonly ItemsPointer?: string;
  readonly MaxItems?: number | string;
  readonly MaxItemsPath?: string;
}

/** How a distributed Map state puts several items into one child execution. */
export interface ItemBatcher {
  readonly BatchInput?: Json;
  readonly MaxItemsPerBatch?: number | string;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: number | string;
  readonly MaxInputBytesPerBatchPath?: string;
}

/** What a distributed Map state returns of its child executions, and where in S3 it writes that. */
export interface ResultWriter {
  readonly Resource?: string;
  readonly Arguments?: JsonObject;
  readonly Parameters?: JsonObject;
  readonly WriterConfig?: {
    readonly Transformation?: 'NONE' | 'COMPACT' | 'FLATTEN';
    readonly OutputType?: 'JSON' | 'JSONL';
  };
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** @default 1 */
  readonly IntervalSeconds?: number;
  /** @default 3 */
  readonly MaxAttempts?: number;
  /** @default 2 */
  readonly BackoffRate?: number;
  /** @default unlimited */
  readonly MaxDelaySeconds?: number;
  /** @default NONE */
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  readonly ResultPath?: string | null;
}

/** JSONata rules have a condition; JSONPath rules a comparison, or several joined by And, Or, Not. */
export interface ChoiceRule {
  readonly Next: string;
  readonly Condition?: string | boolean;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  readonly [comparison: string]: Json | undefined;
}

/** What a Map state does to each item. */
export function itemProcessor({ ItemProcessor, Iterator: legacy }: StateDefinition): Workflow | undefined {
  return ItemProcessor ?? legacy;
}

export function isDistributed(workflow: Workflow | undefined): boolean {
  return workflow?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** Whether the child executions of a distributed Map state are of the type EXPRESS. */
export function isExpress(workflow: Workflow): boolean {
  return workflow.ProcessorConfig?.ExecutionType === 'EXPRESS';
}

/** The workflows inside a state. */
export function innerWorkflows(state: StateDefinition): readonly Workflow[] {
  const { Branches = [], ItemProcessor, Iterator: legacy } = state;
  return [...Branches, ...[ItemProcessor, legacy].filter((workflow) => workflow !== undefined)];
}

/** All states of a workflow and of those inside it. */
export function allStates(workflow: Workflow): StateDefinition[] {
  return Object.values(workflow.States).flatMap((state) => [
    state,
    ...innerWorkflows(state).flatMap(allStates),
  ]);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
