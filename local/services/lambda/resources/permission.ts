import type { ResourceProvider } from '../../../gateway/service';
import { ignoreMissing } from './ignore-missing';

const PROPERTIES = [
  'FunctionName',
  'Action',
  'Principal',
  'SourceArn',
  'SourceAccount',
  'FunctionUrlAuthType',
  'InvokedViaFunctionUrl',
];

/** AWS::Lambda::Permission */
export const permissionResource: ResourceProvider = {
  properties: PROPERTIES,
  createOnly: PROPERTIES,

  async create(properties, context) {
    const statement = context.generateName({ maxLength: 100 });
    const { InvokedViaFunctionUrl: isViaUrl, ...others } = properties;
    await context.call('lambda', 'AddPermission', {
      ...others,
      // Templates may write booleans as text.
      ...(isViaUrl !== undefined && { InvokedViaFunctionUrl: String(isViaUrl) === 'true' }),
      StatementId: statement,
    });
    return { physicalId: statement, attributes: { Id: statement } };
  },

  async update(statement) {
    return { physicalId: statement, attributes: { Id: statement } };
  },

  async delete(statement, { FunctionName }, context) {
    await context
      .call('lambda', 'RemovePermission', { FunctionName, StatementId: statement })
      .catch(ignoreMissing);
  },
};
