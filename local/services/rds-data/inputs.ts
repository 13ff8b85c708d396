import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  BatchExecuteStatement: 'resourceArn secretArn sql database parameterSets',
  ExecuteStatement:
    'resourceArn secretArn sql database parameters includeResultMetadata formatRecordsAs=NONE|JSON',

  Field: '*',
  SqlParameter: 'name value (typeHint)',
};
