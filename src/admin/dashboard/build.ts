/**
 * Builds the dashboard's page into dist/dashboard/: one script and one style sheet with hashed names, each plain and gzipped,
 * and the page that names them.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type OutputFile } from 'esbuild';

const SOURCE = fileURLToPath(new URL('.', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../../dist/dashboard/', import.meta.url));
/** Of script and style sheet together, gzipped: the page must also open quickly through a slow tunnel. */
const BUDGET = 150_000;

const OPTIONS: BuildOptions = {
  entryPoints: { page: `${SOURCE}main.tsx`, icon: `${SOURCE}icon.svg` },
  outdir: OUTPUT,
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  entryNames: '[name]-[hash]',
  loader: { '.svg': 'copy' },
  legalComments: 'none',
  logLevel: 'warning',
};

await main();

async function main(): Promise<void> {
  const { outputFiles = [] } = await build(OPTIONS);
  const packed = outputFiles.map(({ path, contents }) => ({ path: `${path}.gz`, contents: gzipSync(contents) }));
  const size = packed.reduce((sum, { contents }) => sum + contents.length, 0);
  if (size > BUDGET) {
    throw new Error(`the dashboard has ${size} bytes gzipped, and may have ${BUDGET}: import less`);
  }
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(OUTPUT, { recursive: true });
  await Promise.all([...outputFiles, ...packed].map(({ path, contents }) => writeFile(path, contents)));
  await writeFile(`${OUTPUT}index.html`, await page(outputFiles));
}

/** The template, with the names of the files. */
async function page(files: readonly OutputFile[]): Promise<string> {
  const names = files.map(({ path }) => basename(path));
  const template = await readFile(`${SOURCE}index.html`, 'utf8');
  return template.replace(/\{\{(\w+\.\w+)\}\}/g, (_, wanted: string) => {
    const [name = '', type = ''] = wanted.split('.');
    const found = names.find((each) => each.startsWith(`${name}-`) && each.endsWith(`.${type}`));
    if (found === undefined) throw new Error(`index.html names ${wanted}, which is not built`);
    return `/assets/${found}`;
  });
}
