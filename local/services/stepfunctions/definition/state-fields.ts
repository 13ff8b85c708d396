import type { QueryLanguageName, StateType } from './definition';

interface Fields {
  readonly required?: readonly string[];
  readonly always?: readonly string[];
  readonly JSONata?: readonly string[];
  readonly JSONPath?: readonly string[];
  /** What AWS knows and the local cloud does not. */
  readonly notImplemented?: readonly string[];
}

const TRANSITION = ['Next', 'End'];
const HANDLING = ['Retry', 'Catch'];
const PATHS = ['InputPath', 'OutputPath'];
const RESULT = ['ResultPath', 'ResultSelector', 'Parameters'];

const FIELDS: Readonly<Record<StateType, Fields>> = {
  Task: {
    required: ['Resource'],
    always: [...TRANSITION, ...HANDLING, 'Assign', 'TimeoutSeconds', 'HeartbeatSeconds'],
    JSONata: ['Arguments', 'Output'],
    JSONPath: [...PATHS, ...RESULT, 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
    notImplemented: ['Credentials'],
  },
  Pass: {
    always: [...TRANSITION, 'Assign'],
    JSONata: ['Output'],
    JSONPath: [...PATHS, 'Result', 'ResultPath', 'Parameters'],
  },
  Choice: { required: ['Choices'], always: ['Default', 'Assign'], JSONata: ['Output'], JSONPath: PATHS },
  Wait: {
    always: [...TRANSITION, 'Assign', 'Seconds', 'Timestamp'],
    JSONata: ['Output'],
    JSONPath: [...PATHS, 'SecondsPath', 'TimestampPath'],
  },
  Succeed: { JSONata: ['Output'], JSONPath: PATHS },
  Fail: { always: ['Error', 'Cause'], JSONPath: ['ErrorPath', 'CausePath'] },
  Parallel: {
    required: ['Branches'],
    always: [...TRANSITION, ...HANDLING, 'Assign'],
    JSONata: ['Arguments', 'Output'],
    JSONPath: [...PATHS, ...RESULT],
  },
  Map: {
    always: [
      ...TRANSITION,
      ...HANDLING,
      'Assign',
      'ItemProcessor',
      'ItemSelector',
      'MaxConcurrency',
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      'Label',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
    ],
    JSONata: ['Items', 'Output'],
    JSONPath: [
      ...PATHS,
      ...RESULT,
      'ItemsPath',
      'Iterator',
      'MaxConcurrencyPath',
      'ToleratedFailureCountPath',
      'ToleratedFailurePercentagePath',
    ],
  },
};

const COMMON = ['Type', 'Comment', 'QueryLanguage'];

export function requiredFields(type: StateType): readonly string[] {
  return FIELDS[type].required ?? [];
}

/** Whether a state of this type has the field in this query language. */
export function fieldSupport(
  type: StateType,
  language: QueryLanguageName,
  field: string,
): 'supported' | 'unsupported' | 'not implemented' {
  const { required = [], always = [], notImplemented = [], [language]: own = [] } = FIELDS[type];
  if (notImplemented.includes(field)) return 'not implemented';
  return [...COMMON, ...required, ...always, ...own].includes(field) ? 'supported' : 'unsupported';
}
