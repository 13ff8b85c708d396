import { parseContainerImage, pinnedImage } from '../../../../lambda/domain/records/container-image';

const REPOSITORY = '683313688378.dkr.ecr.us-east-1.amazonaws.com/team/sklearn';
const DIGEST = `sha256:${'0a'.repeat(32)}`;

test.each([
  [`${REPOSITORY}:1.2-1`, { tag: '1.2-1' }],
  [`${REPOSITORY}@${DIGEST}`, { digest: DIGEST }],
  [REPOSITORY, {}],
])('%s is an image of ECR', (uri, more) => {
  const image = { account: '683313688378', repository: 'team/sklearn', repositoryUri: REPOSITORY, ...more };
  expect(parseContainerImage(uri)).toEqual(image);
});

test('images of China have another domain', () => {
  const uri = '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/sklearn:1';
  expect(parseContainerImage(uri)).toMatchObject({ repository: 'sklearn', tag: '1' });
});

test.each(['python:3.12', 'docker.io/library/python', `${REPOSITORY}@sha256:abc`, ''])(
  "'%s' is none",
  (uri) => expect(() => parseContainerImage(uri)).toThrow('names no image in ECR'),
);

test('an image is pinned by its digest, if that is known', () => {
  expect(pinnedImage(`${REPOSITORY}:1.2-1`, DIGEST)).toBe(`${REPOSITORY}@${DIGEST}`);
  expect(pinnedImage(`${REPOSITORY}:1.2-1`, undefined)).toBe(`${REPOSITORY}:1.2-1`);
});
