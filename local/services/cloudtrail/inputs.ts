import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  LookupEvents: '(LookupAttributes) (StartTime) (EndTime) (EventCategory) (MaxResults) (NextToken)',
};
