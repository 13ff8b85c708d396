import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Apache Kafka's own broker: one node in KRaft mode on loopback, in a temporary folder. It needs Java 17 and
 * Maven, which resolves its artifacts.
 */
export class KafkaBroker {
  private constructor(
    readonly address: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(): Promise<KafkaBroker> {
    const folder = mkdtempSync(join(tmpdir(), 'kafka-'));
    const [port, controllerPort] = [await freePort(), await freePort()];
    const address = `127.0.0.1:${port}`;
    const settings = join(folder, 'server.properties');
    const listeners = `PLAINTEXT://${address},CONTROLLER://127.0.0.1:${controllerPort}`;
    writeFileSync(
      settings,
      `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=${listeners}
advertised.listeners=PLAINTEXT://${address}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'data')}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
`,
    );
    const classPath = await resolveArtifacts(folder);
    const java = (...args: string[]) => ['-Xmx256m', '-cp', classPath, ...args];
    // Any identifier of a cluster does: 16 bytes in base64url.
    const cluster = Buffer.from('cdk-model-pipeli').toString('base64url');
    await run('java', java('kafka.tools.StorageTool', 'format', '-t', cluster, '-c', settings));
    const process = spawn('java', java('kafka.Kafka', settings), { stdio: ['ignore', 'pipe', 'pipe'] });
    return new KafkaBroker(address, folder, process);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @returns the class path of the artifacts in Maven's own repository */
async function resolveArtifacts(folder: string): Promise<string> {
  const file = join(folder, 'class-path');
  const pom = join(__dirname, 'pom.xml');
  await run('mvn', ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${file}`]);
  return readFileSync(file, 'utf8').trim();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
