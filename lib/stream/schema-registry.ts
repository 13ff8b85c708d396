import type { CfnRegistry } from 'aws-cdk-lib/aws-glue';
import {
  EventRecordFormat,
  type ISchemaRegistry,
  KafkaSchemaRegistryAccessConfigType,
  KafkaSchemaValidationAttribute,
} from 'aws-cdk-lib/aws-lambda';
import { ConfluentSchemaRegistry, GlueSchemaRegistry } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** The function gets the values of records as JSON, whatever their producers write. */
const AS_JSON = {
  eventRecordFormat: EventRecordFormat.JSON,
  schemaValidationConfigs: [{ attribute: KafkaSchemaValidationAttribute.VALUE }],
};

/**
 * Where the schemas of a topic's records are. Lambda reads them, decodes values in Avro, Protobuf or JSON
 * Schema, and hands them to the function as JSON.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-consume-kafka-events.html
 */
export class SchemaRegistry {
  /** A registry of AWS Glue that this app creates. */
  static glue(registry: CfnRegistry): SchemaRegistry {
    return new SchemaRegistry(new GlueSchemaRegistry({ ...AS_JSON, schemaRegistry: registry }));
  }

  /** A registry of AWS Glue that exists already. */
  static glueArn(registryArn: string): SchemaRegistry {
    return new SchemaRegistry(new GlueSchemaRegistry({ ...AS_JSON, schemaRegistryArn: registryArn }));
  }

  /**
   * Confluent's schema registry, in its cloud or your own.
   *
   * @param url such as `https://registry.example.com`
   * @param secret by which Lambda authenticates
   * @param authenticationType what the secret is. @default KafkaSchemaRegistryAccessConfigType.BASIC_AUTH
   */
  static confluent(
    url: string,
    secret: ISecret,
    authenticationType: KafkaSchemaRegistryAccessConfigType = KafkaSchemaRegistryAccessConfigType.BASIC_AUTH,
  ): SchemaRegistry {
    return new SchemaRegistry(
      new ConfluentSchemaRegistry({ ...AS_JSON, schemaRegistryUri: url, secret, authenticationType }),
    );
  }

  private constructor(private readonly registry: ISchemaRegistry) {}

  /** @internal */
  public get _registry(): ISchemaRegistry {
    return this.registry;
  }
}
