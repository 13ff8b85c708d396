import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { DatasetProfile } from '../../lambda/domain/data/profile';

/** The hourly profiles of a pipeline's traffic, in which rows were recorded; the oldest first. */
export async function recordedTraffic(client: S3Client, Bucket: string): Promise<DatasetProfile[]> {
  const profiles: DatasetProfile[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: 'profiles/' })) {
    for (const { Key = '' } of Contents) {
      if (!Key.endsWith('/profile.json')) continue;
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      profiles.push(JSON.parse((await Body?.transformToString()) as string));
    }
  }
  return profiles.filter(({ rows }) => rows > 0);
}

/** How many rows they have together. */
export async function recordedRows(client: S3Client, bucket: string): Promise<number> {
  return (await recordedTraffic(client, bucket)).reduce((sum, { rows }) => sum + rows, 0);
}
