import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  AddTagsToResource: '(ResourceType) (ResourceId) (Tags)',
  DeleteParameter: 'Name',
  GetParameter: 'Name (WithDecryption)',
  GetParameters: 'Names (WithDecryption)',
  GetParametersByPath: 'Path Recursive (WithDecryption) MaxResults NextToken',
  PutParameter:
    'Name Value Description Type Overwrite AllowedPattern (Tags) ' +
    'Tier=Standard|Advanced|Intelligent-Tiering DataType=text',
};
