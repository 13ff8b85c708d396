import type { ResourceProvider } from '../../../gateway/service';
import { aliasResource } from './alias';
import { eventInvokeConfigResource } from './event-invoke-config';
import { eventSourceMappingResource } from './event-source-mapping';
import { functionResource } from './function';
import { layerVersionResource } from './layer-version';
import { permissionResource } from './permission';
import { urlResource } from './url';
import { versionResource } from './version';

/** The resource types of Lambda. */
export const lambdaResources: Readonly<Record<string, ResourceProvider>> = {
  'AWS::Lambda::Function': functionResource,
  'AWS::Lambda::Version': versionResource,
  'AWS::Lambda::Alias': aliasResource,
  'AWS::Lambda::Permission': permissionResource,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfigResource,
  'AWS::Lambda::EventSourceMapping': eventSourceMappingResource,
  'AWS::Lambda::LayerVersion': layerVersionResource,
  'AWS::Lambda::Url': urlResource,
};
