import { gzipSync } from 'node:zlib';
import { Header } from 'tar/header';

/** A model's archive: `.tar.gz` with an ONNX model in base64. */
export function modelArchive(onnx: string): Buffer {
  return archive({ 'model.joblib': Buffer.alloc(70_000), './model.onnx': Buffer.from(onnx, 'base64') });
}

/** A `.tar.gz` with these files. */
export function archive(files: Readonly<Record<string, Buffer>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const header = new Header({ path, size: content.length, type: 'File', mode: 0o644 });
    header.encode();
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header.block as Buffer, content, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
