import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  AssumeRole: 'RoleArn RoleSessionName DurationSeconds',
  GetCallerIdentity: '',
};
