import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readEnvironment, readPartEnvironment } from '../../../lambda/aws/environment';

const VARIABLES = {
  PIPELINE_NAME: 'churn',
  OWNER_ID: 'stack/1',
  BUCKET_NAME: 'artifacts',
  ROUTING_PARAMETER: '/model-pipeline/churn/routing',
  MODEL_PACKAGE_GROUP: 'churn',
  ENDPOINT_NAME: 'churn',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:alerts',
  SETTINGS: '{"stateMachineArns":["arn:late"]}',
};
const NAME = 'answer-challenger-approval';
const SETTINGS = z.object({ stateMachineArns: z.array(z.string()) });

describe('readPartEnvironment', () => {
  test('needs no variable that only whole pipelines have', () => {
    const { PIPELINE_NAME, BUCKET_NAME } = VARIABLES;
    const variables = { PIPELINE_NAME, BUCKET_NAME, SETTINGS: '{"stateMachineArns":["arn:late"]}' };
    expect(readPartEnvironment(NAME, SETTINGS, variables)).toEqual({
      pipelineName: 'churn',
      bucketName: 'artifacts',
      settings: { stateMachineArns: ['arn:late'] },
    });
  });
});

describe('settings', () => {
  test('that refer to variables of the environment have their values, also those in a layer', () => {
    const folder = mkdtempSync(join(tmpdir(), 'layer-'));
    try {
      writeFileSync(join(folder, 'settings.json'), '{"stateMachineArns":["env:SETTING_2"]}');
      const { settings } = readEnvironment(NAME, SETTINGS, {
        ...VARIABLES,
        SETTINGS: '{}',
        SETTINGS_FILE: 'settings.json',
        NODE_PATH: folder,
        SETTING_2: 'arn:split',
      });
      expect(settings.stateMachineArns).toEqual(['arn:split']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('that refer to variables of the environment have their values', () => {
    const variables = {
      ...VARIABLES,
      SETTINGS: '{"stateMachineArns":["env:SETTING_1","env:OWNER_ID","an env:SETTING_1"]}',
      SETTING_1: 'arn:"quoted"',
    };
    const { settings } = readEnvironment(NAME, SETTINGS, variables);
    expect(settings.stateMachineArns).toEqual(['arn:"quoted"', 'env:OWNER_ID', 'an env:SETTING_1']);
  });
});

describe('readEnvironment', () => {
  test('gives the names and the settings', () => {
    expect(readEnvironment(NAME, SETTINGS, VARIABLES)).toEqual({
      pipelineName: 'churn',
      ownerId: 'stack/1',
      bucketName: 'artifacts',
      routingParameter: '/model-pipeline/churn/routing',
      modelPackageGroup: 'churn',
      endpointName: 'churn',
      topicArn: 'arn:aws:sns:us-east-1:000000000000:alerts',
      settings: { stateMachineArns: ['arn:late'] },
    });
  });

  test('takes only a schema that reads all of the contract, for the compiler', () => {
    const settings = { SETTINGS: '{}' };
    const variables = { ...VARIABLES, ...settings };
    expect(
      readEnvironment('remove-unused', z.object({ functionName: z.optional(z.string()) }), variables),
    ).toMatchObject({
      settings: {},
    });
    // @ts-expect-error a schema that forgets an optional field would silently drop it
    readEnvironment('remove-unused', z.object({}), variables);
    // @ts-expect-error a field of another type
    readEnvironment('remove-unused', z.object({ functionName: z.optional(z.number()) }), variables);
  });

  test('names each variable that is missing', () => {
    const { BUCKET_NAME: _, ...others } = VARIABLES;
    expect(() => readEnvironment(NAME, SETTINGS, { ...others, TOPIC_ARN: '' })).toThrow(
      "the function's environment is not valid: BUCKET_NAME: expected string, got nothing; TOPIC_ARN: expected string of at least 1",
    );
  });

  test('names the setting that is wrong', () => {
    expect(() =>
      readEnvironment(NAME, SETTINGS, { ...VARIABLES, SETTINGS: '{"stateMachineArns":7}' }),
    ).toThrow('SETTINGS of answer-challenger-approval is not valid: stateMachineArns: expected array, got 7');
    expect(() => readEnvironment(NAME, SETTINGS, { ...VARIABLES, SETTINGS: 'late' })).toThrow(
      "SETTINGS of answer-challenger-approval is not JSON: it begins with 'late'",
    );
  });

  test('gives settings that are in a layer, with those of the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    try {
      const variantAlarms = [{ alarmName: 'blue-fails', variant: 'blue' as const }];
      writeFileSync(join(folder, 'function-settings.json'), JSON.stringify({ variantAlarms }));
      const schema = z.object({
        releaseStateMachineArn: z.string(),
        restoreStateMachineArn: z.string(),
        hasEndpoint: z.boolean(),
        variantAlarms: z.array(z.object({ alarmName: z.string(), variant: z.enum(['blue', 'green']) })),
      });
      const inEnvironment = {
        releaseStateMachineArn: 'arn:release',
        restoreStateMachineArn: 'arn:restore',
        hasEndpoint: true,
      };
      const variables = {
        ...VARIABLES,
        SETTINGS: JSON.stringify(inEnvironment),
        SETTINGS_FILE: 'function-settings.json',
        NODE_PATH: ['/opt/nodejs/node24/node_modules', folder, '/var/runtime/node_modules'].join(':'),
      };
      expect(readEnvironment('roll-back', schema, variables).settings).toEqual({
        ...inEnvironment,
        variantAlarms,
      });
      expect(() => readEnvironment('roll-back', schema, { ...variables, SETTINGS: '{}' })).toThrow(
        /^SETTINGS of roll-back, with those in function-settings.json, is not valid: releaseStateMachineArn/,
      );
      expect(() =>
        readEnvironment('roll-back', schema, { ...variables, NODE_PATH: '/opt/nodejs/node_modules' }),
      ).toThrow('no layer of the function has function-settings.json in NODE_PATH, /opt/nodejs/node_modules');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
