import { AwsError } from '../../../gateway/aws-error';

/** What is wrong with a definition, and where. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  /** e.g. `/States/Train/Next` */
  readonly location?: string;
}

/** Collects what is wrong. */
export class Diagnostics {
  readonly all: Diagnostic[] = [];

  schema(message: string, location: string): void {
    this.all.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location });
  }

  transition(message: string, location: string): void {
    this.all.push({ code: 'MISSING_TRANSITION_TARGET', message, location });
  }

  /** What AWS takes and the local cloud does not. */
  notImplemented(what: string, location: string): void {
    this.all.push({
      code: 'NOT_IMPLEMENTED_BY_LOCAL_CLOUD',
      message: `the local cloud does not implement ${what}`,
      location,
    });
  }
}

export function invalidDefinition(diagnostics: readonly Diagnostic[]): AwsError {
  const problems = diagnostics.map(
    ({ code, message, location }) => `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`,
  );
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${problems.join(', ')}'`);
}
