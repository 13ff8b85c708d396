import { createHash } from 'node:crypto';
import { BatchGetImageCommand, CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { ImageDigests } from '../../../lambda/aws/image-digests';
import { IMAGE } from '../../local/services/sagemaker-fixture';
import { ServiceFixture } from '../../local/services/service-fixture';

describe('the digest of an image', () => {
  const fixture = new ServiceFixture();
  beforeAll(() => fixture.cloud.start());
  afterAll(() => fixture.cloud.stop());

  const digests = (config: object = fixture.config()) => new ImageDigests(new ECRClient(config));

  test("is that of the manifest that the image's tag stands for", async () => {
    const { images } = await new ECRClient(fixture.config()).send(
      new BatchGetImageCommand({
        registryId: '683313688378',
        repositoryName: 'sagemaker-scikit-learn',
        imageIds: [{ imageTag: '1.9-0-cpu-py3' }],
      }),
    );
    const hash = createHash('sha256').update(images?.[0]?.imageManifest as string);
    expect(await digests().find(IMAGE)).toBe(`sha256:${hash.digest('hex')}`);
    expect(await digests().find(IMAGE.replace('1.9-0', '1.2-1'))).not.toBe(await digests().find(IMAGE));
  });

  test('is in the URI of an image that is named by it', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    expect(await digests().find(`${IMAGE.split(':')[0]}@${digest}`)).toBe(digest);
  });

  test('is not known of an image that one may not see', async () => {
    expect(await digests(await fixture.roleConfig('blind', [])).find(IMAGE)).toBeUndefined();
  });

  test.each([
    ['repository', '000000000000.dkr.ecr.us-east-1.amazonaws.com/none:1', /repository with name 'none'/],
    ['tag', '000000000000.dkr.ecr.us-east-1.amazonaws.com/mine:7', /Requested image not found/],
  ])('is asked for in vain if there is no such %s', async (_what, image, reason) => {
    await new ECRClient(fixture.config())
      .send(new CreateRepositoryCommand({ repositoryName: 'mine' }))
      .catch(() => undefined);
    await expect(digests().find(image)).rejects.toMatchObject({
      name: 'UnknownImage',
      message: expect.stringMatching(reason),
    });
  });

  test('cannot be asked for outside of ECR', async () => {
    await expect(digests().find('python:3.12')).rejects.toThrow("'python:3.12' names no image in ECR");
  });
});
