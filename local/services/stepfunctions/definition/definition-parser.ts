import type { SdkModels } from '../sdk-models';
import { isObject, type JsonObject, type MachineDefinition } from './definition';
import { type Diagnostic, Diagnostics, invalidDefinition } from './diagnostics';
import { checkWorkflow } from './workflow-checks';

/**
 * Reads a definition in Amazon States Language.
 *
 * @throws AwsError InvalidDefinition, naming everything that is wrong and where
 */
export function parseDefinition(text: string, models: SdkModels): MachineDefinition {
  const diagnostics = checkDefinition(text, models);
  if (diagnostics.length > 0) throw invalidDefinition(diagnostics);
  return JSON.parse(text) as MachineDefinition;
}

/** What is wrong with a definition; nothing if it is valid. */
export function checkDefinition(text: string, models: SdkModels): readonly Diagnostic[] {
  let definition: unknown;
  try {
    definition = JSON.parse(text === '' ? 'null' : text);
  } catch (error) {
    return [{ code: 'INVALID_JSON_DESCRIPTION', message: (error as Error).message }];
  }
  if (!isObject(definition))
    return [{ code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' }];
  const found = new Diagnostics();
  checkMachine(definition, found);
  checkWorkflow(definition, '', {
    models,
    language: definition.QueryLanguage === 'JSONata' ? 'JSONata' : 'JSONPath',
    outerVariables: new Set(),
    stateNames: new Set(),
    found,
  });
  return found.all;
}

function checkMachine(definition: JsonObject, found: Diagnostics): void {
  for (const field of Object.keys(definition)) {
    if (!['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'].includes(field))
      found.schema('Field is not supported', `/${field}`);
  }
  const { QueryLanguage = 'JSONPath', TimeoutSeconds = 1, Version = '1.0' } = definition;
  if (QueryLanguage !== 'JSONata' && QueryLanguage !== 'JSONPath')
    found.schema('Value must be one of the following: [JSONPath, JSONata]', '/QueryLanguage');
  if (!Number.isInteger(TimeoutSeconds) || (TimeoutSeconds as number) < 1)
    found.schema('Value must be a positive integer', '/TimeoutSeconds');
  if (Version !== '1.0') found.schema('Value must be one of the following: [1.0]', '/Version');
}
