import { XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { SdkModel } from '../sdk-model';

export function xmlCodec(model: SdkModel): XmlCodec {
  return new XmlCodec({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: true,
    xmlNamespace: model.xmlNamespace ?? '',
    serviceNamespace: model.namespace,
  } as ConstructorParameters<typeof XmlCodec>[0]);
}

/** The children of a structure as XML, without its root element. */
export function xmlChildren(model: SdkModel, schema: NormalizedSchema, value: object): string {
  if (schema.isUnitSchema()) return '';
  const serializer = xmlCodec(model).createSerializer();
  serializer.write(schema, value);
  const xml = String(serializer.flush());
  const start = xml.indexOf('>') + 1;
  return xml.endsWith('/>') && start === xml.length ? '' : xml.slice(start, xml.lastIndexOf('</'));
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
