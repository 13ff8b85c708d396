#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsOfPassword } from '../services/ecr/registry-token';
import { buildArguments } from './build-arguments';
import { DockerfileError } from './dockerfile';
import { buildImage } from './image-build';
import { ImageCache } from './image-cache';
import { layerOf } from './layer';

/**
 * What the CDK CLI runs in the place of Docker if `CDK_DOCKER` names it: builds images that the local cloud
 * can run as processes, and pushes them to its ECR. It knows the commands that the CLI calls for image assets
 * (`cdk-assets-lib`, `private/docker.ts`); all others, such as those that bundle functions in containers, go
 * to Docker itself.
 */
async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args[0] === '--config' ? args.slice(2) : args;
  const images = new ImageCache();
  switch (command) {
    case 'build':
      // The construct library, which bundles functions, has it as -t.
      if (!rest.includes('--tag')) return docker(args);
      await build(rest, images);
      return 0;
    case 'inspect':
      return images.has(rest[0] as string) ? 0 : 1;
    case 'tag':
      await images.tag(rest[0] as string, rest[1] as string);
      return 0;
    case 'login': {
      const password = await standardInput();
      // A password of AWS's must not be kept in a file.
      credentialsOfPassword(password);
      await images.logIn(rest.at(-1) as string, password);
      return 0;
    }
    case 'push': {
      // The SDK takes as long to load as the other commands take together.
      const { push } = await import('./push.js');
      await push(rest[0] as string, images, endpoint());
      return 0;
    }
    default:
      return docker(args);
  }
}

async function build(args: readonly string[], images: ImageCache): Promise<void> {
  const { tag, ...options } = buildArguments(args);
  const root = mkdtempSync(join(tmpdir(), 'image-'));
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  try {
    const config = await buildImage({ ...options, root, onProgress });
    const { content, diffId } = await layerOf(root);
    await images.add(tag, { ...config, rootfs: { type: 'layers', diff_ids: [diffId] } }, content);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Runs a command by Docker itself. */
function docker(args: readonly string[]): number {
  const { status, error } = spawnSync('docker', args, { stdio: 'inherit' });
  if (error)
    throw new Error(`docker ${args.join(' ')} needs Docker, which cannot be started: ${error.message}`);
  return status ?? 1;
}

function endpoint(): string {
  const url = process.env.AWS_ENDPOINT_URL;
  if (url) return url;
  throw new Error(
    'AWS_ENDPOINT_URL is not set: this program pushes to a local cloud only; unset CDK_DOCKER for AWS',
  );
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').trim();
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(
      `${error instanceof DockerfileError ? error.message : `local cloud: ${error.message}`}\n`,
    );
    process.exitCode = 2;
  },
);
